"""The senders: each takes a bundle of letters, writes them, hands them to the relay and records what became of them.

Several do so at once, so that one bundle is written while another travels; one more serves urgent letters alone, over
connections of its own, so that nothing ever waits behind bulk.
"""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

from prometheus_client import Histogram
from pydantic import SecretStr

from services.notifications.deliveries import bundles, stops, traffic
from services.notifications.deliveries.brake import Brake
from services.notifications.deliveries.bundles import Claim
from services.notifications.deliveries.domain import BULK_PRIORITY, URGENT_PRIORITY, Priority
from services.notifications.deliveries.finishing import Finishing
from services.notifications.deliveries.pace import Pace
from services.notifications.deliveries.recording import Records
from services.notifications.deliveries.writing import Writer, Written
from services.notifications.operations import store as operations
from services.notifications.settings import Settings
from services.notifications.smtp import Mail, NeverSent, Outcome, Relay, relay_address
from shared import logs
from shared.ids import utc_now
from shared.service import Context
from shared.storage import Document, Unreachable
from shared.supervision import backoff, rest

log = logs.get(__name__)

POLL_SECONDS = 1.0  # when another replica was told, or a letter became due
URGENT_CONNECTIONS = 2
SILENT_AFTER = 10.0  # seconds without a word from the relay to anybody; it may still answer, in its ten minutes
HEALTH = "relay for letters"

bundle_seconds = Histogram("zgoda_letters_bundle_seconds", "Time from claiming a bundle to settling it", ["lane"])


class LeaseLost(Exception):
    """Another replica took some of the letters: it was thought that we had died."""


class Stopped(Exception):
    """Some of the letters must not go out any more: their mails are not sent, and are written anew without those."""


class RelayUnreachable(Exception):
    """The relay could not be talked to; nothing was sent."""


@dataclass
class Lane:
    """Letters of one priority that one relay takes."""

    priority: Priority
    bell: asyncio.Event
    route: str = traffic.DEFAULT
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One worker claims at a time: two would want the same letters."""


async def send_letters(context: Context) -> None:
    """Send letters until the service stops."""
    settings: Settings = context.settings
    sender = Sending(context, settings)
    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(each) for each in sender.workers()]
        beside = [group.create_task(sender.keep_leases()), group.create_task(sender.watch_relay())]
        await asyncio.wait(workers)
        for each in beside:
            each.cancel()


class Sending:
    """What the workers of one process share."""

    def __init__(self, context: Context, settings: Settings) -> None:
        self.context = context
        self.settings = settings
        self.reader = context.storage.reader
        finishing = Finishing(settings.sender, addresses=settings.intake_addresses, signer=settings.signer)
        self.writer = Writer(self.reader, context.links, settings.sender, finishing)
        self.working: set[str] = set()
        self.traffic = settings.traffic
        self._usual: list[Relay] = []
        self._tls = _trusting(settings.smtp_ca_file)

    def workers(self) -> Sequence["asyncio._CoroutineLike[None]"]:
        """Return the workers of both lanes of every relay, to be run."""
        url, connections = self.settings.smtp_url, self.settings.smtp_connections
        relays = [(traffic.DEFAULT, url, connections)]
        relays += [(name, each.url, each.connections) for name, each in self.traffic.routes.items()]
        return [worker.run() for relay in relays for worker in self._workers(*relay)]

    def _workers(self, route: str, url: SecretStr, connections: int) -> "list[Worker]":
        bulk, urgent = self._lane(BULK_PRIORITY, route), self._lane(URGENT_PRIORITY, route)
        count = min(self.settings.letters_workers, connections)
        shares = [len(range(i, connections, count)) for i in range(count)]
        relays = [self._relay(url, share) for share in (URGENT_CONNECTIONS, *shares)]
        records = [self._records(route, 0), *[self._records(route, self.settings.smtp_brake_refusals)] * count]
        if route == traffic.DEFAULT:
            self._usual = relays
        return [Worker(self, *each) for each in zip((urgent, *[bulk] * count), relays, records, strict=True)]

    def _records(self, route: str, refusals: int) -> Records:
        return Records(self.context.storage, Brake(route, refusals), self.settings.letters_held_when_ambiguous)

    def _lane(self, priority: Priority, route: str) -> Lane:
        return Lane(priority, self.context.storage.bell(bundles.BELLS[priority]), route)

    def _relay(self, url: SecretStr, connections: int) -> Relay:
        return Relay(
            relay_address(url.get_secret_value()),
            connections=connections,
            name=self.settings.smtp_name or self.settings.domain,
            context=self._tls,
        )

    async def keep_leases(self) -> None:
        """Say again and again that what is in work is in work."""
        while True:
            await asyncio.sleep(self.settings.letters_lease_seconds / 3)
            with contextlib.suppress(*Unreachable):
                await bundles.renew(self.reader, list(self.working))

    async def watch_relay(self) -> None:
        """Tell the health when the usual relay is silent: its answers, which tell it too, may take minutes."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            waits = [each.silent_for for each in self._usual if each.silent_for is not None]
            if waits and min(waits) > SILENT_AFTER:
                self.context.health.bad(HEALTH, "relay-silent")


