"""Merging over HTTP: old ids answer, everything is re-pointed, and taking it back restores all of it."""

import asyncio
from typing import Any

import pytest

from services.registry.activities.actions import record_activities
from services.registry.activities.domain import RecordActivity
from services.registry.organisations.duplicates import actions as duplicates
from services.registry.organisations.merging import store as merging_store
from services.registry.periods import store as periods
from services.registry.periods.locking import locks_of
from shared.ids import new_id, utc_now
from shared.testing.stack import Running
from tests.registry.builders import person_body
from tests.registry.organisations.test_matching import registered, word
from tests.registry.periods.test_periods import a_period, say
from tests.registry.periods.test_periods import organisation as an_asked


async def merge(registry: Running, survivor: str, *others: str) -> dict[str, Any]:
    path = f"/organisations/{survivor}/merging"
    answer = await registry.as_("coordinator").post(path, json={"organisation_ids": others})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def shown(registry: Running, organisation_id: str) -> dict[str, Any]:
    answer = await registry.as_().get(f"/organisations/{organisation_id}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def stored(registry: Running, collection: str, id: str) -> dict[str, Any]:
    found = await registry.storage.reader[collection].find_one({"_id": id})
    assert found is not None
    return found


async def told(registry: Running, name: str, subject: str) -> list[dict[str, Any]]:
    return [each["data"] for each in await registry.published(name) if each["subject"] == subject]


async def test_an_old_id_answers_with_the_record_that_stands_for_it_and_says_so(registry: Running) -> None:
    kept, gone = await registered(registry, word()), await registered(registry, word())
    await merge(registry, kept, gone)
    answer = await registry.as_().get(f"/organisations/{gone}")
    assert (answer.json()["id"], answer.json()["asked_id"]) == (kept, gone)
    assert answer.headers["content-location"] == f"/organisations/{kept}"
    assert (await shown(registry, kept))["merged_ids"] == [gone]
    listed = await registry.as_().get("/organisations", params={"q": answer.json()["aliases"][0]})
    assert [each["id"] for each in listed.json()["items"]] == [kept]


async def test_a_merged_record_is_not_written_and_not_named_any_more(registry: Running) -> None:
    kept, gone = await registered(registry, word()), await registered(registry, word())
    await merge(registry, kept, gone)
    coordinator = registry.as_("coordinator")
    put = await coordinator.put(f"/organisations/{gone}", json={"names": {"en": "x"}}, headers={"If-Match": '"2"'})
    assert (put.status_code, put.json()["code"], put.json()["organisation_id"]) == (409, "organisation-merged", kept)
    person = await coordinator.post("/people", json=person_body(organisation_ids=[gone]))
    assert (person.status_code, person.json()["code"]) == (422, "organisation-merged")


async def test_people_coalitions_and_activities_are_repointed_and_put_back(registry: Running) -> None:
    kept, gone = await registered(registry, f"Free {word()}"), await registered(registry, name := f"Press {word()}")
    coordinator = registry.as_("coordinator")
    person = (await coordinator.post("/people", json=person_body(organisation_ids=[gone, kept]))).json()["id"]
    coalition = {"name": {"en": "Together"}, "organisation_ids": [gone]}
    coalition_id = (await coordinator.post("/coalitions", json=coalition)).json()["id"]
    command = RecordActivity.model_validate(
        {
            "iati_identifier": f"XX-{new_id()}",
            "title": {"en": "Work"},
            "status": "2",
            "reporting": {"name": {"en": name}},
            "participations": [{"part": "funding", "name": {"en": name}}],
        }
    )
    await registry.storage.transact(record_activities, [command])
    (activity,) = await registry.storage.reader["activities"].find({"organisation_ids": gone}, limit=2)
    before = {name: await stored(registry, *at) for name, at in _places(person, coalition_id, activity["_id"]).items()}
    merging = await merge(registry, kept, gone)
    assert (merging["people"], merging["coalitions"], merging["activities"]) == (1, 1, 1)
    after = {name: await stored(registry, *at) for name, at in _places(person, coalition_id, activity["_id"]).items()}
    assert [gone in str(each) for each in after.values()] == [False, False, False]
    assert after["person"]["organisation_ids"] == [kept]
    assert (await told(registry, "person-updated", person))[-1]["organisation_ids"] == [kept]
    assert (await told(registry, "coalition-changed", coalition_id))[-1]["organisation_ids"] == [kept]
    assert (await told(registry, "activity-recorded", activity["_id"]))[-1]["funder_ids"] == [kept]
    await coordinator.post(f"/organisations/{kept}/merging/undo", json={})
    back = {name: await stored(registry, *at) for name, at in _places(person, coalition_id, activity["_id"]).items()}
    for each in (before["activity"], back["activity"]):
        del each["index_version"]  # found anew by the job
    assert {name: _said(each) for name, each in back.items()} == {name: _said(each) for name, each in before.items()}


async def test_what_is_awaited_follows_the_organisation_that_stays_and_goes_back(registry: Running) -> None:
    (kept, _), (gone, _) = await an_asked(registry), await an_asked(registry)
    alone, both = await a_period(registry, gone), await a_period(registry, kept, gone)
    await say(registry, both, gone, "reported")
    before = await _reports(registry, kept, gone)
    assert (await merge(registry, kept, gone))["period_reports"] == 2
    assert await _reports(registry, kept, gone) == {(alone, kept): "awaited", (both, kept): "reported"}
    assert (await say(registry, alone, kept, "nothing-to-report")).status_code == 200
    locks = await locks_of(registry.storage.reader, [kept, gone])
    assert set(locks.by_organisation) == set()
    over = {"$set": {"closes_at": utc_now()}}
    await registry.storage.reader["periods"].update_one({"_id": alone}, over)
    locks = await locks_of(registry.storage.reader, [kept, gone])
    assert set(locks.by_organisation) == {kept}
    await registry.as_("coordinator").post(f"/organisations/{kept}/merging/undo", json={})
    assert await _reports(registry, kept, gone) == {**before, (alone, gone): "nothing-to-report"}


async def test_what_was_said_since_a_merge_stays_with_who_stayed_and_no_name_stays_of_who_is_forgotten(
    registry: Running,
) -> None:
    (kept, _), (gone, _) = await an_asked(registry), await an_asked(registry)
    period_id, sayer = await a_period(registry, kept, gone), new_id()
    await say(registry, period_id, gone, "reported", sub=sayer)
    await merge(registry, kept, gone)
    await say(registry, period_id, kept, "nothing-to-report")
    await registry.storage.transact(merging_store.forget_person, sayer)
    await registry.storage.transact(periods.forget_person, sayer)
    await registry.as_("coordinator").post(f"/organisations/{kept}/merging/undo", json={})
    assert await _reports(registry, kept, gone) == {
        (period_id, kept): "nothing-to-report",
        (period_id, gone): "reported",
    }
    rows = await registry.storage.reader["period_reports"].find({"period_id": period_id}, limit=3)
    assert sorted(len(each["history"]) for each in rows) == [1, 1]
    assert sayer not in str(rows)


async def _reports(registry: Running, *organisation_ids: str) -> dict[tuple[str, str], str]:
    where = {"organisation_id": {"$in": list(organisation_ids)}}
    rows = await registry.storage.reader["period_reports"].find(where, limit=10)
    return {(each["period_id"], each["organisation_id"]): each["state"] for each in rows}


def _places(person: str, coalition: str, activity: str) -> dict[str, tuple[str, str]]:
    return {"person": ("people", person), "coalition": ("coalitions", coalition), "activity": ("activities", activity)}


def _said(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "revision"}


async def test_taking_a_merge_back_restores_both_records_and_tells_it(registry: Running) -> None:
    value = f"XX-{new_id()}"
    kept = await registered(registry, word(), country="PL")
    gone = await registered(registry, word(), identifiers=[{"scheme": "iati", "value": value}], kinds=["donor"])
    before = [await shown(registry, each) for each in (kept, gone)]
    merging = await merge(registry, kept, gone)
    undone = await registry.as_("coordinator").post(
        f"/organisations/{kept}/merging/undo", json={"merging_id": merging["id"]}
    )
    assert (undone.status_code, undone.json()["undone_at"] is None) == (200, False)
    assert [_said(await shown(registry, each)) for each in (kept, gone)] == [_said(each) for each in before]
    events = await told(registry, "organisations-merged", kept)
    assert [(each["merged_ids"], each["undone"]) for each in events] == [([gone], False), ([gone], True)]
    again = await registry.as_("coordinator").post(f"/organisations/{kept}/merging/undo", json={})
    assert (again.status_code, again.json()["code"]) == (404, "merging-not-found")


async def test_chains_of_merges_answer_and_are_taken_back_last_first(registry: Running) -> None:
    one, two, three = [await registered(registry, word()) for _ in range(3)]
    await merge(registry, two, one)
    await merge(registry, three, two)
    assert (await shown(registry, one))["id"] == three
    assert (await shown(registry, three))["merged_ids"] == [two, one]
    coordinator = registry.as_("coordinator")
    mergings = (await coordinator.get(f"/organisations/{three}/mergings")).json()["items"]
    assert [each["merged_ids"] for each in mergings] == [[two]]
    await coordinator.post(f"/organisations/{three}/merging/undo", json={})
    assert (await shown(registry, one))["id"] == two
    await coordinator.post(f"/organisations/{two}/merging/undo", json={})
    assert (await shown(registry, one))["id"] == one


async def test_of_two_merges_at_once_one_wins_and_nothing_is_lost(registry: Running) -> None:
    one, other = await registered(registry, word()), await registered(registry, word())
    coordinator = registry.as_("coordinator")
    answers = await asyncio.gather(
        coordinator.post(f"/organisations/{one}/merging", json={"organisation_ids": [other]}),
        coordinator.post(f"/organisations/{other}/merging", json={"organisation_ids": [one]}),
    )
    assert sorted(each.status_code for each in answers) == [201, 409]
    assert next(each for each in answers if each.status_code == 409).json()["code"] == "organisation-merged"
    assert (await shown(registry, one))["id"] == (await shown(registry, other))["id"]


async def test_ten_merges_into_one_at_once_are_all_kept(registry: Running) -> None:
    kept = await registered(registry, word())
    others = [await registered(registry, word()) for _ in range(6)]
    await asyncio.gather(*(merge(registry, kept, each) for each in others))
    assert sorted((await shown(registry, kept))["merged_ids"]) == sorted(others)
    assert (await shown(registry, kept))["revision"] == 7


async def test_the_history_says_who_did_what_and_never_what_was_said(registry: Running) -> None:
    person_id, name = new_id(), word()
    kept, gone = await registered(registry, word()), await registered(registry, name)
    coordinator = registry.as_("coordinator", person_id=person_id)
    await coordinator.put(
        f"/organisations/{kept}", json={"names": {"en": word()}, "country": "PL"}, headers={"If-Match": '"1"'}
    )
    await coordinator.post(f"/organisations/{kept}/merging", json={"organisation_ids": [gone]})
    page = (await coordinator.get(f"/organisations/{kept}/history")).json()
    entries = [(each["organisation_id"], each["change"], each["fields"]) for each in page["items"]]
    assert entries[:3] == [
        (kept, "merged", ["aliases", "merged_ids"]),
        (gone, "merged-into", ["merged_into"]),
        (kept, "updated", ["names", "country"]),
    ]
    assert [each["by"] for each in page["items"][:3]] == [person_id] * 3
    assert name not in str(page)
    assert (await registry.as_("member").get(f"/organisations/{kept}/history")).status_code == 403


@pytest.mark.parametrize("body", [{"organisation_ids": []}, {"organisation_ids": ["x"]}, {}])
async def test_a_merge_names_records(registry: Running, body: dict[str, Any]) -> None:
    kept = await registered(registry, word())
    coordinator = registry.as_("coordinator")
    assert (await coordinator.post(f"/organisations/{kept}/merging", json=body)).status_code == 422
    unknown = await coordinator.post(f"/organisations/{kept}/merging", json={"organisation_ids": [new_id()]})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "organisation-not-found")


