"""Whom a draft is for: choose them as for a meeting, look at exactly who that is, and keep them in the draft."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.activities.places import region_names
from services.portal.clients.agenda import Draft
from services.portal.clients.base import Refused
from services.portal.invitations import query as queries
from services.portal.invitations import terms
from services.portal.invitations.inviting import NAMED, errors_of, is_editing, regions_named
from services.portal.invitations.query import Query
from services.portal.invitations.routes import names_of
from services.portal.meetings import audience as audiences
from services.portal.meetings.audience import Audience, Choice
from services.portal.pages import Coordinator, Visit
from services.portal.registry.names import named, organisation_names
from shared.ids import Id

router = APIRouter()

SAID = (
    "title",
    "text",
    "place",
    "link",
    "time_zone",
    "languages",
    "series",
    "series_id",
    "form",
    "closed",
    "capacity",
    "reminders",
)
"""What a draft says beside its audience: it stays as it is."""


@router.get("/{language}/meetings/{meeting_id}/audience")
async def show(visit: Coordinator, meeting_id: Id) -> HTMLResponse:
    """Show whom a draft is for, to be changed."""
    draft = await visit.services.agendas.draft(meeting_id)
    return await _form(visit, draft, await _query(visit, draft.audience))


@router.post("/{language}/meetings/{meeting_id}/audience")
async def change(visit: Coordinator, meeting_id: Id) -> Response:
    """Add or drop a step, search, look at who that is, or keep them: whichever button was pressed."""
    form, draft = await visit.form(), await visit.services.agendas.draft(meeting_id)
    query, pressed = queries.read(form, await regions_named(visit, form)), str(form.get("step", ""))
    if errors := errors_of(visit, query, pressed):
        return await _form(visit, draft, query, errors)
    if is_editing(pressed):
        return await _form(visit, draft, query, search=pressed == "find")
    try:
        if pressed == "send":
            command = {**draft.model_dump(include=set(SAID)), "audience": query.command()}
            await visit.services.agendas.change_draft(meeting_id, command, revision=draft.revision)
            return visit.go(f"/meetings/{meeting_id}", done="saved")
        return await _preview(visit, draft, query, after=str(form.get("after", "")))
    except Refused as refused:
        if refused.status not in (400, 409, 412, 422):
            raise
        return await _form(visit, draft, query, {"kinds": visit.why(refused.code, "This cannot be accepted as it is.")})


async def _query(visit: Visit, kept: dict[str, Any]) -> Query:
    """Return the form that means the audience which was ``kept``."""
    people, organisations = kept.get("person_ids", []), kept.get("organisation_ids", [])
    names = await names_of(visit, people)
    called = await named(visit, organisations)
    lists = Audience(
        kinds=list(kept.get("organisation_kinds", [])),
        coalitions=list(kept.get("coalition_ids", [])),
        organisations=[Choice(f"{each} {called.get(each, each)}") for each in organisations],
        people=[Choice(f"{each} {names[each].display_name if each in names else each}") for each in people],
    )
    steps = [{name: value for name, value in each.items() if value} for each in kept.get("clauses", [])]
    return Query(lists, steps=steps, left_out=list(kept.get("left_out_ids", [])))


async def _form(
    visit: Visit, draft: Draft, query: Query, errors: dict[str, str] | None = None, *, search: bool = False
) -> HTMLResponse:
    await audiences.offer(visit, query.lists, search=search)
    return visit.page(
        "agenda/audience.html",
        422 if errors else 200,
        meeting=draft,
        preview=None,
        query=query,
        audience=query.lists,
        errors=errors or {},
        terms=terms,
        regions=await region_names(visit, query.regions),
    )


async def _preview(visit: Visit, draft: Draft, query: Query, *, after: str) -> HTMLResponse:
    found = await visit.services.invitations.people(query.command(), limit=NAMED, after=after)
    names = await names_of(visit, [each.person_id for each in found.items])
    return visit.page(
        "agenda/audience.html",
        meeting=draft,
        query=query,
        preview=await visit.services.meetings.preview(query.command()),
        found=found,
        names=names,
        organisations=await organisation_names(visit, names.values()),
        left_out=await names_of(visit, query.left_out),
        errors={},
        terms=terms,
    )
