"""Changing a meeting that people are invited to: move it, call it off."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.meetings import Meeting
from services.portal.meetings.forms import Entry, as_it_is, read_cancel, read_move, take_errors, zones_for
from services.portal.pages import Coordinator, Visit
from services.portal.words import REFUSALS
from shared.ids import Id

router = APIRouter()


@router.get("/{language}/meetings/{meeting_id}/change")
async def show(visit: Coordinator, meeting_id: Id) -> HTMLResponse:
    """Show the forms that move a meeting and call it off."""
    meeting = await visit.services.meetings.one(meeting_id)
    return await _change(visit, meeting, as_it_is(meeting))


@router.post("/{language}/meetings/{meeting_id}/move")
async def move(visit: Coordinator, meeting_id: Id) -> Response:
    """Move a meeting and tell everybody invited."""
    form = await visit.form()
    entry = read_move(visit, form)
    if not entry.errors:
        try:
            await visit.services.meetings.reschedule(meeting_id, entry.command, key=str(form.get("key", "")) or None)
            return visit.go(f"/meetings/{meeting_id}", done="moved")
        except Refused as refused:
            _take(visit, entry, refused)
    return await _change(visit, await visit.services.meetings.one(meeting_id), entry, status=422)


@router.post("/{language}/meetings/{meeting_id}/cancel")
async def cancel(visit: Coordinator, meeting_id: Id) -> Response:
    """Call a meeting off and tell everybody invited."""
    form = await visit.form()
    entry = read_cancel(form)
    key = str(form.get("key", "")) or None
    await visit.services.meetings.cancel(meeting_id, entry.command, key=key)
    return visit.go(f"/meetings/{meeting_id}", done="cancelled")


async def _change(visit: Visit, meeting: Meeting, entry: Entry, *, status: int = 200) -> HTMLResponse:
    zones = zones_for(entry)
    return visit.page("meetings/change.html", status, meeting=meeting, entry=entry, errors=entry.errors, zones=zones)


def _take(visit: Visit, entry: Entry, refused: Refused) -> None:
    """Bring a refusal to the fields; what is not about a field is raised again."""
    if refused.status not in (400, 409, 422):
        raise refused
    take_errors(visit, entry, refused.errors)
    if not entry.errors:
        entry.errors["form"] = visit.why(refused.code, REFUSALS["meeting-not-valid"])
