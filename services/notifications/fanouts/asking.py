"""News of a meeting for some of those invited: the silent, whoever waited or proposed, whom the organisers wrote to."""

from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import LetterKind, Recipient, suppress
from services.notifications.fanouts import store
from services.notifications.fanouts.actions import event_id_of, remember
from shared.events.meetings import InvitationAnswered, MessageWritten, PlaceOffered, ProposalDeclined, ReplyRequested
from shared.ids import utc_now
from shared.storage import Tx


async def ask_again(tx: Tx, event: ReplyRequested) -> None:
    """Owe a reminder to everybody the event names, unless their invitation was withdrawn."""
    await _owe(tx, event, "reply-requested", _named(event))


async def hand_on(tx: Tx, event: MessageWritten) -> None:
    """Owe what the organisers wrote to everybody the event names, unless their invitation was withdrawn."""
    await _owe(tx, event, "message-written", _named(event))


def _named(event: ReplyRequested | MessageWritten) -> list[Recipient]:
    return [Recipient(each.person_id, each.invitation_id, each.generation) for each in event.invitees]


async def stop_asking(tx: Tx, event: InvitationAnswered) -> None:
    """Withhold a reminder that is still on its way to somebody who has answered meanwhile."""
    if event.answer == "pending":
        return
    unsent = {"recipient_id": event.person_id, "about_id": event.meeting_id, "kind": "reply-requested"}
    await letters.withhold(tx, unsent, suppress("answered-meanwhile"), now=utc_now())


async def tell_one(tx: Tx, event: PlaceOffered | ProposalDeclined, kind: LetterKind) -> None:
    """Owe one person a letter, unless their invitation was withdrawn."""
    await _owe(tx, event, kind, [Recipient(event.person_id, event.invitation_id, event.generation)])


async def _owe(
    tx: Tx,
    event: ReplyRequested | MessageWritten | PlaceOffered | ProposalDeclined,
    kind: LetterKind,
    recipients: list[Recipient],
) -> None:
    await remember(tx, event)
    withdrawn = await store.withdrawn_among(tx, [each.subject_id for each in recipients])
    still = [each for each in recipients if each.subject_id not in withdrawn]
    await deliveries.owe_letters(tx, kind, still, event_id=event_id_of(tx), about_id=event.meeting_id)
