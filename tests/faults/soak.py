"""The long form of the faults: work goes on while everything is killed, again and again; then everything is counted.

``./zgoda soak --seed 1 --events 10000 --kills 50`` starts servers and services of its own below a temporary folder:
three mongods, a broker, the services, an SMTP sink that refuses and breaks off as it is told to.
``./zgoda soak --rate 50 --pause 600 --kills 6`` is the slow form: an hour of steady work, whose memory is watched.
"""

import argparse
import asyncio
import contextlib
import random
import tempfile
import time
from pathlib import Path

import uvloop

from deploy.local.places import LOOPBACK
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.secrets import secret
from tests.faults.gauges import Gauges
from tests.faults.invariants import Found, look, settled
from tests.faults.proxy import Proxy
from tests.faults.replica_set import ReplicaSet
from tests.faults.victims import Victims
from tests.faults.work import Work
from tests.system import System

PEOPLE = 400
INVITED = 100  # to each meeting
TOUCHED = 20  # people who change meanwhile
AT_ONCE = 10
NAMES = ("registry", "meetings", "reports", "notifications")
END_WITHIN = 30  # seconds; then containers are killed
SETTLED_WITHIN = 900  # seconds: an event that failed is tried again after five seconds, thirty, two minutes and ten


async def soak(arguments: argparse.Namespace, folder: Path) -> bool:
    """Work, break, count; return whether everything held."""
    database = ReplicaSet(folder / "mongo")
    broker = RabbitMQ(folder / "rabbitmq", passwords={name: secret(folder / "passwords" / name) for name in NAMES})
    sink = [
        *("--delay", "0.002", "--seed", str(arguments.seed), "--temporary", str(arguments.temporary)),
        *("--permanent", str(arguments.permanent), "--cut-before-reply", str(arguments.cut)),
    ]
    verdicts = ("--verdicts", str(folder / "verdicts.jsonl"))
    await asyncio.gather(asyncio.to_thread(database.start), asyncio.to_thread(broker.start))
    port = int(broker.url.rsplit(":", 1)[1].rstrip("/"))
    async with Proxy(port) as line:

        def amqp_url(service: str) -> str:
            return broker.url_for(service).replace(f"{LOOPBACK}:{port}", f"{LOOPBACK}:{line.listens_on}")

        system = System(folder / "system", database.url_for, amqp_url, sink_options=(*sink, *verdicts))
        chance = random.Random(arguments.seed)
        try:
            await system.start(NAMES)
            await system.ensure_coordinator()
            return await _run(arguments, system, Victims(system, NAMES, database, broker, line, chance), chance)
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
    began, gauges = time.monotonic(), Gauges(system, NAMES)
    watching = asyncio.create_task(gauges.run())
    enough = asyncio.Event()
    working = asyncio.create_task(_work(work, arguments, random.Random(arguments.seed), enough))
    while victims.kills < arguments.kills or not working.done():
        if victims.kills >= arguments.kills:
            enough.set()
        await asyncio.wait({working}, timeout=chance.uniform(arguments.pause, arguments.pause + 1))
        if not working.done():
            await victims.one()
            say(f"  {time.monotonic() - began:4.0f} s: {work.asked} events asked for, {victims.kills} kills")
        else:
            await working
    say(f"{victims.kills} kills among {dict(victims.broken)}")
    say(
        f"asked to end, a service did within {victims.slowest_end:.1f} s; by themselves ended {dict(victims.died)}; "
        f"{len(work.refused)} answers were faults and were asked for again"
    )
    await victims.ready()
    system.sink_options = system.sink_options[-2:]  # no more faults: only its verdicts
    await asyncio.to_thread(system.start_sink)
    await settled(system, work, within=SETTLED_WITHIN)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    found = await look(system, work.meetings, verdicts=system.folder.parent / "verdicts.jsonl")
    found.processes = gauges.faults()
    if victims.slowest_end > END_WITHIN:
        found.processes.append(f"a service took {victims.slowest_end:.0f} s to end")
    tell(found, gauges, seconds=time.monotonic() - began)
    return not found.faults


async def _work(work: Work, arguments: argparse.Namespace, chance: random.Random, enough: asyncio.Event) -> None:
    """Ask for at least so many events and until ``enough``: meetings, and people who change."""
    began = time.monotonic()
    while work.asked < arguments.events or not enough.is_set():
        if arguments.rate:
            await asyncio.sleep(max(0.0, work.asked / arguments.rate - (time.monotonic() - began)))
        invited = chance.sample(work.people, INVITED)
        await work.schedule(invited, title=f"Meeting {len(work.meetings)}")
        touched = chance.sample(work.people, TOUCHED)
        language = chance.choice(("pl", "en", "be", "uk", "ru"))
        for start in range(0, len(touched), AT_ONCE):
            await asyncio.gather(*(work.touch(each, language=language) for each in touched[start : start + AT_ONCE]))


def tell(found: Found, gauges: Gauges, *, seconds: float) -> None:
    """Print what was counted."""
    say(
        f"{found.events} events, {found.lost_events} lost; {found.mails} mails, {found.lost_mails} lost, "
        f"{found.doubled_mails} doubled with {found.doubts} marked ambiguous; {found.dead} dead letters; "
        f"letters {found.states}; the relay said {found.said}; {seconds:.0f} s"
    )
    for line in gauges.told():
        say(line)
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
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between two faults, at least")
    parser.add_argument("--rate", type=float, default=0.0, help="events a second; 0: as many as there can be")
    parser.add_argument("--temporary", type=float, default=0.0, help="share of mails that the relay refuses with 451")
    parser.add_argument("--permanent", type=float, default=0.0, help="share of mails that the relay refuses with 550")
    parser.add_argument("--cut", type=float, default=0.0, help="share of mails after which the relay breaks off")
    parser.add_argument("--folder", type=Path, help="keep servers, logs and records here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zgoda-soak-") as temporary:
        held = uvloop.run(soak(arguments, (arguments.folder or Path(temporary)).resolve()))
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
