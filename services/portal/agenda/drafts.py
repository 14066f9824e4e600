"""Drafts and what becomes of a meeting: its date, its copy, its postponement, its Chatham House rule."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.agenda import words
from services.portal.agenda.parts import names_of, series_offered
from services.portal.clients.agenda import Draft
from services.portal.clients.base import Refused
from services.portal.invitations.routes import OFFERED_DAYS
from services.portal.meetings.forms import Entry, capacity, read_cancel, read_draft, read_times, take_errors, zones_for
from services.portal.numbers import revision
from services.portal.pages import Coordinator, Visit
from services.portal.words import REFUSALS
from shared.ids import Id

router = APIRouter()

NAMED = 100  # people of the audience on one page


@router.post("/{language}/meetings/{meeting_id}/copy")
async def copy(visit: Coordinator, meeting_id: Id) -> Response:
    """Begin the next meeting like this one."""
    key = str((await visit.form()).get("key", ""))[:100] or None
    draft = await visit.services.agendas.copy(meeting_id, key=key)
    return visit.go(f"/meetings/{draft.id}", done="copied")


async def page(
    visit: Visit, draft: Draft, *, entry: Entry | None = None, done: str = "", after: str = "", status: int = 200
) -> HTMLResponse:
    """Show a draft: what it says, its agenda, and the form that gives it a date."""
    entry = entry or Entry(values={"time_zone": draft.time_zone})
    agenda = await visit.services.agendas.agenda(draft.id)
    preview = await visit.services.meetings.preview(draft.audience) if draft.audience else None
    invitations = visit.services.invitations
    found = await invitations.people(draft.audience, limit=NAMED, after=after) if draft.audience else None
    return visit.page(
        "agenda/draft.html",
        status,
        meeting=draft,
        agenda=agenda,
        preview=preview,
        found=found,
        names=await names_of(visit, [each.person_id for each in found.items]) if found else {},
        after=after,
        entry=entry,
        errors=entry.errors,
        terms=words,
        done=done,
    )


@router.post("/{language}/meetings/{meeting_id}/schedule")
async def schedule(visit: Coordinator, meeting_id: Id) -> Response:
    """Give a draft its date: its audience is invited."""
    form, draft = await visit.form(), await visit.services.agendas.draft(meeting_id)
    entry = read_times(visit, form, zone=draft.time_zone)
    if not entry.errors:
        try:
            key = str(form.get("key", ""))[:100] or None
            await visit.services.agendas.schedule_draft(meeting_id, entry.command, key=key)
            return visit.go(f"/meetings/{meeting_id}", done="scheduled")
        except Refused as refused:
            _take(visit, entry, refused)
    return await page(visit, draft, entry=entry, status=422)


@router.get("/{language}/meetings/{meeting_id}/plan")
async def plan(visit: Coordinator, meeting_id: Id) -> HTMLResponse:
    """Show the form that changes what a draft says."""
    draft = await visit.services.agendas.draft(meeting_id)
    words_of = {f"title-{each}": text for each, text in draft.title.items()}
    words_of |= {f"text-{each}": text for each, text in draft.text.items()}
    values = {**words_of, "place": draft.place, "link": draft.link, "time_zone": draft.time_zone}
    values |= {"series": draft.series or "", "series_id": draft.series_id or ""}
    values |= {"closed": "yes" if draft.closed else "", "capacity": str(draft.capacity or "")}
    return await _plan(visit, draft, Entry(values, list(draft.languages)), days=_days(draft))


@router.post("/{language}/meetings/{meeting_id}/plan")
async def change(visit: Coordinator, meeting_id: Id) -> Response:
    """Change what a draft says."""
    form, draft = await visit.form(), await visit.services.agendas.draft(meeting_id)
    entry = read_draft(visit, form)
    room = capacity(visit, entry)
    days = [each for each in _offered(draft) if str(each) in form.getlist("days")]
    if not entry.errors:
        try:
            reminders = {"days_before": days, "moved": draft.reminders.moved if draft.reminders else False}
            command = {**entry.command, "audience": draft.audience, "capacity": room, "reminders": reminders}
            await visit.services.agendas.change_draft(meeting_id, command, revision=revision(form))
            return visit.go(f"/meetings/{meeting_id}", done="saved")
        except Refused as refused:
            _take(visit, entry, refused)
    return await _plan(visit, draft, entry, days=days, status=422)


@router.post("/{language}/meetings/{meeting_id}/discard")
async def discard(visit: Coordinator, meeting_id: Id) -> Response:
    """Take a draft away."""
    await visit.services.agendas.discard_draft(meeting_id)
    return visit.go("/meetings", done="discarded")


@router.post("/{language}/meetings/{meeting_id}/postpone")
async def postpone(visit: Coordinator, meeting_id: Id) -> Response:
    """Take the date from a meeting and tell everybody."""
    form = await visit.form()
    entry, key = read_cancel(form), str(form.get("key", ""))[:100] or None
    await visit.services.agendas.postpone(meeting_id, entry.command, key=key)
    return visit.go(f"/meetings/{meeting_id}", done="postponed")


@router.post("/{language}/meetings/{meeting_id}/closed")
async def close(visit: Coordinator, meeting_id: Id) -> Response:
    """Put a meeting under the Chatham House rule, or no longer."""
    await visit.services.agendas.close(meeting_id, (await visit.form()).get("closed") == "yes")
    return visit.go(f"/meetings/{meeting_id}", done="saved")


@router.post("/{language}/meetings/{meeting_id}/held")
async def conclude(visit: Coordinator, meeting_id: Id) -> Response:
    """Note that a meeting took place."""
    await visit.services.agendas.conclude(meeting_id)
    return visit.go(f"/meetings/{meeting_id}", done="saved")


def _days(draft: Draft) -> list[int]:
    return draft.reminders.days_before if draft.reminders else []


def _offered(draft: Draft) -> list[int]:
    return sorted({*OFFERED_DAYS, *_days(draft)}, reverse=True)


async def _plan(visit: Visit, draft: Draft, entry: Entry, *, days: list[int], status: int = 200) -> HTMLResponse:
    series = await series_offered(visit)
    return visit.page(
        "agenda/plan.html",
        status,
        meeting=draft,
        entry=entry,
        errors=entry.errors,
        zones=zones_for(entry),
        series=series,
        offered_days=_offered(draft),
        days_chosen=days,
    )


def _take(visit: Visit, entry: Entry, refused: Refused) -> None:
    if refused.status not in (400, 409, 412, 422):
        raise refused
    take_errors(visit, entry, refused.errors)
    entry.errors = entry.errors or {"form": visit.why(refused.code, REFUSALS["meeting-not-valid"])}
