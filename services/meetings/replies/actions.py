"""Heeding the answers of calendar programs: setting the answer, keeping proposals, sending an invitation again."""

from datetime import timedelta

from services.meetings.delegations import actions as delegations
from services.meetings.delegations.domain import Delegate
from services.meetings.invitations import actions as invitations
from services.meetings.invitations import store as invited
from services.meetings.invitations.domain import AnswerInvitation, Invitation, tell
from services.meetings.meetings import actions as meeting_actions
from services.meetings.meetings.domain import Meeting, RescheduleMeeting, check_open, facts
from services.meetings.meetings.store import MEETINGS
from services.meetings.places.domain import told_to_all
from services.meetings.places.store import PLACES
from services.meetings.replies import domain, store
from services.meetings.replies.domain import Known, Message, Outcome, Reply
from shared.events.meetings import ProposalDeclined
from shared.events.notifications import ReplyReceived
from shared.ids import utc_now
from shared.problems import Conflict, Invalid
from shared.storage import Tx

REFRESH_AT_MOST_EVERY = timedelta(hours=1)
"""A calendar program that asks again and again is a loop of mails."""
LEARNT_BY_MAIL: dict[Outcome, str] = {
    "reply-accept": "accepted",
    "reply-decline": "declined",
    "reply-tentative": "tentative",
}


async def receive(tx: Tx, event: ReplyReceived) -> None:
    """Do what an answer asks for as far as the rules allow, and keep a record of it either way."""
    if await store.is_known(tx, event.reply_id):
        return
    meeting = await MEETINGS.find(tx, event.meeting_id)
    invitation = await invited.any_of_person(tx, event.meeting_id, event.person_id)
    if invitation is not None and invitation.withdrawn:
        invitation = None
    outcome = domain.classify(_message(event), await _known(tx, event, meeting, invitation))
    reply = _record(event, outcome, invitation)
    if meeting is not None and invitation is not None:
        try:
            reply = await _heed(tx, event, reply, invitation, meeting)
        except (Conflict, Invalid) as refusal:  # a decision, and the record says which; nothing was written
            reply = reply.model_copy(update={"refused": refusal.code, "proposal": None})
    await store.add(tx, reply)


def _message(event: ReplyReceived) -> Message:
    return Message(
        method=event.method,
        sequence=event.sequence,
        stamped_at=event.replied_at,
        starts_at=event.proposed_starts_at,
        ends_at=event.proposed_ends_at,
        who=event.person_id,
        participation=event.participation,
    )


async def _known(tx: Tx, event: ReplyReceived, meeting: Meeting | None, invitation: Invitation | None) -> Known | None:
    if meeting is None:
        return None
    return Known(
        sequence=told_to_all(await PLACES.find(tx, meeting.id), meeting.sequence),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        attendees=frozenset({event.person_id} if invitation else ()),
        replied_at=invitation.replied_at if invitation else None,
    )


def _record(event: ReplyReceived, outcome: Outcome, invitation: Invitation | None) -> Reply:
    return Reply(
        id=event.reply_id,
        meeting_id=event.meeting_id,
        person_id=event.person_id,
        invitation_id=invitation.id if invitation else None,
        method=event.method,
        participation=event.participation,
        sequence=event.sequence,
        replied_at=event.replied_at,
        received_at=utc_now(),
        outcome=outcome,
        comment=event.words.comment[:2_000] if event.words else "",
        proposed_starts_at=event.proposed_starts_at,
        proposed_ends_at=event.proposed_ends_at,
    )


async def _heed(tx: Tx, event: ReplyReceived, reply: Reply, invitation: Invitation, meeting: Meeting) -> Reply:
    """Return ``reply`` as it is to be kept.  Raises `Conflict` and `Invalid` before anything is written."""
    match reply.outcome:
        case "reply-accept" | "reply-decline" | "reply-tentative":
            await _answer(tx, reply, invitation, meeting)
        case "reply-delegate":
            command = Delegate(colleague_id=event.delegate_id, comment=reply.comment)
            given, _ = await delegations.delegate(tx, invitation, command)
            await _stamp(tx, given, reply)
        case "refresh":
            await _send_again(tx, invitation, meeting)
        case "counter":
            check_open(meeting, now=utc_now())
            return await _propose(tx, reply)
    return reply


async def _answer(tx: Tx, reply: Reply, invitation: Invitation, meeting: Meeting) -> None:
    answer, comment = LEARNT_BY_MAIL[reply.outcome], reply.comment or invitation.comment
    command = AnswerInvitation.model_validate({"answer": answer, "comment": comment})
    await _stamp(tx, await invitations.answer(tx, invitation, meeting, command), reply)


async def _stamp(tx: Tx, invitation: Invitation, reply: Reply) -> None:
    """Keep when the answer was given, so that an older one which comes later is not heeded."""
    await invited.INVITATIONS.put(tx, invitation.evolve(replied_at=reply.replied_at))


async def _send_again(tx: Tx, invitation: Invitation, meeting: Meeting) -> None:
    """Invite somebody once more as the meeting now stands (RFC 5546 3.2.6)."""
    now = utc_now()
    check_open(meeting, now=now)
    if invitation.refreshed_at is not None and invitation.refreshed_at > now - REFRESH_AT_MOST_EVERY:
        raise Conflict("refreshed-just-now", "The invitation was sent again within the last hour.")
    meeting = meeting.evolve(changed_at=now)
    await MEETINGS.put(tx, meeting)
    await invited.INVITATIONS.put(tx, invitation.evolve(refreshed_at=now))
    await tx.publish(tell(meeting, [invitation]))


async def _propose(tx: Tx, reply: Reply) -> Reply:
    if reply.proposed_starts_at is None:
        raise Conflict("no-time-proposed", "A proposal was received in which no time could be read.")
    await store.replace_open(tx, reply.meeting_id, reply.person_id)
    return reply.model_copy(update={"proposal": "open"})


async def accept_proposal(tx: Tx, meeting_id: str, reply_id: str) -> Reply:
    """Move the meeting to where somebody proposed, and tell everybody invited.  Raises as moving it does."""
    reply = domain.settle(await store.get(tx, meeting_id, reply_id), "accepted")
    meeting = await MEETINGS.get(tx, meeting_id)
    starts_at = reply.proposed_starts_at or meeting.starts_at
    ends_at = reply.proposed_ends_at or starts_at + (meeting.ends_at - meeting.starts_at)
    command = RescheduleMeeting(starts_at=starts_at, ends_at=ends_at)
    await meeting_actions.reschedule_meeting(tx, meeting_id, command, seen=None)
    await store.put(tx, reply)
    return reply


async def decline_proposal(tx: Tx, meeting_id: str, reply_id: str) -> Reply:
    """Stay with the time of the meeting, and tell whoever proposed another."""
    reply = domain.settle(await store.get(tx, meeting_id, reply_id), "declined")
    meeting = await MEETINGS.get(tx, meeting_id)
    invitation = await invited.any_of_person(tx, meeting_id, reply.person_id)
    await store.put(tx, reply)
    if invitation is not None and not invitation.withdrawn and meeting.is_open(utc_now()):
        whom = {"invitation_id": invitation.id, "person_id": invitation.person_id, "generation": invitation.generation}
        await tx.publish(ProposalDeclined(**facts(meeting), proposal_id=reply.id, **whom))
    return reply
