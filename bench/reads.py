"""How fast lists, searches and the matrix are read, how that grows from 1,000 records to 100,000, beside bare routes.

``python -m bench.reads`` starts servers and the registry of its own below a temporary folder and asks over HTTP, one
question after the other.  In the same rounds it asks bare FastAPI routes with the same queries and models.
"""

import argparse
import asyncio
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import uvloop
from rich.console import Console
from rich.table import Table

from bench.records import REGIONS, WORDS, seed
from deploy.local.places import LOOPBACK, ROOT, free_port
from deploy.local.processes import Process
from deploy.local.secrets import secret
from deploy.local.servers import Servers
from deploy.local.services import PREFERRED_PORTS, Service, Surroundings, environments
from shared.service import make_context
from shared.settings import ServiceSettings
from shared.storage import Storage

GROWTH = 3.0
SHARE = 0.6


def questions() -> dict[str, list[str]]:
    """Return what is asked, by kind: addresses that are taken in turn."""
    words = [word.lower() for word in WORDS[:12]]
    by_region = [f"/matrix?rows=donor&columns=theme&region={each}" for each in REGIONS["BY"]]
    return {
        "organisations, list": ["/organisations", "/organisations?country=PL"],
        "organisations, search": [f"/organisations?q={word}" for word in words],
        "organisations, search with a slip": [f"/organisations?q={word[:3]}{word[4:]}x" for word in words],
        "activities, list": ["/activities", "/activities?country=BY", "/activities?theme=media-freedom"],
        "activities, search": [f"/activities?q={word}" for word in words],
        "matrix, any two axes": [
            "/matrix?rows=donor&columns=theme",
            "/matrix?rows=theme&columns=region",
            "/matrix?rows=region&columns=year",
            "/matrix?rows=implementer&columns=sector",
            "/matrix?rows=country&columns=status",
        ],
        "matrix of a year": [f"/matrix?rows=donor&columns=theme&year={year}" for year in range(2017, 2026)],
        "matrix, donors × implementers": ["/matrix?rows=donor&columns=implementer"],
        "matrix of a region, asked again": by_region,
    }


@dataclass
class Asked:
    """Milliseconds of one kind of question: ours, and bare."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    """Ours, the first time that each was asked."""

    def p(self, share: float) -> float:
        """Return a percentile of ours."""
        ordered = sorted(self.ours)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    @property
    def share(self) -> float:
        """How fast ours is beside bare: 1 is as fast."""
        return statistics.median(self.bare) / statistics.median(self.ours)


class Registry:
    """The registry as an operator runs it, and bare routes on the same database."""

    def __init__(self, folder: Path) -> None:
        passwords = {name: secret(folder / "passwords" / name) for name in PREFERRED_PORTS if name != "portal"}
        self.servers = Servers.below(folder / "servers", passwords=passwords)
        self._folder = folder
        self._bare = Process("bare", folder)
        self.bare_port = free_port()

    def start(self) -> None:
        """Start everything."""
        self.servers.start()
        port = free_port()
        mongo_url, amqp_url, secrets = self.servers.mongo.url, self.servers.rabbitmq.url, self._folder / "secrets"
        around = Surroundings(
            {"registry": port}, lambda _: mongo_url, lambda _: amqp_url, "smtp://127.0.0.1:1", secrets
        )
        self.env = environments(around)["registry"] | {"LOG_LEVEL": "warning"}
        self.service = Service("registry", self.env, port=port, folder=self._folder)
        self.service.start()
        command = [sys.executable, "-P", "-m", "uvicorn", "bench.bare_reads:app", "--port", str(self.bare_port)]
        command += ["--no-access-log", "--log-level", "warning"]
        self._bare.start(command, env={**os.environ, "PYTHONPATH": str(ROOT), **self.env}, cwd=ROOT)

    def storage(self) -> Storage:
        """Return the registry's storage."""
        files = {key: value for key, value in self.env.items() if key.endswith("_FILE")}
        read = {key.removesuffix("_FILE").lower(): Path(value).read_text().strip() for key, value in files.items()}
        values: dict[str, Any] = {"service": "registry", **read}
        return make_context(ServiceSettings(**values)).storage

    def stop(self) -> None:
        """End everything."""
        self._bare.stop(seconds=5)
        self.service.stop()
        self.servers.stop()


