"""Fault 8: two replicas whose clocks are twenty minutes apart still share a lease, for leases run by the server's."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from services.notifications.deliveries import bundles
from services.notifications.deliveries.store import COLLECTIONS
from shared.ids import new_id, utc_now
from shared.storage import Storage
from shared.testing.stack import Stack, until
from tests.faults.trial import Trial, trial

TEN_MINUTES = timedelta(minutes=10)
LEASE = 3.0  # seconds, instead of ten
EVENTS = 60

pytestmark = pytest.mark.faults


async def holder(storage: Storage) -> str:
    """Return who relays."""
    row = await storage.reader["leases"].find_one({"_id": "relay"})
    return str(row["holder"]) if row else ""


@asynccontextmanager
async def replica(it: Trial, name: str, *, clock: timedelta) -> AsyncIterator[Trial]:
    """Another process of the same service, whose clock is wrong."""
    other = it.replica(name)
    try:
        await other.starts("--clock", str(clock.total_seconds()), "--lease", str(LEASE))
        yield other
    finally:
        await other.dies()


async def test_replicas_whose_clocks_disagree_relay_one_after_the_other(stack: Stack, tmp_path: Path) -> None:
    async with (
        trial(stack, tmp_path, "") as it,
        replica(it, "fast", clock=TEN_MINUTES) as fast,
        replica(it, "slow", clock=-TEN_MINUTES) as slow,
    ):
        await it.asks(EVENTS)
        await it.relayed()
        first = await holder(it.storage)
        held = {await _after(it.storage, LEASE / 4) for _ in range(5)}
        assert held == {first}

        former, successor = (fast, slow) if first == "fast" else (slow, fast)
        await former.dies()
        began = time.monotonic()
        await until(lambda: _is(it.storage, successor.name), "the other relays", within=30)
        assert time.monotonic() - began > LEASE / 2  # its lease was renewed at a third
        await it.asks(EVENTS)
        assert await it.told() == ""


async def _after(storage: Storage, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return await holder(storage)


async def _is(storage: Storage, name: str) -> bool:
    return await holder(storage) == name


@pytest.mark.parametrize("wrong", [TEN_MINUTES, -TEN_MINUTES], ids=["fast", "slow"])
async def test_a_replica_with_a_wrong_clock_takes_no_letters_from_one_that_works(
    stack: Stack, wrong: timedelta
) -> None:
    async with stack.storage("notifications", COLLECTIONS) as storage:
        reader, now = storage.reader, utc_now()
        await storage.transact(bundles.tie, [new_id()], priority=1, due_at=now)
        claim = await bundles.claim(reader, 1, now=now, holder="right")
        assert claim is not None
        lease = timedelta(seconds=15)
        assert await bundles.take_back(storage, lease=lease, now=now + wrong, holder="wrong", held=()) == (0, 0)
        assert await bundles.start_transmitting(reader, claim, []) == 0
