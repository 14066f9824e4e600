"""The rules of invitations: how one is made, answered, withdrawn and made again.  Pure: no clock, no database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.meetings.directory.domain import Audience
from services.meetings.meetings.domain import Meeting, check_open, facts
from shared.events.meetings import Answer, InvitationAnswered, InvitationWithdrawn, Invitee, PeopleInvited
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Model, Text, Time
from shared.problems import Conflict, Invalid

Comment = Annotated[Text, Field(max_length=2_000)]
"""What an invited person adds for the organisers: up to 2,000 characters.  Never leaves this service by event."""


class AnswerInvitation(Command):
    """Whether somebody comes, and what they want the organisers to know."""

    answer: Literal["accepted", "declined", "tentative"]
    comment: Comment = ""


class InvitePeople(Command):
    """Who else is to be invited; those who are already stay as they are."""

    audience: Audience


class Invitation(Aggregate):
    """One person's invitation to one meeting; links of another ``generation`` are not good."""

    meeting_id: Id
    person_id: Id
    generation: int = Field(default=1, ge=1)
    withdrawn: bool = False
    answer: Answer = "pending"
    comment: str = ""
    answered_at: Time | None = None
    answered_for: Time | None = None
    """The beginning of the meeting that was answered for: another one than now means it was moved since."""
    invited_at: Time


class Expansion(Aggregate):
    """An audience that is being invited, a chunk at a time in the order of ``person_id``; done up to ``after``."""

    meeting_id: Id
    audience: Audience
    after: str = ""
    done: bool = False


class Summary(Model):
    """How many people are invited and what they answered; ``expanding`` while more are still being invited."""

    invited: int = 0
    accepted: int = 0
    declined: int = 0
    tentative: int = 0
    pending: int = 0
    expanding: bool = False


def invite(meeting: Meeting, person_id: str, *, now: datetime) -> Invitation:
    """Return a new invitation of one person."""
    return Invitation(id=new_id(), meeting_id=meeting.id, person_id=person_id, invited_at=now)


def invite_again(invitation: Invitation, *, now: datetime) -> Invitation:
    """Return a withdrawn invitation as if it were new, with the links that were revoked staying so."""
    return invitation.evolve(
        withdrawn=False, answer="pending", comment="", answered_at=None, answered_for=None, invited_at=now
    )


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

    Raises `Conflict` when it was withdrawn, and when the meeting was called off or has begun.
    """
    check_open(meeting, now=now)
    if invitation.withdrawn:
        raise Conflict("invitation-withdrawn", "This invitation was withdrawn. Ask the organisers if in doubt.")
    given = {"answer": command.answer, "comment": command.comment, "answered_for": meeting.starts_at}
    if given == invitation.model_dump(include=set(given)):
        return invitation, None
    answered = invitation.evolve(**given, answered_at=now)
    return answered, InvitationAnswered(
        revision=answered.revision,
        invitation_id=answered.id,
        meeting_id=answered.meeting_id,
        person_id=answered.person_id,
        answer=answered.answer,
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
    withdrawn = invitation.evolve(withdrawn=True, generation=invitation.generation + 1)
    meeting = meeting.evolve(sequence=meeting.sequence + 1, changed_at=now)
    told = InvitationWithdrawn(**facts(meeting), invitation_id=withdrawn.id, person_id=withdrawn.person_id)
    return withdrawn, meeting, told


def moved_since(invitation: Invitation, meeting: Meeting) -> bool:
    """Whether the meeting has another beginning than the one that was answered for."""
    return invitation.answered_for is not None and invitation.answered_for != meeting.starts_at
