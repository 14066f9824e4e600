"""The rules of invitations: how one is made, answered, withdrawn and made again.  Pure: no clock, no database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import Field

from services.meetings.directory.domain import Audience
from services.meetings.meetings.domain import Meeting, check_open, facts
from services.meetings.places.domain import Place
from shared.events.meetings import Answer, InvitationAnswered, InvitationWithdrawn, Invitee, PeopleInvited
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Model, Text, Time
from shared.problems import Conflict, FieldError, Invalid

Comment = Annotated[Text, Field(max_length=2_000)]
"""What an invited person adds for the organisers: up to 2,000 characters.  Never leaves this service by event."""


GRACE = timedelta(minutes=2)
"""How long a withdrawal can be undone before anybody is told of it."""
NOTED_KEPT = 20  # nobody calls more often than that about one meeting


Joining = Literal["room", "online"]
"""Where somebody who comes to a hybrid meeting will be."""


class AnswerInvitation(Command):
    """Whether somebody comes, and what they want the organisers to know."""

    answer: Literal["accepted", "declined", "tentative"]
    comment: Comment = ""
    joining: Joining | None = None
    """Of who accepts an invitation to a hybrid meeting; when it is left out, what they said before stays."""


class InvitePeople(Command):
    """Who else is to be invited; those who are already stay as they are."""

    audience: Audience


Standing = Literal["pending", "accepted", "declined", "tentative", "waiting", "delegated", "unreachable"]
"""What an organiser wants to know of an invitation in one word.

``waiting``: would come, and the meeting is full.  ``delegated``: somebody else comes, or is to come, instead.
``unreachable``: has not answered, and our letters do not arrive.
"""
STANDINGS: tuple[Standing, ...] = get_args(Standing)


WhatIsNoted = Literal["accepted", "declined", "tentative", "delegated", "taken-back"]


class Noted(Model):
    """What the secretariat noted for somebody who had said it by telephone, or in the room."""

    at: Time
    by: Id | None
    """Who noted it; nobody when they wanted to be forgotten."""
    what: WhatIsNoted


class Invitation(Aggregate):
    """One person's invitation to one meeting; links of another ``generation`` are not good."""

    meeting_id: Id
    person_id: Id
    generation: int = Field(default=1, ge=1)
    withdrawn: bool = False
    answer: Answer = "pending"
    comment: str = ""
    joining: Joining | None = None
    """Where they will be, if they come to a hybrid meeting and said so."""
    answered_at: Time | None = None
    answered_for: Time | None = None
    """The beginning of the meeting that was answered for: another one than now means it was moved since."""
    invited_at: Time
    place: Place | None = None
    """Whether there is a place for them; `None` in what was written before there were places."""
    waiting_number: int | None = None
    """Whoever waits has a number: the lowest is the next."""
    delegated_to: Id | None = None
    """The colleague who comes instead."""
    delegated_from: Id | None = None
    """The colleague in whose stead they were invited."""
    delegate_wanted: bool = False
    """They asked that somebody else be invited in their stead, and nobody is yet."""
    unreachable: str | None = None
    """Why our letters do not arrive, as far as that is known."""
    withdrawing_at: Time | None = None
    """When a withdrawal takes effect that can still be undone."""
    reminded: list[str] = Field(default_factory=list)
    """The rounds of reminders in which they were asked again."""
    reminded_at: Time | None = None
    messages: list[Id] = Field(default_factory=list)
    """What the organisers wrote to them."""
    replied_at: Time | None = None
    """DTSTAMP of the last answer from a calendar program: an older one that comes later is not heeded."""
    refreshed_at: Time | None = None
    """When a calendar program last asked for the invitation again."""
    noted: list[Noted] = Field(default_factory=list)
    """What was noted for them, oldest first: the last `NOTED_KEPT`."""

    @property
    def placed(self) -> Place:
        """Whether there is a place for them: before there were places, whoever came had one."""
        if self.place is not None:
            return self.place
        return "seat" if self.answer == "accepted" and not self.withdrawn else "none"

    @property
    def wants_a_place(self) -> bool:
        """Whether they come, as far as it is up to them."""
        return self.answer == "accepted" and not self.withdrawn and self.delegated_to is None

    @property
    def standing(self) -> Standing:
        """Return what an organiser wants to know of it in one word."""
        if self.delegated_to is not None or self.delegate_wanted:
            return "delegated"
        if self.placed == "waiting":
            return "waiting"
        return "unreachable" if self.answer == "pending" and self.unreachable else self.answer

    def placing(self, place: Place, number: int | None) -> Self:
        """Return the same revision with its place, or its number in the queue."""
        return self.model_copy(update={"place": place, "waiting_number": number})


