"""What the registry does about each event, in the transaction that marks the event as handled."""

from services.registry.people import reachability
from shared.consuming import Consumer
from shared.events.notifications import AddressSuppressed
from shared.storage import Tx

consumer = Consumer("registry")


@consumer.on(AddressSuppressed)
async def remember_suppression(tx: Tx, event: AddressSuppressed) -> None:
    """Keep whether letters to a person arrive."""
    await reachability.remember_suppression(tx, event)
