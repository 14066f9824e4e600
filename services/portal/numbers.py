"""Whole numbers that come back with a form, as its page wrote them: above all the revision that was seen."""

from starlette.datastructures import FormData

MOST_DIGITS = 9


def whole(text: object) -> int | None:
    """Return the number that ``text`` is, in at most nine digits; `None` for whatever else somebody sends."""
    written = str(text)
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= MOST_DIGITS else None


def number(form: FormData, name: str, otherwise: int = 0) -> int:
    """Return the number in a field of a form, else ``otherwise``."""
    found = whole(form.get(name, ""))
    return otherwise if found is None else found


def revision(form: FormData) -> int:
    """Return the revision that was seen; 0, which none ever is, for what no page of ours wrote."""
    return number(form, "revision")
