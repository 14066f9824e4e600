"""Correcting what a scheduled meeting says: title, text, languages and series, with everything it said before."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.agenda.parts import names_of, series_offered
from services.portal.clients.base import Refused
from services.portal.clients.meetings import Meeting
from services.portal.languages import N_
from services.portal.meetings.forms import Entry, read_draft, take_errors
from services.portal.numbers import revision
from services.portal.pages import Coordinator, Visit
from services.portal.words import REFUSALS
from shared.ids import Id, utc_now

router = APIRouter()

SAID = ("title", "text", "languages", "series", "series_id")
FIELDS = {
    "title": N_("Title"),
    "text": N_("What it is about"),
    "languages": N_("Languages spoken there"),
    "series": N_("Series"),
}
SHOWN = 50  # corrections: more of one meeting nobody reads


@router.get("/{language}/meetings/{meeting_id}/wording")
async def show(visit: Coordinator, meeting_id: Id) -> HTMLResponse:
    """Show what a meeting says, to be put right, and what it said before."""
    meeting = await visit.services.meetings.one(meeting_id)
    values = {f"title-{each}": text for each, text in meeting.title.items()}
    values |= {f"text-{each}": text for each, text in meeting.text.items()}
    values |= {"series": meeting.series or "", "series_id": meeting.series_id or ""}
    return await _page(visit, meeting, Entry(values, list(meeting.languages)))


@router.post("/{language}/meetings/{meeting_id}/wording")
async def correct(visit: Coordinator, meeting_id: Id) -> Response:
    """Correct what a meeting says, and tell everybody if that is wanted."""
    form = await visit.form()
    entry = _read(visit, form)
    if not entry.errors:
        try:
            await visit.services.meetings.correct(meeting_id, entry.command, revision=revision(form))
            return visit.go(f"/meetings/{meeting_id}", done="corrected-told" if entry.command["tell"] else "corrected")
        except Refused as refused:
            if refused.status not in (400, 409, 412, 422):
                raise
            take_errors(visit, entry, refused.errors)
            entry.errors = entry.errors or {"form": visit.why(refused.code, REFUSALS["meeting-not-valid"])}
    return await _page(visit, await visit.services.meetings.one(meeting_id), entry, status=422)


def _read(visit: Visit, form: FormData) -> Entry:
    entry = read_draft(visit, form)
    entry.errors = {name: text for name, text in entry.errors.items() if name.partition("-")[0] in SAID}
    entry.command = {**{name: entry.command[name] for name in SAID}, "tell": entry.value("tell") == "yes"}
    return entry


async def _page(visit: Visit, meeting: Meeting, entry: Entry, *, status: int = 200) -> HTMLResponse:
    log = (await visit.services.meetings.corrections(meeting.id, limit=SHOWN)).items
    return visit.page(
        "meetings/wording.html",
        status,
        meeting=meeting,
        entry=entry,
        errors=entry.errors,
        series=await series_offered(visit),
        can_tell=meeting.state == "scheduled" and meeting.starts_at > utc_now(),
        log=log,
        fields=FIELDS,
        names=await names_of(visit, [each.by for each in log if each.by]),
    )
