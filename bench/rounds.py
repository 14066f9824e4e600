"""One round each of what is compared, measured from the same sink's record."""

import asyncio
import contextlib
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aio_pika
import httpx2
import psutil

from bench.system import NAMES, ZONES, Sink, System, address_of
from bench.watching import Cost
from deploy.local.places import ROOT
from deploy.local.processes import Process, wait_until
from services.notifications.deliveries.writing import Writer
from services.notifications.smtp import Accepted, Relay, relay_address
from shared.ids import new_id
from shared.links import Links
from shared.settings import plain as in_clear

LOOK_EVERY = 0.02  # seconds between two looks at the record
RAW = 5_000  # mails of the raw limit, at most: they are all held at once
PERSON = re.compile(r"person\d+@")


@dataclass(frozen=True)
class Round:
    """``count`` mails in ``seconds``; ``lost`` and ``doubled`` are read from the sink's record."""

    count: int
    seconds: float
    cost: Cost
    lost: int = 0
    doubled: int = 0
    about_id: str = ""
    bytes_each: int = 0

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.count / self.seconds

    def milliseconds(self, *names: str) -> float:
        """Return the processor time for each mail of these processes; of all, without any."""
        return 1000 * self.cost.of(*names) / self.count


async def deliver(system: System, client: httpx2.AsyncClient, command: dict[str, Any], *, count: int) -> Round:
    """Schedule a meeting and wait until ``count`` mails are accepted and recorded as sent; others may come between."""
    watch = system.watch()
    system.sink.take()
    spent, began = watch.start(), time.time()
    answer = await client.post("/meetings", json=command)
    if answer.status_code != 201:
        raise RuntimeError(answer.text)
    about_id = answer.json()["id"]
    await _until(lambda: system.sink.count() >= count, seconds=60 + count / 50)
    await _all_recorded(system, about_id, count)
    seconds = time.time() - began
    cost = watch.since(spent)
    await asyncio.sleep(0.3)  # a double would come now
    mails = [mail for mail in system.sink.take() if PERSON.match(mail.recipient)]
    copies = Counter(mail.recipient for mail in mails)
    size = sum(mail.size for mail in mails) // max(len(mails), 1)
    return Round(count, seconds, cost, count - len(copies), len(mails) - len(copies), about_id, size)


