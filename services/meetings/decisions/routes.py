"""Decisions over HTTP: the board, one decision, its tasks, and what is late."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.meetings.decisions import actions, store
from services.meetings.decisions.domain import (
    AssignTask,
    ChangeDecision,
    CommissionReport,
    Decision,
    MoveDecision,
    MoveTask,
    TakeDecision,
)
from services.meetings.decisions.store import Which
from services.meetings.decisions.views import DecisionView, view
from shared.auth import Actor, Coordinator, Member
from shared.ids import Id, utc_now
from shared.paging import Page, PagingOf
from shared.storage import Document
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(tags=["decisions"])


def _shown(decision: Decision, actor: Actor, response: Response | None = None) -> DecisionView:
    if response is not None:
        versioned(response, decision)
    return view(decision, actor, today=utc_now().date())


@router.post("/meetings/{meeting_id}/decisions", status_code=201)
async def take_decision(
    meeting_id: Id, command: TakeDecision, actor: Coordinator, storage: StorageOf, response: Response
) -> DecisionView:
    """Write down what a meeting decided, and tell whoever answers for it."""
    decision = await storage.transact(actions.take_decision, meeting_id, command, by=actor)
    response.headers["Location"] = f"/decisions/{decision.id}"
    return _shown(decision, actor, response)


@router.get("/meetings/{meeting_id}/decisions")
async def list_decisions_of_meeting(meeting_id: Id, actor: Member, storage: StorageOf) -> Page[DecisionView]:
    """List what a meeting decided, for coordinators and the invited."""
    found = await actions.of_meeting(storage.reader, meeting_id, by=actor)
    return Page(items=[_shown(each, actor) for each in found])


@router.get("/meetings/{meeting_id}/overdue")
async def list_overdue(meeting_id: Id, actor: Member, storage: StorageOf) -> Page[DecisionView]:
    """List what is late in the series of a meeting: what its agenda takes up by itself."""
    found = await actions.overdue_for(storage.reader, meeting_id, by=actor, today=utc_now().date())
    return Page(items=[_shown(each, actor) for each in found])


@router.get("/decisions")
async def list_decisions(
    *,
    actor: Coordinator,
    storage: StorageOf,
    paging: PagingOf,
    which: Which = "open",
    organisation_id: Annotated[Id | None, Query()] = None,
    meeting_id: Annotated[Id | None, Query()] = None,
) -> Page[DecisionView]:
    """List decisions for coordinators, those due first before others."""
    where: list[Document] = [store.which_filter(which, utc_now().date())]
    if organisation_id is not None:
        where.append({"$or": [{"owner_id": organisation_id}, {"tasks.organisation_id": organisation_id}]})
    if meeting_id is not None:
        where.append({"meeting_id": meeting_id})
    found = await store.page(storage.reader, {"$and": where}, paging=paging)
    return Page(items=[_shown(each, actor) for each in found.items], next=found.next)


@router.get("/my/decisions")
async def list_my_decisions(
    actor: Member, storage: StorageOf, paging: PagingOf, which: Which = "open"
) -> Page[DecisionView]:
    """List what the caller and their organisations have to carry out, what is late first."""
    mine = store.of(actor.person_id, actor.organisation_ids)
    where = {"$and": [mine, store.which_filter(which, utc_now().date())]}
    found = await store.page(storage.reader, where, paging=paging)
    return Page(items=[_shown(each, actor) for each in found.items], next=found.next)


@router.get("/decisions/{decision_id}")
async def read_decision(decision_id: Id, actor: Member, storage: StorageOf, response: Response) -> DecisionView:
    """Show a decision to those who carry it out, who were invited, or who coordinate."""
    return _shown(await actions.read_decision(storage.reader, decision_id, by=actor), actor, response)


@router.put("/decisions/{decision_id}")
async def change_decision(
    *,
    decision_id: Id,
    command: ChangeDecision,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> DecisionView:
    """Replace what a decision says, whose it is and until when; a new owner is told."""
    decision = await storage.transact(actions.change_decision, decision_id, command, seen=seen, by=actor)
    return _shown(decision, actor, response)


@router.put("/decisions/{decision_id}/state")
async def move_decision(
    *,
    decision_id: Id,
    command: MoveDecision,
    actor: Member,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> DecisionView:
    """Say how far a decision is: by whoever carries it out, or a coordinator."""
    decision = await storage.transact(actions.move_decision, decision_id, command, seen=seen, by=actor)
    return _shown(decision, actor, response)


@router.post("/decisions/{decision_id}/commission")
async def commission_report(
    *,
    decision_id: Id,
    command: CommissionReport,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> DecisionView:
    """Have a decision commission a report, which is begun within moments."""
    decision = await storage.transact(actions.commission_report, decision_id, command, seen=seen, by=actor)
    return _shown(decision, actor, response)


@router.post("/decisions/{decision_id}/tasks", status_code=201)
async def assign_task(
    *,
    decision_id: Id,
    command: AssignTask,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> DecisionView:
    """Give a piece of a decision to an organisation or a person, and tell them."""
    decision = await storage.transact(actions.assign_task, decision_id, command, seen=seen, by=actor)
    return _shown(decision, actor, response)


@router.put("/decisions/{decision_id}/tasks/{task_id}/state")
async def move_task(
    *, decision_id: Id, task_id: Id, command: MoveTask, actor: Member, storage: StorageOf, response: Response
) -> DecisionView:
    """Say that a task is done, dropped, or open after all: by whoever does it, or a coordinator."""
    decision = await storage.transact(actions.move_task, decision_id, task_id, command, by=actor)
    return _shown(decision, actor, response)
