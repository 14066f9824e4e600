"""From the outbox to the broker: every committed event is published at least once, by one of any number of replicas."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta

from prometheus_client import Counter, Gauge

from shared import logs
from shared.bus import BrokerUnreachable, Names, Publisher, Refused, Returned, connected
from shared.ids import utc_now
from shared.settings import ServiceSettings
from shared.storage import Document, Storage, Unreachable
from shared.supervision import Health, backoff, is_cancelled, rest

log = logs.get(__name__)

IN_FLIGHT = 256  # unconfirmed messages: more gains nothing, fewer wait for the disk
LEASE = timedelta(seconds=10)  # a dead relay's work is taken over after this long
COUNT_EVERY = timedelta(seconds=15)
POLL = timedelta(milliseconds=100)  # for what another process committed; our own rings
STANDBY = timedelta(seconds=1)  # between two tries at the lease
UNROUTABLE_AGAIN = timedelta(minutes=1)

published = Counter("zgoda_events_published_total", "Events confirmed by the broker", ["name"])
unroutable = Counter("zgoda_events_unroutable_total", "Events for which no queue was bound", ["name"])
waiting = Gauge("zgoda_outbox_waiting", "Events committed and not yet confirmed by the broker")
stranded = Gauge("zgoda_outbox_unroutable", "Those of them for which no queue was bound when they were last tried")
oldest = Gauge("zgoda_outbox_oldest_seconds", "For how long the oldest of them has waited")


class Relay:
    """Publishes one service's outbox while it holds the lease."""

    def __init__(self, storage: Storage, settings: ServiceSettings, health: Health) -> None:
        self._storage = storage
        self._settings = settings
        self._health = health
        self._names = Names(settings.service, settings.broker_prefix)

    async def run(self, stopping: asyncio.Event) -> None:
        """Relay until ``stopping``: takes the lease, connects, and begins anew when either is lost."""
        failures = 0
        try:
            while not stopping.is_set():
                try:
                    if await self._leads():
                        await self._relay(stopping)
                        failures = 0
                    else:
                        self._health.good("relay", "another replica relays")
                        await rest(stopping, STANDBY)
                except (BrokerUnreachable, asyncio.CancelledError, *Unreachable) as error:
                    if is_cancelled():
                        raise
                    self._health.bad("relay", type(error).__name__)
                    log.warning("relay-interrupted", reason=type(error).__name__)
                    failures += 1
                    await rest(stopping, backoff(failures))
        finally:
            with contextlib.suppress(Exception):
                await self._storage.release("relay", self._settings.instance)

    async def _leads(self) -> bool:
        return await self._storage.lease("relay", self._settings.instance, LEASE)

    async def _relay(self, stopping: asyncio.Event) -> None:
        name = f"{self._settings.service} relay {self._settings.instance}"
        async with connected(self._settings.amqp_url.get_secret_value(), name=name) as broker:
            await broker.declare_exchange(self._names)
            publisher = await broker.publisher()
            self._health.good("relay", "relays")
            lost = asyncio.ensure_future(broker.lost())
            try:
                await self._drain_while_leading(publisher, stopping, lost)
            except BrokerUnreachable as error:  # told at once: to hang up on a dead line takes a while
                self._health.bad("relay", type(error).__name__)
                raise
            finally:
                lost.cancel()

    async def _drain_while_leading(
        self, publisher: Publisher, stopping: asyncio.Event, lost: asyncio.Future[None]
    ) -> None:
        loop = asyncio.get_running_loop()
        renew_at = loop.time() + LEASE.total_seconds() / 3
        while not stopping.is_set():
            if lost.done():
                raise BrokerUnreachable("connection lost")
            if loop.time() >= renew_at:
                if not await self._leads():
                    return
                renew_at = loop.time() + LEASE.total_seconds() / 3
            self._storage.rung.clear()
            if not await self._drain_once(publisher):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._storage.rung.wait(), POLL.total_seconds())

    async def _drain_once(self, publisher: Publisher) -> bool:
        """Publish what waits, at most `IN_FLIGHT` events; return whether there was anything."""
        rows = await self._waiting()
        if not rows:
            return False
        outcomes = await asyncio.gather(*(self._send(publisher, row) for row in rows))
        await self._record(rows, outcomes)
        if "refused" in outcomes:
            raise BrokerUnreachable("a queue is full")
        if "unknown" in outcomes:
            raise BrokerUnreachable("not confirmed")
        return True

    async def _waiting(self) -> list[Document]:
        outbox = self._storage.reader["outbox"]
        rows = await outbox.find({"status": "new"}, sort=[("_id", 1)], limit=IN_FLIGHT)
        if len(rows) < IN_FLIGHT:
            again = {"status": "unroutable", "tried_at": {"$lt": utc_now() - UNROUTABLE_AGAIN}}
            rows += await outbox.find(again, sort=[("tried_at", 1)], limit=IN_FLIGHT - len(rows))
        return rows

    async def _send(self, publisher: Publisher, row: Document) -> str:
        headers = {"traceparent": row["traceparent"]} if row.get("traceparent") else {}
        try:
            await publisher.send(
                row["body"],
                exchange=self._names.events,
                key=row["name"],
                type=row["name"],
                id=row["_id"],
                headers=headers,
                mandatory=row["awaited"],
            )
        except Returned:
            unroutable.labels(row["name"]).inc()
            return "unroutable"
        except Refused:
            return "refused"
        except BrokerUnreachable:
            return "unknown"
        published.labels(row["name"]).inc()
        return "sent"

    async def _record(self, rows: Sequence[Document], outcomes: Sequence[str]) -> None:
        outbox, now = self._storage.reader["outbox"], utc_now()
        sent = [row["_id"] for row, outcome in zip(rows, outcomes, strict=True) if outcome == "sent"]
        back = [row["_id"] for row, outcome in zip(rows, outcomes, strict=True) if outcome == "unroutable"]
        if sent:
            await outbox.update_many({"_id": {"$in": sent}}, {"$set": {"status": "sent", "sent_at": now}})
        if back:
            log.warning("events-unroutable", count=len(back))
            await outbox.update_many({"_id": {"$in": back}}, {"$set": {"status": "unroutable", "tried_at": now}})


async def count_waiting(storage: Storage, stopping: asyncio.Event) -> None:
    """Tell, again and again, how many events wait and for how long, whether or not anybody can publish them."""
    outbox = storage.reader["outbox"]
    while not stopping.is_set():
        with contextlib.suppress(*Unreachable):
            counts, since = [], []
            for status, order in (("new", "_id"), ("unroutable", "tried_at")):  # each has an index of its own
                counts.append(await outbox.count({"status": status}))
                since += await outbox.find({"status": status}, sort=[(order, 1)], limit=1)
            waiting.set(sum(counts))
            stranded.set(counts[1])
            now = utc_now()
            oldest.set(max(((now - row["created_at"]).total_seconds() for row in since), default=0))
        await rest(stopping, COUNT_EVERY)
