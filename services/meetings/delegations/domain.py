"""The rules of coming in somebody's stead: only a colleague, only once, and it can be taken back.  Pure."""

from datetime import datetime

from services.meetings.directory.domain import Person
from services.meetings.invitations.domain import Comment, Invitation, invite, invite_again
from services.meetings.meetings.domain import Meeting, check_open
from shared.ids import Id
from shared.model import Command
from shared.problems import Conflict, Invalid


class Delegate(Command):
    """The colleague who is to come instead; without one, the organisers are asked to find somebody."""

    colleague_id: Id | None = None
    comment: Comment = ""


def check_can_give(invitation: Invitation, meeting: Meeting, *, now: datetime) -> None:
    """Raise `Conflict` when the invitation cannot be passed on: withdrawn, passed on already, or itself passed on."""
    check_open(meeting, now=now)
    if invitation.withdrawn:
        raise Conflict("invitation-withdrawn", "This invitation was withdrawn. Ask the organisers if in doubt.")
    if invitation.delegated_to is not None:
        raise Conflict("invitation-delegated", "A colleague comes in your stead. Take that back to name another.")
    if invitation.delegated_from is not None:
        raise Conflict(
            "delegate-already", "You were named in a colleague's stead. Hand it back, and they name another."
        )


def check_colleague(person: Person | None, colleague: Person | None) -> None:
    """Refuse anybody who is not of the same organisation or cannot be invited: `Invalid` (``colleague-not-known``)."""
    together = person and colleague and set(person.organisation_ids) & set(colleague.organisation_ids)
    if person is None or colleague is None or not together or not colleague.can_be_invited or person.id == colleague.id:
        raise Invalid("colleague-not-known", "Name a colleague of the same organisation who can be written to.")


def leave_to(invitation: Invitation, colleague_id: str, meeting: Meeting, *, now: datetime) -> Invitation:
    """Return ``invitation``, declined because a colleague comes; its place is still to be settled."""
    return invitation.evolve(
        delegated_to=colleague_id,
        delegate_wanted=False,
        answer="declined",
        answered_at=now,
        answered_for=meeting.starts_at,
        unreachable=None,
    )


def ask(invitation: Invitation, comment: str) -> Invitation:
    """Return ``invitation`` with the wish that the organisers find somebody else."""
    return invitation.evolve(delegate_wanted=True, comment=comment or invitation.comment)


def give(
    invitation: Invitation, colleague_id: str, earlier: Invitation | None, meeting: Meeting, *, now: datetime
) -> tuple[Invitation, Invitation]:
    """Return ``invitation``, passed on, and the colleague's own, with the place or the number that goes with it."""
    made = invite_again(earlier, now=now) if earlier else invite(meeting, colleague_id, now=now)
    theirs = made.model_copy(update={"delegated_from": invitation.person_id})
    given = leave_to(invitation, colleague_id, meeting, now=now)
    return given.placing("none", None), theirs.placing(invitation.placed, invitation.waiting_number)
