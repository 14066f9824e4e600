"""What is done about news in a transaction: remembering whom it concerns, and owing the letters, 500 at a time."""

from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import domain as letters
from services.notifications.deliveries import facts as told
from services.notifications.deliveries import stops
from services.notifications.deliveries import store as letter_store
from services.notifications.deliveries.domain import LetterKind, Recipient
from services.notifications.deliveries.facts import MeetingEvent
from services.notifications.fanouts import store
from services.notifications.fanouts.store import Fanout
from services.notifications.subscribers import store as subscribers
from services.notifications.subscribers.store import Chunk
from shared.events.meetings import (
    InvitationWithdrawn,
    MeetingCancelled,
    MeetingPostponed,
    MeetingRescheduled,
    MeetingUpdated,
    PeopleInvited,
)
from shared.ids import utc_now
from shared.storage import Tx

CHUNK = 500  # recipients in one transaction: what an event names at most, and far below MongoDB's limits


def event_id_of(tx: Tx) -> str:
    """Return the id of the event that is being handled."""
    if tx.cause is None:
        raise RuntimeError("only events are told of")
    return tx.cause.id


async def remember(tx: Tx, event: MeetingEvent) -> int:
    """Keep what ``event`` tells of its meeting if that is the newest; return the newest revision."""
    event_id = event_id_of(tx)
    row = {
        "_id": event.meeting_id,
        "revision": event.revision,
        "cancelled": isinstance(event, MeetingCancelled | MeetingPostponed),  # either way nobody is to come
        "event_id": event_id,
        "slot": told.slot_of(event),
    }
    known = await store.remember_meeting(tx, row)
    moved = isinstance(event, MeetingRescheduled) and known is not None and known["revision"] < event.revision
    earlier = known["slot"] if moved and known is not None else None
    await letter_store.keep_facts(tx, event_id, told.facts_of_meeting(event, earlier=earlier))
    return max(event.revision, known["revision"] if known else 0)


async def invite(tx: Tx, event: PeopleInvited) -> None:
    """Owe an invitation to everybody the event names, unless they have been told something newer."""
    newest = await remember(tx, event)
    news = await store.remember_invitations(tx, event.meeting_id, event.invitees, revision=event.revision, told=newest)
    recipients = [Recipient(each.person_id, each.invitation_id, each.generation) for each in news]
    await deliveries.owe_letters(tx, "people-invited", recipients, event_id=event_id_of(tx), about_id=event.meeting_id)


async def tell_invited(
    tx: Tx, event: MeetingRescheduled | MeetingUpdated | MeetingPostponed | MeetingCancelled, kind: LetterKind
) -> None:
    """Begin to tell everybody who is invited."""
    await remember(tx, event)
    fanout = Fanout(event_id_of(tx), kind, event.meeting_id, event.revision, cursor="", themes=(), languages=())
    await store.begin(tx, fanout, now=utc_now())


async def withdraw(tx: Tx, event: InvitationWithdrawn) -> None:
    """Owe one person the news that they are no longer invited; an invitation not yet sent is withheld."""
    await remember(tx, event)
    if not await store.withdraw_invitation(
        tx, event.meeting_id, event.invitation_id, event.person_id, revision=event.revision
    ):
        return
    kinds = {"$in": sorted(letters.ENDS_WITH_INVITATION)}
    unsent = {"recipient_id": event.person_id, "about_id": event.meeting_id, "kind": kinds}
    await letter_store.withhold(tx, unsent, letters.suppress("invitation-withdrawn"), now=utc_now())
    await deliveries.owe_letters(
        tx,
        "invitation-withdrawn",
        [Recipient(event.person_id, event.invitation_id)],
        event_id=event_id_of(tx),
        about_id=event.meeting_id,
    )


async def expand(tx: Tx, event_id: str) -> bool:
    """Owe the next 500 their letters; return whether more can be owed at once."""
    fanout = await store.fanout(tx, event_id)
    if fanout is None or await _must_wait(tx, fanout):
        return False
    chunk = await _next(tx, fanout)
    await deliveries.owe_letters(tx, fanout.kind, chunk.recipients, event_id=event_id, about_id=fanout.about_id)
    await store.advance(tx, event_id, cursor=chunk.cursor, done_at=utc_now() if chunk.last else None)
    return not chunk.last


async def _must_wait(tx: Tx, fanout: Fanout) -> bool:
    """Whether it is not known yet who was told of the report that this corrects or withdraws: then it comes later."""
    if fanout.kind not in ("report-corrected", "report-withdrawn"):
        return False
    return await store.older_unfinished(tx, fanout) or await stops.undone(tx, fanout.about_id)


async def _next(tx: Tx, fanout: Fanout) -> Chunk:
    match fanout.kind:
        case "report-published":
            return await subscribers.wanting(tx, fanout, limit=CHUNK)
        case "report-corrected" | "report-withdrawn":
            return await subscribers.told(tx, fanout, limit=CHUNK)
    recipients = await store.invited(tx, fanout, limit=CHUNK)
    cursor = recipients[-1].subject_id if recipients else fanout.cursor
    return Chunk(recipients, cursor, last=len(recipients) < CHUNK)
