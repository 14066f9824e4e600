"""Meetings, asked: the meetings themselves, who is invited, what they answered."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from shared.events.meetings import Answer
from shared.model import Language

MeetingState = Literal["scheduled", "postponed", "held", "cancelled"]


class AgendaItem(Model):
    """One item of the agenda."""

    starts_at: datetime
    title: dict[str, str]


class Meeting(Model):
    """A meeting, as those who may see it see it."""

    id: str
    revision: int = 1
    title: dict[str, str]
    text: dict[str, str] = Field(default_factory=dict)
    place: str = ""
    link: str = ""
    held_as: Literal["in-person", "online", "hybrid"] = "in-person"
    agenda: list[AgendaItem] = Field(default_factory=list)
    languages: list[Language] = Field(default_factory=list)
    series: str | None = None
    series_id: str | None = None
    starts_at: datetime
    ends_at: datetime
    moved_from: datetime | None = None
    """When it was to begin before it was last moved."""
    time_zone: str
    state: MeetingState = "scheduled"
    closed: bool = False
    """Whether it is held under the Chatham House rule."""
    reason: dict[str, str] = Field(default_factory=dict)
    """Why it was last moved or called off."""


class Summary(Model):
    """How many answered what."""

    invited: int = 0
    accepted: int = 0
    declined: int = 0
    tentative: int = 0
    pending: int = 0
    unreachable: int = 0
    """Who has not answered, and whom our letters do not reach."""
    expanding: bool = False
    """True while the rest of a large audience is still being invited."""


class Invitation(Model):
    """One person's invitation, as coordinators see it."""

    id: str
    person_id: str
    answer: Answer = "pending"
    comment: str = ""
    answered_at: datetime | None = None
    moved_since: bool = False
    """The meeting has another beginning than the one that was answered for."""
    withdrawn: bool = False


class MyInvitation(Model):
    """My own invitation, with the meeting it is to."""

    id: str
    meeting: Meeting
    answer: Answer = "pending"
    comment: str = ""
    moved_since: bool = False
    can_answer: bool = True
    can_answer_until: datetime
    standing: str = "pending"
    stands_in: bool = False
    delegated_to: str | None = None
    joining: str | None = None
    """*room* or *online*, if the meeting is hybrid and I said so."""
    attended: bool | None = None
    """Whether I was there; nothing where nobody recorded it."""


class Wording(Model):
    """What a meeting says, as it was or became."""

    title: dict[str, str] = Field(default_factory=dict)
    text: dict[str, str] = Field(default_factory=dict)
    languages: list[Language] = Field(default_factory=list)
    series: str | None = None
    series_id: str | None = None


class Correction(Model):
    """Who corrected what a meeting says, and how it was before."""

    at: datetime
    by: str | None = None
    fields: list[str] = Field(default_factory=list)
    before: Wording = Wording()
    told: bool = False


class Preview(Model):
    """Who an audience is, before anybody is written to."""

    people: int = 0
    invited: int = 0
    """Who is invited to the meeting already, and gets no second letter."""
    by_language: dict[str, int] = Field(default_factory=dict)
    without_contact: int = 0
    person_ids: list[str] = Field(default_factory=list)


class LinkedAnswer(Model):
    """What the holder of an answer link may see: the meeting and the own answer."""

    meeting_id: str = ""
    title: dict[str, str]
    text: dict[str, str] = Field(default_factory=dict)
    place: str = ""
    link: str = ""
    held_as: Literal["in-person", "online", "hybrid"] = "in-person"
    agenda: list[AgendaItem] = Field(default_factory=list)
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    languages: list[Language] = Field(default_factory=list)
    series: str | None = None
    state: MeetingState = "scheduled"
    reason: dict[str, str] = Field(default_factory=dict)
    answer: Answer = "pending"
    comment: str = ""
    moved_since: bool = False
    can_answer: bool = True
    can_answer_until: datetime
    my_time_zone: str = "Europe/Warsaw"
    standing: str = "pending"
    """Where I stand: my answer, or that I wait for a place, or that a colleague comes."""
    stands_in: bool = False
    delegated: bool = False
    joining: str | None = None
    """*room* or *online*, if the meeting is hybrid and I said so."""


