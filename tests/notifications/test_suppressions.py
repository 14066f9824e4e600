"""Addresses given up, taken up again many at once: after a relay refused everybody who is at a provider, or at all."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.notifications.contacts import store as contacts
from services.notifications.suppressions import actions, store
from services.notifications.suppressions.domain import LIFTED_TOGETHER, LiftSuppressions, Reason, to_lift
from shared.events.notifications import AddressSuppressed
from shared.ids import new_id, utc_now
from shared.problems import Invalid
from shared.storage import Tx
from tests.notifications.builders import Office

TOGETHER = "/suppressions/lifting"


@pytest_asyncio.fixture(loop_scope="session")
async def given_up(quiet: Office) -> AsyncIterator[Office]:
    """An office that has given nobody up yet."""
    rows = quiet.running.storage.reader["suppressions"]
    await rows.delete_many({})
    yield quiet
    await rows.delete_many({})


async def give_up(office: Office, count: int, reason: Reason = "hard-bounce", code: str = "5.1.1") -> list[str]:
    """Give so many people's addresses up, with a failure counted against each."""
    people = await office.knows(count)

    async def all_of_them(tx: Tx) -> None:
        for person_id in people:
            await store.count_failure(tx, new_id(), person_id, now=utc_now())
            await actions.give_up(tx, person_id, reason, code)

    await office.running.storage.transact(all_of_them)
    return people


async def still(office: Office, people: list[str]) -> list[str]:
    """Return why nothing is sent to these people, where that is so."""
    found = await contacts.reach(office.running.storage.reader, people)
    return sorted(
        each.suppressed for each in found.values() if isinstance(each, contacts.Reachable) and each.suppressed
    )


async def lift(office: Office, **which: Any) -> Any:
    async with office.running.as_("operator") as client:
        answer = await client.post(TOGETHER, json=which)
    return answer.json() if answer.status_code == 200 else answer.json()["code"]


def test_nothing_named_is_nobody_and_not_everybody() -> None:
    with pytest.raises(Invalid):
        to_lift(LiftSuppressions(), now=utc_now())


def test_complaints_and_what_was_decided_by_hand_are_lifted_when_they_are_named_alone() -> None:
    assert to_lift(LiftSuppressions(code="5.1.1"), now=utc_now()).reasons == LIFTED_TOGETHER
    assert {"complaint", "by-operator"}.isdisjoint(LIFTED_TOGETHER)
    assert to_lift(LiftSuppressions(reason="complaint"), now=utc_now()).reasons == ("complaint",)


async def test_all_who_fit_are_lifted_told_of_and_begin_anew(given_up: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    refused, gone = await give_up(given_up, 5), await give_up(given_up, 1, code="5.1.2")
    assert await lift(given_up, code="5.1.1") == {"count": 5}
    assert (await still(given_up, refused), await still(given_up, gone)) == ([], ["hard-bounce"])
    told = [each["event"] for each in await given_up.running.published(AddressSuppressed.name)]
    assert {each.person_id for each in told if each.lifted} & {*refused, *gone} == set(refused)
    reader = given_up.running.storage.reader
    assert await reader[store.FAILURES].count({"recipient_id": {"$in": refused}}) == 0
    assert await lift(given_up, code="5.1.1") == {"count": 0}


async def test_who_complained_or_was_given_up_by_hand_stays_so_unless_that_is_named(given_up: Office) -> None:
    people = [*await give_up(given_up, 1), *await give_up(given_up, 2, "complaint")]
    people += await give_up(given_up, 1, "by-operator")
    async with given_up.running.as_("coordinator") as client:
        counted = (await client.get("/suppressions/summary", params={"code": "5.1.1"})).json()
        named = (await client.get("/suppressions/summary", params={"reason": "complaint"})).json()
    assert (counted["suppressions"], counted["liftable"], counted["reasons"]["complaint"]) == (4, 1, 2)
    assert (named["suppressions"], named["liftable"]) == (2, 2)
    assert await lift(given_up, since="2020-01-01T00:00:00Z") == {"count": 1}
    assert await still(given_up, people) == ["by-operator", "complaint", "complaint"]
    assert await lift(given_up, reason="complaint", code="5.1.1") == {"count": 2}
    assert await still(given_up, people) == ["by-operator"]
    assert await lift(given_up, reason="by-operator") == {"count": 1}


async def test_a_list_and_a_lifting_keep_to_the_time_that_is_named(given_up: Office) -> None:
    before = await give_up(given_up, 1)
    since = utc_now()
    within = await give_up(given_up, 2)
    between = {"since": since.isoformat(), "until": utc_now().isoformat()}
    after = await give_up(given_up, 1)
    async with given_up.running.as_("coordinator") as client:
        listed = (await client.get("/suppressions", params={**between, "reason": "hard-bounce"})).json()["items"]
        refused = await client.get("/suppressions", params={"since": "2008-10-14T09:00:00"})
    assert (sorted(each["person_id"] for each in listed), refused.status_code) == (sorted(within), 422)
    assert await lift(given_up, **between) == {"count": 2}
    assert await still(given_up, [*before, *within, *after]) == ["hard-bounce"] * 2


async def test_broken_off_it_is_asked_for_again_and_asked_twice_by_one_hand_it_is_done_once(
    given_up: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await give_up(given_up, 3)
    take_up, taken = actions._take_up, list[str]()

    async def break_off(tx: Tx, known: Any) -> Any:
        if len(taken) == 2:
            raise RuntimeError("the process ends")
        taken.append(known[0].id)
        return await take_up(tx, known)

    with monkeypatch.context() as patched:
        patched.setattr(actions, "AT_ONCE", 1)
        patched.setattr(actions, "_take_up", break_off)
        with pytest.raises(RuntimeError):
            await actions.lift_suppressions(given_up.running.storage, LiftSuppressions(code="5.1.1"))
    assert len(await still(given_up, people)) == 1
    async with given_up.running.as_("operator", person_id=new_id()) as client:
        twice = [await client.post(TOGETHER, json={"code": "5.1.1"}, headers={"Idempotency-Key": "k"}) for _ in "ab"]
    assert ([each.json() for each in twice], await still(given_up, people)) == ([{"count": 1}] * 2, [])


async def test_nothing_is_lifted_for_whoever_names_nothing_or_may_not(given_up: Office) -> None:
    await give_up(given_up, 1)
    async with given_up.running.as_("coordinator") as client:
        assert (await client.post(TOGETHER, json={"reason": "hard-bounce"})).status_code == 403
    assert await lift(given_up) == "nothing-named"
