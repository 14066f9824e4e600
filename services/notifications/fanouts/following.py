"""Owing letters about what somebody has to do, and briefs: their events name whom to tell."""

from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import facts as told
from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import LetterKind, Recipient
from services.notifications.fanouts.actions import event_id_of
from shared.events.meetings import BriefPrepared, TaskAssigned, TaskLapsed
from shared.storage import Tx


async def tell_of_task(tx: Tx, event: TaskAssigned | TaskLapsed, kind: LetterKind) -> None:
    """Owe everybody who has to carry something out the news of it."""
    event_id = event_id_of(tx)
    if event.person_ids:
        await letters.keep_facts(tx, event_id, told.facts_of_task(event))
        recipients = [Recipient(each, event.task_id or event.decision_id) for each in event.person_ids]
        await deliveries.owe_letters(tx, kind, recipients, event_id=event_id, about_id=event.decision_id)


async def send_brief(tx: Tx, event: BriefPrepared) -> None:
    """Owe everybody the brief that was prepared for them, in the language it was prepared in."""
    event_id = event_id_of(tx)
    await letters.keep_facts(tx, event_id, told.facts_of_brief(event))
    recipients = [Recipient(each, event.brief_id, language=event.language) for each in event.person_ids]
    await deliveries.owe_letters(tx, "brief-prepared", recipients, event_id=event_id, about_id=event.meeting_id)