class Meetings:
    """The meetings service's HTTP API."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def schedule(self, command: dict[str, Any], *, key: str | None) -> Meeting:
        """Schedule a meeting and invite its audience; the same ``key`` again changes nothing."""
        return await self._call.ask("POST", "/meetings", Meeting, command, key=key)

    async def all(self, **wanted: Any) -> Page[Meeting]:
        """List meetings: ``when`` is *upcoming*, *past* or *all*; ``after``, ``limit``."""
        return await self._call.get("/meetings", Page[Meeting], wanted)

    async def one(self, meeting_id: str) -> Meeting:
        """Return one meeting."""
        return await self._call.get(f"/meetings/{meeting_id}", Meeting)

    async def summary(self, meeting_id: str) -> Summary:
        """Return how many answered what."""
        return await self._call.get(f"/meetings/{meeting_id}/summary", Summary)

    async def reschedule(self, meeting_id: str, command: dict[str, Any], *, key: str | None) -> Meeting:
        """Move a meeting and tell everyone invited."""
        return await self._call.ask("POST", f"/meetings/{meeting_id}/rescheduling", Meeting, command, key=key)

    async def correct(self, meeting_id: str, command: dict[str, Any], *, revision: int) -> Meeting:
        """Correct what a meeting says, as it was at ``revision``."""
        return await self._call.ask("POST", f"/meetings/{meeting_id}/correction", Meeting, command, revision=revision)

    async def corrections(self, meeting_id: str, **wanted: Any) -> Page[Correction]:
        """List who corrected what a meeting says: ``after``, ``limit``."""
        return await self._call.get(f"/meetings/{meeting_id}/corrections", Page[Correction], wanted)

    async def cancel(self, meeting_id: str, command: dict[str, Any], *, key: str | None) -> Meeting:
        """Call a meeting off and tell everyone invited."""
        return await self._call.ask("POST", f"/meetings/{meeting_id}/cancellation", Meeting, command, key=key)

    async def invitations(self, meeting_id: str, **wanted: Any) -> Page[Invitation]:
        """List invitations: ``answer``, ``after``, ``limit``."""
        return await self._call.get(f"/meetings/{meeting_id}/invitations", Page[Invitation], wanted)

    async def invite(self, meeting_id: str, audience: dict[str, Any], *, key: str | None) -> None:
        """Invite those of ``audience`` who are not yet invited."""
        path = f"/meetings/{meeting_id}/invitations"
        await self._call.ask("POST", path, object, {"audience": audience}, key=key)

    async def withdraw(self, meeting_id: str, invitation_id: str) -> None:
        """Withdraw one person's invitation and tell the person."""
        path = f"/meetings/{meeting_id}/invitations/{invitation_id}/withdrawal"
        await self._call.ask("POST", path, object)

    async def preview(self, audience: dict[str, Any], *, meeting_id: str | None = None) -> Preview:
        """Return who ``audience`` is, without those who are invited to the meeting already."""
        body = {"audience": audience, **({"meeting_id": meeting_id} if meeting_id else {})}
        return await self._call.ask("POST", "/audiences/preview", Preview, body)

    async def linked(self) -> LinkedAnswer:
        """Return what the answer link is for."""
        return await self._call.get("/answer", LinkedAnswer)

    async def answer(self, answer: dict[str, str]) -> None:
        """Answer by the link: ``answer``, ``comment``, perhaps ``joining``."""
        await self._call.ask("PUT", "/answer", object, answer)

    async def calendar(self) -> bytes:
        """Return the meeting as a calendar file."""
        return (await self._call.send("GET", "/answer/calendar")).content

    async def mine(self, **wanted: Any) -> Page[MyInvitation]:
        """List my own invitations."""
        return await self._call.get("/my/invitations", Page[MyInvitation], wanted)

    async def answer_mine(self, invitation_id: str, answer: dict[str, str]) -> None:
        """Answer my own invitation: ``answer``, ``comment``, perhaps ``joining``."""
        await self._call.ask("PUT", f"/my/invitations/{invitation_id}/answer", object, answer)
