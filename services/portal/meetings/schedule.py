"""Scheduling a meeting: write it, choose whom, look at what each language will read, and only then send."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.agenda.parts import names_of, series_offered
from services.portal.clients.base import Refused
from services.portal.clients.meetings import Meeting
from services.portal.meetings import audience as audiences
from services.portal.meetings.audience import Audience
from services.portal.meetings.forms import Entry, blank, capacity, read_draft, read_schedule, take_errors, zones_for
from services.portal.pages import Coordinator, Visit
from services.portal.words import REFUSALS

router = APIRouter()

NAMED = 100  # people on one page of the preview


@router.get("/{language}/meetings/new")
async def show(visit: Coordinator) -> HTMLResponse:
    """Show the empty form."""
    return await _form(visit, blank(visit), Audience())


@router.post("/{language}/meetings/new")
async def step(visit: Coordinator) -> Response:
    """Search for people, preview, go back to editing, or send: whichever button was pressed."""
    form = await visit.form()
    entry, audience, wanted = read_schedule(visit, form), audiences.read(form), form.get("step", "preview")
    if wanted == "draft":
        return await _keep(visit, form, audience)
    if wanted in ("find", "edit"):
        entry.errors.clear()  # half-written is no error yet
        return await _form(visit, entry, audience, search=wanted == "find")
    if audience.empty:
        entry.errors["kinds"] = visit.why("audience-empty", "")
    if entry.errors:
        return await _form(visit, entry, audience, status=422)
    try:
        if wanted == "send":
            key = str(form.get("key", ""))[:100] or None
            command = {**entry.command, "audience": audience.command()}
            meeting = await visit.services.meetings.schedule(command, key=key)
            return visit.go(f"/meetings/{meeting.id}", done="scheduled")
        return await _preview(visit, form, entry, audience)
    except Refused as refused:
        if refused.status not in (400, 409, 422):
            raise
        take_errors(visit, entry, refused.errors)
        entry.errors = entry.errors or {"form": visit.why(refused.code, REFUSALS["meeting-not-valid"])}
        return await _form(visit, entry, audience, status=422)


async def _keep(visit: Visit, form: FormData, audience: Audience) -> Response:
    """Keep what is written as a draft: without a date, and nobody is told."""
    entry, key = read_draft(visit, form), str(form.get("key", ""))[:100] or None
    entry.command["capacity"] = capacity(visit, entry)
    if not entry.errors:
        try:
            command = {**entry.command, "audience": audience.command()}
            draft = await visit.services.agendas.begin_draft(command, key=key)
            return visit.go(f"/meetings/{draft.id}", done="drafted")
        except Refused as refused:
            if refused.status not in (400, 409, 422):
                raise
            take_errors(visit, entry, refused.errors)
            entry.errors = entry.errors or {"form": visit.why(refused.code, REFUSALS["meeting-not-valid"])}
    return await _form(visit, entry, audience, status=422)


async def _form(
    visit: Visit, entry: Entry, audience: Audience, *, search: bool = False, status: int = 200
) -> HTMLResponse:
    await audiences.offer(visit, audience, search=search)
    return visit.page(
        "meetings/new.html",
        status,
        entry=entry,
        errors=entry.errors,
        audience=audience,
        zones=zones_for(entry),
        series=await series_offered(visit),
    )


async def _preview(visit: Visit, form: FormData, entry: Entry, audience: Audience) -> HTMLResponse:
    preview = await visit.services.meetings.preview(audience.command())
    after = str(form.get("after", ""))
    found = await visit.services.invitations.people(audience.command(), limit=NAMED, after=after)
    meeting = Meeting.model_validate({**entry.command, "id": ""})
    kept = [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in ("step", "key", "after")
    ]
    return visit.page(
        "meetings/preview.html",
        meeting=meeting,
        preview=preview,
        found=found,
        after=after,
        names=await names_of(visit, [each.person_id for each in found.items]),
        kept=kept,
    )
