"""Writing messages, and telling of them, up to 200 people in a transaction.

Whoever a message goes to is marked in the transaction that tells of it.  So a process that dies half-way leaves
everybody either marked and told of, or neither; and whoever withdraws somebody at that moment is before it or after it.
"""

from services.meetings.invitations.actions import bearer_of
from services.meetings.invitations.store import INVITATIONS
from services.meetings.meetings.store import MEETINGS
from services.meetings.messages import domain, store
from services.meetings.messages.domain import Message, Reach, ReceivedMessage, WhoIsMeant, WriteMessage
from shared.ids import utc_now
from shared.links import LinkClaims
from shared.problems import NotFound
from shared.storage import Reader, Tx, asking

MESSAGES = "messages"
"""The job that tells of messages, to be woken by whoever writes one."""
TOLD_AT_ONCE = 200  # people whom one event names: it carries the meeting's notice and the message beside them


async def reach(reader: Reader, meeting_id: str, command: WhoIsMeant) -> Reach:
    """Return how many a message would go to.  Raises `NotFound`."""
    await MEETINGS.get(reader, meeting_id)
    return await store.reach(reader, meeting_id, command.whom)


async def write(tx: Tx, meeting_id: str, command: WriteMessage, *, by: str) -> Message:
    """Write a message to those who stand so now.  Raises `Conflict` and `Invalid` as the rule does."""
    meeting = await MEETINGS.get(tx, meeting_id)
    found = await store.reach(tx, meeting_id, command.whom)
    before = await store.count(tx, meeting_id)
    message = domain.write(meeting, command, by=by, before=before, reached=found.people, now=utc_now())
    await store.MESSAGES.add(tx, message)
    return message


async def tell(tx: Tx, message_id: str) -> bool:
    """Tell of a message to the next 200; return whether there are more.  A meeting that is over ends it."""
    message = await store.MESSAGES.find(tx, message_id)
    if message is None or message.done:
        return False
    asking.set(message.written_by)
    meeting = await MEETINGS.get(tx, message.meeting_id)
    invitees = []
    if meeting.is_open(utc_now()):
        invitees = await store.next_addressed(tx, message, limit=TOLD_AT_ONCE)
    if invitees:
        await store.stamp(tx, message, invitees)
        await tx.publish(domain.tell(meeting, message, invitees))
    more = len(invitees) == TOLD_AT_ONCE
    await store.MESSAGES.put(tx, message.evolve(people=message.people + len(invitees), done=not more))
    return more


async def received_by_link(reader: Reader, link: LinkClaims) -> list[ReceivedMessage]:
    """Return the messages that went to the bearer of a link, newest first."""
    bearer = await bearer_of(reader, link)
    return [domain.received(each) for each in await store.among(reader, bearer.invitation.messages)]


async def received(reader: Reader, invitation_id: str, *, person_id: str) -> list[ReceivedMessage]:
    """Return the messages that went to a person.  Raises `NotFound` when the invitation is not theirs."""
    invitation = await INVITATIONS.get(reader, invitation_id)
    if invitation.person_id != person_id or invitation.withdrawn:
        raise NotFound("invitation-not-found", "There is no such invitation.")
    return [domain.received(each) for each in await store.among(reader, invitation.messages)]


async def forget_person(tx: Tx, person_id: str) -> None:
    """Let no message say any more that this person wrote it."""
    await store.forget_writer(tx, person_id)
