"""Passing an invitation on to a colleague, taking it back, handing it back."""

from services.meetings.delegations import domain
from services.meetings.delegations.domain import Delegate
from services.meetings.directory import store as people
from services.meetings.invitations import actions as invitations
from services.meetings.invitations import store
from services.meetings.invitations.domain import Invitation, answered_news, note, take_back, tell
from services.meetings.meetings import store as meetings
from services.meetings.meetings.domain import Meeting
from services.meetings.places import actions as places
from shared.ids import utc_now
from shared.links import LinkClaims
from shared.problems import Conflict, NotFound
from shared.storage import Reader, Tx


async def delegate(
    tx: Tx, invitation: Invitation, command: Delegate, *, by_organisers: bool = False
) -> tuple[Invitation, Meeting]:
    """Pass ``invitation`` on to a colleague, who gets an invitation of their own; or ask the organisers for somebody.

    A colleague who is invited already keeps that invitation, and nobody but the organisers is told so: who else is
    invited is not for an invited person to know.  Raises `Conflict` and `Invalid` before anything is written.
    """
    meeting, now = await meetings.MEETINGS.get(tx, invitation.meeting_id), utc_now()
    domain.check_can_give(invitation, meeting, now=now)
    if command.colleague_id is None:
        asked = domain.ask(invitation, command.comment)
        await store.INVITATIONS.put(tx, asked)
        return asked, meeting
    earlier = await store.any_of_person(tx, meeting.id, command.colleague_id)
    person = await people.find_person(tx, invitation.person_id)
    domain.check_colleague(person, await people.find_person(tx, command.colleague_id))
    if earlier is not None and not earlier.withdrawn:
        if by_organisers:
            raise Conflict("colleague-invited", "This colleague is invited already. Decline, if they come anyway.")
        return await _leave_to(tx, invitation, command.colleague_id, meeting)
    given, theirs = domain.give(invitation, command.colleague_id, earlier, meeting, now=now)
    meeting = meeting.evolve(changed_at=now)
    await meetings.MEETINGS.put(tx, meeting)
    await store.INVITATIONS.put(tx, given)
    if earlier is None:
        await store.INVITATIONS.add(tx, theirs)
        await meetings.count_invited(tx, meeting.id, 1)
    else:
        await store.INVITATIONS.put(tx, theirs)
    await tx.publish(answered_news(given))
    await tx.publish(tell(meeting, [theirs]))
    return given, meeting


async def _leave_to(tx: Tx, invitation: Invitation, colleague_id: str, meeting: Meeting) -> tuple[Invitation, Meeting]:
    """Decline because somebody comes who is invited already; the place goes to whoever waits."""
    now = utc_now()
    left = domain.leave_to(invitation, colleague_id, meeting, now=now)
    left = await places.settle(tx, invitation, left, meeting)
    meeting = meeting.evolve(changed_at=now)  # as when somebody new is invited
    await meetings.MEETINGS.put(tx, meeting)
    await store.INVITATIONS.put(tx, left)
    await tx.publish(answered_news(left))
    return left, meeting


async def undo(tx: Tx, invitation: Invitation) -> tuple[Invitation, Meeting]:
    """Take back what was passed on, or hand back what was passed to oneself; ``invitation`` is the caller's.

    Raises `Conflict` (``not-delegated``) when it was neither, and when the meeting can no longer be answered.
    """
    if invitation.delegate_wanted:
        kept = invitation.evolve(delegate_wanted=False)
        await store.INVITATIONS.put(tx, kept)
        return kept, await meetings.MEETINGS.get(tx, invitation.meeting_id)
    if invitation.delegated_to is not None:
        theirs = await store.any_of_person(tx, invitation.meeting_id, invitation.delegated_to)
        their_own = theirs is not None and theirs.delegated_from != invitation.person_id
        return await _bring_back(tx, invitation, None if their_own else theirs)
    first = None
    if invitation.delegated_from is not None and not invitation.withdrawn:
        first = await store.any_of_person(tx, invitation.meeting_id, invitation.delegated_from)
    if first is None or first.delegated_to != invitation.person_id:
        raise Conflict("not-delegated", "Nobody comes in anybody's stead here.")
    back, meeting = await _bring_back(tx, first, invitation)
    await tx.publish(tell(meeting, [back]))
    return await store.INVITATIONS.get(tx, invitation.id), meeting


async def _bring_back(tx: Tx, first: Invitation, theirs: Invitation | None) -> tuple[Invitation, Meeting]:
    """Withdraw the colleague's invitation, and give the first person theirs again, with the place."""
    meeting = await meetings.MEETINGS.get(tx, first.meeting_id)
    if theirs is None or theirs.withdrawn:
        back = first.evolve(delegated_to=None, answer="pending", answered_at=None, answered_for=None)
        await invitations.bring_back(tx, back)
        return back, meeting
    back = take_back(first, theirs)
    await invitations.bring_back(tx, back)
    _, meeting = await invitations.withdraw(tx, theirs.placing("none", None), meeting)
    return back, meeting


async def by_link(tx: Tx, link: LinkClaims, command: Delegate | None) -> invitations.Bearer:
    """Pass the invitation of a link's bearer on, or (without ``command``) undo that."""
    bearer = await invitations.bearer_of(tx, link)
    act = delegate(tx, bearer.invitation, command) if command else undo(tx, bearer.invitation)
    invitation, meeting = await act
    return invitations.Bearer(invitation, meeting, bearer.person)


async def own(tx: Tx, invitation_id: str, command: Delegate | None, *, person_id: str) -> tuple[Invitation, Meeting]:
    """Pass a person's own invitation on, or undo that.  Raises `NotFound` when it is not theirs."""
    invitation = await own_invitation(tx, invitation_id, person_id=person_id)
    return await (delegate(tx, invitation, command) if command else undo(tx, invitation))


async def for_them(
    tx: Tx, meeting_id: str, invitation_id: str, command: Delegate | None, *, by: str
) -> tuple[Invitation, Meeting]:
    """Pass somebody's invitation on for them, as a coordinator who was asked to, and note who did; or undo that."""
    invitation = await invitations.of_meeting(tx, meeting_id, invitation_id)
    noted = note(invitation, "delegated" if command else "taken-back", by=by, now=utc_now())
    return await (delegate(tx, noted, command, by_organisers=True) if command else undo(tx, noted))


async def own_invitation(reader: Reader, invitation_id: str, *, person_id: str) -> Invitation:
    """Return a person's own invitation.  Raises `NotFound` when it is not theirs."""
    invitation = await store.INVITATIONS.get(reader, invitation_id)
    if invitation.person_id != person_id or invitation.withdrawn:
        raise NotFound("invitation-not-found", "There is no such invitation.")
    return invitation


async def colleagues(reader: Reader, invitation: Invitation, *, for_organisers: bool = False) -> list[str]:
    """Return the ids of those who could come instead: of the same organisations, for organisers those not invited."""
    person = await people.find_person(reader, invitation.person_id)
    if person is None:
        return []
    found = await people.colleagues(reader, person)
    if not for_organisers:
        return found
    invited = await store.standing_among(reader, invitation.meeting_id, found)
    return [each for each in found if each not in invited]