async def compared(registry: Running) -> None:
    while await duplicates.compare_some(registry.storage.reader, limit=100):
        pass


async def pairs(registry: Running, *ids: str, state: str = "open") -> list[dict[str, Any]]:
    answer = await registry.as_("coordinator").get("/organisations/duplicates", params={"state": state, "limit": 200})
    assert answer.status_code == 200, answer.text
    return [each for each in answer.json()["items"] if set(each["organisation_ids"]) & set(ids)]


async def test_likely_duplicates_are_found_told_apart_and_asked_again(registry: Running) -> None:
    name = word()
    one = await registered(registry, f"Foundation {name} Press")
    other = await registered(registry, f"Press {name} Association")
    await compared(registry)
    (pair,) = await pairs(registry, one)
    assert (pair["organisation_ids"], pair["score"]) == ([one, other], 0.9)
    assert [each["code"] for each in pair["reasons"]] == ["same-words"]
    assert [each["id"] for each in pair["organisations"]] == [one, other]
    coordinator, body = registry.as_("coordinator"), {"organisation_ids": [other, one]}
    assert (await coordinator.post("/organisations/duplicates/distinction", json=body)).status_code == 204
    await coordinator.put(
        f"/organisations/{one}", json={"names": {"en": f"Foundation {name} Press"}, "country": "PL"},
        headers={"If-Match": '"1"'},
    )  # fmt: skip
    await compared(registry)
    assert (await pairs(registry, one), len(await pairs(registry, one, state="distinct"))) == ([], 1)
    assert (await coordinator.post("/organisations/duplicates/reopening", json=body)).status_code == 204
    assert len(await pairs(registry, one)) == 1


async def test_a_merge_answers_the_question_and_taking_it_back_asks_it_again(registry: Running) -> None:
    name = word()
    one, other = [await registered(registry, f"{name} Press {form}") for form in ("Association", "Foundation")]
    await compared(registry)
    await merge(registry, one, other)
    await compared(registry)
    assert await pairs(registry, one, other) == []
    await registry.as_("coordinator").post(f"/organisations/{one}/merging/undo", json={})
    await compared(registry)
    assert len(await pairs(registry, one, other)) == 1


async def test_a_corrected_name_is_no_longer_a_duplicate(registry: Running) -> None:
    name = word()
    one, other = [await registered(registry, f"{name} Press {form}") for form in ("Association", "Foundation")]
    await compared(registry)
    await registry.as_("coordinator").put(
        f"/organisations/{one}", json={"names": {"en": word()}}, headers={"If-Match": '"1"'}
    )
    await compared(registry)
    assert await pairs(registry, one, other) == []
