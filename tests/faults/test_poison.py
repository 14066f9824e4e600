"""Fault 6: an event that hangs its handler, and one that ends the process, harm none of their neighbours."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from fastapi import FastAPI

from shared import bus, dead_letters
from shared.bus import Delivery, Names, connected
from shared.consuming import Consumer
from shared.events import enclose
from shared.events.registry import OrganisationRegistered
from shared.ids import new_id
from shared.service import create_service
from shared.settings import ServiceSettings
from shared.storage import CollectionSpec, Tx
from shared.testing.stack import Running, Stack, in_one_transaction, until

NEIGHBOURS = 20

pytestmark = pytest.mark.faults
consumer = Consumer("surveys")
hanging: set[str] = set()


@consumer.on(OrganisationRegistered)
async def note(tx: Tx, event: OrganisationRegistered) -> None:
    """Write the organisation down, or never come back."""
    if event.organisation_id in hanging:
        await asyncio.Event().wait()
    await tx["notes"].update_one({"_id": event.organisation_id}, {"$inc": {"times": 1}}, upsert=True)


@pytest_asyncio.fixture(loop_scope="session")
async def surveys(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    """A service whose handlers have two seconds."""
    monkeypatch.setattr("shared.consuming.HANDLE_WITHIN", timedelta(seconds=2))

    def create_app(settings: ServiceSettings) -> FastAPI:
        collections = [CollectionSpec("notes")]
        return create_service(settings, title="toy", routers=[], collections=collections, consumer=consumer)

    async with stack.running(create_app, ServiceSettings(**stack.values("surveys"))) as running:
        yield running


def organisations(count: int) -> list[OrganisationRegistered]:
    return [OrganisationRegistered(organisation_id=new_id(), revision=1) for _ in range(count)]


async def dead(stack: Stack) -> list[dead_letters.DeadLetter]:
    async with connected(stack.amqp_url, name="test") as broker:
        return await dead_letters.listed(broker, Names("surveys", f"{stack.prefix}."))


async def test_a_handler_that_hangs_is_given_up_and_its_neighbours_are_handled(surveys: Running, stack: Stack) -> None:
    events = organisations(NEIGHBOURS)
    poison = events[NEIGHBOURS // 2].organisation_id
    hanging.add(poison)
    await in_one_transaction(surveys.storage, *events)

    async def buried() -> dead_letters.DeadLetter | None:
        return next((each for each in await dead(stack) if poison in str(each.body)), None)

    letter = await until(buried, "the poison is a dead letter", within=120)
    assert (letter.error_type, letter.attempts) == ("TimeoutError", 3)
    well = {"_id": {"$in": [event.organisation_id for event in events]}, "times": 1}

    async def handled() -> bool:
        return await surveys.storage.reader["notes"].count(well) == NEIGHBOURS - 1

    await until(handled, "its neighbours are handled", within=60)


async def test_an_event_that_ends_the_process_is_buried_after_21_deliveries(stack: Stack) -> None:
    names, ladder = Names("surveys", f"{stack.prefix}.poison."), (0.2,)
    poison, *others = [enclose(event) for event in organisations(3)]
    handled: set[str] = set()
    deaths = 0
    async with connected(stack.amqp_url, name="test") as broker:
        await broker.declare_exchange(names)
        await broker.declare_queues(names, [OrganisationRegistered.name], ladder)
        publisher = await broker.publisher()
        for each in (poison, *others):
            body = each.model_dump_json().encode()
            await publisher.send(body, exchange=names.events, key=each.type, type=each.type, id=each.id)

        async def buried() -> bool:
            return bool(await dead_letters.listed(broker, names))

        while not await buried():
            deaths += await _live_and_die(broker, names, poison.id, handled)
        (letter,) = await dead_letters.listed(broker, names)
        await broker.delete(names, ladder)
    assert (letter.event_id, letter.error_type) == (poison.id, "delivery limit")
    assert deaths == bus.DELIVERY_LIMIT + 1
    assert handled == {each.id for each in others}


async def _live_and_die(broker: bus.Broker, names: Names, poison_id: str, handled: set[str]) -> int:
    """Handle what comes until the poison does, and hang up on it as a process does that dies of it; 1 if it came."""
    came = asyncio.Event()

    async def arrived(delivery: Delivery) -> None:
        if delivery.id == poison_id:
            came.set()
        else:
            await delivery.done()
            handled.add(delivery.id)

    async with broker.consuming(names.work, arrived, prefetch=50):
        try:
            await asyncio.wait_for(came.wait(), 2)
        except TimeoutError:
            return 0
    return 1
