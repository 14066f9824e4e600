"""What a draft is, and how it becomes a meeting, or is made from the last one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import Field

from services.meetings.agenda.domain import Agenda, summary
from services.meetings.directory.domain import Audience
from services.meetings.meetings.model import Form, Meeting, Planned, ScheduleMeeting
from services.meetings.places.domain import Capacity
from services.meetings.reminders import domain as reminding
from services.meetings.reminders.domain import PlanReminders
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, LocalLine, LocalText, Time, ZoneName


class DraftMeeting(Planned):
    """A meeting that has no date yet."""

    capacity: Capacity | None = None
    """How many people will have room; nothing: as many as come."""
    reminders: PlanReminders | None = None
    """When the silent will be asked again; nothing: never by themselves."""


class ScheduleDraft(Command):
    """The date that makes a draft a meeting."""

    starts_at: Time
    ends_at: Time


class Draft(Aggregate):
    """A meeting in preparation; its id becomes the meeting's."""

    title: LocalLine
    text: LocalText = Field(default_factory=dict)
    place: str = ""
    link: str = ""
    time_zone: ZoneName
    languages: list[Language]
    series: str | None = None
    series_id: Id | None = None
    form: Form | None = None
    closed: bool = False
    audience: Audience = Audience()
    capacity: Capacity | None = None
    reminders: PlanReminders | None = None
    copied_from: Id | None = None
    clock: str = "09:00"
    """At what time of day its agenda is shown to begin until it has a date: that of the meeting it was copied from."""
    drafted_by: Id
    drafted_at: Time
    changed_at: Time


PLANNED = set(Planned.model_fields)
DRAFTED = set(DraftMeeting.model_fields)


def draft(command: DraftMeeting, *, by: str, now: datetime) -> Draft:
    """Return a new draft.  Raises `Invalid` when its reminders name a day twice."""
    _check_reminders(command)
    return Draft(**command.model_dump(), id=new_id(), drafted_by=by, drafted_at=now, changed_at=now)


def copy(
    meeting: Meeting, *, capacity: int | None = None, reminders: PlanReminders | None = None, by: str, now: datetime
) -> Draft:
    """Return the draft of the meeting that follows ``meeting``: the same but for its date, with as much room."""
    planned = meeting.model_dump(include=PLANNED)
    clock = f"{meeting.starts_at.astimezone(ZoneInfo(meeting.time_zone)):%H:%M}"
    return Draft(
        **planned,
        capacity=capacity,
        reminders=reminders,
        copied_from=meeting.id,
        clock=clock,
        id=new_id(),
        drafted_by=by,
        drafted_at=now,
        changed_at=now,
    )


def change(known: Draft, command: DraftMeeting, *, now: datetime) -> Draft:
    """Return the draft as it is to be now.  Raises `Invalid` when its reminders name a day twice."""
    _check_reminders(command)
    given = DraftMeeting.model_validate(command.model_dump())
    return known.evolve(**{name: getattr(given, name) for name in DRAFTED}, changed_at=now)


def _check_reminders(command: DraftMeeting) -> None:
    if command.reminders is not None:
        reminding.plan(new_id(), None, command.reminders)


def to_schedule(known: Draft, command: ScheduleDraft, agenda: Agenda) -> ScheduleMeeting:
    """Return the command that makes a meeting of a draft with its agenda, as far as letters tell that."""
    told = [each for each in summary(agenda, command.starts_at) if each.starts_at < command.ends_at]
    planned = known.model_dump(include=PLANNED | {"capacity"})
    return ScheduleMeeting(**planned, starts_at=command.starts_at, ends_at=command.ends_at, agenda=told)
