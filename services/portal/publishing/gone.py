"""What readers find in the place of a withdrawn report: that it was there, and why it is not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi.responses import HTMLResponse

from services.portal.clients.base import Refused
from services.portal.pages import Visit
from shared.model import LANGUAGES


def gone_page(visit: Visit, refused: Refused) -> HTMLResponse:
    """Return the page for the refusal ``report-withdrawn``; it may be kept for a minute only."""
    path = visit.request.url.path[3:].split("/")[:3]
    page = visit.page(
        "publishing/gone.html",
        410,
        title=_texts(refused.facts.get("title")),
        reason=_texts(refused.facts.get("reason")),
        withdrawn_at=_moment(refused.facts.get("withdrawn_at")),
        publishing="/".join([*path, "publishing"]) if path[1:2] == ["reports"] else "",
    )
    page.headers["Cache-Control"] = "public, max-age=60" if visit.session is None else "no-store"
    return page


def _texts(value: Any) -> dict[str, str]:
    held = value if isinstance(value, Mapping) else {}
    return {each: str(held[each]) for each in LANGUAGES if held.get(each)}


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
