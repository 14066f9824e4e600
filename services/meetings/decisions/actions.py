"""Decisions: fetch, decide, write, tell."""

from datetime import date, datetime

from services.meetings.agenda import actions as agenda
from services.meetings.decisions import domain, store, telling
from services.meetings.decisions.domain import (
    AssignTask,
    ChangeDecision,
    CommissionReport,
    Decision,
    MoveDecision,
    MoveTask,
    TakeDecision,
    Task,
)
from services.meetings.decisions.lapsing import lapses
from services.meetings.decisions.store import DECISIONS
from services.meetings.invitations import store as invited
from services.meetings.meetings import actions as meetings
from services.meetings.meetings.domain import Meeting
from services.meetings.meetings.store import MEETINGS
from shared.auth import READ_GRANTED_BY, Actor
from shared.events.reports import ReportCommissioned, ReportPublished
from shared.ids import utc_now
from shared.problems import Invalid, NotFound
from shared.storage import Reader, Tx
from shared.web import expect


async def take_decision(tx: Tx, meeting_id: str, command: TakeDecision, *, by: Actor) -> Decision:
    """Write down what a meeting decided, and tell whoever answers for it."""
    meeting = await MEETINGS.get(tx, meeting_id)
    await _check_known(tx, command.owner_id, command.person_id)
    ordinal = await store.next_ordinal(tx, meeting_id)
    items = await items_of(tx, meeting)
    decision = domain.take(meeting, command, ordinal=ordinal, by=by.person_id, now=utc_now(), items=items)
    await DECISIONS.add(tx, decision)
    await tx.publish(telling.taken(decision))
    await _tell_assigned(tx, decision, None)
    return decision


async def items_of(reader: Reader, meeting: Meeting) -> list[str]:
    """Return the ids of the sessions on a meeting's agenda."""
    found = await agenda.agenda_of(reader, agenda.Frame(meeting))
    return [each.id for each in found.sessions]


async def change_decision(
    tx: Tx, decision_id: str, command: ChangeDecision, *, seen: int | None, by: Actor
) -> Decision:
    """Replace what a decision says; a new owner is told."""
    before = await DECISIONS.get(tx, decision_id)
    expect(before, seen)
    await _check_known(tx, command.owner_id, command.person_id)
    decision = domain.change(before, command, by=by.person_id, now=utc_now())
    if decision is not before:
        await DECISIONS.put(tx, decision)
        if (decision.owner_id, decision.person_id) != (before.owner_id, before.person_id):
            await _tell_assigned(tx, decision, None)
    return decision


async def move_decision(tx: Tx, decision_id: str, command: MoveDecision, *, seen: int | None, by: Actor) -> Decision:
    """Say how far a decision is.  Raises `NotFound` unless the caller answers for it, or coordinates."""
    before = await get_own(tx, decision_id, by=by)
    if not by.may("coordinator") and not _answers_for(before, by):
        raise NotFound("decision-not-found", "There is no such decision.")
    expect(before, seen, required=False)
    decision = domain.move(before, command, by=by.person_id, now=utc_now())
    if decision is not before:
        await DECISIONS.put(tx, decision)
    return decision


async def commission_report(
    tx: Tx, decision_id: str, command: CommissionReport, *, seen: int | None, by: Actor
) -> Decision:
    """Have a decision commission a report."""
    before = await DECISIONS.get(tx, decision_id)
    expect(before, seen, required=False)
    decision = domain.commission(before, command, by=by.person_id, now=utc_now())
    await DECISIONS.put(tx, decision)
    await tx.publish(telling.taken(decision))
    return decision


async def assign_task(tx: Tx, decision_id: str, command: AssignTask, *, seen: int | None, by: Actor) -> Decision:
    """Give a piece of a decision to somebody, and tell them."""
    before = await DECISIONS.get(tx, decision_id)
    expect(before, seen, required=False)
    await _check_known(tx, command.organisation_id, command.person_id)
    decision, task = domain.assign(before, command, by=by.person_id, now=utc_now())
    await DECISIONS.put(tx, decision)
    await _tell_assigned(tx, decision, task)
    return decision


async def move_task(tx: Tx, decision_id: str, task_id: str, command: MoveTask, *, by: Actor) -> Decision:
    """Say that a task is done, or open after all.  Raises `NotFound` unless it is the caller's, or they coordinate."""
    before = await get_own(tx, decision_id, by=by)
    task = domain.task_of(before, task_id)
    if not by.may("coordinator") and not (_is_theirs(task, by) or _answers_for(before, by)):
        raise NotFound("task-not-found", "There is no such task.")
    decision = domain.move_task(before, task_id, command, by=by.person_id, now=utc_now())
    if decision is not before:
        await DECISIONS.put(tx, decision)
    return decision


async def get_own(reader: Reader, decision_id: str, *, by: Actor) -> Decision:
    """Return a decision to whoever carries it out or coordinates.  Raises `NotFound`."""
    decision = await DECISIONS.get(reader, decision_id)
    if by.may("coordinator") or decision.concerns(by.person_id, by.organisation_ids):
        return decision
    raise NotFound("decision-not-found", "There is no such decision.")


