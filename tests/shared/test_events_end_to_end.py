"""An event goes from a transaction to its handler: once, later, or to the dead letters."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from pymongo.errors import AutoReconnect

from shared import backlog, consuming, dead_letters, relay
from shared.bus import Headers, Names, connected
from shared.consuming import Consumer
from shared.events import enclose
from shared.events.registry import CoalitionFormed, OrganisationRegistered
from shared.ids import new_id, utc_now
from shared.problems import Conflict
from shared.service import Context, Job, create_service
from shared.settings import ServiceSettings
from shared.storage import CollectionSpec, Tx
from shared.supervision import Health
from shared.testing.stack import Running, Stack, in_one_transaction, until
from tests.alerting import RULES

consumer = Consumer("surveys")
moods: dict[str, str] = {}
job_moods = {"work": "good"}
outages: Counter[str] = Counter()


@consumer.on(OrganisationRegistered)
async def note(tx: Tx, event: OrganisationRegistered) -> None:
    """Write the organisation down, or fail in the way its mood says."""
    mood = moods.get(event.organisation_id, "good")
    if mood == "refuses":
        raise Conflict("not-now", "It cannot be.")
    if mood == "fails":
        raise RuntimeError("secret@example.org broke it")
    if mood == "has no database" and outages[event.organisation_id] > 0:
        outages[event.organisation_id] -= 1
        raise AutoReconnect
    if mood == "fails once":
        moods[event.organisation_id] = "good"
        raise RuntimeError("once")
    await tx["notes"].update_one({"_id": event.organisation_id}, {"$inc": {"times": 1}}, upsert=True)


async def work(_: Context) -> None:
    """Do nothing, or fail in the way the job's mood says."""
    if job_moods["work"] == "fails":
        raise RuntimeError("it fails")


