"""Inviting, chunk by chunk; answering; withdrawing.

Of an audience the first 500 people are invited with the request itself, and the rest by the job in `jobs`, 500 in a
transaction, so that a crash costs one chunk and any number of people need the same memory.
"""

from dataclasses import dataclass

from services.meetings.directory import actions as directory
from services.meetings.directory import store as people
from services.meetings.directory.domain import Audience, Person
from services.meetings.invitations import domain, store
from services.meetings.invitations.domain import AnswerInvitation, Expansion, Invitation, InvitePeople
from services.meetings.meetings import store as meetings
from services.meetings.meetings.domain import Meeting
from services.meetings.places import actions as places
from services.meetings.reachability import store as reachability
from shared.events.meetings import INVITED_AT_ONCE
from shared.ids import new_id, utc_now
from shared.links import LinkClaims
from shared.problems import NotFound, Unauthenticated
from shared.storage import Reader, Tx, asking
from shared.web import expect

EXPANSION = "expansion"
"""The job that invites the rest of an audience, to be woken by whoever leaves it something."""
WITHDRAWALS = "withdrawals"
"""The job that tells of withdrawals which were not undone."""


async def begin(tx: Tx, meeting: Meeting, audience: Audience) -> None:
    """Invite the first of ``audience`` and leave the rest to the job.  Raises `Invalid` for ids not known here."""
    await directory.check(tx, audience)
    after = await _invite_chunk(tx, meeting, audience, after="")
    if after is not None:
        rest = Expansion(id=new_id(), meeting_id=meeting.id, audience=audience, after=after, asked_by=asking.get())
        await store.EXPANSIONS.add(tx, rest)


async def expand(tx: Tx, expansion_id: str) -> bool:
    """Invite the next 500 of an audience; return whether there are more."""
    expansion = await store.EXPANSIONS.find(tx, expansion_id)
    if expansion is None or expansion.done:
        return False
    asking.set(expansion.asked_by)
    meeting = await meetings.MEETINGS.get(tx, expansion.meeting_id)
    after = None
    if meeting.is_open(utc_now()):
        after = await _invite_chunk(tx, meeting, expansion.audience, after=expansion.after)
    await store.EXPANSIONS.put(tx, expansion.evolve(after=after or expansion.after, done=after is None))
    return after is not None


