"""The long form of the faults: work goes on while everything is killed, again and again; then everything is counted.

``./zgoda soak --seed 1 --events 10000 --kills 50`` starts servers and services of its own below a temporary folder:
three mongods, a broker, the services, an SMTP sink that refuses and breaks off as it is told to.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import uvloop

from deploy.local.rabbitmq import RabbitMQ
from deploy.local.secrets import secret
from tests.faults.invariants import Found, look, settled
from tests.faults.replica_set import ReplicaSet
from tests.faults.work import Work
from tests.system import System

PEOPLE = 400
INVITED = 100  # to each meeting
NAMES = ("registry", "meetings", "reports", "notifications")
SETTLED_WITHIN = 900  # seconds: a refused letter is tried again after one, five and thirty minutes


class Victims:
    """Everything that can be killed, and how."""

    def __init__(self, system: System, database: ReplicaSet, broker: RabbitMQ, chance: random.Random) -> None:
        self._system, self._database, self._broker, self._chance = system, database, broker, chance
        self.killed: Counter[str] = Counter()

    def one(self) -> None:
        """Kill one, chosen by chance, and bring it back."""
        ways: list[tuple[int, str, Callable[[], object]]] = [
            *((4, name, lambda name=name: self._kill_service(name)) for name in NAMES),
            (1, "broker killed", self._kill_broker),
            (1, "broker restarted", self._restart_broker),
            (2, "primary killed", self._database.kill_primary),
            (2, "primary stepped down", self._database.step_down),
        ]
        (_, name, way), *_ = self._chance.choices(ways, weights=[each[0] for each in ways])
        self.killed[name] += 1
        way()

    def _kill_service(self, name: str) -> None:
        service = self._system.services[name]
        service.kill()
        service.start(wait=False)

    def _kill_broker(self) -> None:
        self._broker.kill()
        self._broker.start()

    def _restart_broker(self) -> None:
        self._broker.stop()
        self._broker.start()


async def soak(arguments: argparse.Namespace, folder: Path) -> bool:
    """Work, break, count; return whether everything held."""
    chance = random.Random(arguments.seed)
    database = ReplicaSet(folder / "mongo")
    broker = RabbitMQ(folder / "rabbitmq", passwords={name: secret(folder / "passwords" / name) for name in NAMES})
    sink = [
        *("--delay", "0.002", "--seed", str(arguments.seed), "--temporary", str(arguments.temporary)),
        *("--cut-before-reply", str(arguments.cut)),
    ]
    await asyncio.gather(asyncio.to_thread(database.start), asyncio.to_thread(broker.start))
    system = System(folder / "system", database.url_for, broker.url_for, sink_options=tuple(sink))
    try:
        await system.start(NAMES)
        await system.ensure_coordinator()
        return await _run(arguments, system, Victims(system, database, broker, chance), chance)
    finally:
        await system.stop()
        broker.stop()
        database.stop()


async def _run(arguments: argparse.Namespace, system: System, victims: Victims, chance: random.Random) -> bool:
    work = Work(system, await system.sign_in())
    await work.prepare(PEOPLE)
    say(
        f"{PEOPLE} people are known; {arguments.events} events, at least {arguments.kills} kills, seed {arguments.seed}"
    )
    began = time.monotonic()
    working = asyncio.create_task(_work(work, arguments.events, chance))
    while not working.done() or victims.killed.total() < arguments.kills:
        await asyncio.sleep(chance.uniform(arguments.pause, arguments.pause + 1))
        await asyncio.to_thread(victims.one)
    await working
    say(f"{victims.killed.total()} kills in {time.monotonic() - began:.0f} s: {dict(victims.killed)}")
    for name in NAMES:
        await asyncio.to_thread(system.services[name].wait)
    await settled(system, work.meetings, within=SETTLED_WITHIN)
    found = await look(system, work.meetings)
    tell(found, seconds=time.monotonic() - began)
    return not found.faults


async def _work(work: Work, events: int, chance: random.Random) -> None:
    """Ask for about so many ``events``: meetings, and people who change."""
    asked = 0
    while asked < events:
        invited = chance.sample(work.people, INVITED)
        await work.schedule(invited, title=f"Meeting {len(work.meetings)}")
        touched = chance.sample(work.people, 20)
        language = chance.choice(("pl", "en", "be", "uk", "ru"))
        for start in range(0, len(touched), 4):
            await asyncio.gather(*(work.touch(each, language=language) for each in touched[start : start + 4]))
        asked += 2 + 2 * len(touched)


def tell(found: Found, *, seconds: float) -> None:
    """Print what was counted."""
    say(
        f"{found.events} events, {found.lost_events} lost; {found.mails} mails, {found.lost_mails} lost, "
        f"{found.doubled_mails} doubled with {found.doubts} marked ambiguous; {found.dead} dead letters; "
        f"letters {found.states}; {seconds:.0f} s"
    )
    say("✓ everything held" if not found.faults else f"✗ {', '.join(found.faults)}")


def say(words: str) -> None:
    """Print a line at once."""
    print(words, flush=True)


def main() -> None:
    """Run, and end with status 1 when something did not hold."""
    parser = argparse.ArgumentParser(prog="zgoda soak", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between two kills, at least")
    parser.add_argument("--temporary", type=float, default=0.0, help="share of mails that the relay refuses with 451")
    parser.add_argument("--cut", type=float, default=0.0, help="share of mails after which the relay breaks off")
    parser.add_argument("--folder", type=Path, help="keep servers, logs and records here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zgoda-soak-") as temporary:
        held = uvloop.run(soak(arguments, (arguments.folder or Path(temporary)).resolve()))
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
