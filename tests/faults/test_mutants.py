"""The faults can see a loss: the same trouble for the service as it is, and with each of seven mistakes built in."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from deploy.local.processes import Process
from services.notifications.main import create_app
from services.notifications.settings import Settings
from shared.ids import new_id
from shared.testing.sink import Faults, Sink
from shared.testing.stack import Stack, until
from tests.faults.every import EVERYTHING
from tests.faults.mails import DELAY, LEASE, Mailing
from tests.faults.mutants import MUTANTS, OF_MAILS
from tests.faults.trial import Trial, trial
from tests.notifications.builders import Office, people_invited

EVENTS = 60  # before each trouble: more than are in work at once

pytestmark = pytest.mark.faults

Trouble = Callable[[Trial], Coroutine[Any, Any, None]]


async def no_queue(it: Trial) -> None:
    """The relay runs before anybody has declared a queue."""
    await it.asks(EVENTS)
    await it.starts("--relay-alone")
    await it.relayed()
    await it.dies()


async def killed(it: Trial) -> None:
    """It is killed while handlers run."""
    await it.asks(EVENTS)
    with it.held_up():
        await it.starts()
        await it.in_work()
        await it.dies()


async def cut_off(it: Trial) -> None:
    """What it says to the broker gets nowhere, and then it is killed."""
    await it.asks(EVENTS)
    await it.starts()
    await it.works()
    before = await it.done()
    it.line.hold("to")
    await it.asks(EVENTS)
    if it.mutant == "marked-before-it-is-published":
        await it.relayed()
    else:
        await asyncio.sleep(3)  # the outbox stays as it is
    await it.works(since=before)
    await it.dies()
    it.line.abort()  # what was held never arrives
    it.line.heal()


async def broken_off(it: Trial) -> None:
    """Its connection breaks while handlers run."""
    await it.asks(EVENTS)
    with it.held_up():
        await it.starts()
        await it.in_work()
        before = it.line.begun
        it.line.abort()
        await until(lambda: it.line.begun > before, f"it has noticed ({it})", within=90)
    await it.asks(EVENTS)
    await it.works()


TROUBLE: dict[str, tuple[Trouble, str]] = {
    "acknowledged-before-the-commit": (killed, "lost"),
    "marked-before-it-is-published": (cut_off, "lost"),
    "no-inbox": (cut_off, "doubled"),
    "cancelled-with-the-connection": (broken_off, "cut short"),
    "returns-are-not-raised": (no_queue, "lost"),
}


QUICK: dict[str, Trouble] = {"returns-are-not-raised": no_queue, "cancelled-with-the-connection": broken_off}
"""What leaves no documents held by a process that was killed, for which a minute would be waited."""


async def outcome(stack: Stack, folder: Path, mutant: str, *troubles: Trouble) -> str:
    """Put a service through ``troubles``; return what is wrong in the end: nothing, or what was lost or doubled."""
    async with trial(stack, folder, mutant) as it:
        for trouble in troubles:
            it.trouble = trouble.__name__
            await trouble(it)
        await it.starts()
        return await it.told()


async def test_the_service_comes_through_it_all_and_every_mutant_is_caught(stack: Stack, tmp_path: Path) -> None:
    tried = tuple(MUTANTS) if EVERYTHING else tuple(QUICK)
    troubles = (no_queue, killed, cut_off, broken_off) if EVERYTHING else tuple(QUICK.values())
    sound = outcome(stack, tmp_path, "", *troubles)
    mutants = (outcome(stack, tmp_path, mutant, TROUBLE[mutant][0]) for mutant in tried)
    well, *caught = await asyncio.gather(sound, *mutants, return_exceptions=True)
    assert well == ""
    assert dict(zip(tried, caught, strict=True)) == {mutant: TROUBLE[mutant][1] for mutant in tried}


PEOPLE = 60
CAUGHT_AS = {"": "", "no-mark-before-the-dot": "doubled", "finished-early": "lost"}


@pytest.mark.parametrize("mutant", ["", *OF_MAILS] if EVERYTHING else ["no-mark-before-the-dot"])
async def test_senders_that_are_killed_lose_no_mail_and_every_mutant_is_caught(
    stack: Stack, tmp_path: Path, mutant: str
) -> None:
    async with Sink(Faults(delay=DELAY)) as sink:
        name = f"{stack.prefix}_mails_{mutant or 'sound'}".replace("-", "_")
        values = stack.values("notifications", database=name, smtp_url=sink.url, letters_lease_seconds=LEASE)
        settings = tmp_path / "settings.json"
        settings.write_text(json.dumps({**values, "smtp_connections": 2, "letters_workers": 1}))
        async with stack.running(create_app, Settings(**values), background=False) as running:
            it = Mailing(Office(running, sink), Process("mails", tmp_path), settings, mutant)
            event = people_invited(new_id(), await it.office.knows(PEOPLE))
            await it.office.hears(event)
            try:
                await it.starts()
                await it.sends()
                await it.dies()
                await it.starts()
                assert await it.told(event.meeting_id, PEOPLE) == CAUGHT_AS[mutant]
            finally:
                await it.dies()
