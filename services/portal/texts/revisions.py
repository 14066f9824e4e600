"""What a section said before: every save, what it changed, and the way back to it."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.pages import SignedIn
from services.portal.texts import words
from services.portal.texts.section import SECTION, Key
from shared.ids import Id
from shared.model import Language

router = APIRouter()
REVISIONS = SECTION + "/revisions"


@router.get(REVISIONS)
async def listed(
    *, visit: SignedIn, report_id: Id, key: Key, written_in: Language, after: str = "", done: str = ""
) -> HTMLResponse:
    """List the saves of a section, newest first."""
    texts = visit.services.texts
    desk = await texts.desk(report_id, key, written_in)
    found = await texts.revisions(report_id, key, written_in, after=after)
    return visit.page("texts/revisions.html", report_id=report_id, desk=desk, found=found, done=done, terms=words)


@router.get(REVISIONS + "/{number}")
async def one(
    *, visit: SignedIn, report_id: Id, key: Key, written_in: Language, number: int, since: int = 0
) -> HTMLResponse:
    """Show one save and what it changed, by words."""
    texts = visit.services.texts
    desk = await texts.desk(report_id, key, written_in)
    found = await texts.revision(report_id, key, written_in, number, since=max(since, 0))
    return visit.page("texts/revision.html", report_id=report_id, desk=desk, revision=found, errors={}, terms=words)


@router.post(REVISIONS + "/{number}/restore")
async def restore(visit: SignedIn, report_id: Id, key: Key, written_in: Language, number: int) -> Response:
    """Save an older text anew."""
    form = await visit.form()
    seen = str(form.get("revision", ""))
    texts = visit.services.texts
    if not seen.isdecimal() or len(seen) > 9:
        raise Refused(422)
    try:
        await texts.restore(report_id, key, written_in, number, revision=int(seen))
    except Refused as refused:
        if refused.status != 412:
            raise
        desk = await texts.desk(report_id, key, written_in)
        found = await texts.revision(report_id, key, written_in, number)
        errors = {"form": visit.say("Somebody else saved in the meantime. Look at the newest text first.")}
        return visit.page(
            "texts/revision.html", 412, report_id=report_id, desk=desk, revision=found, errors=errors, terms=words
        )
    return visit.go(f"/reports/{report_id}/sections/{key}/{written_in}", done="restored")