class Expansion(Aggregate):
    """An audience that is being invited, a chunk at a time in the order of ``person_id``; done up to ``after``."""

    meeting_id: Id
    audience: Audience
    after: str = ""
    done: bool = False
    asked_by: Id | None = None
    """The person who invites them: what is told later says so too."""


class Summary(Model):
    """How many people are invited and where they stand, each counted once; ``expanding`` while more are invited."""

    invited: int = 0
    accepted: int = 0
    declined: int = 0
    tentative: int = 0
    pending: int = 0
    waiting: int = 0
    delegated: int = 0
    unreachable: int = 0
    moved_since: int = 0
    """How many of them answered for another beginning of the meeting than it has now."""
    in_room: int = 0
    """Of those who come to a hybrid meeting: how many said that they will be in the room."""
    online: int = 0
    """How many of them said that they will be online."""
    capacity: int | None = None
    """How many have room; nothing: as many as come."""
    expanding: bool = False


def invite(meeting: Meeting, person_id: str, *, now: datetime, unreachable: str | None = None) -> Invitation:
    """Return a new invitation of one person."""
    return Invitation(
        id=new_id(), meeting_id=meeting.id, person_id=person_id, invited_at=now, unreachable=unreachable, place="none"
    )


def invite_again(invitation: Invitation, *, now: datetime) -> Invitation:
    """Return a withdrawn invitation as if it were new, with the links that were revoked staying so."""
    mine = invitation.model_dump(include={"id", "meeting_id", "person_id", "generation", "unreachable"})
    fresh = Invitation(**mine, invited_at=now, place="none")
    return invitation.evolve(**fresh.model_dump(exclude={"revision"}))


def tell(meeting: Meeting, invitations: Sequence[Invitation]) -> PeopleInvited:
    """Return the news that up to 500 people are invited to ``meeting``."""
    invitees = [Invitee(invitation_id=i.id, person_id=i.person_id, generation=i.generation) for i in invitations]
    return PeopleInvited(**facts(meeting), invitees=invitees)


def invite_more(meeting: Meeting, command: InvitePeople, *, now: datetime) -> Meeting:
    """Return ``meeting`` with more people to be invited.  Raises `Conflict` when too late, `Invalid` for nobody."""
    check_open(meeting, now=now)
    if command.audience.is_empty:
        raise Invalid("audience-empty", "Name the people, organisations, coalitions or kinds to invite.")
    return meeting.evolve(changed_at=now)


def answer(
    invitation: Invitation, meeting: Meeting, command: AnswerInvitation, *, now: datetime
) -> tuple[Invitation, InvitationAnswered | None]:
    """Return ``invitation``, answered, and the news of it; unchanged and no news when it said so already.

    Raises `Conflict` when it was withdrawn, and when the meeting was called off or has begun; `Invalid` when it says
    how somebody joins a meeting that is not hybrid.
    """
    check_open(meeting, now=now)
    if command.joining is not None and meeting.held_as != "hybrid":
        wrong = FieldError("meeting-not-hybrid", "There is no choice.", field="joining")
        raise Invalid("meeting-not-hybrid", "This meeting is not both in a room and online.", errors=(wrong,))
    if invitation.withdrawn:
        raise Conflict("invitation-withdrawn", "This invitation was withdrawn. Ask the organisers if in doubt.")
    if invitation.delegated_to is not None:
        raise Conflict("invitation-delegated", "A colleague comes in your stead. Take that back to answer yourself.")
    joining = command.joining or invitation.joining if command.answer == "accepted" else None
    given = {
        "answer": command.answer,
        "comment": command.comment,
        "joining": joining,
        "answered_for": meeting.starts_at,
    }
    if given == invitation.model_dump(include=set(given)) and not invitation.delegate_wanted:
        return invitation, None
    answered = invitation.evolve(**given, answered_at=now, delegate_wanted=False, unreachable=None)
    return answered, answered_news(answered)


