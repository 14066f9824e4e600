"""A transaction is whole or nothing, whoever else writes at the same time, with either driver."""

import asyncio
import gc
import json
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import BulkWriteError, WriteConcernError

from shared.events.meetings import Invitee, Notice, PeopleInvited
from shared.events.registry import Contact, ContactChanged, OrganisationRegistered
from shared.ids import new_id, utc_now
from shared.problems import Conflict
from shared.settings import ServiceSettings
from shared.storage import (
    Cause,
    Collection,
    CollectionSpec,
    Duplicate,
    EventTooLarge,
    Index,
    InsertOne,
    OnceOnly,
    Repeated,
    Storage,
    Tx,
    Unreachable,
    once_only,
)
from shared.testing.stack import Stack


async def count_one(tx: Tx, counter: str) -> int:
    """Add one the slow way: read, think, write."""
    row = await tx["counters"].find_one({"_id": counter}) or {"value": 0}
    await asyncio.sleep(0)
    await tx["counters"].update_one({"_id": counter}, {"$set": {"value": row["value"] + 1}}, upsert=True)
    return int(row["value"]) + 1


async def value_of(storage: Storage, counter: str) -> int:
    row = await storage.reader["counters"].find_one({"_id": counter})
    return 0 if row is None else int(row["value"])


async def test_what_an_action_returns_is_returned(storage: Storage) -> None:
    assert await storage.transact(count_one, new_id()) == 1


async def test_a_refused_action_leaves_nothing(storage: Storage) -> None:
    counter, event = new_id(), OrganisationRegistered(organisation_id=new_id(), revision=1)

    async def write_and_refuse(tx: Tx) -> None:
        await count_one(tx, counter)
        await tx.publish(event)
        raise Conflict("no", "No.")

    with pytest.raises(Conflict):
        await storage.transact(write_and_refuse)
    assert await value_of(storage, counter) == 0
    assert await storage.reader["outbox"].count({"aggregate": event.organisation_id}) == 0


async def test_twenty_writers_of_one_document_count_exactly(storage: Storage) -> None:
    counter = new_id()
    results = await asyncio.gather(*(storage.transact(count_one, counter) for _ in range(20)))
    assert (await value_of(storage, counter), sorted(results)) == (20, list(range(1, 21)))


async def test_money_moved_to_and_fro_at_once_is_neither_made_nor_lost(storage: Storage) -> None:
    purses = [new_id() for _ in range(3)]
    for purse in purses:
        await storage.reader["counters"].insert_one({"_id": purse, "value": 100})

    async def move(tx: Tx, giver: str, taker: str) -> None:
        given = await tx["counters"].find_one({"_id": giver})
        taken = await tx["counters"].find_one({"_id": taker})
        assert given is not None
        assert taken is not None
        await tx["counters"].update_one({"_id": giver}, {"$set": {"value": given["value"] - 7}})
        await tx["counters"].update_one({"_id": taker}, {"$set": {"value": taken["value"] + 7}})

    moves = [storage.transact(move, purses[n % 3], purses[(n + 1 + n % 2) % 3]) for n in range(20)]
    await asyncio.gather(*moves)
    assert sum([await value_of(storage, purse) for purse in purses]) == 300


async def test_an_event_is_in_the_outbox_with_its_change_and_readable_by_key_holders_only(storage: Storage) -> None:
    person_id, cause = new_id(), Cause(new_id(), "person-updated", utc_now())
    event = ContactChanged(
        person_id=person_id,
        revision=3,
        contact=Contact(address="h@example.org"),
        language="be",
        time_zone="Europe/Minsk",
    )

    async def change(tx: Tx) -> None:
        await tx.publish(event)

    storage.rung.clear()
    await storage.transact_for(cause, change)
    rows = await storage.reader["outbox"].find({"aggregate": person_id}, limit=10)
    assert [(row["name"], row["seq"], row["status"], row["awaited"]) for row in rows] == [
        ("contact-changed", 3, "new", True)
    ]
    body = json.loads(rows[0]["body"])
    assert (body["id"], body["causationid"], body["sequence"]) == (rows[0]["_id"], cause.id, "0000000003")
    assert b"h@example.org" not in rows[0]["body"]
    assert ContactChanged.model_validate(body["data"], context={"sealer": storage.sealer}) == event
    assert storage.rung.is_set()


