"""Incidents over HTTP, for those who write the report."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from services.reports.evidence.finding import FindingOf
from services.reports.evidence.incidents import actions, store
from services.reports.evidence.incidents.domain import RecordIncident, State, WithdrawIncident
from services.reports.evidence.incidents.store import INCIDENTS, which
from services.reports.evidence.incidents.views import IncidentOpened, IncidentView, opened, view
from services.reports.evidence.looking import looker
from shared.auth import Member
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Command, Text
from shared.paging import Page, PagingOf
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/reports/{report_id}/incidents", tags=["evidence"])
NO_STORE = {"Cache-Control": "no-store"}


class OpenEvidence(Command):
    """Say why you must see what is protected: the log of custody keeps it with your name."""

    reason: Annotated[Text, Field(min_length=3, max_length=500)]


@router.post("", status_code=201)
async def record_incident(
    report_id: Id, command: RecordIncident, actor: Member, storage: StorageOf, response: Response
) -> IncidentView:
    """Say what happened, with its acts, victims, perpetrators and sources."""
    by = await looker(storage.reader, actor, report_id)
    incident = await storage.transact(actions.record_incident, report_id, command, by=by)
    versioned(response, incident)
    response.headers["Location"] = f"/reports/{report_id}/incidents/{incident.id}"
    return view(incident, by.sight, by=by.person_id)


@router.get("")
async def list_incidents(
    *,
    report_id: Id,
    actor: Member,
    storage: StorageOf,
    paging: PagingOf,
    finding: FindingOf,
    response: Response,
    theme: Annotated[Theme | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
) -> Page[IncidentView]:
    """List a report's incidents, newest first; of what is not for the caller, only that it is there."""
    by = await looker(storage.reader, actor, report_id)
    response.headers.update(NO_STORE)
    where = which(report_id, state=state, theme=theme)
    found = await store.page(storage.reader, where, finding, by.sight, after=paging.after, limit=paging.limit)
    return Page(items=[view(each, by.sight, by=by.person_id) for each in found.items], next=found.next)


@router.get("/{incident_id}")
async def show_incident(
    report_id: Id, incident_id: Id, actor: Member, storage: StorageOf, response: Response
) -> IncidentView:
    """Show one incident, as far as it is for the caller."""
    by = await looker(storage.reader, actor, report_id)
    incident = await INCIDENTS.get(storage.reader, report_id, incident_id)
    response.headers.update(NO_STORE)
    versioned(response, incident)
    return view(incident, by.sight, by=by.person_id)


@router.put("/{incident_id}")
async def change_incident(
    *,
    report_id: Id,
    incident_id: Id,
    command: RecordIncident,
    actor: Member,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> IncidentView:
    """Say anew what happened; what is counted from it is counted anew."""
    by = await looker(storage.reader, actor, report_id)
    incident = await storage.transact(actions.change_incident, report_id, incident_id, command, seen=seen, by=by)
    versioned(response, incident)
    return view(incident, by.sight, by=by.person_id)


@router.post("/{incident_id}/opening")
async def open_incident(
    *, report_id: Id, incident_id: Id, command: OpenEvidence, actor: Member, storage: StorageOf, response: Response
) -> IncidentOpened:
    """Show all of an incident, to editors and to whoever recorded it; the log of custody says who saw it and why."""
    by = await looker(storage.reader, actor, report_id)
    incident = await storage.transact(actions.open_incident, report_id, incident_id, reason=command.reason, by=by)
    response.headers.update(NO_STORE)
    versioned(response, incident)
    return opened(incident, by=by.person_id)


@router.post("/{incident_id}/withdrawal")
async def withdraw_incident(
    report_id: Id, incident_id: Id, command: WithdrawIncident, actor: Member, storage: StorageOf
) -> IncidentView:
    """Take an incident out of the evidence; it is counted no more, and can be had back."""
    by = await looker(storage.reader, actor, report_id)
    incident = await storage.transact(actions.withdraw_incident, report_id, incident_id, command, by=by)
    return view(incident, by.sight, by=by.person_id)


@router.post("/{incident_id}/restoration")
async def restore_incident(report_id: Id, incident_id: Id, actor: Member, storage: StorageOf) -> IncidentView:
    """Have a withdrawn incident back."""
    by = await looker(storage.reader, actor, report_id)
    incident = await storage.transact(actions.restore_incident, report_id, incident_id, by=by)
    return view(incident, by.sight, by=by.person_id)