async def _until(reached: Callable[[], bool], *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not reached():  # noqa: ASYNC110 - what is watched is a file of another process
            await asyncio.sleep(LOOK_EVERY)


async def _all_recorded(system: System, about_id: str, count: int) -> None:
    storage = system.storage("notifications")
    unsettled = {"about_id": about_id, "state": {"$ne": "sent"}}
    rest = max(LOOK_EVERY, count / 200_000)  # looking must not be what takes the time
    async with asyncio.timeout(60 + count / 500):
        while await storage.reader["letters"].count(unsettled, limit=1):  # noqa: ASYNC110 - another process's rows
            await asyncio.sleep(rest)
    if (found := await storage.reader["letters"].count({"about_id": about_id})) != count:
        raise RuntimeError(f"{found} letters for {count} people")
    await storage.close()


async def raw_limit(system: System, of: Round, *, connections: int) -> Round:
    """Hand mails of a round, ready made, at most `RAW`, to the sink over ``connections``; record nothing."""
    count = min(of.count, RAW)
    settings = system.notifications_settings()
    storage = system.storage("notifications")
    rows = await storage.reader["letters"].find({"about_id": of.about_id}, limit=count)
    written = await Writer(storage.reader, Links(in_clear(settings.link_secrets)), settings.sender).write(rows)
    await storage.close()
    if not all(b"text/calendar" in mail.content for mail in written.mails) or len(written.mails) != count:
        raise RuntimeError("not every mail carries a calendar")
    system.sink.take()
    relay = Relay(relay_address(system.sink.url), connections=connections, name="raw.example")
    us = psutil.Process()
    before, began = us.cpu_times(), time.time()
    outcomes = await relay.send(written.mails, before_dots=_nothing)
    seconds, after = time.time() - began, us.cpu_times()
    relay.close()
    accepted = sum(isinstance(outcome, Accepted) for outcome in outcomes)
    mails = system.sink.take()
    spent = after.user + after.system - before.user - before.system
    return Round(accepted, seconds, Cost({"client": spent}), count - len(mails))


async def _nothing() -> None:
    """Record nothing."""


async def single_mails(
    system: System, client: httpx2.AsyncClient, meeting: Callable[[str, dict[str, Any]], dict[str, Any]], *, count: int
) -> list[float]:
    """Return, for ``count`` meetings of one person each, the seconds from the HTTP 201 to the accepted mail."""
    found = []
    for number in range(count):
        system.sink.take()
        command = meeting(f"alone {number}", {"person_ids": [system.people[number % len(system.people)]]})
        answer = await client.post("/meetings", json=command)
        answered_at = time.time()
        if answer.status_code != 201:
            raise RuntimeError(answer.text)
        await _until(lambda: system.sink.count() >= 1, seconds=30)
        (mail,) = system.sink.take()
        found.append(max(mail.at - answered_at, 0.0))
        await asyncio.sleep(0.05)
    return sorted(found)


class Plain:
    """The plain consumer in its own process, with a sink of its own that offers no PIPELINING.

    ``prepared``: it builds a mail once for each language and zone, and puts only the recipient's own parts in.
    """

    def __init__(self, system: System, folder: Path, *, connections: int, prepared: bool = False) -> None:
        self.name = "prepared" if prepared else "plain"
        self._system = system
        self._folder = folder / self.name
        self._queue = self.name
        self._connections = connections
        self._prepared = prepared
        self._process = Process(self.name, self._folder)
        self._sink: Sink | None = None

    async def start(self) -> None:
        """Start it and wait until it consumes."""
        self._sink = Sink.start(self._folder, "plain-sink", "--no-pipelining")
        servers = self._system.servers
        config = {
            "mongo_url": servers.mongo.url,
            "amqp_url": servers.rabbitmq.url,
            "smtp_url": self._sink.url,
            "queue": self._queue,
            "connections": self._connections,
            "prepared": self._prepared,
        }
        path = self._folder / "config.json"
        path.write_text(json.dumps(config))
        command = [sys.executable, "-m", "bench.plain_consumer", str(path)]
        self._process.start(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT)
        ready = lambda: "ready" in self._process.log.read_text()  # noqa: E731 - one look
        await asyncio.to_thread(wait_until, ready, seconds=30, what="the plain consumer")

    async def round(self, count: int) -> Round:
        """Publish one message per recipient and wait for the mails."""
        if self._sink is None or self._process.pid is None:
            raise RuntimeError("the plain consumer does not run")
        self._sink.take()
        process = psutil.Process(self._process.pid)
        before, began = process.cpu_times(), time.time()
        connection = await aio_pika.connect(self._system.servers.rabbitmq.url)
        async with connection:
            channel = await connection.channel()
            for start in range(0, count, 100):
                publishing = (self._publish(channel, number) for number in range(start, min(start + 100, count)))
                await asyncio.gather(*publishing)
            sink = self._sink
            await _until(lambda: sink.count() >= count, seconds=60 + count / 10)
        seconds, after = time.time() - began, process.cpu_times()
        copies = Counter(mail.recipient for mail in self._sink.take())
        spent = after.user + after.system - before.user - before.system
        return Round(count, seconds, Cost({"plain": spent}), count - len(copies), sum(copies.values()) - len(copies))

    async def _publish(self, channel: Any, number: int) -> None:
        starts_at = datetime.now(UTC) + timedelta(days=60)
        told = {
            "id": new_id(),
            "meeting_id": new_id(),
            "address": address_of(number),
            "display_name": NAMES[number % 5],
            "time_zone": ZONES[number % 3],
            "title": "Implementers’ meeting",
            "text": "We meet to coordinate donors and implementers and to agree a joint strategy.",
            "link": f"https://zgoda.example/en/answer/{'x' * 150}",
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=6)).isoformat(),
        }
        message = aio_pika.Message(json.dumps(told).encode(), delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, routing_key=self._queue)

    def stop(self) -> None:
        """End it."""
        with contextlib.suppress(Exception):
            self._process.stop(seconds=5)
        if self._sink is not None:
            self._sink.process.stop(seconds=5)
