"""What is told of decisions, and to whom: nothing of a closed meeting's words."""

from collections.abc import Sequence
from datetime import date

from services.meetings.decisions.domain import Commission, Decision, Task
from services.meetings.decisions.lapsing import Lapse
from shared.events.meetings import Commissioning, DecisionNotice, DecisionTaken, TaskAssigned, TaskLapsed


def taken(decision: Decision) -> DecisionTaken:
    """Return the news of a decision, with the report that it commissions."""
    wanted = decision.commission
    report = dict(wanted.title) if wanted else {}
    return DecisionTaken(
        decision_id=decision.id,
        revision=decision.revision,
        meeting_id=decision.meeting_id,
        owner_id=decision.owner_id,
        taken_by=decision.taken_by,
        due_on=decision.due_on,
        commission=_commissioning(wanted) if wanted else None,
        notice=DecisionNotice(
            number=decision.number, text=decision.text, meeting=decision.meeting_title, report=report
        ),
    )


def assigned(decision: Decision, task: Task | None, *, to: Sequence[str]) -> TaskAssigned:
    """Return the news that a task, or without one the decision itself, is somebody's to carry out."""
    return TaskAssigned(
        decision_id=decision.id,
        revision=decision.revision,
        task_id=task.id if task else None,
        meeting_id=decision.meeting_id,
        person_ids=list(to),
        due_on=_due(decision, task),
        notice=_notice(decision, task),
    )


def lapsed(lapse: Lapse, *, to: Sequence[str]) -> TaskLapsed:
    """Return the news that something is late."""
    task = next((each for each in lapse.decision.tasks if each.id == lapse.task_id), None)
    return TaskLapsed(
        decision_id=lapse.decision.id,
        revision=lapse.decision.revision,
        task_id=lapse.task_id,
        meeting_id=lapse.decision.meeting_id,
        person_ids=list(to),
        due_on=lapse.due_on,
        reminder=lapse.reminder,
        notice=_notice(lapse.decision, task),
    )


def _due(decision: Decision, task: Task | None) -> date | None:
    return decision.due_on if task is None else task.due_on


def _notice(decision: Decision, task: Task | None) -> DecisionNotice:
    if decision.closed:
        return DecisionNotice(number=decision.number)
    text = decision.text if task is None else task.text
    return DecisionNotice(number=decision.number, text=text, meeting=decision.meeting_title)


def _commissioning(wanted: Commission) -> Commissioning:
    return Commissioning.model_validate(wanted.model_dump(exclude={"title"}))