async def read_decision(reader: Reader, decision_id: str, *, by: Actor) -> Decision:
    """Return a decision to those who carry it out, who were invited, or who coordinate.  Raises `NotFound`."""
    decision = await DECISIONS.get(reader, decision_id)
    decision = domain.under(decision, await MEETINGS.find(reader, decision.meeting_id))
    if by.roles & READ_GRANTED_BY["coordinator"] or decision.concerns(by.person_id, by.organisation_ids):
        return decision
    if await invited.of_person(reader, decision.meeting_id, by.person_id) is not None:
        return decision
    late = not decision.closed and bool(lapses(decision, today=utc_now().date()))
    if late and await store.invited_to_series(reader, decision.series, by.person_id):
        return decision  # it is on the agenda of a meeting that they are invited to
    raise NotFound("decision-not-found", "There is no such decision.")


async def of_meeting(reader: Reader, meeting_id: str, *, by: Actor) -> list[Decision]:
    """Return what a meeting decided, for coordinators and the invited.  Raises `NotFound` for everybody else."""
    meeting = await meetings.read_meeting(reader, meeting_id, by=by)
    return [domain.under(each, meeting) for each in await store.of_meeting(reader, meeting_id)]


async def overdue_for(reader: Reader, meeting_id: str, *, by: Actor, today: date) -> list[Decision]:
    """Return what is late in the series of a meeting: what its agenda takes up by itself.

    To the invited nothing is said of other, closed meetings of the series that they may not know of.
    """
    meeting = await meetings.read_meeting(reader, meeting_id, by=by)
    series = domain.series_of(meeting)
    if series is None:
        late = await store.of_meeting(reader, meeting_id)
        return [domain.under(each, meeting) for each in late if lapses(each, today=today)]
    found = await store.overdue_in_series(reader, series, today=today)
    if by.roles & READ_GRANTED_BY["coordinator"]:
        return found
    held = {each.meeting_id: await MEETINGS.find(reader, each.meeting_id) for each in found}
    return [
        each
        for each in (domain.under(decision, held[decision.meeting_id]) for decision in found)
        if not each.closed or each.meeting_id == meeting_id or each.concerns(by.person_id, by.organisation_ids)
    ]


async def remind(tx: Tx, decision_id: str, *, now: datetime) -> int:
    """Remind the owners of what is late of a decision; return how many reminders are new.

    What was reminded of is written in the same transaction, so a job that runs twice, or dies half-way, doubles none.
    """
    decision = await DECISIONS.find(tx, decision_id)
    if decision is None:
        return 0
    decision = domain.under(decision, await MEETINGS.find(tx, decision.meeting_id))
    told, count = await store.reminded(tx, decision_id), 0
    for lapse in lapses(decision, today=now.date()):
        if told.get(lapse.key, 0) >= lapse.reminder:
            continue
        await store.count_reminder(tx, lapse.key, decision_id, lapse.reminder)
        people = await store.recipients(tx, lapse.organisation_id, lapse.person_id)
        await tx.publish(telling.lapsed(lapse, to=people))
        count += 1
    return count


async def note_report_begun(tx: Tx, event: ReportCommissioned) -> None:
    """Keep which report was begun for a decision."""
    before = await DECISIONS.find(tx, event.decision_id)
    if before is None:
        return  # of another system, or gone
    decision = domain.begin_report(before, event.report_id, now=utc_now())
    if decision is not before:
        await DECISIONS.put(tx, decision)


async def close_by_report(tx: Tx, event: ReportPublished) -> None:
    """Close the decision whose report is published."""
    before = None if event.decision_id is None else await DECISIONS.find(tx, event.decision_id)
    if before is None:
        return
    decision = domain.close_by_edition(before, event.report_id, event.edition, now=utc_now())
    if decision is not before:
        await DECISIONS.put(tx, decision)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person out of every decision, its tasks and its history."""
    for decision in await store.of_person(tx, person_id):
        await DECISIONS.put(tx, domain.forget(decision, person_id))


async def _tell_assigned(tx: Tx, decision: Decision, task: Task | None) -> None:
    who = (decision.owner_id, decision.person_id) if task is None else (task.organisation_id, task.person_id)
    people = await store.recipients(tx, *who)
    if people:
        await tx.publish(telling.assigned(decision, task, to=people))


async def _check_known(reader: Reader, organisation_id: str | None, person_id: str | None) -> None:
    """Raise `Invalid` when the directory has not heard of the organisation or the person."""
    known = await store.known_to_have(reader, "organisations", organisation_id)
    if not known or not await store.known_to_have(reader, "people", person_id):
        raise Invalid("not-known", "Somebody chosen here is not in the registry, or was added just now: try again.")


def _is_theirs(task: Task, actor: Actor) -> bool:
    return task.person_id == actor.person_id or (
        task.person_id is None and task.organisation_id in actor.organisation_ids
    )


def _answers_for(decision: Decision, actor: Actor) -> bool:
    return decision.person_id == actor.person_id or decision.owner_id in actor.organisation_ids
