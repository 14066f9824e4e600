"""A small service to be killed: counts how often each event took effect, slowly; with a mutant if one is named.

While the file SETTINGS.hold exists its handlers go on, and touch SETTINGS.begun: what befalls them then is no chance.

``python -m tests.faults.surveys SETTINGS.json [MUTANT] [--relay-alone] [--clock SECONDS]`` runs until it is killed.
"""

import argparse
import asyncio
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

from shared import relay
from shared.consuming import Consumer, Consumption
from shared.events.registry import OrganisationRegistered
from shared.ids import utc_now
from shared.relay import Relay
from shared.settings import ServiceSettings
from shared.storage import CollectionSpec, Storage, Tx
from shared.supervision import Health
from tests.faults.mutants import MUTANTS

EFFECTS = "effects"
COLLECTIONS = [CollectionSpec(EFFECTS)]
HANDLING = 0.2  # seconds: so that a kill comes in the middle
consumer = Consumer("surveys")
settings_file = Path()


@consumer.on(OrganisationRegistered)
async def count(tx: Tx, event: OrganisationRegistered) -> None:
    """Count one more effect of the event, and note it when we are cancelled half-way."""
    try:
        await asyncio.sleep(HANDLING)
        while settings_file.with_suffix(".hold").exists():
            settings_file.with_suffix(".begun").touch()
            await asyncio.sleep(HANDLING / 10)
        await tx[EFFECTS].update_one({"_id": event.organisation_id}, {"$inc": {"times": 1}}, upsert=True)
    except asyncio.CancelledError:
        note_cut_short(event.organisation_id)
        raise


def note_cut_short(organisation_id: str) -> None:
    """Write down that a handler was cancelled half-way."""
    with settings_file.with_suffix(".cut-short").open("a") as file:
        file.write(f"{organisation_id}\n")


async def run(settings: ServiceSettings, *, relay_alone: bool) -> None:
    """Relay and, mostly, consume."""
    storage, health, stopping = Storage.connect(settings), Health(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(Relay(storage, settings, health).run(stopping))
        if not relay_alone:
            group.create_task(Consumption(consumer, storage, settings, health).run(stopping))


def move_clock(seconds: float) -> None:
    """Let every module that asks for the time be told another."""
    right = utc_now

    def wrong() -> datetime:
        return right() + timedelta(seconds=seconds)

    for module in list(sys.modules.values()):
        if getattr(module, "utc_now", None) is right:
            module.utc_now = wrong  # type: ignore[attr-defined]


def main() -> None:
    """Read the settings, put the mutant in, run."""
    global settings_file  # noqa: PLW0603 - one process, one file
    parser = argparse.ArgumentParser()
    parser.add_argument("settings", type=Path)
    parser.add_argument("mutant", nargs="?")
    parser.add_argument("--relay-alone", action="store_true")
    parser.add_argument("--clock", type=float, default=0.0, help="how many seconds its clock is fast")
    parser.add_argument("--lease", type=float, help="how many seconds the relay's lease lasts")
    arguments = parser.parse_args()
    settings_file = arguments.settings
    relay.UNROUTABLE_AGAIN = relay.POLL
    if arguments.lease:
        relay.LEASE = timedelta(seconds=arguments.lease)
    move_clock(arguments.clock)
    if arguments.mutant:
        MUTANTS[arguments.mutant]()
    settings = ServiceSettings(**json.loads(arguments.settings.read_text()))
    asyncio.run(run(settings, relay_alone=arguments.relay_alone))


if __name__ == "__main__":
    main()