async def ask(registry: Registry, rounds: int) -> dict[str, Asked]:
    """Ask everything ``rounds`` times, ours and bare in turn."""
    found: dict[str, Asked] = {}
    bare_url = f"http://{LOOPBACK}:{registry.bare_port}"
    async with (
        httpx2.AsyncClient(base_url=registry.service.url, timeout=60) as ours,
        httpx2.AsyncClient(base_url=bare_url, timeout=60) as bare,
    ):
        await _answers(bare)
        for kind, paths in questions().items():
            asked = found[kind] = Asked()
            asked.first = [await _milliseconds(ours, path) for path in paths]
            for path in itertools.islice(itertools.cycle(paths), min(rounds, 10)):
                await _milliseconds(bare, path)
            for path in itertools.islice(itertools.cycle(paths), rounds):
                asked.ours.append(await _milliseconds(ours, path))
                asked.bare.append(await _milliseconds(bare, path))
    return found


async def _answers(client: httpx2.AsyncClient) -> None:
    for _ in range(200):
        try:
            await client.get("/organisations?limit=1")
        except httpx2.HTTPError:
            await asyncio.sleep(0.1)
        else:
            return


async def _milliseconds(client: httpx2.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    answer = await client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(answer.text)
    return (time.perf_counter() - began) * 1000


async def measure(
    arguments: argparse.Namespace, folder: Path, say: Callable[[str], None]
) -> dict[int, dict[str, Asked]]:
    """Measure with few records and with many."""
    registry = Registry(folder)
    found: dict[int, dict[str, Asked]] = {}
    try:
        say("starting MongoDB, RabbitMQ and the registry")
        await asyncio.to_thread(registry.start)
        storage, start = registry.storage(), 0
        for count in (arguments.few, arguments.many):
            await seed(storage, start, count, say)
            start = count
            found[count] = await ask(registry, arguments.rounds)
        await storage.close()
    finally:
        await asyncio.to_thread(registry.stop)
    return found


def show(found: Mapping[int, Mapping[str, Asked]], rounds: int) -> None:
    """Print the table."""
    few, many = sorted(found)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    title = f"Milliseconds over HTTP, {rounds} of each; load of the machine {load} on {os.cpu_count()} processors"
    table = Table(title=title, title_justify="left")
    for heading in (
        "",
        f"p50 at {few:,}",
        "p95",
        f"p50 at {many:,}",
        "p95",
        f"p95 grew (≤ {GROWTH:.0f})",
        "first time",
    ):
        table.add_column(heading, justify="left" if not heading else "right")
    table.add_column(f"beside bare (≥ {SHARE})", justify="right")
    for kind in found[few]:
        one, other = found[few][kind], found[many][kind]
        times = [one.p(0.5), one.p(0.95), other.p(0.5), other.p(0.95)]
        growth = other.p(0.95) / one.p(0.95)
        shown = [f"{each:.1f}" for each in times]
        table.add_row(kind, *shown, f"× {growth:.1f}", f"{max(other.first):.0f}", f"{other.share:.2f}")
    Console(width=140).print(table)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="zgoda bench reads", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--few", type=int, default=1_000, help="organisations and activities at first")
    parser.add_argument("--many", type=int, default=100_000, help="organisations and activities then")
    parser.add_argument("--rounds", type=int, default=200, help="questions of each kind")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zgoda-bench-") as temporary:
        say = lambda words: print(f"· {words}", flush=True)  # noqa: E731 - one line
        found = uvloop.run(measure(arguments, Path(temporary).resolve(), say))
    show(found, arguments.rounds)


if __name__ == "__main__":
    main()
