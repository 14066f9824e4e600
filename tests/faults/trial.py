"""A small service in a process of its own, put to the test: what it promised, and what came of it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from aio_pika.exceptions import ChannelNotFoundEntity

from deploy.local.places import ROOT
from deploy.local.processes import Process
from shared.bus import Names, connected
from shared.events.registry import OrganisationRegistered
from shared.ids import new_id
from shared.service import make_context
from shared.settings import ServiceSettings
from shared.storage import Storage
from shared.testing.stack import Stack, in_one_transaction, until
from tests.faults.proxy import Proxy
from tests.faults.surveys import COLLECTIONS, EFFECTS, HANDLING

PREFETCH = 10
LADDER = (0.5, 2.0, 8.0, 20.0, 40.0)  # seconds: a killed process holds its documents for up to a minute


@dataclass
class Trial:
    """One service, its database, the line to its broker, and the events it was asked to tell."""

    storage: Storage
    line: Proxy
    process: Process
    settings: Path
    names: Names
    amqp_url: str
    mutant: str
    asked: int = 0
    trouble: str = ""

    def __str__(self) -> str:
        """Say in which trouble it is, for messages."""
        return f"{self.mutant or 'sound'}, {self.trouble}"

    @property
    def name(self) -> str:
        """What the process is called, among replicas too."""
        return self.process.name

    def replica(self, name: str) -> "Trial":
        """Return another process of the same service, not started."""
        settings = self.settings.with_name(f"{name}.json")
        settings.write_text(json.dumps({**json.loads(self.settings.read_text()), "instance": name}))
        return replace(self, process=Process(name, settings.parent), settings=settings)

    async def asks(self, count: int) -> None:
        """Commit so many events."""
        events = (OrganisationRegistered(organisation_id=new_id(), revision=1) for _ in range(count))
        await in_one_transaction(self.storage, *events)
        self.asked += count

    async def starts(self, *options: str) -> None:
        """Start, unless it runs."""
        if self.process.alive:
            return
        command = [sys.executable, "-P", "-m", "tests.faults.surveys", str(self.settings)]
        command += [*([self.mutant] if self.mutant else []), *options]
        env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        await asyncio.to_thread(self.process.start, command, env=env, cwd=ROOT)

    async def dies(self) -> None:
        await asyncio.to_thread(self.process.kill)

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """Let no handler come to its end meanwhile."""
        hold = self.settings.with_suffix(".hold")
        self._begun.unlink(missing_ok=True)
        hold.touch()
        try:
            yield
        finally:
            hold.unlink()

    async def in_work(self) -> None:
        """Wait until handlers that are `held_up` have begun."""
        await until(self._begun.exists, f"handlers have begun ({self})", within=90)

    @property
    def _begun(self) -> Path:
        return self.settings.with_suffix(".begun")

    async def done(self) -> int:
        """Count the events that took effect."""
        return await self.storage.reader[EFFECTS].count({})

    async def works(self, *, since: int | None = None) -> None:
        """Wait until more events have taken effect, than now or than ``since``."""
        before = await self.done() if since is None else since

        async def more() -> bool:
            return await self.done() > before

        await until(more, f"handlers run ({self})", within=90)

    async def relayed(self, *, within: float = 90) -> None:
        """Wait until every event was tried."""

        async def none_is_new() -> bool:
            return await self.untold() == 0

        await until(none_is_new, f"the relay has tried ({self})", within=within)

    async def untold(self, status: str = "new") -> int:
        return await self.storage.reader["outbox"].count({"status": status})

    async def told(self) -> str:
        """Wait until nothing happens any more; return what is wrong in words."""
        await until(self._quiet, f"the service is quiet ({self})", within=240)
        rows = [row async for row in self.storage.reader[EFFECTS].stream({})]
        file = self.settings.with_suffix(".cut-short")
        wrong = {
            "lost": self.asked - len(rows),
            "doubled": sum(row["times"] - 1 for row in rows),
            "cut short": len(file.read_text().splitlines()) if file.exists() else 0,
        }
        return ", ".join(what for what, count in wrong.items() if count)

    async def _quiet(self) -> bool:
        before = await self.done()
        if await self.untold() or await self.untold("unroutable") or not await self._consumed():
            return False
        if before == self.asked or not self.mutant:  # one without a mistake has all the time it needs
            return before == self.asked
        await asyncio.sleep(25 * HANDLING)  # what is not there by now will never be
        return await self.done() == before

    async def _consumed(self) -> bool:
        """Whether somebody consumes the queue, and nothing waits in it or to come back to it."""
        async with connected(self.amqp_url, name="test") as broker, broker._connection.channel() as channel:
            names = [self.names.work, *(self.names.retry(each) for each in LADDER)]
            try:
                found = [(await channel.declare_queue(each, passive=True)).declaration_result for each in names]
            except ChannelNotFoundEntity:  # it has just begun
                return False
            return bool(found[0].consumer_count) and not any(each.message_count for each in found)


@asynccontextmanager
async def trial(stack: Stack, folder: Path, mutant: str) -> AsyncIterator[Trial]:
    """A service with its own queue and database, whose line to the broker can be cut."""
    port = urlsplit(stack.amqp_url).port or 5672
    async with Proxy(port) as line:
        name = mutant or "sound"
        values = stack.values(
            "surveys",
            database=f"{stack.prefix}_{name}",
            broker_prefix=f"{stack.prefix}.{name}.",
            amqp_url=stack.amqp_url.replace(f":{port}", f":{line.listens_on}"),
            prefetch=PREFETCH,
            retry_ladder=LADDER,
        )
        settings = folder / f"{name}.json"
        settings.write_text(json.dumps(values))
        names = Names("surveys", values["broker_prefix"])
        storage = make_context(ServiceSettings(**values)).storage
        await storage.prepare([*COLLECTIONS])
        process = Process(name, folder)
        try:
            yield Trial(storage, line, process, settings, names, stack.amqp_url, mutant)
        finally:
            await asyncio.to_thread(process.kill)
            await storage.close()
            async with connected(stack.amqp_url, name="test clean-up") as broker:
                await broker.delete(names, values["retry_ladder"])
