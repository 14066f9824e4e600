"""What reports hears of others: the decisions that commission reports, and whose rights have changed."""

from services.reports.commissions import actions as commissions
from shared.consuming import Consumer
from shared.events.meetings import DecisionTaken
from shared.storage import Tx

consumer = Consumer("reports")


@consumer.on(DecisionTaken)
async def commission_report(tx: Tx, event: DecisionTaken) -> None:
    """Begin the report that a decision commissions, if it does."""
    await commissions.commission_report(tx, event)
