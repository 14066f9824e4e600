"""Everything of a system that can be broken, and how: each is chosen by chance and brought back."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from deploy.local.rabbitmq import RabbitMQ
from deploy.local.services import Service, is_ready
from tests.faults.proxy import BOTH, Proxy, Way
from tests.faults.replica_set import ReplicaSet
from tests.system import System

CUT_OFF_SECONDS = 20.0  # longer than a heartbeat forgives
PATIENCE = 600.0  # seconds: on a busy machine whatever was killed takes long to come back
IMPATIENCE = 0.4  # how often the next is broken before the last is back


@dataclass
class Victims:
    """The processes of ``system`` and its servers."""

    system: System
    names: tuple[str, ...]
    database: ReplicaSet
    broker: RabbitMQ
    line: Proxy
    """Between the services and the broker."""
    chance: random.Random
    broken: Counter[str] = field(default_factory=Counter)
    died: Counter[str] = field(default_factory=Counter)
    """Services that ended by themselves, and were started again as a container is."""
    slowest_end: float = 0.0
    """How many seconds a service took to end at most, asked politely."""

    def __post_init__(self) -> None:
        ways: list[tuple[int, str, Callable[[], Awaitable[object]]]] = [
            *((4, f"{name} killed", partial(asyncio.to_thread, self._kill, name)) for name in self.names),
            *((1, f"{name} restarted", partial(asyncio.to_thread, self._restart, name)) for name in self.names),
            (1, "broker killed", partial(asyncio.to_thread, self._kill_broker)),
            (1, "broker restarted", partial(asyncio.to_thread, self._restart_broker)),
            (1, "broker cut off", self._cut_off),
            (2, "primary killed", partial(asyncio.to_thread, self.database.kill_primary)),
            (2, "primary stepped down", partial(asyncio.to_thread, self.database.step_down)),
        ]
        self._weights = [weight for weight, _, _ in ways]
        self._ways = [(name, way) for _, name, way in ways]

    @property
    def kills(self) -> int:
        """How many processes were killed without a warning."""
        return sum(count for name, count in self.broken.items() if name.endswith("killed"))

    async def one(self) -> None:
        """Break one, bring it back, and wait, mostly, until everything is ready again."""
        ((name, way),) = self.chance.choices(self._ways, weights=self._weights)
        self.broken[name] += 1
        await way()
        if self.chance.random() > IMPATIENCE:
            await self.ready()

    async def ready(self) -> None:
        """Wait until every service says that it is."""
        for name in self.names:
            await asyncio.to_thread(self._ready, self.system.services[name])

    def _ready(self, service: Service) -> None:
        if not service.process.alive:
            self.died[service.name] += 1
            service.start(wait=False)
        service.process.wait_until(lambda: is_ready(service.url), seconds=PATIENCE)

    def _kill(self, name: str) -> None:
        self.system.services[name].kill()
        self.system.services[name].start(wait=False)

    def _restart(self, name: str) -> None:
        began = time.monotonic()
        self.system.services[name].stop()
        self.slowest_end = max(self.slowest_end, time.monotonic() - began)
        self.system.services[name].start(wait=False)

    def _kill_broker(self) -> None:
        self.broker.kill()
        self.broker.start()

    def _restart_broker(self) -> None:
        self.broker.stop()
        self.broker.start()

    async def _cut_off(self) -> None:
        ways: list[tuple[Way, ...]] = [("to",), ("fro",), BOTH]
        self.line.hold(*self.chance.choice(ways))
        await asyncio.sleep(CUT_OFF_SECONDS)
        self.line.heal()
