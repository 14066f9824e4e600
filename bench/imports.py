"""Measures how sheets are imported: rows a second, memory, whether every dirty row is told, and a second import.

``./zgoda bench imports --rows 100000``.  The registry runs in this process with everything it does beside, its events
included, which the broker confirms and drops: no other service listens here.  Only the sheet is written before.  Memory
is the largest resident set of the whole process.
"""

import argparse
import asyncio
import os
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from bench.sheets import Organisation, organisations, write
from deploy.local.checks import AMQP_VARIABLE, MONGO_VARIABLE
from deploy.local.servers import Servers
from services.registry.main import create_app
from services.registry.settings import Settings
from shared.events import CATALOGUE
from shared.testing.stack import Running, Stack, until

MEMORY_AIM = 400  # MiB
WITHIN = 3_600  # seconds


@dataclass(frozen=True)
class Imported:
    """One import: how long its trial and its recording took, and what became of the rows."""

    trial: float
    recording: float
    sheet: dict[str, Any]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows became what."""
        counts: dict[str, int] = self.sheet["found"]["counts"]
        return counts


def peak() -> float:
    """Return the largest resident set of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _parts(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while part := await asyncio.to_thread(file.read, 256 * 1024):
            yield part


async def import_sheet(client: httpx2.AsyncClient, path: Path) -> Imported:
    """Upload, try and record a sheet."""
    answer = await client.post("/imports/sheets", params={"file_name": path.name}, content=_parts(path))
    answer.raise_for_status()
    address = f"/imports/sheets/{answer.json()['id']}"
    began = time.perf_counter()
    (await client.post(f"{address}/trial")).raise_for_status()
    sheet = await _when(client, address, "checked")
    tried = time.perf_counter()
    seen = {"If-Match": f'"{sheet["revision"]}"'}
    (await client.post(f"{address}/confirmation", json={"audience": "public"}, headers=seen)).raise_for_status()
    sheet = await _when(client, address, "recorded")
    return Imported(tried - began, time.perf_counter() - tried, sheet)


async def _when(client: httpx2.AsyncClient, address: str, state: str) -> dict[str, Any]:
    async def reached() -> dict[str, Any] | None:
        sheet: dict[str, Any] = (await client.get(address)).json()
        await asyncio.sleep(0.25)
        return sheet if sheet["state"] in (state, "failed") else None

    sheet: dict[str, Any] = await until(reached, state, within=WITHIN)
    return sheet


async def told(client: httpx2.AsyncClient, sheet: dict[str, Any]) -> dict[int, str]:
    """Return the reason for each refused row, by its number."""
    found: dict[int, str] = {}
    after = None
    while True:
        params = {"problems_only": "true", "limit": "200", **({"after": after} if after else {})}
        page = (await client.get(f"/imports/sheets/{sheet['id']}/rows", params=params)).json()
        found |= {each["row"]: each["problems"][0]["code"] for each in page["items"] if each["outcome"] == "refused"}
        after = page["next"]
        if after is None:
            return found


async def register(client: httpx2.AsyncClient, known: list[Organisation]) -> None:
    """Put the organisations that have a short name on record, so that sheets find them."""
    for each in known:
        body = {"names": {"pl": each.name}, "acronym": each.acronym, "kinds": ["implementer"], "country": "PL"}
        (await client.post("/organisations", json=body)).raise_for_status()


async def measure(running: Running, path: Path, options: argparse.Namespace) -> None:
    """Import one sheet twice and say what was found."""
    spoilt = await asyncio.to_thread(write, path, options.rows, known=options.organisations)
    async with running.as_("coordinator", lasts=WITHIN * 4) as client:
        await register(client, organisations(options.organisations)[: options.organisations // 2])
        _say("Peak memory", f"{peak():.0f} MiB before the sheet")
        first = await import_sheet(client, path)
        _say("Rows", f"{options.rows:,} ({first.sheet['size'] / 1e6:.1f} MB)")
        _say("Trial", f"{options.rows / first.trial:,.0f} rows/s ({first.trial:.1f} s)")
        _say("Recording", f"{options.rows / first.recording:,.0f} rows/s ({first.recording:.1f} s)")
        _say("Became", _words(first))
        refused = await told(client, first.sheet)
        same = "" if refused.keys() == spoilt.keys() else ": NOT THE SAME"
        _say("Dirty rows", f"{len(refused):,} of {len(spoilt):,} told by number and reason{same}")
        held = await running.storage.reader["organisations"].count({})
        _say("Organisations", f"{held:,} records for {options.organisations:,}, each under 4 spellings")
        _say("Peak memory", f"{peak():.0f} MiB (aim: below {MEMORY_AIM})")
        second = await import_sheet(client, path)
        _say("Second import", _words(second))
        _say("Second recording", f"{options.rows / second.recording:,.0f} rows/s ({second.recording:.1f} s)")
        _say("Peak memory", f"{peak():.0f} MiB (aim: below {MEMORY_AIM})")


def _words(imported: Imported) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in imported.counts.items() if count)


def _say(what: str, found: str) -> None:
    print(f"{what:18} {found}", flush=True)


async def run(options: argparse.Namespace, mongo_url: str, amqp_url: str, folder: Path) -> None:
    """Run the registry in a corner of the servers, and measure."""
    stack = Stack(mongo_url, amqp_url)
    for event in CATALOGUE.values():
        event.awaited = False
    try:
        async with stack.running(create_app, Settings(**stack.values("registry"))) as running:
            await measure(running, folder / "sheet.csv", options)
    finally:
        await stack.clear()


def main() -> None:
    """Measure on the servers that the environment names, else on its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--organisations", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zgoda-bench-") as name:
        folder, env = Path(name), os.environ
        if MONGO_VARIABLE in env and AMQP_VARIABLE in env:
            asyncio.run(run(options, env[MONGO_VARIABLE], env[AMQP_VARIABLE], folder))
            return
        servers = Servers.below(folder / "servers")
        servers.start()
        try:
            asyncio.run(run(options, servers.mongo.url, servers.rabbitmq.url, folder))
        finally:
            servers.stop()


if __name__ == "__main__":
    main()
