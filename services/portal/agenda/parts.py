"""What several of these pages need: the meeting or draft they are about, and what is around it."""

import asyncio
from dataclasses import dataclass
from typing import Any

from services.portal.agenda.times import Calendar
from services.portal.clients.agenda import Agenda, Document, Draft, Series
from services.portal.clients.base import Down, Page, Refused
from services.portal.clients.meetings import Meeting
from services.portal.clients.registry import Person
from services.portal.pages import Visit


async def owner_of(visit: Visit, meeting_id: str) -> Meeting | Draft:
    """Return the meeting, or for coordinators the draft that will be one.  Raises `Refused` with 404."""
    try:
        return await visit.services.meetings.one(meeting_id)
    except Refused as refused:
        if refused.status != 404 or visit.session is None or not visit.session.may_look:
            raise
    return await visit.services.agendas.draft(meeting_id)


@dataclass(frozen=True, slots=True)
class Around:
    """What is around a meeting, as far as it can be had: a page is shown without the rest."""

    agenda: Agenda | None = None
    documents: tuple[Document, ...] = ()
    attendance: Any = None
    series: Any = None


async def around(visit: Visit, meeting: Meeting) -> Around:
    """Return agenda, documents, attendance and series of a meeting."""
    agendas = visit.services.agendas
    coordinating = visit.session is not None and visit.session.may_look
    agenda, documents, attendance, series = await asyncio.gather(
        _or_none(agendas.agenda(meeting.id)),
        _or_none(agendas.documents(meeting.id)),
        _or_none(agendas.attendance(meeting.id)),
        _or_none(agendas.series(meeting.series_id)) if meeting.series_id and coordinating else _nothing(),
    )
    there = tuple(each for each in documents or () if each.size is not None)
    return Around(agenda, there, attendance, series)


async def drafts_kept(visit: Visit, *, limit: int) -> list[Draft]:
    """Return the drafts; nothing when they cannot be had now."""
    found: Page[Draft] | None = await _or_none(visit.services.agendas.drafts(limit=limit))
    return found.items if found else []


async def series_offered(visit: Visit) -> list[Series]:
    """Return the series that a meeting may belong to; nothing when they cannot be had now."""
    found: Page[Series] | None = await _or_none(visit.services.agendas.all_series())
    return found.items if found else []


async def names_of(visit: Visit, person_ids: list[str]) -> dict[str, Person]:
    """Return people by id, for coordinators; operators, who look after machines, see no names."""
    if visit.session is None or not visit.session.may_coordinate:
        return {}
    wanted = [each for each in dict.fromkeys(person_ids) if each]
    return await visit.services.registry.look_up(wanted) if wanted else {}


def calendar_of(owner: Meeting | Draft) -> Calendar:
    """Return on which days the sessions of a meeting or draft are."""
    return Calendar(owner)


async def _or_none(asked: Any) -> Any:
    try:
        return await asked
    except (Down, Refused):
        return None


async def _nothing() -> None:
    return None
