"""Mistakes that were made before, or could be: each put into a running process, so that a test shows it sees them."""

from collections.abc import Callable, Sequence
from typing import Any

from services.notifications.deliveries import bundles
from services.notifications.deliveries.bundles import Claim
from shared import bus, consuming
from shared.bus import Broker, Delivery, Publisher
from shared.consuming import Consumption
from shared.ids import new_id
from shared.relay import Relay
from shared.storage import Document, Reader


def acknowledged_before_the_commit() -> None:
    """Tell the broker that an event is dealt with, and then deal with it."""
    handle = Consumption._handle

    async def early(self: Consumption, delivery: Delivery) -> Any:
        await delivery.done()
        return await handle(self, delivery)

    Consumption._handle = early  # type: ignore[method-assign]


def marked_before_it_is_published() -> None:
    """Mark what waits in the outbox as sent, and then send it."""
    waiting = Relay._waiting

    async def marked(self: Relay) -> list[Document]:
        rows = await waiting(self)
        await self._record(rows, ["sent"] * len(rows))
        return rows

    Relay._waiting = marked  # type: ignore[method-assign]


def no_inbox() -> None:
    """Take every delivery for a new event."""
    cause_of = consuming._cause

    def another(envelope: Any) -> Any:
        return cause_of(envelope.model_copy(update={"id": new_id()}))

    consuming._cause = another


def cancelled_with_the_connection() -> None:
    """Run the handlers where the library cancels them when a connection is lost."""

    async def unshielded(self: Consumption, broker: Broker, publisher: Publisher, stopping: Any) -> None:
        async def arrived(delivery: Delivery) -> None:
            await self._deal_with(delivery, publisher)

        async with broker.consuming(self._names.work, arrived, prefetch=self._settings.prefetch) as stop:
            try:
                await self._watch(broker, stopping)
            finally:
                await stop()

    Consumption._consume_from = unshielded  # type: ignore[method-assign]


def returns_are_not_raised() -> None:
    """Take what the broker gave back, having no queue for it, for published."""

    async def publisher(self: Broker) -> Publisher:
        return Publisher(await self._connection.channel(publisher_confirms=True, on_return_raises=False))

    bus.Broker.publisher = publisher  # type: ignore[method-assign]


def no_mark_before_the_dot() -> None:
    """Write final dots without writing down before that they follow."""

    async def unmarked(reader: Reader, claim: Claim, ids: Sequence[str]) -> int | None:
        return 0

    bundles.start_transmitting = unmarked


def finished_early() -> None:
    """Throw a bundle away when its first dots follow."""
    start = bundles.start_transmitting

    async def started(reader: Reader, claim: Claim, ids: Sequence[str]) -> int | None:
        number = await start(reader, claim, ids)
        await bundles.finish(reader, claim)
        return number

    bundles.start_transmitting = started


def _named(*mutants: Callable[[], None]) -> dict[str, Callable[[], None]]:
    return {mutant.__name__.replace("_", "-"): mutant for mutant in mutants}


MUTANTS = _named(
    acknowledged_before_the_commit,
    marked_before_it_is_published,
    no_inbox,
    cancelled_with_the_connection,
    returns_are_not_raised,
)
OF_MAILS = _named(no_mark_before_the_dot, finished_early)