async def test_an_event_that_no_consumer_could_hold_is_a_fault_and_changes_nothing(storage: Storage) -> None:
    counter, begins = new_id(), utc_now()
    event = PeopleInvited(
        revision=1,
        meeting_id=new_id(),
        sequence=0,
        starts_at=begins,
        ends_at=begins,
        time_zone="Europe/Warsaw",
        notice=Notice(title={"en": "x" * 200_000}),
        invitees=[Invitee(invitation_id=new_id(), person_id=new_id())],
    )

    async def publish(tx: Tx) -> None:
        await count_one(tx, counter)
        await tx.publish(event)

    with pytest.raises(EventTooLarge):
        await storage.transact(publish)
    assert await value_of(storage, counter) == 0


async def test_a_bell_rings_after_the_commit_only(storage: Storage) -> None:
    bell = storage.bell("letters")

    async def ring(tx: Tx, *, refuse: bool) -> None:
        tx.ring("letters")
        if refuse:
            raise Conflict("no", "No.")
        assert not bell.is_set()

    with pytest.raises(Conflict):
        await storage.transact(ring, refuse=True)
    assert not bell.is_set()
    await storage.transact(ring, refuse=False)
    assert bell.is_set()


async def test_a_unique_key_is_a_duplicate_and_aborts_the_rest(storage: Storage) -> None:
    name, counter = new_id(), new_id()
    await storage.reader["names"].insert_one({"_id": new_id(), "name": name})

    async def one(tx: Tx) -> None:
        await count_one(tx, counter)
        await tx["names"].insert_one({"_id": new_id(), "name": name})

    async def many(tx: Tx) -> None:
        await count_one(tx, counter)
        await tx["names"].insert_many([{"_id": new_id(), "name": each} for each in (new_id(), name)])

    async def mixed(tx: Tx) -> None:
        await count_one(tx, counter)
        await tx["names"].bulk_write([InsertOne({"_id": new_id(), "name": name})])

    async def changed(tx: Tx) -> None:
        await count_one(tx, counter)
        own = new_id()
        await tx["names"].insert_one({"_id": own, "name": own})
        await tx["names"].find_one_and_update({"_id": own}, {"$set": {"name": name}})

    for action in (one, many, mixed, changed):
        with pytest.raises(Duplicate) as refused:
            await storage.transact(action)
        assert (refused.value.collection, refused.value.keys) == ("names", ("name",)), action.__name__
        assert name not in str(refused.value)
    assert await value_of(storage, counter) == 0


async def test_an_index_whose_options_have_changed_is_made_anew(storage: Storage) -> None:
    def spec(**options: Any) -> CollectionSpec:
        return CollectionSpec("changing", [Index([("number", 1)], unique=True, **options)])

    await storage.prepare([spec()])
    await storage.prepare([spec(partial={"number": {"$type": "string"}})])

    async def twice_nothing(tx: Tx) -> None:
        await tx["changing"].insert_many([{"_id": new_id(), "number": None}, {"_id": new_id(), "number": None}])

    await storage.transact(twice_nothing)


