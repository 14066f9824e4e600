"""From one HTTP request to the last accepted mail: how fast, how dear, and how near to what the relay could take.

``python -m bench.fanout --recipients 200 2000 20000 100000 --senders 1 2 4`` starts servers, services and an SMTP sink
of its own below a temporary folder, and compares, in one run: the services, for each number of recipients; the raw
limit (such mails, ready made, handed to the same sink over as many connections with nothing recorded); two plain
consumers (one message per recipient; the second builds its mails beforehand).  While the largest fan-out is under
way, single mails for which somebody waits are measured; then, how more processes of notifications share such a
fan-out.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import uvloop

from bench.rounds import Plain, Round, deliver, raw_limit, single_mails
from bench.system import System
from bench.table import Found, Measured, show
from bench.urgent import Urgent

SETTINGS = {"LOG_LEVEL": "warning", "SUBSCRIPTIONS_PER_MINUTE": "60000"}
MAILS_OF_ROUNDS = 40_000  # one fan-out of 100,000 says as much as many of 200
SHARED = 20_000  # recipients when processes of notifications share the work, at most
IDLE_SECONDS = 20  # of single mails that somebody waits for


def meeting(title: str, audience: dict[str, Any]) -> dict[str, Any]:
    """Return the request that schedules a meeting in five languages."""
    starts_at = datetime.now(UTC) + timedelta(days=60)
    titles = {
        "en": "Implementers’ meeting",
        "pl": "Spotkanie realizatorów",
        "be": "Сустрэча рэалізатараў",
        "uk": "Зустріч виконавців",
        "ru": "Встреча исполнителей",
    }
    text = "We meet to coordinate donors and implementers, agree a joint strategy and exchange good practices."
    return {
        "title": {language: f"{words} {title}" for language, words in titles.items()},
        "text": dict.fromkeys(titles, text),
        "place": "Warszawa, ul. Nowogrodzka 1",
        "time_zone": "Europe/Warsaw",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=6)).isoformat(),
        "agenda": [{"starts_at": starts_at.isoformat(), "title": {"en": "Opening"}}],
        "languages": list(titles),
        "audience": audience,
    }


Say = Callable[[str], None]


class Bench:
    """One run: servers, services, sink and peers, and what was measured with them."""

    def __init__(self, arguments: argparse.Namespace, folder: Path, say: Say) -> None:
        self.arguments = arguments
        settings = SETTINGS | {
            "SMTP_CONNECTIONS": str(arguments.connections),
            "LETTERS_IN_FLIGHT": str(arguments.in_flight),
        }
        self.system = System(folder, settings=settings)
        self.peers = [
            Plain(self.system, folder, connections=arguments.connections, prepared=prepared)
            for prepared in (False, True)
        ]
        self.say = say
        self.found = Found()

    async def run(self) -> Found:
        """Measure everything."""
        sizes = sorted(self.arguments.recipients)
        self.say("starting MongoDB, RabbitMQ, the services and the sink")
        try:
            await asyncio.to_thread(self.system.start)
            shared = min(sizes[-1], SHARED)
            await self.system.seed([*{*sizes, shared}], self.say)
            headers = {"Authorization": f"Bearer {self.system.token()}"}
            url = self.system.services["meetings"].url
            async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
                await self._deliver(client, "warm", {"person_ids": self.system.people[:50]}, 50)  # nothing is cold then
                for size in sizes:
                    self.found.sizes.append(await self._size(client, size, largest=size == sizes[-1]))
                await self._idle(client)
                await self._peers(sizes)
                await self._senders(client, shared)
        finally:
            for peer in self.peers:
                peer.stop()
            await asyncio.to_thread(self.system.stop)
        return self.found

    async def _deliver(self, client: httpx2.AsyncClient, title: str, audience: dict[str, Any], count: int) -> Round:
        return await deliver(self.system, client, meeting(title, audience), count=count)

    async def _size(self, client: httpx2.AsyncClient, size: int, *, largest: bool) -> Measured:
        """Measure rounds of one size, each beside the raw limit; the largest with urgent mails meanwhile."""
        measured = Measured(size)
        for number in range(1, max(1, min(self.arguments.rounds, MAILS_OF_ROUNDS // size)) + 1):
            watch = self.system.watch()
            watch.forget_peaks()
            async with AsyncExitStack() as stack:
                urgent = await stack.enter_async_context(Urgent(self.system)) if largest and number == 1 else None
                everybody = {"organisation_ids": [self.system.organisations[size]]}
                measured.ours.append(await self._deliver(client, f"{size}/{number}", everybody, size))
            if urgent is not None:
                self.found.urgent = urgent.seconds
            measured.peaks.append(watch.peaks())
            measured.raw.append(await raw_limit(self.system, measured.ours[-1], connections=self.arguments.connections))
            ours, raw = measured.ours[-1].rate, measured.raw[-1].rate
            self.say(f"{size:,} recipients, round {number}: {ours:,.0f} mails/s, raw limit {raw:,.0f} mails/s")
        return measured

    async def _idle(self, client: httpx2.AsyncClient) -> None:
        self.found.idle = await single_mails(self.system, client, meeting, count=self.arguments.singles)
        async with Urgent(self.system, first=1_000_000) as urgent:
            await asyncio.sleep(IDLE_SECONDS)
        self.found.urgent_idle = urgent.seconds
        self.say(f"{len(self.found.idle)} single mails on the idle system")

    async def _peers(self, sizes: Sequence[int]) -> None:
        count = min(sizes[-1], self.arguments.plain)
        for peer in self.peers if count else []:
            await peer.start()
            await peer.round(50)
            rounds = [await peer.round(count) for _ in range(self.arguments.rounds)]
            self.found.peers[peer.name] = rounds
            self.say(f"{peer.name} consumer: {rounds[-1].rate:,.0f} mails/s")
            peer.stop()

    async def _senders(self, client: httpx2.AsyncClient, size: int) -> None:
        """Measure the same fan-out with more and more processes of notifications."""
        for senders in sorted(set(self.arguments.senders)) if max(self.arguments.senders) > 1 else []:
            while len(self.system.senders) < senders:
                await asyncio.to_thread(self.system.add_sender)
            everybody = {"organisation_ids": [self.system.organisations[size]]}
            rounds = [
                await self._deliver(client, f"{senders}/{number}", everybody, size)
                for number in range(self.arguments.rounds)
            ]
            self.found.senders[senders] = rounds
            self.say(f"{senders} processes: {rounds[-1].rate:,.0f} mails/s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="zgoda bench", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--recipients", type=int, nargs="+", default=[200, 2_000], help="people invited by one request")
    parser.add_argument("--rounds", type=int, default=3, help="of each size, fewer of large ones")
    parser.add_argument("--connections", type=int, default=6, help="SMTP connections, of everybody who is measured")
    parser.add_argument("--in-flight", type=int, default=250, help="letters of a worker sent and not yet recorded")
    parser.add_argument(
        "--senders", type=int, nargs="+", default=[1], help="notifications processes that share a fan-out"
    )
    parser.add_argument("--singles", type=int, default=100, help="single mails on the idle system")
    parser.add_argument("--plain", type=int, default=1_000, help="mails of a plain round; 0: leave it out")
    parser.add_argument("--folder", type=Path, help="keep servers and records here")
    return parser.parse_args()


def main() -> None:
    """Measure, and print tables."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="zgoda-bench-") as temporary:
        folder = arguments.folder or Path(temporary)
        bench = Bench(arguments, folder.resolve(), lambda words: print(f"· {words}", flush=True))
        show(uvloop.run(bench.run()))


if __name__ == "__main__":
    main()
