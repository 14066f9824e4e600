"""What meetings tells: a meeting's time and place, who is invited, what they answered.

Titles and texts travel sealed in ``notice``; people travel as ids.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events.base import Event
from shared.ids import Id
from shared.model import Language, Time, ZoneName
from shared.sealing import Sealed

Answer = Literal["pending", "accepted", "declined", "tentative"]
"""RFC 5545 3.2.12 PARTSTAT, with *pending* for NEEDS-ACTION."""

INVITED_AT_ONCE = 500
"""How many people one `PeopleInvited` names at most: about 60 kB of ids."""


def calendar_uid(meeting_id: str) -> str:
    """Return the UID of a meeting in everybody's calendar: the same for life (RFC 5545 3.8.4.7)."""
    return f"{meeting_id}@zgoda"


class AgendaItem(BaseModel):
    """One item of the agenda: when it begins, and what it is in each language."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    starts_at: Time
    """When it begins."""
    title: dict[Language, str]
    """What it is called, in each language."""


class Notice(BaseModel):
    """What people are told about a meeting, in each language; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    title: dict[Language, str]
    """What it is called, in each language."""
    text: dict[Language, str] = Field(default_factory=dict)
    """What it is about, in each language."""
    place: str = ""
    """Where it is held, or nothing."""
    link: str = ""
    """Where it is held online: an https address, or nothing."""
    agenda: list[AgendaItem] = Field(default_factory=list)
    """What comes when."""
    reason: dict[Language, str] = Field(default_factory=dict)
    """Why the meeting was moved or called off."""


class _Meeting(Event):
    publisher: ClassVar[str] = "meetings"
    subject: ClassVar[str] = "meeting_id"

    meeting_id: Id
    """The meeting."""
    sequence: int = Field(ge=0)
    """RFC 5545 3.8.7.4: raised with every change that the invited must hear of."""
    starts_at: Time
    """When it begins."""
    ends_at: Time
    """When it is over."""
    time_zone: ZoneName
    """The zone in which the meeting is held."""
    notice: Annotated[Notice | None, Sealed()] = None
    """What people are told about it."""


class MeetingScheduled(_Meeting):
    """A meeting has a date and its invitees are known."""

    name: ClassVar[str] = "meeting-scheduled"
    awaited: ClassVar[bool] = False


class MeetingRescheduled(_Meeting):
    """A meeting has another time or place, and everybody invited must hear of it."""

    name: ClassVar[str] = "meeting-rescheduled"


class MeetingCancelled(_Meeting):
    """A meeting will not take place."""

    name: ClassVar[str] = "meeting-cancelled"


class Invitee(BaseModel):
    """One person's invitation."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    invitation_id: Id
    """The invitation."""
    person_id: Id
    """The person invited."""
    generation: int = Field(default=1, ge=1)
    """Which links are good: a link of another generation has been revoked."""


class PeopleInvited(_Meeting):
    """Up to `INVITED_AT_ONCE` people are invited; carries the meeting so that it can be told from this event alone."""

    name: ClassVar[str] = "people-invited"

    invitees: list[Invitee] = Field(min_length=1, max_length=INVITED_AT_ONCE)
    """Who is invited; others of the same audience are in other events."""


class InvitationAnswered(Event):
    """A person answered, or answered anew."""

    name: ClassVar[str] = "invitation-answered"
    publisher: ClassVar[str] = "meetings"
    subject: ClassVar[str] = "invitation_id"
    awaited: ClassVar[bool] = False

    invitation_id: Id
    """The invitation."""
    meeting_id: Id
    """The meeting."""
    person_id: Id
    """The person invited."""
    answer: Answer
    """What the person answered."""


class InvitationWithdrawn(_Meeting):
    """One person is no longer invited; like every change that somebody must hear of, a new revision of the meeting."""

    name: ClassVar[str] = "invitation-withdrawn"

    invitation_id: Id
    """The invitation."""
    person_id: Id
    """The person invited."""
