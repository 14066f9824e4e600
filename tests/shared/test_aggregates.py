"""What is stored comes back as it was, revision after revision and page after page, with either driver."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import Field

from shared.ids import new_id
from shared.model import Aggregate
from shared.problems import Conflict, NotFound
from shared.storage import Aggregates, Storage, Tx, UpdateOne, from_document, to_document
from tests.shared.conftest import COLLECTIONS


class Account(Aggregate):
    """Something with money and dates in it."""

    amount: Decimal
    opened_on: date
    changed_at: datetime
    texts: dict[str, str] = Field(default_factory=dict)


ACCOUNTS = Aggregates("accounts", Account, "account")


def account(amount: str = "0.00") -> Account:
    changed_at = datetime(2008, 10, 14, 7, 0, 0, 123000, tzinfo=UTC)
    return Account(id=new_id(), amount=Decimal(amount), opened_on=date(2008, 10, 14), changed_at=changed_at)


async def test_an_aggregate_comes_back_as_it_was(storage: Storage) -> None:
    stored = account("12.30")
    await storage.transact(ACCOUNTS.add, stored)
    assert await ACCOUNTS.get(storage.reader, stored.id) == stored
    assert str((await ACCOUNTS.get(storage.reader, stored.id)).amount) == "12.30"
    assert from_document(Account, to_document(stored)) == stored


async def test_a_revision_is_written_once(storage: Storage) -> None:
    first = account()
    await storage.transact(ACCOUNTS.add, first)
    await storage.transact(ACCOUNTS.put, first.evolve(amount=Decimal("1")))
    with pytest.raises(Conflict):
        await storage.transact(ACCOUNTS.put, first.evolve(amount=Decimal("2")))
    assert (await ACCOUNTS.get(storage.reader, first.id)).amount == Decimal("1")
    with pytest.raises(NotFound):
        await ACCOUNTS.get(storage.reader, new_id())


async def test_pages_of_aggregates_follow_each_other(storage: Storage) -> None:
    mark = new_id()
    everyone = [account().evolve(texts={"mark": mark}) for _ in range(7)]
    for each in everyone:
        await storage.transact(ACCOUNTS.add, each)
    seen, after = [], None
    for size in (3, 3, 1):
        page = await ACCOUNTS.page(storage.reader, {"texts.mark": mark}, after=after, limit=3)
        assert len(page.items) == size
        seen += page.items
        after = page.next
    assert (seen, after) == (everyone, None)


async def test_every_call_of_a_collection_works_in_a_transaction(storage: Storage) -> None:
    group = new_id()

    async def work(tx: Tx) -> list[object]:
        rows = tx["counters"]
        ids = [new_id() for _ in range(5)]
        await rows.insert_many([{"_id": each, "group": group, "value": n} for n, each in enumerate(ids)])
        await rows.insert_many([])
        await rows.bulk_write([])
        await rows.bulk_write([UpdateOne({"_id": ids[0]}, {"$set": {"value": 10}})])
        return [
            await rows.count({"group": group}),
            await rows.count({"group": group}, limit=2),
            await rows.update_many({"group": group, "value": {"$gt": 2}}, {"$inc": {"value": 1}}),
            await rows.replace_one({"_id": ids[1]}, {"group": group, "value": 20}),
            await rows.delete_one({"_id": ids[2]}),
            [row["value"] async for row in rows.stream({"group": group}, sort=[("value", -1)], batch=2)],
            await rows.aggregate([{"$match": {"group": group}}, {"$group": {"_id": None, "sum": {"$sum": "$value"}}}]),
            (await rows.find_one_and_update({"_id": ids[0]}, {"$inc": {"value": 1}}, after=False) or {})["value"],
            (await rows.find({"group": group}, sort=[("value", 1)], limit=1, projection={"value": 1}))[0]["value"],
            await rows.delete_many({"group": group}),
        ]

    assert await storage.transact(work) == [5, 2, 3, 1, 1, [20, 11, 5, 4], [{"_id": None, "sum": 40}], 11, 4, 4]


async def test_making_the_collections_again_changes_nothing(storage: Storage) -> None:
    await asyncio.gather(*(storage.prepare(COLLECTIONS) for _ in range(3)))
    indexes = await storage.database["names"].index_information()
    assert sorted(indexes) == ["_id_", "name_1"]
