"""From one HTTP request to the last accepted mail: how fast, how dear, and how near to what the relay could take.

``python -m bench.fanout --recipients 2000`` starts servers, services and an SMTP sink of its own below a temporary
folder, and compares, in interleaved rounds of one run: the services; the raw limit (the same mails, ready made, handed
to the same sink over as many connections with nothing recorded); a plain consumer (one message per recipient).
"""

import argparse
import asyncio
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import uvloop

from bench.rounds import Plain, Round, deliver, raw_limit, single_mails
from bench.system import System
from bench.table import show

SETTINGS = {"LOG_LEVEL": "warning"}


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


async def measure(arguments: argparse.Namespace, folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Run everything and return what was found."""
    settings = SETTINGS | {
        "SMTP_CONNECTIONS": str(arguments.connections),
        "LETTERS_IN_FLIGHT": str(arguments.in_flight),
    }
    system = System(folder, settings=settings, senders=arguments.senders)
    say("starting MongoDB, RabbitMQ, the services and the sink")
    plain = Plain(system, folder, connections=arguments.connections)
    try:
        await asyncio.to_thread(system.start)
        await system.seed(arguments.recipients, say)
        if arguments.plain:
            await plain.start()
        async with _client(system) as client:
            return await _rounds(arguments, system, plain, client, say)
    finally:
        plain.stop()
        await asyncio.to_thread(system.stop)


def _client(system: System) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {system.token()}"}
    return httpx2.AsyncClient(base_url=system.meetings_url, headers=headers, timeout=60)


async def _rounds(
    arguments: argparse.Namespace, system: System, plain: Plain, client: httpx2.AsyncClient, say: Callable[[str], None]
) -> dict[str, Any]:
    await deliver(system, client, meeting("0", {"person_ids": system.people[:50]}), count=50)  # nothing is cold then
    ours: list[Round] = []
    raw: list[Round] = []
    theirs: list[Round] = []
    for number in range(1, arguments.rounds + 1):
        everybody = {"organisation_ids": [system.organisation_id]}
        ours.append(await deliver(system, client, meeting(str(number), everybody), count=arguments.recipients))
        say(f"round {number}: services {ours[-1].rate:.0f} mails/s")
        raw.append(await raw_limit(system, ours[-1], connections=arguments.connections))
        say(f"round {number}: raw limit {raw[-1].rate:.0f} mails/s")
        if arguments.plain:
            theirs.append(await plain.round(min(arguments.recipients, arguments.plain)))
            say(f"round {number}: plain consumer {theirs[-1].rate:.0f} mails/s")
    latencies = await single_mails(system, client, meeting, count=arguments.singles)
    return {
        "recipients": arguments.recipients,
        "ours": ours,
        "raw": raw,
        "plain": theirs,
        "latencies": latencies,
        "peaks": system.watch().peaks(),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="zgoda bench", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--recipients", type=int, default=2_000, help="people invited by the one request")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=6, help="SMTP connections, of everybody who is measured")
    parser.add_argument("--in-flight", type=int, default=250, help="letters of a worker sent and not yet recorded")
    parser.add_argument("--senders", type=int, default=1, help="notifications processes")
    parser.add_argument("--singles", type=int, default=100, help="single mails on the idle system")
    parser.add_argument("--plain", type=int, default=1_000, help="mails of a plain round; 0: leave it out")
    parser.add_argument("--folder", type=Path, help="keep servers and records here")
    return parser.parse_args()


def main() -> None:
    """Measure, and print a table."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="zgoda-bench-") as temporary:
        folder = arguments.folder or Path(temporary)
        found = uvloop.run(measure(arguments, folder.resolve(), lambda words: print(f"· {words}", flush=True)))
    show(found)


if __name__ == "__main__":
    main()