@cache
def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return what checks the certificates of relays: reading those of the system takes a while."""
    return ssl.create_default_context(cafile=ca_file)


class Worker:
    """Takes one bundle after the other of a lane through its own connections."""

    def __init__(self, sending: Sending, lane: Lane, relay: Relay, records: Records) -> None:
        self._sending = sending
        self._lane = lane
        self._relay = relay
        self._records = records
        self._reader = sending.reader
        self._context = sending.context
        self._pace = Pace(sending.settings.letters_in_flight, sending.settings.letters_in_flight_seconds)

    async def run(self) -> None:
        """Work until the service stops; what fails is tried again, later and later."""
        failures, stopping = 0, self._context.stopping
        try:
            while not stopping.is_set():
                try:
                    if claim := await self._next_claim():
                        await self._deliver(claim)
                    failures = 0
                except (LeaseLost, RelayUnreachable, *Unreachable) as error:
                    failures += 1
                    log.warning("letters-interrupted", reason=str(error) or type(error).__name__)
                except Exception as error:  # the lease gives the letters back; the service must go on
                    failures += 1
                    log.error("letters-failed", exc_info=error)
                if failures:
                    await rest(stopping, backoff(failures))
        finally:
            self._relay.close()

    async def _next_claim(self) -> Claim | None:
        """Return the next bundle, waiting for one; `None` when the service stops."""
        async with self._lane.turn:
            while not self._context.stopping.is_set():
                self._lane.bell.clear()
                if self._lane.priority == BULK_PRIORITY and await operations.relay_held(self._reader, self._lane.route):
                    await rest(self._context.stopping, timedelta(seconds=POLL_SECONDS))
                elif claim := await self._claim():
                    return claim
                self._relay.close_idle()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._lane.bell.wait(), POLL_SECONDS)
        return None

    async def _claim(self) -> Claim | None:
        return await bundles.claim(
            self._reader,
            self._lane.priority,
            now=utc_now(),
            holder=self._sending.settings.instance,
            route=self._lane.route,
            others=self._sending.traffic.routes.keys(),
        )

    async def _deliver(self, claim: Claim) -> None:
        self._sending.working.add(claim.token)
        try:
            with bundle_seconds.labels(bundles.BELLS[self._lane.priority]).time():
                await self._deliver_bundle(claim)
        finally:
            self._sending.working.discard(claim.token)

    async def _deliver_bundle(self, claim: Claim) -> None:
        """Send a bundle slice by slice; while one travels, what became of the one before is written down."""
        unsent = len(claim.rows)
        recording: asyncio.Task[bool] | None = None
        why = ""
        try:
            written = await self._sending.writer.write(claim.rows)
            await self._direct(claim, written)
            await self._records.decided(claim, written.others)
            unsent = len(written.rows)
            while unsent and not self._context.stopping.is_set():
                rows, mails = written.take(self._pace.slice)
                number, outcomes = await self._transmit(claim, rows, mails)
                unsent -= len(rows)
                if recording is not None and not await recording:
                    unsent += 1
                recording = asyncio.create_task(self._records.answered(claim, number, rows, outcomes))
                self._judge_relay(outcomes)
        except Stopped:
            log.info("letters-stopped", bundle=claim.bundle_id)
        except RelayUnreachable as error:
            why = str(error)
            raise
        finally:
            if recording is not None and not await recording:
                unsent += 1
            if unsent:
                await bundles.release(self._reader, claim, now=utc_now(), why=why)
            else:
                await bundles.finish(self._reader, claim)

    async def _direct(self, claim: Claim, written: Written) -> None:
        """Give to other relays what is theirs, and put off what is too much for this one or for a destination."""
        rules, now = self._sending.traffic, utc_now()
        for route, rows in traffic.elsewhere(written, rules, self._lane.route).items():
            await self._context.storage.transact(
                bundles.change_over, claim, rows, priority=self._lane.priority, route=route, now=now
            )
        if self._lane.priority == BULK_PRIORITY and written.rows:
            written.others += await traffic.put_off(self._reader, written, rules, self._lane.route, now=now)

    async def _transmit(
        self, claim: Claim, rows: Sequence[Document], mails: Sequence[Mail]
    ) -> tuple[int | None, list[Outcome]]:
        """Send mails; return the number under which it is marked that their dots may have been written, if it is."""
        number: int | None = None

        async def before_dots() -> None:
            nonlocal number
            stopped = await stops.standing(self._reader)
            if any(stop.covers(row) for stop in stopped for row in rows):
                raise Stopped
            number = await bundles.start_transmitting(self._reader, claim, [row["_id"] for row in rows])
            if number is None:
                raise LeaseLost("the bundle was taken back")

        began = time.monotonic()
        outcomes = await self._relay.send(mails, before_dots=before_dots)
        self._pace.took(len(outcomes), time.monotonic() - began)
        return number, outcomes

    def _judge_relay(self, outcomes: Sequence[Outcome]) -> None:
        """Tell the health of the relay.  Raises `RelayUnreachable` when it could not be talked to."""
        lost = [each.reason for each in outcomes if isinstance(each, NeverSent)]
        away = bool(outcomes) and len(lost) == len(outcomes)
        if outcomes and self._lane.route == traffic.DEFAULT:  # that another one is away concerns its letters alone
            self._context.health.bad(HEALTH, lost[0]) if away else self._context.health.good(HEALTH)
        if away:
            raise RelayUnreachable(lost[0])
