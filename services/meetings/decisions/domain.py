"""The rules of decisions: taken at a meeting, carried out by somebody, done or dropped; every change is kept.

Pure: no clock, no database.  A decision of a closed meeting names no person (Chatham House).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.meetings.decisions.model import (
    HISTORY_KEPT,
    MAX_TASKS,
    OPEN,
    AssignTask,
    ChangeDecision,
    Commission,
    CommissionReport,
    Day,
    Decision,
    ItemKey,
    Moment,
    MoveDecision,
    MoveTask,
    Note,
    State,
    TakeDecision,
    Task,
)
from services.meetings.meetings.domain import Meeting
from shared.ids import new_id
from shared.problems import Conflict, Invalid, NotFound

__all__ = [
    "NOBODY",
    "OPEN",
    "AssignTask",
    "ChangeDecision",
    "Commission",
    "CommissionReport",
    "Day",
    "Decision",
    "ItemKey",
    "Moment",
    "MoveDecision",
    "MoveTask",
    "Note",
    "State",
    "TakeDecision",
    "Task",
    "assign",
    "begin_report",
    "change",
    "check_item",
    "check_unnamed",
    "close_by_edition",
    "commission",
    "forget",
    "is_closed",
    "move",
    "move_task",
    "series_of",
    "take",
    "task_of",
    "under",
]


def is_closed(meeting: Meeting) -> bool:
    """Whether ``meeting`` is held under the Chatham House rule: nothing of it is attributed to anybody."""
    return bool(getattr(meeting, "closed", False))


def series_of(meeting: Meeting) -> str | None:
    """Return what all meetings of one series share: the id of its record, or else its name."""
    return getattr(meeting, "series_id", None) or meeting.series


def take(
    meeting: Meeting, command: TakeDecision, *, ordinal: int, by: str, now: datetime, items: Collection[str] = ()
) -> Decision:
    """Return a new decision, the ``ordinal``-th of ``meeting``; ``items`` are those of its agenda.

    Raises `Invalid` for a person named at a closed meeting or an item that is not on the agenda, `Conflict` when the
    meeting was called off.
    """
    if meeting.state == "cancelled":
        raise Conflict("meeting-cancelled", "This meeting was called off, so it decides nothing.")
    check_item(command.item, items)
    check_unnamed(meeting, command.person_id)
    month = meeting.starts_at.astimezone(ZoneInfo(meeting.time_zone)).strftime("%Y-%m")
    decision = Decision(
        id=new_id(),
        meeting_id=meeting.id,
        series=series_of(meeting),
        number=f"{month}/{ordinal}",
        closed=is_closed(meeting),
        meeting_title={} if is_closed(meeting) else dict(meeting.title),
        taken_by=by,
        taken_at=now,
        changed_at=now,
        **command.model_dump(exclude={"commission"}),
    )
    taken = _kept(decision, Moment(at=now, what="taken", by=by))
    return taken if command.commission is None else _commissioned(taken, command.commission, by=by, now=now)


def under(decision: Decision, meeting: Meeting | None) -> Decision:
    """Return ``decision`` as it stands under its meeting, which may have become a closed one since."""
    if decision.closed or meeting is None or not is_closed(meeting):
        return decision
    return decision.model_copy(update={"closed": True, "meeting_title": {}})


def check_item(item: str, items: Collection[str]) -> None:
    """Raise `Invalid` (``item-not-known``) unless ``item`` is *general* or among ``items``, those of the agenda."""
    if item != "general" and item not in items:
        raise Invalid("item-not-known", "Choose an item of this meeting's agenda, or `general` for the whole meeting.")


def check_unnamed(meeting: Meeting, person_id: str | None) -> None:
    """Raise `Invalid` (``closed-meeting-names-nobody``) when a closed meeting would name a person."""
    if person_id is not None and is_closed(meeting):
        raise Invalid(
            "closed-meeting-names-nobody",
            "Nothing is attributed to a person at a closed meeting: name an organisation.",
        )


def change(decision: Decision, command: ChangeDecision, *, by: str, now: datetime) -> Decision:
    """Return ``decision`` as it is worded now; as it was when nothing changes.

    Raises `Conflict` when it is done or dropped, `Invalid` for a person named after a closed meeting.
    """
    _check_open(decision)
    if decision.closed and command.person_id is not None:
        raise Invalid("closed-meeting-names-nobody", "Nothing is attributed to a person: name an organisation.")
    names = set(ChangeDecision.model_fields) - {"note"}
    values = {name: getattr(command, name) for name in sorted(names)}
    if all(getattr(decision, name) == value for name, value in values.items()):
        return decision
    return _evolve(decision, Moment(at=now, what="changed", by=by, note=command.note), **values)


def move(decision: Decision, command: MoveDecision, *, by: str, now: datetime) -> Decision:
    """Return ``decision`` in another state; as it was when it is there already."""
    if command.state == decision.state:
        return decision
    moment = Moment(at=now, what="moved", by=by, state=command.state, note=command.note)
    return _evolve(decision, moment, state=command.state)


def commission(decision: Decision, command: CommissionReport, *, by: str, now: datetime) -> Decision:
    """Return ``decision`` with the report it asks for.  Raises `Conflict` when it has one, or is no longer open."""
    _check_open(decision)
    if decision.commission is not None:
        raise Conflict("report-commissioned-already", "This decision commissions a report already: take another one.")
    return _commissioned(decision.evolve(changed_at=now), command.commission, by=by, now=now)


def assign(decision: Decision, command: AssignTask, *, by: str, now: datetime) -> tuple[Decision, Task]:
    """Return ``decision`` with one more task, and the task.  Raises `Conflict` when it is closed or full of them."""
    _check_open(decision)
    if len(decision.tasks) >= MAX_TASKS:
        raise Conflict("too-many-tasks", f"A decision has at most {MAX_TASKS} tasks: take another decision.")
    if decision.closed and command.person_id is not None:
        raise Invalid("closed-meeting-names-nobody", "Nothing is attributed to a person: name an organisation.")
    task = Task(id=new_id(), **command.model_dump())
    moment = Moment(at=now, what="task-assigned", by=by, task_id=task.id)
    state = "in-progress" if decision.state == "open" else decision.state
    return _evolve(decision, moment, tasks=[*decision.tasks, task], state=state), task


def move_task(decision: Decision, task_id: str, command: MoveTask, *, by: str, now: datetime) -> Decision:
    """Return ``decision`` with a task in another state; as it was when it is there already.  Raises `NotFound`."""
    task = task_of(decision, task_id)
    if task.state == command.state:
        return decision
    moved = task.model_copy(update={"state": command.state, "done_at": now if command.state == "done" else None})
    tasks = [moved if each.id == task_id else each for each in decision.tasks]
    moment = Moment(at=now, what="task-moved", by=by, task_id=task_id, state=command.state, note=command.note)
    return _evolve(decision, moment, tasks=tasks)


def task_of(decision: Decision, task_id: str) -> Task:
    """Return one task.  Raises `NotFound`."""
    found = next((task for task in decision.tasks if task.id == task_id), None)
    if found is None:
        raise NotFound("task-not-found", "There is no such task.")
    return found


def begin_report(decision: Decision, report_id: str, *, now: datetime) -> Decision:
    """Return ``decision`` with the report that was begun for it; as it was when that is known."""
    if decision.report_id is not None:
        return decision
    state = "in-progress" if decision.state == "open" else decision.state
    return _evolve(decision, Moment(at=now, what="report-begun"), report_id=report_id, state=state)


def close_by_edition(decision: Decision, report_id: str, edition: int, *, now: datetime) -> Decision:
    """Return ``decision`` closed by the edition of its report; as it was when an edition was there before."""
    if decision.edition is not None:
        return decision
    moment = Moment(at=now, what="report-published", edition=edition, state="done" if decision.is_open else "")
    state = "done" if decision.is_open else decision.state  # what was dropped on purpose stays dropped
    return _evolve(decision, moment, report_id=report_id, edition=edition, state=state)


def forget(decision: Decision, person_id: str) -> Decision:
    """Return ``decision`` without any trace of a person: what they wrote with a change goes too."""
    nobody: dict[str, Any] = {"by": None, "note": ""}
    history = [each.model_copy(update=nobody) if each.by == person_id else each for each in decision.history]
    tasks = [
        task.model_copy(update={"person_id": None}) if task.person_id == person_id else task for task in decision.tasks
    ]
    return decision.evolve(
        history=history,
        tasks=tasks,
        person_id=None if decision.person_id == person_id else decision.person_id,
        taken_by=NOBODY if decision.taken_by == person_id else decision.taken_by,
    )


NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands where a person was who has been erased (the nil UUID, RFC 9562 5.9)."""


def _check_open(decision: Decision) -> None:
    if not decision.is_open:
        raise Conflict("decision-closed", "This decision is done or dropped: open it again to change it.")


def _commissioned(decision: Decision, wanted: Commission, *, by: str, now: datetime) -> Decision:
    due_on = decision.due_on or wanted.due_on
    return _kept(
        decision.model_copy(update={"commission": wanted, "due_on": due_on}), Moment(at=now, what="commissioned", by=by)
    )


def _evolve(decision: Decision, moment: Moment, **values: Any) -> Decision:
    return _kept(decision.evolve(**values, changed_at=moment.at), moment)


def _kept(decision: Decision, moment: Moment) -> Decision:
    """Return ``decision`` with ``moment`` in its history, and with the day by which something is due."""
    days = [task.due_on for task in decision.tasks if task.is_open and task.due_on is not None]
    days += [decision.due_on] if decision.due_on is not None else []
    return decision.model_copy(
        update={
            "history": [*decision.history, moment][-HISTORY_KEPT:],
            "next_due_on": min(days) if days and decision.is_open else None,
        }
    )
