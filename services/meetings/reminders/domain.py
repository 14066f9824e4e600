"""The rules of reminders: when each person is asked again, by the clock of their own zone.  No input, no output."""

from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field

from services.meetings.meetings.domain import Meeting
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Model, Time
from shared.problems import FieldError, Invalid

MAX_DAYS = 60
MAX_ROUNDS = 5
AT = time(9, 0)
"""On the clock of whoever is asked: when people begin to read their mail, and never at night."""
NOT_WITHIN = timedelta(hours=20)
"""Nobody is asked twice in one day, whoever presses what."""
FIRST, LAST = timedelta(hours=17), timedelta(hours=11)
"""Nine o'clock comes to every zone within a day: from 15 hours before the meeting's time of day to 9 hours after it.
Some more, since clocks may be changed in between."""


Whom = Literal["silent", "moved", "both"]
"""Those who have not answered; those who answered for a time from which the meeting was moved since; or both."""


class PlanReminders(Command):
    """How many days before the meeting those who are silent are asked again; none: never by themselves."""

    days_before: Annotated[list[Annotated[int, Field(ge=1, le=MAX_DAYS)]], Field(max_length=MAX_ROUNDS)]
    moved: bool = False
    """Whether those who answered for an earlier time are asked too, each once for each move."""


class RemindNow(Command):
    """Who is asked at once."""

    whom: Whom = "silent"


class ReminderPlan(Aggregate):
    """When the silent of one meeting, whose id it has, are asked; ``laid_out_for`` is the beginning it was for."""

    days_before: list[int] = Field(default_factory=list)
    moved: bool = False
    """Whether those who answered for an earlier time are asked too."""
    laid_out_for: Time | None = None
    over: bool = False
    """Nothing will come of it any more: the meeting has begun, or was called off."""


class Round(Aggregate):
    """One time of asking: between ``due_at`` and ``ends_at`` nine o'clock comes to one zone after the other.

    Without ``days_before`` somebody wanted it at once, and zones do not matter.
    """

    id: str
    meeting_id: Id
    days_before: int | None = None
    whom: Whom = "silent"
    starts_at: Time
    """The beginning of the meeting that it was reckoned from."""
    due_at: Time
    ends_at: Time
    done: bool = False
    asked: int = Field(default=0, ge=0)
    """How many people were asked."""


class RoundView(Model):
    """One time of asking, as coordinators see it."""

    days_before: int | None
    whom: Whom
    due_at: Time
    done: bool
    asked: int


class RemindersView(Model):
    """The reminders of one meeting: the plan, what was and will be done, and how many could be asked now."""

    days_before: list[int]
    moved: bool
    rounds: list[RoundView]
    silent: int
    answered_before_move: int
    """How many answered for an earlier time and have not been asked since."""


def plan(meeting_id: str, known: ReminderPlan | None, command: PlanReminders) -> ReminderPlan:
    """Return the plan that ``command`` asks for.  Raises `Invalid` when it names a day twice."""
    if len(set(command.days_before)) != len(command.days_before):
        raise Invalid(
            "day-twice",
            "Name each day once.",
            errors=(FieldError("day-twice", "Name each day once.", field="days_before"),),
        )
    days = sorted(command.days_before, reverse=True)
    changes = {"days_before": days, "moved": command.moved, "laid_out_for": None, "over": False}
    return ReminderPlan(id=meeting_id, **changes) if known is None else known.evolve(**changes)


def lay_out(wanted: ReminderPlan, meeting: Meeting, *, now: datetime) -> list[Round]:
    """Return the rounds of a plan for the meeting as it now stands, without those whose time is over."""
    rounds = (_round(meeting, days, "both" if wanted.moved else "silent") for days in wanted.days_before)
    return [each for each in rounds if each.ends_at > now]


def _round(meeting: Meeting, days: int, whom: Whom) -> Round:
    around = meeting.starts_at - timedelta(days=days)
    return Round(
        id=f"{meeting.id}:{days}:{meeting.starts_at:%Y%m%dT%H%M}",
        meeting_id=meeting.id,
        days_before=days,
        whom=whom,
        starts_at=meeting.starts_at,
        due_at=around - FIRST,
        ends_at=around + LAST,
    )


def at_once(meeting: Meeting, *, whom: Whom = "silent", now: datetime) -> Round:
    """Return a round that somebody wants now."""
    id = f"{meeting.id}:now:{new_id()}"
    return Round(id=id, meeting_id=meeting.id, whom=whom, starts_at=meeting.starts_at, due_at=now, ends_at=now)


def mark_of_move(starts_at: datetime) -> str:
    """Return what is noted of whoever was asked since the meeting begins then: they are not asked again for it."""
    return f"moved:{starts_at:%Y%m%dT%H%M}"


@lru_cache(maxsize=256)
def nine_o_clocks(starts_at: datetime, days_before: int) -> tuple[tuple[datetime, tuple[str, ...]], ...]:
    """Return when it is nine o'clock, so many days before, and in which zones; earliest first."""
    zones: dict[datetime, list[str]] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        on = starts_at.astimezone(zone).date() - timedelta(days=days_before)
        at = datetime.combine(on, AT, zone).astimezone(starts_at.tzinfo)
        zones.setdefault(at, []).append(name)
    return tuple((at, tuple(names)) for at, names in sorted(zones.items()))


def zones_due(due: Round, *, now: datetime) -> list[tuple[datetime, tuple[str, ...]]]:
    """Return since when it has been nine o'clock, and in which zones."""
    if due.days_before is None:
        return []
    return [(at, names) for at, names in nine_o_clocks(due.starts_at, due.days_before) if at <= now]
