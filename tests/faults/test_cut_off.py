"""Faults 3 and 4: a service whose broker, database or relay is out of reach, and one whose primary dies or gives way.

Not ready within 15 s, 503 meanwhile, ready and caught up within 30 s, and nothing is lost.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import APIRouter, FastAPI

from services.notifications.main import create_app as create_notifications
from services.notifications.settings import Settings
from shared.auth import Anyone
from shared.bus import Names, connected
from shared.consuming import Consumer
from shared.events.registry import OrganisationRegistered
from shared.ids import new_id
from shared.service import create_service
from shared.settings import ServiceSettings
from shared.storage import CollectionSpec, Tx
from shared.testing.sink import Sink
from shared.testing.stack import Running, Stack, until
from shared.web import StorageOf
from tests.faults.every import EVERYTHING
from tests.faults.proxy import Proxy
from tests.faults.replica_set import ReplicaSet
from tests.notifications.builders import Office, address_of, contact_changed, people_invited

BUSY = 2  # times slower than it should be may a machine be that runs other tests too
NOT_READY_WITHIN, READY_WITHIN, NO_FAULT_AFTER = 15 * BUSY, 30 * BUSY, 10 * BUSY  # seconds
ANSWERED_WITHIN = 20  # seconds: what a call may take that was under way
HEARTBEAT = 1  # second, instead of three, so that the test is short; the soak waits for the real one

pytestmark = pytest.mark.faults
router = APIRouter()
consumer = Consumer("surveys")


async def register(tx: Tx, organisation_id: str) -> None:
    """Promise that an organisation is registered and told of."""
    await tx["promised"].insert_one({"_id": organisation_id})
    await tx.publish(OrganisationRegistered(organisation_id=organisation_id, revision=1))


@router.post("/organisations/{organisation_id}", status_code=204)
async def post_organisation(organisation_id: str, actor: Anyone, storage: StorageOf) -> None:
    """Do as `register` does."""
    await storage.transact(register, organisation_id)


@consumer.on(OrganisationRegistered)
async def hear(tx: Tx, event: OrganisationRegistered) -> None:
    """Count how often the event took effect."""
    await tx["heard"].update_one({"_id": event.organisation_id}, {"$inc": {"times": 1}}, upsert=True)


def create_surveys(settings: ServiceSettings) -> FastAPI:
    collections = [CollectionSpec("promised"), CollectionSpec("heard")]
    return create_service(settings, title="toy", routers=[router], collections=collections, consumer=consumer)


class Asking:
    """Asks a service for one thing after the other, and remembers what was promised and what was refused, and when."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.promised: list[str] = []
        self.refused: list[tuple[float, int]] = []
        self.longest = 0.0

    @asynccontextmanager
    async def meanwhile(self) -> AsyncIterator[None]:
        """Ask again and again while the body runs."""
        asking = asyncio.create_task(self._ask())
        try:
            yield
        finally:
            asking.cancel()
            await asyncio.wait({asking})

    async def _ask(self) -> None:
        async with self._running.as_() as client:
            while True:
                wanted, began = new_id(), time.monotonic()
                answer = await client.post(f"/organisations/{wanted}")
                self.longest = max(self.longest, time.monotonic() - began)
                if answer.status_code == 204:
                    self.promised.append(wanted)
                else:
                    self.refused.append((time.monotonic(), answer.status_code))
                await asyncio.sleep(0.1)

    async def goes_on(self) -> None:
        """Wait until twenty more things are promised."""
        before = len(self.promised)
        await until(lambda: len(self.promised) >= before + 20, "promises are made", within=60)

    async def all_heard(self) -> None:
        """Wait until everything that was promised took effect, and see that none did twice."""
        heard = self._running.storage.reader["heard"]

        async def all_are() -> bool:
            return await heard.count({"_id": {"$in": self.promised}}) == len(self.promised)

        await until(all_are, "everything promised is heard", within=240)
        assert await heard.count({"times": {"$ne": 1}}) == 0


def through(url: str, line: Proxy) -> str:
    """Return ``url`` with the port of a proxy."""
    return url.replace(f":{urlsplit(url).port}", f":{line.listens_on}")


async def takes(condition: Callable[[], Any], what: str) -> float:
    """Return how many seconds it takes until ``condition`` holds."""
    began = time.monotonic()
    await until(condition, what, within=90)
    return time.monotonic() - began


Cut = Callable[[Proxy], object]
CUTS: dict[str, Cut] = {"held": Proxy.hold, "held one way": lambda line: line.hold("fro"), "refused": Proxy.refuse}


@asynccontextmanager
async def cut(running: Running, line: Proxy, how: str) -> AsyncIterator[None]:
    """Cut the line; run the body when the service has noticed; heal it and wait until the service is ready again."""
    health = running.context.health
    CUTS[how](line)
    noticed = await takes(lambda: not health.ready, f"not ready when {how}")
    yield
    line.heal()
    recovered = await takes(lambda: health.ready, f"ready after {how}")
    assert (noticed < NOT_READY_WITHIN, recovered < READY_WITHIN) == (True, True), (how, noticed, recovered)


