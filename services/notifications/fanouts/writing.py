"""Owing letters to those who write a report together: their events name whom to tell."""

from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import facts as told
from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import LetterKind, Recipient
from services.notifications.deliveries.facts import WritingEvent
from services.notifications.fanouts.actions import event_id_of
from shared.storage import Tx


async def tell_writers(tx: Tx, event: WritingEvent, kind: LetterKind) -> None:
    """Owe everybody named the news of a report that they write or edit."""
    event_id = event_id_of(tx)
    if event.person_ids:
        await letters.keep_facts(tx, event_id, told.facts_of_writing(event))
        recipients = [Recipient(each, event.report_id) for each in event.person_ids]
        await deliveries.owe_letters(tx, kind, recipients, event_id=event_id, about_id=event.report_id)
