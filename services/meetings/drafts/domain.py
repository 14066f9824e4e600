"""What a draft is, and how it becomes a meeting, or is made from the last one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import Field

from services.meetings.agenda.domain import Agenda, summary
from services.meetings.directory.domain import Audience
from services.meetings.meetings.model import Form, Meeting, Planned, ScheduleMeeting
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, LocalLine, LocalText, Time, ZoneName


class DraftMeeting(Planned):
    """A meeting that has no date yet."""


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
    copied_from: Id | None = None
    clock: str = "09:00"
    """At what time of day its agenda is shown to begin until it has a date: that of the meeting it was copied from."""
    drafted_by: Id
    drafted_at: Time
    changed_at: Time


PLANNED = set(Planned.model_fields)


def draft(command: DraftMeeting, *, by: str, now: datetime) -> Draft:
    """Return a new draft."""
    return Draft(**command.model_dump(), id=new_id(), drafted_by=by, drafted_at=now, changed_at=now)


def copy(meeting: Meeting, *, by: str, now: datetime) -> Draft:
    """Return the draft of the meeting that follows ``meeting``: the same but for its date."""
    planned = meeting.model_dump(include=PLANNED)
    clock = f"{meeting.starts_at.astimezone(ZoneInfo(meeting.time_zone)):%H:%M}"
    return Draft(
        **planned, copied_from=meeting.id, clock=clock, id=new_id(), drafted_by=by, drafted_at=now, changed_at=now
    )


def change(known: Draft, command: DraftMeeting, *, now: datetime) -> Draft:
    """Return the draft as it is to be now."""
    given = DraftMeeting.model_validate(command.model_dump())
    return known.evolve(**{name: getattr(given, name) for name in PLANNED}, changed_at=now)


def to_schedule(known: Draft, command: ScheduleDraft, agenda: Agenda) -> ScheduleMeeting:
    """Return the command that makes a meeting of a draft with its agenda, as far as letters tell that."""
    told = [each for each in summary(agenda, command.starts_at) if each.starts_at < command.ends_at]
    planned = known.model_dump(include=PLANNED)
    return ScheduleMeeting(**planned, starts_at=command.starts_at, ends_at=command.ends_at, agenda=told)
