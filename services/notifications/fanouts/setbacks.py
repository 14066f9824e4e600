"""Owing letters about what did not go as it was meant to: their events name whom to tell."""

from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import facts as told
from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import LetterKind, Recipient
from services.notifications.fanouts.actions import event_id_of
from shared.events.reports import ReleaseHeldBack, WebhookDisabled
from shared.storage import Document, Tx


async def tell_of_release(tx: Tx, event: ReleaseHeldBack) -> None:
    """Owe everybody named the news that a report did not come out."""
    await _tell(tx, "release-held-back", event.person_ids, told.facts_of_release(event), about_id=event.report_id)


async def tell_of_webhook(tx: Tx, event: WebhookDisabled) -> None:
    """Owe everybody named the news that a system is called no more."""
    await _tell(tx, "webhook-disabled", event.person_ids, told.facts_of_webhook(event), about_id=event.webhook_id)


async def _tell(tx: Tx, kind: LetterKind, person_ids: list[str], facts: Document, *, about_id: str) -> None:
    event_id = event_id_of(tx)
    await letters.keep_facts(tx, event_id, facts)
    recipients = [Recipient(each, about_id) for each in person_ids]
    await deliveries.owe_letters(tx, kind, recipients, event_id=event_id, about_id=about_id)
