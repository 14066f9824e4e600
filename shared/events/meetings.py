"""What meetings tells: a meeting's time and place, who is invited, what they answered, what was decided.

Titles and texts travel sealed in ``notice``; people travel as ids.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events.base import Event
from shared.ids import Id
from shared.model import Country, Language, Time, ZoneName
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


class MeetingUpdated(_Meeting):
    """What a meeting says was corrected, its time and place were not, and everybody invited is to hear of it.

    The sequence stays, so that answers do: calendars heed the newer stamp (RFC 5546 2.1.4).  A correction of which
    nobody is told brings no event: every later one says what the meeting is about.
    """

    name: ClassVar[str] = "meeting-updated"


class MeetingPostponed(_Meeting):
    """A meeting will be held later, nobody knows when; its times are those at which it is not held.

    A `MeetingRescheduled` follows when it has a date again.
    """

    name: ClassVar[str] = "meeting-postponed"


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


class ReplyRequested(_Meeting):
    """Up to `INVITED_AT_ONCE` people have not answered for the time the meeting has now, and are asked again."""

    name: ClassVar[str] = "reply-requested"

    invitees: list[Invitee] = Field(min_length=1, max_length=INVITED_AT_ONCE)
    """Who is asked; everybody else who is silent is in other events."""


class MessageNotice(BaseModel):
    """What the organisers write to those invited, in each language; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    subject: dict[Language, str]
    """What it is about, in one line."""
    text: dict[Language, str]
    """What there is to know."""


class MessageWritten(_Meeting):
    """The organisers have written to up to `INVITED_AT_ONCE` of those invited, chosen by where they stand."""

    name: ClassVar[str] = "message-written"

    message_id: Id
    """The message."""
    message: Annotated[MessageNotice | None, Sealed()] = None
    """What it says; nothing when the meeting is a closed one, and then its page tells."""
    invitees: list[Invitee] = Field(min_length=1, max_length=INVITED_AT_ONCE)
    """Whom it goes to; everybody else is in other events."""


class PlaceOffered(_Meeting):
    """Somebody who waited for a place at a full meeting has one: a place became free, or there are more."""

    name: ClassVar[str] = "place-offered"

    invitation_id: Id
    """The invitation."""
    person_id: Id
    """The person invited."""
    generation: int = Field(default=1, ge=1)
    """Which links are good: a link of another generation has been revoked."""


class ProposalDeclined(_Meeting):
    """The organisers stay with the time of a meeting, for which somebody proposed another (RFC 5546 3.2.8)."""

    name: ClassVar[str] = "proposal-declined"

    proposal_id: Id
    """The proposal."""
    invitation_id: Id
    """The invitation of whoever made it."""
    person_id: Id
    """The person who made it."""
    generation: int = Field(default=1, ge=1)
    """Which links are good: a link of another generation has been revoked."""


class MinutesApproved(Event):
    """The minutes of one item of a meeting, or of the whole, are approved: what they say now is what was agreed.

    Nobody is written to: the next brief of the series says so, and the page of the meeting.
    """

    name: ClassVar[str] = "minutes-approved"
    publisher: ClassVar[str] = "meetings"
    subject: ClassVar[str] = "minutes_id"
    awaited: ClassVar[bool] = False

    minutes_id: Id
    """The minutes of one item."""
    meeting_id: Id
    """The meeting."""
    version: int = Field(ge=1)
    """Which version of the text was approved; a correction is a later one."""
    languages: list[Language]
    """The languages it can be read in."""


class DecisionNotice(BaseModel):
    """What a decision says, for those who may know of it; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    number: str = ""
    """Its number, by year, month and place: *2008-10/3*."""
    text: dict[Language, str] = Field(default_factory=dict)
    """What was decided, or is to be done, in each language."""
    meeting: dict[Language, str] = Field(default_factory=dict)
    """The meeting that decided it, in each language; nothing when that was a closed one."""
    report: dict[Language, str] = Field(default_factory=dict)
    """The title of the report that it commissions, in each language."""


class Commissioning(BaseModel):
    """Which report a decision commissions; its title travels in the notice."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    country: Country
    """The country it is to be on."""
    regions: list[str] = Field(default_factory=list)
    """The regions of the country that it is to be on, by ISO 3166-2; none: the whole country."""
    period_from_on: date
    """The first day of the time it is to describe."""
    period_to_on: date
    """The last day of the time it is to describe."""
    languages: list[Language]
    """The languages it is to be written in."""
    contributor_ids: list[Id] = Field(default_factory=list)
    """The organisations that write it."""
    due_on: date
    """When it is to be published at the latest."""


