"""Inviting large audiences: complete, once each, by any number of replicas, through crashes and changes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.meetings.invitations import actions, jobs, store
from services.meetings.main import create_app
from services.meetings.settings import Settings
from shared.events.meetings import INVITED_AT_ONCE, PeopleInvited
from shared.events.registry import PersonUpdated
from shared.storage import Tx
from shared.testing.stack import Running, Stack, in_one_transaction, until
from tests.meetings.builders import in_days, invitations_of, known, many_people, organisation, person, schedule


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def replicas(stack: Stack) -> AsyncIterator[list[Running]]:
    """Three replicas of which only the routes and jobs are used, called by hand."""
    async with AsyncExitStack() as exits:
        yield [
            await exits.enter_async_context(
                stack.running(create_app, Settings(**stack.values("meetings", instance=name)), background=False)
            )
            for name in ("one", "two", "three")
        ]


async def an_audience(running: Running, people: int) -> tuple[dict[str, Any], list[str]]:
    here = organisation("implementer")
    await known(running, here)
    ids = await many_people(running, here.organisation_id, people)
    return {"organisation_ids": [here.organisation_id]}, ids


async def told(running: Running, meeting_id: str) -> list[PeopleInvited]:
    found = await running.published(PeopleInvited.name)
    return [each["event"] for each in found if each["subject"] == meeting_id]


async def assert_everybody_once(running: Running, meeting_id: str, ids: list[str]) -> None:
    """Compare who is invited, and who was told of, with ``ids``."""
    invited = await invitations_of(running, meeting_id)
    assert sorted(each["person_id"] for each in invited) == ids
    events = await told(running, meeting_id)
    assert Counter(i.person_id for event in events for i in event.invitees) == Counter(ids)
    assert {(i.invitation_id, i.person_id) for event in events for i in event.invitees} == {
        (each["_id"], each["person_id"]) for each in invited
    }


async def expansion_of(running: Running, meeting_id: str) -> dict[str, Any]:
    found = await running.storage.reader["expansions"].find_one({"meeting_id": meeting_id})
    assert found is not None
    return found


async def test_two_thousand_people_are_all_invited(replicas: list[Running]) -> None:
    audience, ids = await an_audience(replicas[0], 2_000)
    meeting = await schedule(replicas[0], audience)
    await jobs.expand_audiences(replicas[0].context)
    await assert_everybody_once(replicas[0], meeting["id"], ids)
    sizes = [len(event.invitees) for event in await told(replicas[0], meeting["id"])]
    assert sizes == [INVITED_AT_ONCE] * 4
    summary = await replicas[0].as_("coordinator").get(f"/meetings/{meeting['id']}/summary")
    assert (summary.json()["invited"], summary.json()["expanding"]) == (2_000, False)
    events = [each for each in await replicas[0].published(PeopleInvited.name) if each["subject"] == meeting["id"]]
    asked = (await replicas[0].as_("operator").get(f"/told/{events[0]['id']}")).json()["actor_id"]
    assert {each["actorid"] for each in events} == {asked}  # whoever asked is known to the last chunk


async def test_replicas_of_the_job_double_nobody(replicas: list[Running]) -> None:
    audience, ids = await an_audience(replicas[0], 2_300)
    meeting = await schedule(replicas[0], audience)
    await asyncio.gather(*(jobs.expand_audiences(replica.context) for replica in replicas))
    await jobs.expand_audiences(replicas[0].context)
    await assert_everybody_once(replicas[0], meeting["id"], ids)


async def test_replicas_without_their_lease_double_nobody_either(replicas: list[Running]) -> None:
    audience, ids = await an_audience(replicas[0], 2_300)
    meeting = await schedule(replicas[0], audience)
    expansion = await expansion_of(replicas[0], meeting["id"])

    async def expand_all(replica: Running) -> None:
        while await replica.storage.transact(actions.expand, expansion["_id"]):
            pass

    await asyncio.gather(*(expand_all(replica) for replica in replicas))
    await assert_everybody_once(replicas[0], meeting["id"], ids)


async def test_a_chunk_that_crashes_is_done_again_and_only_once(replicas: list[Running]) -> None:
    audience, ids = await an_audience(replicas[0], 1_700)
    meeting = await schedule(replicas[0], audience)
    expansion = await expansion_of(replicas[0], meeting["id"])

    async def expand_and_crash(tx: Tx) -> None:
        await actions.expand(tx, expansion["_id"])
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await replicas[0].storage.transact(expand_and_crash)
    assert len(await invitations_of(replicas[0], meeting["id"])) == INVITED_AT_ONCE
    await replicas[0].storage.transact(actions.expand, expansion["_id"])
    await jobs.expand_audiences(replicas[1].context)
    await assert_everybody_once(replicas[0], meeting["id"], ids)


async def test_another_replica_goes_on_when_the_lease_has_run_out(
    replicas: list[Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    audience, ids = await an_audience(replicas[0], 600)
    meeting = await schedule(replicas[0], audience)
    expansion = await expansion_of(replicas[0], meeting["id"])
    assert await replicas[0].storage.lease(f"expansion:{expansion['_id']}", "crashed", timedelta(seconds=1))
    await jobs.expand_audiences(replicas[1].context)
    assert len(await invitations_of(replicas[0], meeting["id"])) == INVITED_AT_ONCE
    await asyncio.sleep(1.1)
    await jobs.expand_audiences(replicas[1].context)
    await assert_everybody_once(replicas[0], meeting["id"], ids)


async def test_a_finished_audience_is_not_begun_again(replicas: list[Running]) -> None:
    audience, ids = await an_audience(replicas[0], 600)
    meeting = await schedule(replicas[0], audience)
    await jobs.expand_audiences(replicas[0].context)
    expansion = await expansion_of(replicas[0], meeting["id"])
    assert expansion["done"] is True
    assert await replicas[0].storage.transact(actions.expand, expansion["_id"]) is False
    assert await store.next_expansions(replicas[0].storage.reader, limit=10) == []
    await assert_everybody_once(replicas[0], meeting["id"], ids)


async def test_who_is_invited_after_a_move_gets_the_newest_facts(replicas: list[Running]) -> None:
    audience, ids = await an_audience(replicas[0], 700)
    meeting = await schedule(replicas[0], audience)
    later = {"starts_at": in_days(50), "ends_at": in_days(50.2)}
    await replicas[0].as_("coordinator").post(f"/meetings/{meeting['id']}/rescheduling", json=later)
    await jobs.expand_audiences(replicas[0].context)
    events = await told(replicas[0], meeting["id"])
    assert [(event.revision, event.sequence) for event in events] == [(1, 0), (2, 1)]
    assert events[1].starts_at.isoformat()[:10] == later["starts_at"][:10]
    await assert_everybody_once(replicas[0], meeting["id"], ids)


async def test_a_move_in_the_middle_leaves_no_chunk_with_facts_older_than_it(replicas: list[Running]) -> None:
    audience, ids = await an_audience(replicas[0], 3_000)
    meeting = await schedule(replicas[0], audience)
    later = {"starts_at": in_days(50), "ends_at": in_days(50.2)}
    moving = replicas[1].as_("coordinator").post(f"/meetings/{meeting['id']}/rescheduling", json=later)
    _, moved = await asyncio.gather(jobs.expand_audiences(replicas[0].context), moving)
    assert moved.status_code == 200
    rows = await replicas[0].published()
    order = [each["event"].revision for each in rows if each["subject"] == meeting["id"]]
    assert order == sorted(order)
    await assert_everybody_once(replicas[0], meeting["id"], ids)


async def test_nobody_more_is_invited_once_the_meeting_is_called_off(replicas: list[Running]) -> None:
    audience, _ = await an_audience(replicas[0], 700)
    meeting = await schedule(replicas[0], audience)
    await replicas[0].as_("coordinator").post(f"/meetings/{meeting['id']}/cancellation", json={})
    await jobs.expand_audiences(replicas[0].context)
    assert len(await invitations_of(replicas[0], meeting["id"])) == INVITED_AT_ONCE
    assert (await expansion_of(replicas[0], meeting["id"]))["done"] is True


async def test_who_leaves_before_their_turn_is_not_invited(replicas: list[Running]) -> None:
    audience, ids = await an_audience(replicas[0], 600)
    meeting = await schedule(replicas[0], audience)
    last = ids[-1]
    left = PersonUpdated(
        person_id=last, revision=2, active=False, organisation_ids=audience["organisation_ids"], language="pl"
    )
    await known(replicas[0], left)
    await jobs.expand_audiences(replicas[0].context)
    await assert_everybody_once(replicas[0], meeting["id"], ids[:-1])


async def test_one_audience_that_fails_does_not_keep_another_waiting(replicas: list[Running]) -> None:
    first, _ = await an_audience(replicas[0], 600)
    broken = await schedule(replicas[0], first)
    second, ids = await an_audience(replicas[0], 600)
    meeting = await schedule(replicas[0], second)
    await (
        replicas[0]
        .storage.reader["expansions"]
        .update_one({"meeting_id": broken["id"]}, {"$set": {"audience": "broken"}})
    )
    with pytest.raises(ValueError, match="audience"):
        await jobs.expand_audiences(replicas[0].context)
    await assert_everybody_once(replicas[0], meeting["id"], ids)
    await replicas[0].storage.reader["expansions"].delete_many({"meeting_id": broken["id"]})


async def test_the_whole_service_hears_of_people_and_invites_them_within_moments(stack: Stack) -> None:
    """From the registry's events by the broker, over HTTP, to everybody invited, with the service really running."""
    here = organisation("expert-body")
    guests = [person(organisation_ids=[here.organisation_id]) for _ in range(600)]
    values = stack.values("meetings", database=f"{stack.prefix}_whole")
    async with stack.running(create_app, Settings(**values)) as running, stack.storage("registry") as registry:
        await in_one_transaction(registry, here, *guests)
        from shared.relay import Relay
        from shared.service import make_context

        context = make_context(Settings(**stack.values("registry")))
        relay = asyncio.create_task(Relay(registry, context.settings, context.health).run(context.stopping))
        people = running.storage.reader["people"]
        await until(lambda: _all(people.count({}), 600), "everybody is known", within=30)
        meeting = await schedule(running, {"organisation_kinds": ["expert-body"]})
        invitations = running.storage.reader["invitations"]
        await until(
            lambda: _all(invitations.count({}), 600), "everybody is invited, before the job is due by itself", within=4
        )
        await assert_everybody_once(running, meeting["id"], sorted(guest.person_id for guest in guests))
        context.stopping.set()
        await relay
        await context.storage.close()


async def _all(counting: Any, expected: int) -> bool:
    return bool(await counting == expected)
