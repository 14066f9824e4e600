"""Inviting: build a query, look at exactly who that is and why, leave somebody out, and only then send."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.activities.places import region_names
from services.portal.clients.base import Page, Refused
from services.portal.clients.invitations import Guest
from services.portal.clients.meetings import Preview
from services.portal.invitations import query as queries
from services.portal.invitations import terms
from services.portal.invitations.query import Query
from services.portal.invitations.routes import names_of
from services.portal.meetings import audience as audiences
from services.portal.meetings.audience import Audience
from services.portal.pages import Coordinator, Visit
from services.portal.registry.names import organisation_names
from shared.ids import Id

router = APIRouter()

NAMED = 100  # people on one page of the preview


@router.get("/{language}/meetings/{meeting_id}/invite")
async def choose(visit: Coordinator, meeting_id: Id) -> HTMLResponse:
    """Show the form on which people are chosen."""
    return await _form(visit, meeting_id, Query(Audience()))


@router.post("/{language}/meetings/{meeting_id}/invite")
async def invite(visit: Coordinator, meeting_id: Id) -> Response:
    """Add or drop a step, search, look at who that is, or invite them: whichever button was pressed."""
    form = await visit.form()
    query, pressed = queries.read(form, await regions_named(visit, form)), str(form.get("step", ""))
    if errors := errors_of(visit, query, pressed):
        return await _form(visit, meeting_id, query, errors)
    if is_editing(pressed):
        return await _form(visit, meeting_id, query, search=pressed == "find")
    try:
        if pressed == "send":
            key = str(form.get("key", ""))[:100] or None
            await visit.services.meetings.invite(meeting_id, query.command(), key=key)
            return visit.go(f"/meetings/{meeting_id}/answers", done="invited")
        return await _preview(visit, meeting_id, query, after=str(form.get("after", "")))
    except Refused as refused:
        if refused.status not in (400, 409, 422):
            raise
        wrong = visit.why(refused.code, "This cannot be accepted as it is.")
        return await _form(visit, meeting_id, query, {"kinds": wrong})


async def regions_named(visit: Visit, form: FormData) -> dict[str, str]:
    """Return the codes of the regions that are written by name on a form."""
    written = [each for each in queries.regions_written(form) if not all(map(queries.REGION.match, each.split()))]
    found = await asyncio.gather(*(visit.services.activities.region_called(each) for each in written))
    return {name: region.code for name, region in zip(written, found, strict=True) if region is not None}


def is_editing(pressed: str) -> bool:
    """Whether a button changes what is on the form, and shows it again."""
    return pressed in ("find", "add", "edit") or pressed.startswith("drop-")


def errors_of(visit: Visit, query: Query, pressed: str) -> dict[str, str]:
    """Return what is wrong with the query on a form, by field."""
    if query.wrong_regions:
        return {"step-regions": visit.say("Write regions by their names or codes, divided by commas: Hrodna, PL-14.")}
    if query.half:
        return {"step-themes": visit.say("Choose something in this step.")}
    return {"kinds": visit.why("audience-empty", "")} if query.empty and not is_editing(pressed) else {}


async def _form(
    visit: Visit, meeting_id: str, query: Query, errors: dict[str, str] | None = None, *, search: bool = False
) -> HTMLResponse:
    await audiences.offer(visit, query.lists, search=search)
    return visit.page(
        "meetings/invite.html",
        422 if errors else 200,
        meeting=await visit.services.meetings.one(meeting_id),
        query=query,
        audience=query.lists,
        errors=errors or {},
        terms=terms,
        regions=await region_names(visit, query.regions),
    )


async def _preview(visit: Visit, meeting_id: str, query: Query, *, after: str) -> HTMLResponse:
    """Show how many, in which languages, and exactly who, a page at a time."""
    counts: Preview = await visit.services.meetings.preview(query.command(), meeting_id=meeting_id)
    found: Page[Guest] = await visit.services.invitations.people(
        query.command(), meeting_id=meeting_id, limit=NAMED, after=after
    )
    names = await names_of(visit, [each.person_id for each in found.items])
    return visit.page(
        "invitations/who.html",
        meeting=await visit.services.meetings.one(meeting_id),
        query=query,
        preview=counts,
        found=found,
        names=names,
        organisations=await organisation_names(visit, names.values()),
        left_out=await names_of(visit, query.left_out),
        errors={},
        terms=terms,
    )
