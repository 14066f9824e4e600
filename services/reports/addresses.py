"""Where people find things: the portal's addresses of reports."""

from urllib.parse import urlencode

from shared.model import Language


def report_address(portal_url: str, report_id: str, language: Language) -> str:
    """Return the page of a report's latest edition."""
    return f"{portal_url.rstrip('/')}/{language}/reports/{report_id}"


def practice_address(portal_url: str, practice_id: str, language: Language) -> str:
    """Return the page of a good practice."""
    return f"{portal_url.rstrip('/')}/{language}/practices/{practice_id}"


def pdf_address(portal_url: str, report_id: str, edition: int, language: Language) -> str:
    """Return the PDF of one edition."""
    return f"{report_address(portal_url, report_id, language)}/pdf?edition={edition}"


def library_address(portal_url: str, language: Language) -> str:
    """Return the page that lists the published reports."""
    return f"{portal_url.rstrip('/')}/{language}/reports"


def feed_address(
    portal_url: str,
    theme: str | None,
    language: Language | None,
    *,
    country: str | None = None,
    kind: str | None = None,
    form: str = "atom",
) -> str:
    """Return a feed by theme, country, kind and language; without a language the reader's own is chosen.

    ``form`` is ``atom`` or ``json``.
    """
    base = portal_url.rstrip("/") if language is None else f"{portal_url.rstrip('/')}/{language}"
    wanted = {"theme": theme, "country": country, "format": kind}
    query = urlencode({name: value for name, value in wanted.items() if value is not None})
    return f"{base}/feed.{form}" + (f"?{query}" if query else "")
