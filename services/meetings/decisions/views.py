"""What of a decision is shown, and to whom: whose it is after a closed meeting is for coordinators and its owner."""

from datetime import date

from services.meetings.decisions.domain import Commission, Day, Decision, Moment, State, Task
from services.meetings.decisions.lapsing import lapses
from shared.auth import READ_GRANTED_BY, Actor
from shared.ids import Id
from shared.model import Language, Model, Time


class DecisionView(Model):
    """A decision; its ``commission`` is for those who coordinate or carry it out; of people one sees oneself alone."""

    id: Id
    revision: int
    meeting_id: Id
    series: str | None
    number: str
    item: str
    closed: bool
    text: dict[Language, str]
    meeting_title: dict[Language, str]
    owner_id: Id | None
    person_id: Id | None
    due_on: Day | None
    state: State
    overdue: bool
    """Whether it, or a task of it, should have been done before today."""
    next_due_on: Day | None
    tasks: list[Task]
    commission: Commission | None
    report_id: Id | None
    edition: int | None
    taken_at: Time
    history: list[Moment]
    mine: bool
    """Whether the caller, or an organisation of theirs, carries it or a task of it out."""


def view(decision: Decision, actor: Actor, *, today: date) -> DecisionView:
    """Return ``decision`` as ``actor`` may see it."""
    coordinates = bool(actor.roles & READ_GRANTED_BY["coordinator"])
    mine = decision.concerns(actor.person_id, actor.organisation_ids)
    values = {name: getattr(decision, name) for name in DecisionView.model_fields if name in Decision.model_fields}
    values |= {"overdue": bool(lapses(decision, today=today)), "mine": mine}
    if not coordinates:
        values["history"] = [_unattributed(each) for each in decision.history]
        values["person_id"] = _own(decision.person_id, actor)
        values["tasks"] = [_for(each, actor) for each in decision.tasks]
    if not coordinates and not mine:
        values["commission"] = None
        if decision.closed:
            values |= {"owner_id": None, "person_id": None, "tasks": []}
    return DecisionView.model_construct(**values)


def _own(person_id: str | None, actor: Actor) -> str | None:
    """Return the caller's own id: of others' they learn nothing, not even that they take part."""
    return person_id if person_id == actor.person_id else None


def _for(task: Task, actor: Actor) -> Task:
    return task.model_copy(update={"person_id": _own(task.person_id, actor)})


def _unattributed(moment: Moment) -> Moment:
    """Return what happened, without who of the secretariat did it and what they noted."""
    return moment.model_copy(update={"by": None, "note": ""})
