"""Owing letters about periods to report on: their events name whom to tell."""

from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import facts as told
from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import LetterKind, Recipient
from services.notifications.fanouts.actions import event_id_of
from shared.events.registry import ReportingReminded, ReportingRequested
from shared.storage import Tx


async def tell_of_period(tx: Tx, event: ReportingRequested | ReportingReminded, kind: LetterKind) -> None:
    """Owe everybody who answers for an organisation the letter about a period."""
    event_id = event_id_of(tx)
    await letters.keep_facts(tx, event_id, told.facts_of_period(event))
    recipients = [Recipient(each, event.period_id) for each in event.person_ids]
    await deliveries.owe_letters(tx, kind, recipients, event_id=event_id, about_id=event.period_id)