class DecisionTaken(Event):
    """A meeting decided something, or a decision taken before now commissions a report."""

    name: ClassVar[str] = "decision-taken"
    publisher: ClassVar[str] = "meetings"
    subject: ClassVar[str] = "decision_id"

    decision_id: Id
    """The decision."""
    meeting_id: Id
    """The meeting that took it."""
    owner_id: Id | None = None
    """The organisation that answers for it."""
    taken_by: Id
    """Who wrote it down."""
    due_on: date | None = None
    """Until when it is to be carried out."""
    commission: Commissioning | None = None
    """The report that it commissions, if it does."""
    notice: Annotated[DecisionNotice | None, Sealed()] = None
    """What was decided."""


class _Task(Event):
    publisher: ClassVar[str] = "meetings"
    subject: ClassVar[str] = "decision_id"

    decision_id: Id
    """The decision that it is part of."""
    task_id: Id | None = None
    """The task; nothing when it is the decision itself."""
    meeting_id: Id
    """The meeting that decided it."""
    person_ids: list[Id] = Field(max_length=INVITED_AT_ONCE)
    """Whom to tell: the person, or the people of the organisation, that it is assigned to."""
    due_on: date | None = None
    """Until when it is to be done."""
    notice: Annotated[DecisionNotice | None, Sealed()] = None
    """What is to be done; nothing of it when the meeting was a closed one."""


class TaskAssigned(_Task):
    """A decision, or a task of it, is somebody's to carry out."""

    name: ClassVar[str] = "task-assigned"


class TaskLapsed(_Task):
    """What was to be done by a day is not done: told the day after, and then once a week."""

    name: ClassVar[str] = "task-lapsed"

    reminder: int = Field(ge=1)
    """How often its owner has been reminded, with this time."""


class BriefItem(BaseModel):
    """One line of a brief."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    text: dict[Language, str]
    """What it is."""
    detail: str = ""
    """By whom or where, as its kind of list needs it."""
    theme: str = ""
    """The theme it belongs to, if that is known."""
    region: str = ""
    """The name of the region, if that is known."""
    due_on: date | None = None
    """Until when it is to be done."""
    late: bool = False
    """Whether that day is over."""
    id: str = ""
    """The decision, report or activity."""


class BriefList(BaseModel):
    """The first lines of one list of a brief, and how many there are on the page beside them."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    items: list[BriefItem] = Field(default_factory=list)
    """The lines that fit."""
    more: int = Field(default=0, ge=0)
    """How many more the page shows."""


class BriefNotice(BaseModel):
    """What a brief says; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    title: dict[Language, str] = Field(default_factory=dict)
    """What the meeting is called; nothing when it is a closed one."""
    agenda: list[AgendaItem] = Field(default_factory=list)
    """What comes when."""
    since_on: date | None = None
    """From which day on things are news: that of the meeting before."""
    general: bool = False
    """True: nothing is known of the reader's themes and regions, so what is new is of all of them."""
    tasks: BriefList = BriefList()
    """What the organisation has to do."""
    activities: BriefList = BriefList()
    """Activities recorded since then, of the reader's themes and regions."""
    overlaps: BriefList = BriefList()
    """Where several pay for the same theme in the same region at the same time."""
    gaps: BriefList = BriefList()
    """Themes of the reader's in whose regions nobody has recorded an activity."""
    reports: BriefList = BriefList()
    """Reports published since then."""
    minutes: bool = False
    """Whether the minutes of the meeting before are approved and can be read."""


class BriefPrepared(Event):
    """Up to `INVITED_AT_ONCE` people of the same organisations and language are told what concerns them."""

    name: ClassVar[str] = "brief-prepared"
    publisher: ClassVar[str] = "meetings"
    subject: ClassVar[str] = "brief_id"

    brief_id: Id
    """The brief."""
    meeting_id: Id
    """The meeting that it prepares."""
    starts_at: Time
    """When the meeting begins."""
    ends_at: Time
    """When it is over."""
    time_zone: ZoneName
    """The zone in which it is held."""
    language: Language
    """The language of these people."""
    closed: bool = False
    """True: the meeting is a closed one, and the letter says nothing but that there is a page."""
    person_ids: list[Id] = Field(min_length=1, max_length=INVITED_AT_ONCE)
    """Whom to tell."""
    notice: Annotated[BriefNotice | None, Sealed()] = None
    """What concerns them."""