async def invite_people(tx: Tx, meeting_id: str, command: InvitePeople) -> Meeting:
    """Invite those of an audience who are not invited yet, and those named who had been and were withdrawn."""
    meeting = await meetings.MEETINGS.get(tx, meeting_id)
    meeting = domain.invite_more(meeting, command, now=utc_now())
    await meetings.MEETINGS.put(tx, meeting)
    await _invite_again(tx, meeting, command.audience)
    await begin(tx, meeting, command.audience)
    return meeting


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a link was written for, and to what."""

    invitation: Invitation
    meeting: Meeting
    person: Person


async def bearer_of(reader: Reader, link: LinkClaims) -> Bearer:
    """Return whom ``link`` was written for.

    Raises `Unauthenticated` when there is no such invitation, when it was withdrawn, or when the person has left or
    has another address than the one it was sent to.
    """
    invitation = await store.INVITATIONS.find(reader, link.subject)
    if invitation is None:
        raise Unauthenticated("link-not-valid", "This link is not complete or not ours: open it again from the letter.")
    person = await people.find_person(reader, invitation.person_id)
    revoked = invitation.withdrawn or invitation.generation != link.generation
    if revoked or person is None or not person.active or link.address_generation < person.address_generation:
        raise Unauthenticated("link-withdrawn", "This link was withdrawn: ask the organisers if in doubt.")
    return Bearer(invitation, await meetings.MEETINGS.get(reader, invitation.meeting_id), person)


async def answer_by_link(tx: Tx, link: LinkClaims, command: AnswerInvitation, *, seen: int | None) -> Bearer:
    """Record what the bearer of a link answers."""
    bearer = await bearer_of(tx, link)
    answered = await answer(tx, bearer.invitation, bearer.meeting, command, seen=seen)
    return Bearer(answered, bearer.meeting, bearer.person)


async def answer_own(
    tx: Tx, invitation_id: str, command: AnswerInvitation, *, person_id: str, seen: int | None
) -> tuple[Invitation, Meeting]:
    """Record what a person answers to their own invitation.  Raises `NotFound` when it is not theirs."""
    invitation = await store.INVITATIONS.get(tx, invitation_id)
    if invitation.person_id != person_id or invitation.withdrawn:
        raise NotFound("invitation-not-found", "There is no such invitation.")
    meeting = await meetings.MEETINGS.get(tx, invitation.meeting_id)
    return await answer(tx, invitation, meeting, command, seen=seen), meeting


async def answer_for_them(
    tx: Tx, meeting_id: str, invitation_id: str, command: AnswerInvitation, *, by: str, seen: int | None
) -> tuple[Invitation, Meeting]:
    """Record what somebody answered by telephone or in the room, and who noted it."""
    invitation = await of_meeting(tx, meeting_id, invitation_id)
    meeting = await meetings.MEETINGS.get(tx, meeting_id)
    noted = domain.note(invitation, command.answer, by=by, now=utc_now())
    answered = await answer(tx, noted, meeting, command, seen=seen)
    return (invitation if answered is noted else answered), meeting


async def answer(
    tx: Tx, invitation: Invitation, meeting: Meeting, command: AnswerInvitation, *, seen: int | None = None
) -> Invitation:
    """Record an answer, and give or take the place that goes with it.  Raises `Conflict` as the rule does."""
    expect(invitation, seen, required=False)
    answered, event = domain.answer(invitation, meeting, command, now=utc_now())
    if event is not None:
        answered = await places.settle(tx, invitation, answered, meeting)
        await store.INVITATIONS.put(tx, answered)
        await tx.publish(event)
    return answered


async def withdraw_invitation(tx: Tx, meeting_id: str, invitation_id: str) -> tuple[Invitation, Meeting]:
    """Take one person's invitation back and tell them; their links are no longer good."""
    invitation = await of_meeting(tx, meeting_id, invitation_id)
    return await withdraw(tx, invitation, await meetings.MEETINGS.get(tx, meeting_id))


async def withdraw(tx: Tx, invitation: Invitation, meeting: Meeting) -> tuple[Invitation, Meeting]:
    """Take ``invitation`` back, with the place that went with it, and tell whoever had it.

    Of somebody who came in a colleague's stead: the invitation was their organisation's, and nobody but the colleague
    can say whether it still comes.  So the colleague is asked again, by a letter and then by reminders, and holds the
    place meanwhile; to the queue it goes when they decline.  Organisers who want neither withdraw both.
    """
    withdrawn, meeting, event = domain.withdraw(invitation, meeting, now=utc_now())
    if event is not None:
        withdrawn, first = await _leave(tx, invitation, withdrawn, meeting)
        await store.INVITATIONS.put(tx, withdrawn)
        await meetings.MEETINGS.put(tx, meeting)
        await places.note_quiet(tx, meeting)
        await tx.publish(event)
        if first is not None:
            await tx.publish(domain.tell(meeting, [first]))
    return withdrawn, meeting


async def _leave(
    tx: Tx, before: Invitation, gone: Invitation, meeting: Meeting
) -> tuple[Invitation, Invitation | None]:
    """Return ``gone`` without its place, and whoever had passed it on and has both again, if there is one."""
    first = None
    if before.delegated_from is not None:
        first = await store.of_person(tx, meeting.id, before.delegated_from)
    if first is None or first.delegated_to != before.person_id:
        return await places.settle(tx, before, gone, meeting), None
    back = domain.take_back(first, before)
    await bring_back(tx, back)
    return gone.placing("none", None), back


async def bring_back(tx: Tx, back: Invitation) -> None:
    """Write that somebody has back what they had passed on, and tell that they have not answered."""
    await store.INVITATIONS.put(tx, back)
    await tx.publish(domain.answered_news(back))


async def withdraw_soon(tx: Tx, meeting_id: str, invitation_id: str) -> tuple[Invitation, Meeting]:
    """Take one person's invitation back unless that is undone within two minutes."""
    invitation = await of_meeting(tx, meeting_id, invitation_id)
    meeting = await meetings.MEETINGS.get(tx, meeting_id)
    leaving = domain.withdraw_soon(invitation, meeting, now=utc_now())
    if leaving is not invitation:
        await store.INVITATIONS.put(tx, leaving)
    return leaving, meeting