@asynccontextmanager
async def surveys(stack: Stack, **urls: str) -> AsyncIterator[Running]:
    """A small service with a corner of its own in ``stack``."""
    settings = ServiceSettings(**own_values(stack, "surveys", **urls))
    async with tidied(stack, settings), stack.running(create_surveys, settings) as running:
        yield running


def own_values(stack: Stack, service: str, **urls: str) -> dict[str, Any]:
    """Return the settings of a service with a database and queues of its own in ``stack``."""
    own = f"{stack.prefix}.{new_id()[-6:]}"
    return stack.values(service, database=own.replace(".", "_"), broker_prefix=f"{own}.", **urls)


@asynccontextmanager
async def tidied(stack: Stack, settings: ServiceSettings) -> AsyncIterator[None]:
    """Remove the queues of a service afterwards."""
    try:
        yield
    finally:
        async with connected(stack.amqp_url, name="test clean-up") as broker:
            await broker.delete(Names(settings.service, settings.broker_prefix), settings.retry_ladder)


async def without_broker(stack: Stack, how: str) -> None:
    """Promises are kept in the outbox, and told when the broker is back."""
    async with Proxy(urlsplit(stack.amqp_url).port or 5672) as line:
        url = f"{through(stack.amqp_url, line)}?heartbeat={HEARTBEAT}"
        async with surveys(stack, amqp_url=url) as running:
            asking = Asking(running)
            async with asking.meanwhile(), cut(running, line, how):
                await until(lambda: waiting(running), "the outbox grows", within=60)
            assert asking.refused == []
            await asking.all_heard()


async def waiting(running: Running) -> int:
    return await running.storage.reader["outbox"].count({"status": "new"})


async def without_database(stack: Stack, how: str) -> None:
    """Nothing is promised meanwhile, and everybody is told so."""
    async with Proxy(urlsplit(stack.mongo_url).port or 27017) as line:
        url = through(stack.mongo_url, line).replace("replicaSet=rs0", "directConnection=true")
        async with surveys(stack, mongo_url=url) as running:
            asking = Asking(running)
            async with asking.meanwhile(), cut(running, line, how):
                await until(lambda: asking.refused, "somebody is told that it is away", within=60)
            assert {status for _, status in asking.refused} == {503}
            assert asking.longest < ANSWERED_WITHIN
            await asking.all_heard()


async def without_relay(stack: Stack, *ways: str) -> None:
    """Letters wait, and each is sent once when the relay is back."""
    async with Sink() as sink, Proxy(sink.port) as line:
        settings = Settings(**own_values(stack, "notifications", smtp_url=through(sink.url, line)))
        async with tidied(stack, settings), stack.running(create_notifications, settings) as running:
            office = Office(running, sink)
            told = await invite(office, 1)
            await office.settled(1, within=60)
            for how in ways:
                CUTS[how](line)
                told += await invite(office, 10)
                noticed = await takes(lambda: not running.context.health.ready, f"not ready without a relay: {how}")
                assert noticed < NOT_READY_WITHIN
                line.heal()
                await office.settled(len(told), within=90)
                assert running.context.health.ready
            assert sorted(mail.recipient for mail in sink.mails) == sorted(address_of(each) for each in told)


async def invite(office: Office, count: int) -> list[str]:
    """Owe letters to so many people, and return their ids."""
    people = [new_id() for _ in range(count)]
    await asyncio.gather(*(office.hears(contact_changed(each)) for each in people))
    await office.hears(people_invited(new_id(), people))
    return people


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
async def test_whatever_is_cut_off_is_noticed_and_caught_up_with(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("database.SOCKET_TIMEOUT", 5), ("database.AWAY_WITHIN", 1)):
        monkeypatch.setattr(f"shared.storage.{name}", timedelta(seconds=seconds))
    monkeypatch.setattr("shared.service.PING_EVERY", timedelta(seconds=2))
    await asyncio.gather(
        without_broker(stack, "held"),
        without_broker(stack, "held one way"),
        without_broker(stack, "refused"),
        without_database(stack, "held"),
        without_database(stack, "refused"),
        without_relay(stack, "refused", "held"),
    )


@pytest.mark.skipif(not EVERYTHING, reason="a minute: the soak kills primaries too; ZGODA_EVERY_FAULT=1 runs it")
async def test_another_primary_takes_over_and_nothing_is_lost(stack: Stack, tmp_path: Path) -> None:
    database = ReplicaSet(tmp_path / "mongo")
    try:
        await asyncio.to_thread(database.start)
        async with surveys(stack, mongo_url=database.url) as running:
            asking = Asking(running)
            async with asking.meanwhile():
                for fault in (database.step_down, database.kill_primary):
                    await asking.goes_on()
                    began = time.monotonic()
                    await asyncio.to_thread(fault)
                    await asking.goes_on()
                    assert [at for at, _ in asking.refused if at - began > NO_FAULT_AFTER] == []
            assert {status for _, status in asking.refused} <= {503}
            await asking.all_heard()
    finally:
        await asyncio.to_thread(database.stop)