def organisation(revision: int = 1) -> OrganisationRegistered:
    return OrganisationRegistered(organisation_id=new_id(), revision=revision)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def surveys(stack: Stack) -> AsyncIterator[Running]:
    settings = ServiceSettings(**stack.values("surveys"))

    def create_app(settings: ServiceSettings) -> Any:
        return create_service(
            settings,
            title="toy",
            routers=[],
            collections=[CollectionSpec("notes")],
            consumer=consumer,
            jobs=[Job("work", work, timedelta(milliseconds=50))],
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(consuming, "WATCH_EVERY", timedelta(milliseconds=200))
        patch.setattr(relay, "COUNT_EVERY", timedelta(milliseconds=200))
        patch.setattr("shared.service.backoff", lambda _: timedelta(milliseconds=10))
        async with stack.running(create_app, settings) as running:
            yield running


async def times(surveys: Running, organisation_id: str) -> int:
    row = await surveys.storage.reader["notes"].find_one({"_id": organisation_id})
    return 0 if row is None else int(row["times"])


async def dead(stack: Stack, event_id: str) -> dead_letters.DeadLetter | None:
    return next((letter for letter in await all_dead(stack) if letter.event_id == event_id), None)


async def all_dead(stack: Stack) -> list[dead_letters.DeadLetter]:
    async with connected(stack.amqp_url, name="test") as broker:
        return await dead_letters.listed(broker, Names("surveys", f"{stack.prefix}."))


async def last_event_id(surveys: Running) -> str:
    return str((await surveys.published())[-1]["id"])


async def test_an_event_of_a_committed_transaction_is_handled(surveys: Running) -> None:
    event = organisation()
    await in_one_transaction(surveys.storage, event)
    await until(lambda: times(surveys, event.organisation_id), "the event is handled")
    assert await times(surveys, event.organisation_id) == 1


async def test_an_event_of_an_aborted_transaction_is_never_told(surveys: Running) -> None:
    event = organisation()

    async def publish_and_fail(tx: Tx) -> None:
        await tx.publish(event)
        raise Conflict("no", "No.")

    with pytest.raises(Conflict):
        await surveys.storage.transact(publish_and_fail)
    assert await surveys.storage.reader["outbox"].count({"aggregate": event.organisation_id}) == 0


async def test_the_same_event_fifty_times_has_one_effect(surveys: Running) -> None:
    event, event_id = organisation(), new_id()
    await asyncio.gather(*(surveys.deliver(consumer, event, event_id=event_id) for _ in range(50)))
    assert await times(surveys, event.organisation_id) == 1


async def test_a_fault_is_tried_again_after_a_delay(surveys: Running) -> None:
    event = organisation()
    moods[event.organisation_id] = "fails once"
    await in_one_transaction(surveys.storage, event)
    await until(lambda: times(surveys, event.organisation_id), "the second attempt succeeds")


async def test_poison_ends_in_the_dead_letters_after_its_retries_and_a_retry_delivers_it(
    surveys: Running, stack: Stack
) -> None:
    event = organisation()
    moods[event.organisation_id] = "fails"
    await in_one_transaction(surveys.storage, event)
    event_id = await last_event_id(surveys)
    letter = await until(lambda: dead(stack, event_id), "the event is a dead letter")
    assert (letter.error_type, letter.attempts) == ("RuntimeError", 3)
    assert letter.error == "…@… broke it"

    moods[event.organisation_id] = "good"
    names = Names("surveys", f"{stack.prefix}.")
    async with connected(stack.amqp_url, name="test") as broker:
        assert await dead_letters.retried(broker, names, event_id) == 1
        await until(lambda: times(surveys, event.organisation_id), "the retried event is handled")
        assert await dead_letters.retried(broker, names, event_id) == 0
    assert await dead(stack, event_id) is None


async def test_all_dead_letters_there_are_now_are_sent_again_once(surveys: Running, stack: Stack) -> None:
    before, events = len(await all_dead(stack)), [organisation() for _ in range(5)]
    moods.update({event.organisation_id: "refuses" for event in events})
    await in_one_transaction(surveys.storage, *events)

    async def all_are_dead() -> bool:
        return len(await all_dead(stack)) == before + len(events)

    await until(all_are_dead, "all are dead letters")
    moods.update({event.organisation_id: "good" for event in events[1:]})
    async with connected(stack.amqp_url, name="test") as broker:
        sent = await dead_letters.all_retried(broker, Names("surveys", f"{stack.prefix}."))
    assert sent == before + len(events)
    for event in events[1:]:
        await until(partial(times, surveys, event.organisation_id), "the retried event is handled")

    async def one_is_back() -> bool:
        return any(events[0].organisation_id in str(each.body) for each in await all_dead(stack))

    await until(one_is_back, "what was refused again is a dead letter again")


async def test_that_the_database_is_away_counts_as_no_attempt(surveys: Running, stack: Stack) -> None:
    event = organisation()
    moods[event.organisation_id] = "has no database"
    outages[event.organisation_id] = len(surveys.settings.retry_ladder) + 1
    await in_one_transaction(surveys.storage, event)
    event_id = await last_event_id(surveys)
    await until(lambda: times(surveys, event.organisation_id), "the event is handled when the database is back")
    assert outages[event.organisation_id] == 0
    assert await dead(stack, event_id) is None


async def test_a_count_of_attempts_that_is_none_stops_nobody(surveys: Running, stack: Stack) -> None:
    event_id = new_id()
    async with connected(stack.amqp_url, name="test") as broker:
        publisher = await broker.publisher()
        headers: Headers = {"zgoda-attempts": "many"}
        exchange, key = f"{stack.prefix}.events", "organisation-registered"
        await publisher.send(b"not json", exchange=exchange, key=key, type="x", id=event_id, headers=headers)
    letter = await until(lambda: dead(stack, event_id), "the message is a dead letter")
    assert letter.attempts == 1


async def test_a_decision_goes_to_the_dead_letters_at_once(surveys: Running, stack: Stack) -> None:
    event = organisation()
    moods[event.organisation_id] = "refuses"
    await in_one_transaction(surveys.storage, event)
    event_id = await last_event_id(surveys)
    letter = await until(lambda: dead(stack, event_id), "the event is a dead letter")
    assert (letter.error_type, letter.attempts) == ("Problem: not-now", 1)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"not json", "not a CloudEvent: 1 errors"),
        (b'{"id": 1}', "not a CloudEvent: 7 errors"),
        (
            b'{"id":"1","source":"/x","type":"unheard-of","subject":"s","dataschema":"d","sequence":"1","data":{}}',
            "no handler for events of this type",
        ),
        (
            b'{"id":"1","source":"/x","type":"organisation-registered","subject":"s","dataschema":"d","sequence":"1",'
            b'"data":{"organisation_id":{"$ne":""}}}',
            "does not fit its contract: organisation_id, revision",
        ),
    ],
)
async def test_what_cannot_be_read_goes_to_the_dead_letters_at_once(
    surveys: Running, stack: Stack, body: bytes, reason: str
) -> None:
    event_id = new_id()
    async with connected(stack.amqp_url, name="test") as broker:
        publisher = await broker.publisher()
        await publisher.send(
            body, exchange=f"{stack.prefix}.events", key="organisation-registered", type="x", id=event_id
        )
    letter = await until(lambda: dead(stack, event_id), "the message is a dead letter")
    assert letter.error == reason


async def test_an_event_under_the_name_of_another_is_refused(surveys: Running, stack: Stack) -> None:
    body = enclose(organisation()).model_dump_json().replace("organisation-registered", "person-updated")
    event_id = new_id()
    async with connected(stack.amqp_url, name="test") as broker:
        publisher = await broker.publisher()
        exchange = f"{stack.prefix}.events"
        await publisher.send(body.encode(), exchange=exchange, key="organisation-registered", type="x", id=event_id)
    letter = await until(lambda: dead(stack, event_id), "the message is a dead letter")
    assert letter.error == "published under the name of another event"


