"""How a service follows merges of organisations: in any order, twice, and back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest_asyncio

from shared.events.registry import OrganisationsMerged
from shared.following import COLLECTIONS, follow_merge, standing
from shared.ids import new_id, utc_now
from shared.storage import Cause, CollectionSpec, Document, Storage, Tx
from shared.testing.stack import Stack

SPECS = [*COLLECTIONS, CollectionSpec("tasks"), CollectionSpec("people")]
BEGAN_AT = utc_now()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def storage(stack: Stack) -> AsyncIterator[Storage]:
    async with stack.storage("meetings", SPECS) as storage:
        yield storage


async def told(storage: Storage, survivor: str, *merged: str, undone: bool = False, after: int = 0) -> None:
    event = OrganisationsMerged(organisation_id=survivor, revision=2, merged_ids=list(merged), undone=undone)
    cause = Cause(new_id(), event.name, BEGAN_AT + timedelta(seconds=after))

    async def follow(tx: Tx) -> None:
        await follow_merge(
            tx, event, own={"tasks": ["owner_id", "parts.by"]}, mirrored={"people": ["organisation_ids"]}
        )

    await storage.transact_for(cause, follow)


async def kept(storage: Storage, collection: str, **fields: Any) -> str:
    id = new_id()
    await storage.reader[collection].insert_one({"_id": id, "revision": 1, **fields})
    return id


async def read(storage: Storage, collection: str, id: str) -> Document:
    found = await storage.reader[collection].find_one({"_id": id})
    assert found is not None
    return {name: value for name, value in found.items() if name != "_id"}


async def test_own_records_and_mirrored_ones_follow_a_merge_and_its_taking_back(storage: Storage) -> None:
    old, new, other = new_id(), new_id(), new_id()
    task = await kept(storage, "tasks", owner_id=old, parts=[{"by": other}, {"by": old}])
    person = await kept(storage, "people", organisation_ids=[old, new])
    await told(storage, new, old)
    assert await read(storage, "tasks", task) == {
        "revision": 2,
        "owner_id": new,
        "parts": [{"by": other}, {"by": new}],
    }
    assert await read(storage, "people", person) == {"revision": 1, "organisation_ids": [new]}
    await told(storage, new, old, undone=True, after=1)
    assert await read(storage, "tasks", task) == {
        "revision": 3,
        "owner_id": old,
        "parts": [{"by": other}, {"by": old}],
    }
    assert await read(storage, "people", person) == {"revision": 1, "organisation_ids": [old, new]}


async def test_news_may_come_twice_and_late(storage: Storage) -> None:
    old, new = new_id(), new_id()
    task = await kept(storage, "tasks", owner_id=old)
    await told(storage, new, old, undone=True, after=1)
    await told(storage, new, old)
    await told(storage, new, old)
    assert await read(storage, "tasks", task) == {"revision": 1, "owner_id": old}


async def test_whoever_names_an_old_id_means_the_one_that_stands_for_it(storage: Storage) -> None:
    one, two, three, other = (new_id() for _ in range(4))
    await told(storage, two, one)
    await told(storage, three, two)
    assert await standing(storage.reader, [one, other]) == {three, other}
    await told(storage, three, two, undone=True, after=2)
    assert await standing(storage.reader, [one, other]) == {two, other}
