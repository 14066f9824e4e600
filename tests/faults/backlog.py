"""Fault 10: many events wait in the outbox, or in the queue of a consumer that was down for an hour.

``python -m tests.faults.backlog --events 100000`` (with the servers that ``ZGODA_TEST_MONGO_URL`` and
``ZGODA_TEST_AMQP_URL`` name) prints how fast they are relayed and how much memory that takes.
"""

import argparse
import asyncio
import json
import os
import time
from dataclasses import dataclass, field
from datetime import timedelta

import psutil
import uvloop

from shared.bus import Delivery, Names, connected
from shared.events import enclose
from shared.events.registry import OrganisationRegistered
from shared.ids import new_id
from shared.relay import Relay
from shared.settings import ServiceSettings
from shared.storage import Document, Storage
from shared.supervision import Health
from shared.testing.stack import Stack

AGGREGATES = 100
AT_ONCE = 1_000
MEGABYTE = 1_000_000


@dataclass
class Relayed:
    """What came of a backlog."""

    events: int
    seconds: float
    megabytes: float
    """How much memory the process had at most."""
    revisions: dict[str, list[int]] = field(default_factory=dict)
    """In which order the events of each aggregate arrived."""

    @property
    def in_order(self) -> bool:
        """Whether the events of each aggregate arrived as they had happened, each once."""
        return all(found == list(range(1, len(found) + 1)) for found in self.revisions.values())

    @property
    def rate(self) -> float:
        """Events in a second."""
        return self.events / self.seconds


def row_of(number: int, aggregates: list[str]) -> Document:
    """Return a row of the outbox, as `Tx.publish` writes it."""
    aggregate, revision = aggregates[number % AGGREGATES], number // AGGREGATES + 1
    event = OrganisationRegistered(organisation_id=aggregate, revision=revision)
    envelope = enclose(event)
    body = envelope.model_dump_json(exclude_none=True).encode()
    return {
        **{"_id": envelope.id, "aggregate": aggregate, "seq": revision, "name": event.name, "awaited": True},
        **{"body": body, "created_at": envelope.time, "status": "new"},
    }


async def fill(storage: Storage, events: int) -> None:
    """Write so many events into the outbox."""
    aggregates = [new_id() for _ in range(AGGREGATES)]
    for start in range(0, events, AT_ONCE):
        rows = [row_of(number, aggregates) for number in range(start, min(start + AT_ONCE, events))]
        await storage.reader["outbox"].insert_many(rows)


async def relay_all(storage: Storage, settings: ServiceSettings, events: int) -> Relayed:
    """Relay until nothing waits, to a queue that nobody reads meanwhile; then read it."""
    names, stopping, process = Names(settings.service, settings.broker_prefix), asyncio.Event(), psutil.Process()
    url = settings.amqp_url.get_secret_value()
    async with connected(url, name="backlog") as broker:
        await broker.declare_exchange(names)
        await broker.declare_queues(names, [OrganisationRegistered.name], settings.retry_ladder)
    found, began = Relayed(events, 0.0, 0.0), time.monotonic()
    relaying = asyncio.create_task(Relay(storage, settings, Health()).run(stopping))
    while await storage.reader["outbox"].count({"status": "new"}, limit=1):
        found.megabytes = max(found.megabytes, process.memory_info().rss / MEGABYTE)
        await asyncio.sleep(0.05)
    found.seconds = time.monotonic() - began
    stopping.set()
    await relaying
    await read(url, names, found)
    return found


async def read(url: str, names: Names, found: Relayed) -> None:
    """Read the whole queue, and note in which order it was."""
    enough = asyncio.Event()

    async def arrived(delivery: Delivery) -> None:
        data = json.loads(delivery.body)["data"]
        found.revisions.setdefault(data["organisation_id"], []).append(data["revision"])
        await delivery.done()
        if sum(map(len, found.revisions.values())) >= found.events:
            enough.set()

    async with connected(url, name="backlog") as broker, broker.consuming(names.work, arrived, prefetch=500):
        async with asyncio.timeout(timedelta(minutes=10).total_seconds()):
            await enough.wait()


async def backlog(stack: Stack, events: int) -> Relayed:
    """Fill an outbox and empty it."""
    settings = ServiceSettings(**stack.values("surveys"))
    async with stack.storage("surveys") as storage:
        await fill(storage, events)
        return await relay_all(storage, settings, events)


async def _run(events: int) -> None:
    stack = Stack(os.environ["ZGODA_TEST_MONGO_URL"], os.environ["ZGODA_TEST_AMQP_URL"])
    try:
        found = await backlog(stack, events)
    finally:
        await stack.clear()
    order = "each aggregate's in order" if found.in_order else "✗ not in order"
    print(
        f"{found.events} events relayed in {found.seconds:.1f} s, {found.rate:.0f}/s, {found.megabytes:.0f} MB; {order}"
    )


def main() -> None:
    """Run it once."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--events", type=int, default=100_000)
    uvloop.run(_run(parser.parse_args().events))


if __name__ == "__main__":
    main()