async def test_of_twenty_who_claim_one_name_at_once_one_gets_it(storage: Storage) -> None:
    name = new_id()

    async def claim(tx: Tx) -> None:
        await tx["names"].insert_one({"_id": new_id(), "name": name})

    outcomes = await asyncio.gather(*(storage.transact(claim) for _ in range(20)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["Duplicate"] * 19 + ["NoneType"]


async def test_a_request_under_one_key_is_carried_out_once_whoever_comes_at_the_same_time(storage: Storage) -> None:
    counter, key = new_id(), new_id()

    async def ask() -> int:
        once_only.set(OnceOnly(key=key, fingerprint="f"))
        return await storage.transact(count_one, counter)

    outcomes = await asyncio.gather(*(asyncio.create_task(ask()) for _ in range(10)), return_exceptions=True)
    assert (await value_of(storage, counter), [each for each in outcomes if not isinstance(each, Repeated)]) == (1, [1])


async def test_a_second_transaction_of_the_same_request_does_not_trip_over_its_key(storage: Storage) -> None:
    counter = new_id()
    token = once_only.set(OnceOnly(key=new_id(), fingerprint="f"))
    try:
        assert [await storage.transact(count_one, counter) for _ in range(2)] == [1, 2]
    finally:
        once_only.reset(token)


async def test_a_lease_has_one_holder_until_it_is_over_or_given_back(storage: Storage) -> None:
    name, length = new_id(), timedelta(milliseconds=300)
    holders = [f"replica {number}" for number in range(10)]
    taken = await asyncio.gather(*(storage.lease(name, holder, length) for holder in holders))
    assert taken.count(True) == 1
    holder, other = holders[taken.index(True)], holders[taken.index(False)]
    assert [await storage.lease(name, each, length) for each in (holder, other)] == [True, False]
    await storage.release(name, other)
    assert not await storage.lease(name, other, length)
    await asyncio.sleep(0.4)
    assert [await storage.lease(name, each, length) for each in (other, holder)] == [True, False]
    await storage.release(name, other)
    assert await storage.lease(name, holder, length)


async def test_a_holder_named_like_a_field_or_an_operator_is_only_a_name(storage: Storage) -> None:
    name, length = new_id(), timedelta(seconds=10)
    assert await storage.lease(name, "$holder", length)
    assert not await storage.lease(name, "$$NOW", length)
    assert await storage.lease(name, "$holder", length)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_a_database_out_of_reach_is_told_within_its_time(
    stack: Stack, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ANSWER_WITHIN", "TRANSACT_WITHIN", "AWAY_WITHIN"):
        monkeypatch.setattr(f"shared.storage.database.{name}", timedelta(milliseconds=100))
    url = "mongodb://127.0.0.1:9/?directConnection=true"
    storage = Storage.connect(ServiceSettings(**stack.values("surveys", mongo_url=url, mongo_driver=driver)))
    try:
        async with asyncio.timeout(2):
            with pytest.raises(Unreachable):
                await storage.transact(count_one, "x")
            with pytest.raises(Unreachable):
                await storage.ping()
    finally:
        await storage.close()
        del storage
        gc.collect()  # pymongo's asynchronous driver forgets a socket that it was just connecting: not in another test


async def test_documents_that_somebody_else_holds_are_a_fault_that_passes(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.storage.database.TRANSACT_WITHIN", timedelta(milliseconds=100))
    counter = new_id()

    async def hold(tx: Tx) -> None:
        await count_one(tx, counter)
        with pytest.raises(Unreachable):
            await storage.transact(count_one, counter)

    await storage.transact(hold)
    assert await value_of(storage, counter) == 1


class Unconfirmed:
    """A collection whose writes are made while the primary steps down."""

    async def _fail(self, *_: Any, **__: Any) -> None:
        concern = {"code": 11602, "errmsg": "operation was interrupted"}
        raise BulkWriteError({"writeErrors": [], "writeConcernErrors": [concern]})

    insert_many = bulk_write = _fail

    async def update_many(self, *_: Any, **__: Any) -> None:
        raise WriteConcernError("operation was interrupted", 11602)


async def test_a_write_that_a_step_down_leaves_unconfirmed_is_a_fault_that_passes() -> None:
    collection = Collection(Unconfirmed(), None, "names")
    for write in (
        collection.insert_many([{"_id": "1"}]),
        collection.bulk_write([InsertOne({"_id": "1"})]),
        collection.update_many({}, {}),
    ):
        with pytest.raises(Unreachable):
            await write


async def test_replicas_that_start_at_once_prepare_the_same_collections(storage: Storage) -> None:
    specs = [CollectionSpec(f"made-{new_id()}", [Index([("number", 1)])]) for _ in range(3)]
    await asyncio.gather(*(storage.prepare(specs) for _ in range(4)))
    assert {spec.name for spec in specs} <= set(await storage.database.list_collection_names())
