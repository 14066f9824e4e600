"""What a meeting is, and what may be asked of it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.meetings.directory.domain import Audience
from services.meetings.places.domain import Capacity
from shared.ids import Id
from shared.model import Aggregate, Command, Language, Line, LocalLine, LocalText, Model, Text, Time, ZoneName

MAX_AGENDA_ITEMS = 100

State = Literal["scheduled", "postponed", "held", "cancelled"]
"""Postponed: it will be held, nobody knows when.  Before it is scheduled it is a draft, which is no meeting yet."""
Form = Literal["in-person", "online", "hybrid"]
Place = Line | Literal[""]
Link = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=r"^[\x21-\x7e]*$")]
"""An https address, or nothing."""
Reason = dict[Language, Annotated[Text, Field(max_length=2_000)]]
"""Why, in any number of languages, each up to 2,000 characters."""


class AgendaEntry(Model):
    """One item of the agenda: when it begins and what it is."""

    starts_at: Time
    title: LocalLine


Agenda = Annotated[list[AgendaEntry], Field(max_length=MAX_AGENDA_ITEMS)]


class Planned(Command):
    """What a meeting is about, before and after it has a date."""

    title: LocalLine
    text: LocalText = Field(default_factory=dict)
    place: Place = ""
    link: Link = ""
    time_zone: ZoneName
    languages: Annotated[list[Language], Field(min_length=1, max_length=5)]
    """The languages spoken there."""
    series: Line | None = None
    """What the series is called, where it has no record of its own."""
    series_id: Id | None = None
    form: Form | None = None
    """`None`: told from place and link."""
    closed: bool = False
    """Held under the Chatham House rule: the invited see no other names, calendars and letters say nothing of it."""
    audience: Audience = Audience()


class ScheduleMeeting(Planned):
    """A meeting to be held and the people to be invited."""

    starts_at: Time
    ends_at: Time
    agenda: Agenda = Field(default_factory=list)
    capacity: Capacity | None = None
    """How many people have room; nothing: as many as come."""


class RescheduleMeeting(Command):
    """Another time, and perhaps another place.  Without an ``agenda`` the old one moves along with the beginning."""

    starts_at: Time
    ends_at: Time
    time_zone: ZoneName | None = None
    place: Place | None = None
    link: Link | None = None
    agenda: Agenda | None = None
    reason: Reason = Field(default_factory=dict)


class CancelMeeting(Command):
    """Why a meeting will not take place."""

    reason: Reason = Field(default_factory=dict)


class PostponeMeeting(Command):
    """Why a meeting will be held later, nobody knows when."""

    reason: Reason = Field(default_factory=dict)


class CloseMeeting(Command):
    """Whether a meeting is held under the Chatham House rule."""

    closed: bool


class Meeting(Aggregate):
    """A meeting; ``sequence`` counts, from 0, the changes that the invited must hear of (RFC 5545 3.8.7.4)."""

    sequence: int = Field(default=0, ge=0)
    state: State = "scheduled"
    title: LocalLine
    text: LocalText = Field(default_factory=dict)
    place: str = ""
    link: str = ""
    form: Form | None = None
    time_zone: ZoneName
    starts_at: Time
    """While it is postponed: when it was to begin."""
    ends_at: Time
    moved_from: Time | None = None
    """When it was to begin before it was last moved."""
    agenda: list[AgendaEntry] = Field(default_factory=list)
    """What comes when, in short: as letters tell it.  The whole agenda is a record of its own."""
    languages: list[Language]
    series: str | None = None
    series_id: Id | None = None
    closed: bool = False
    reason: LocalText = Field(default_factory=dict)
    """Why it was last moved, postponed or called off."""
    audience: Audience = Audience()
    """Whom it was scheduled for; shown to nobody, and copied to the next."""
    invited: int = Field(default=0, ge=0)
    """How many people were ever invited.  Counted without a new revision, which would make every reader's stale."""
    scheduled_by: Id
    scheduled_at: Time
    changed_at: Time
    held_at: Time | None = None
    """When it was noted that it had taken place."""

    def has_begun(self, now: datetime) -> bool:
        """Whether it has begun, or is over."""
        return self.state != "postponed" and now >= self.starts_at

    def is_open(self, now: datetime) -> bool:
        """Whether it is still to come: it can be answered, moved and called off."""
        return self.state == "scheduled" and not self.has_begun(now)

    def is_to_come(self, now: datetime) -> bool:
        """Whether it is still to come, if only when it has a new date."""
        return self.state == "postponed" or self.is_open(now)

    @property
    def held_as(self) -> Form:
        """How it is held: as was said, else as place and link tell."""
        if self.form is not None:
            return self.form
        if self.link:
            return "hybrid" if self.place else "online"
        return "in-person"