async def keep_invitation(tx: Tx, meeting_id: str, invitation_id: str) -> tuple[Invitation, Meeting]:
    """Undo a withdrawal that nobody has been told of yet."""
    invitation = await of_meeting(tx, meeting_id, invitation_id)
    kept = domain.keep(invitation)
    if kept is not invitation:
        await store.INVITATIONS.put(tx, kept)
    return kept, await meetings.MEETINGS.get(tx, meeting_id)


async def carry_out_withdrawal(tx: Tx, invitation_id: str) -> None:
    """Tell of a withdrawal that was not undone in time; when the meeting has begun, it is left."""
    invitation = await store.INVITATIONS.get(tx, invitation_id)
    now = utc_now()
    if invitation.withdrawing_at is None or invitation.withdrawing_at > now:
        return
    meeting = await meetings.MEETINGS.get(tx, invitation.meeting_id)
    if meeting.is_open(now):
        await withdraw(tx, invitation, meeting)
    else:
        await store.INVITATIONS.put(tx, domain.keep(invitation))


async def of_meeting(reader: Reader, meeting_id: str, invitation_id: str) -> Invitation:
    invitation = await store.INVITATIONS.get(reader, invitation_id)
    if invitation.meeting_id != meeting_id:
        raise NotFound("invitation-not-found", "There is no such invitation.")
    return invitation


async def _invite_chunk(tx: Tx, meeting: Meeting, audience: Audience, *, after: str) -> str | None:
    """Invite up to 500 of ``audience`` beyond ``after``; return the last of them, or `None` when nobody is left."""
    found = await people.guests(tx, audience, after=after, limit=INVITED_AT_ONCE + 1)
    chunk = found[:INVITED_AT_ONCE]
    invited = await store.invited_among(tx, meeting.id, chunk)
    now = utc_now()
    unreachable = await reachability.among(tx, chunk)
    invitations = [
        domain.invite(meeting, person_id, now=now, unreachable=unreachable.get(person_id))
        for person_id in chunk
        if person_id not in invited
    ]
    if invitations:
        await meetings.count_invited(tx, meeting.id, len(invitations))
        await store.add_many(tx, invitations)
        await tx.publish(domain.tell(meeting, invitations))
    return chunk[-1] if len(found) > INVITED_AT_ONCE else None


async def _invite_again(tx: Tx, meeting: Meeting, audience: Audience) -> None:
    """Invite anew those withdrawn who are named themselves: a group never brings somebody back by accident."""
    named = audience.person_ids
    reachable = await people.guests(tx, Audience(person_ids=named), after="", limit=len(named)) if named else []
    withdrawn = await store.withdrawn_among(tx, meeting.id, reachable)
    invitations = [domain.invite_again(each, now=utc_now()) for each in withdrawn]
    await store.put_many(tx, invitations)
    for start in range(0, len(invitations), INVITED_AT_ONCE):
        await tx.publish(domain.tell(meeting, invitations[start : start + INVITED_AT_ONCE]))


async def forget_person(tx: Tx, person_id: str) -> None:
    """Let a person's invitations be somebody's: who was invited and came is still counted, and nobody knows who.

    A place at a meeting to come, also at one that is postponed, goes to the colleague in whose stead they came, who is
    asked again (at a postponed meeting with the new date), or else to the next in the queue.
    """
    for invitation in await store.of_anybody(tx, person_id):
        meeting, now = await meetings.MEETINGS.find(tx, invitation.meeting_id), utc_now()
        is_to_come = meeting is not None and meeting.is_to_come(now)
        gone = domain.forget(invitation, is_to_come=is_to_come)
        if meeting is not None and is_to_come:
            gone, first = await _leave(tx, invitation, gone, meeting)
            if first is not None and meeting.is_open(now):
                meeting = meeting.evolve(changed_at=now)  # what they are told is newer than what they were told before
                await meetings.MEETINGS.put(tx, meeting)
                await tx.publish(domain.tell(meeting, [first]))
        await store.INVITATIONS.put(tx, gone)
    await store.forget_delegate(tx, person_id)
    await store.forget_noter(tx, person_id)
