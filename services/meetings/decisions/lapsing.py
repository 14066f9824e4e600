"""When somebody is reminded of what is late: the day after it was due, and then once a week.  Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.meetings.decisions.domain import Decision

AGAIN_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Lapse:
    """Something that is late: a task, or without ``task_id`` the decision itself; ``reminder`` counts from 1."""

    decision: Decision
    task_id: str | None
    organisation_id: str | None
    person_id: str | None
    due_on: date
    reminder: int

    @property
    def key(self) -> str:
        """What makes it one thing to remind of: another day begins anew."""
        return f"{self.decision.id}:{self.task_id or ''}:{self.due_on.isoformat()}"


def lapses(decision: Decision, *, today: date) -> list[Lapse]:
    """Return what of ``decision`` should have been done before ``today``."""
    if not decision.is_open:
        return []
    owed: list[tuple[str | None, str | None, str | None, date | None]] = [
        (None, decision.owner_id, decision.person_id, decision.due_on),
        *((each.id, each.organisation_id, each.person_id, each.due_on) for each in decision.tasks if each.is_open),
    ]
    return [
        Lapse(decision, task_id, organisation_id, person_id, due_on, reminders_until(due_on, today=today))
        for task_id, organisation_id, person_id, due_on in owed
        if due_on is not None and due_on < today
    ]


def reminders_until(due_on: date, *, today: date) -> int:
    """Return how many reminders are owed by ``today`` of what was due ``due_on``: 1 on the next day, 2 on the 8th."""
    return 0 if today <= due_on else 1 + (today - due_on - timedelta(days=1)) // AGAIN_AFTER