def note(invitation: Invitation, what: WhatIsNoted, *, by: str, now: datetime) -> Invitation:
    """Return the same revision with who notes what for the person: it is written with what is changed by it."""
    noted = [*invitation.noted, Noted(at=now, by=by, what=what)]
    return invitation.model_copy(update={"noted": noted[-NOTED_KEPT:]})


def answered_news(invitation: Invitation) -> InvitationAnswered:
    """Return the news of what somebody answered."""
    return InvitationAnswered(
        revision=invitation.revision,
        invitation_id=invitation.id,
        meeting_id=invitation.meeting_id,
        person_id=invitation.person_id,
        answer=invitation.answer,
    )


def withdraw(
    invitation: Invitation, meeting: Meeting, *, now: datetime
) -> tuple[Invitation, Meeting, InvitationWithdrawn | None]:
    """Return ``invitation``, withdrawn, its meeting, and the news of it; unchanged and no news when it was withdrawn.

    The meeting's sequence rises: a calendar heeds a cancellation that is newer than what it holds (RFC 5546 2.1.4).
    Raises `Conflict` when the meeting was called off or has begun.
    """
    if invitation.withdrawn:
        return invitation, meeting, None
    check_open(meeting, now=now)
    withdrawn = invitation.evolve(withdrawn=True, generation=invitation.generation + 1, withdrawing_at=None)
    meeting = meeting.evolve(sequence=meeting.sequence + 1, changed_at=now)
    told = InvitationWithdrawn(**facts(meeting), invitation_id=withdrawn.id, person_id=withdrawn.person_id)
    return withdrawn, meeting, told


def withdraw_soon(invitation: Invitation, meeting: Meeting, *, now: datetime) -> Invitation:
    """Return ``invitation`` with a withdrawal that takes effect after `GRACE`, and can be undone until then.

    Raises `Conflict` when the meeting was called off or has begun.
    """
    check_open(meeting, now=now)
    if invitation.withdrawn or invitation.withdrawing_at is not None:
        return invitation
    return invitation.evolve(withdrawing_at=now + GRACE)


def keep(invitation: Invitation) -> Invitation:
    """Return ``invitation`` with its withdrawal undone.  Raises `Conflict` when that has taken effect."""
    if invitation.withdrawn:
        raise Conflict("withdrawal-told", "The withdrawal has been told already. Invite the person again.")
    return invitation if invitation.withdrawing_at is None else invitation.evolve(withdrawing_at=None)


def forget(invitation: Invitation, *, is_to_come: bool) -> Invitation:
    """Return ``invitation`` as that of somebody unknown; withdrawn, without a word to them, when it ``is_to_come``."""
    return invitation.evolve(
        person_id=new_id(),
        comment="",
        delegated_from=None,
        withdrawing_at=None,
        noted=[],
        withdrawn=invitation.withdrawn or is_to_come,
        generation=invitation.generation + 1,
    )


def take_back(first: Invitation, theirs: Invitation) -> Invitation:
    """Return the ``first`` invitation as if it had not been answered, with the place that had gone to a colleague."""
    back = first.evolve(delegated_to=None, answer="pending", joining=None, answered_at=None, answered_for=None)
    return back.placing(theirs.placed, theirs.waiting_number)


def moved_since(invitation: Invitation, meeting: Meeting) -> bool:
    """Whether the meeting has another beginning than the one that was answered for."""
    return invitation.answered_for is not None and invitation.answered_for != meeting.starts_at