async def test_an_event_without_a_queue_waits_in_the_outbox_and_calls_somebody(surveys: Running) -> None:
    event = CoalitionFormed(coalition_id=new_id(), revision=1, organisation_ids=[])
    outbox = surveys.storage.reader["outbox"]
    stuck, unroutable = RULES["ZgodaOutboxStuck"], RULES["ZgodaEventsUnroutable"]
    await in_one_transaction(surveys.storage, event)
    await until(unroutable.holds_for, "that no queue is bound calls somebody")
    assert await outbox.count({"aggregate": event.coalition_id, "status": "unroutable"}) == 1
    await until(lambda: REGISTRY.get_sample_value("zgoda_outbox_waiting") == 1, "it is counted among what waits")
    assert stuck.holds_for() is False
    six_minutes_ago = utc_now() - timedelta(minutes=6)
    await outbox.update_one({"aggregate": event.coalition_id}, {"$set": {"created_at": six_minutes_ago}})
    await until(stuck.holds_for, "that it cannot leave calls somebody")
    await outbox.delete_many({"aggregate": event.coalition_id})
    await until(lambda: not stuck.holds_for() and not unroutable.holds_for(), "nobody is called any more")


async def test_a_dead_letter_calls_somebody_until_it_is_dealt_with(surveys: Running, stack: Stack) -> None:
    dead_letters_there, names = RULES["ZgodaDeadLetters"], Names("surveys", f"{stack.prefix}.")
    async with connected(stack.amqp_url, name="test") as broker:
        for letter in await all_dead(stack):
            await dead_letters.dropped(broker, names, letter.event_id)
        await until(lambda: not dead_letters_there.holds_for(), "nobody is called")
        event = organisation()
        moods[event.organisation_id] = "refuses"
        await in_one_transaction(surveys.storage, event)
        await until(dead_letters_there.holds_for, "somebody is called")
        async with surveys.as_() as client:
            figures = (await client.get("/metrics")).text.splitlines()
        assert ("zgoda_dead_letters 1.0" in figures, "zgoda_events_waiting 0.0" in figures) == (True, True)
        assert RULES["ZgodaManyDeadLetters"].holds_for() is False
        await dead_letters.dropped(broker, names, await last_event_id(surveys))
    await until(lambda: not dead_letters_there.holds_for(), "nobody is called any more")


async def test_what_no_consumer_takes_is_counted(stack: Stack) -> None:
    names = Names("surveys", f"{stack.prefix}.nobody.")
    async with connected(stack.amqp_url, name="test") as broker:
        await broker.declare_queues(names, (), (0.2,))
        publisher = await broker.publisher()
        await publisher.send(b"{}", exchange=names.delay, key="work", type="x", id=new_id())
        assert await backlog.count(broker, names) == 0
        assert REGISTRY.get_sample_value("zgoda_events_waiting") == 1
        await broker.delete(names, (0.2,))


async def test_a_job_that_fails_again_and_again_calls_somebody_until_it_succeeds(surveys: Running) -> None:
    fails = partial(RULES["ZgodaJobFails"].holds_for, name="work")
    await until(lambda: REGISTRY.get_sample_value("zgoda_job_failures", {"name": "work"}) == 0, "it succeeds")
    job_moods["work"] = "fails"
    await until(fails, "somebody is called")
    job_moods["work"] = "good"
    await until(lambda: not fails(), "nobody is called any more")


def test_a_part_that_breaks_is_told() -> None:
    broken, health = partial(RULES["ZgodaPartBroken"].holds_for, part="a part"), Health()
    health.good("a part")
    assert broken() is False
    health.bad("a part", "away")
    assert broken() is True


async def test_after_a_restore_what_was_in_a_queue_is_told_again_and_handled_once(surveys: Running) -> None:
    handled, in_queue = organisation(), organisation()
    await in_one_transaction(surveys.storage, handled, in_queue)
    ids = [row["_id"] for row in await surveys.storage.reader["outbox"].find({}, sort=[("_id", -1)], limit=2)]
    for event in (handled, in_queue):
        await until(partial(times, surveys, event.organisation_id), "it is handled")
    reader = surveys.storage.reader
    await reader["inbox"].delete_many({"_id": f"surveys:{max(ids)}"})  # as in a backup made before it was handled
    await reader["notes"].delete_many({"_id": in_queue.organisation_id})
    again = {"$set": {"status": "new"}, "$unset": {"sent_at": ""}}  # what the runbook says
    await reader["outbox"].update_many({"status": "sent"}, again)
    await until(partial(times, surveys, in_queue.organisation_id), "it is handled after all")
    await until(lambda: REGISTRY.get_sample_value("zgoda_events_waiting") == 0, "all are handled")
    assert (await times(surveys, handled.organisation_id), await times(surveys, in_queue.organisation_id)) == (1, 1)


async def test_a_second_replica_does_not_relay(surveys: Running) -> None:
    from shared.relay import LEASE

    assert not await surveys.storage.lease("relay", "another", LEASE)
