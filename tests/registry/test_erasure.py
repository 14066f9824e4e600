"""Being forgotten: by oneself or by the secretariat, for good, and told to every service."""

from typing import Any

from services.registry.erasure.actions import erase_again
from shared.ids import new_id
from shared.testing.stack import Running
from tests.registry.builders import person_body
from tests.registry.test_consents import CONSENT


async def somebody(registry: Running, **fields: Any) -> dict[str, Any]:
    answer = await registry.as_("coordinator").post("/people", json=person_body(**fields))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def rows_about(registry: Running, person_id: str) -> dict[str, int]:
    """Count the rows that still name a person, by collection."""
    reader, found = registry.storage.reader, {}
    for name in await reader.collection_names():
        if rows := [row async for row in reader[name].stream({}) if person_id in str(row)]:
            found[name] = len(rows)
    return found


async def test_a_person_forgets_themselves_and_only_the_id_is_left(registry: Running) -> None:
    person = await somebody(
        registry, legal_name="Zenobia Concealed", phone="+48 22 123 45 67", notes="Lives in danger."
    )
    coordinator, me = registry.as_("coordinator"), registry.as_("member", person_id=person["id"])
    await coordinator.post(f"/people/{person['id']}/consents", json=CONSENT)
    answer = await me.post("/me/erasure", json={"display_name": person["display_name"]})
    assert answer.status_code == 200, answer.text
    assert await rows_about(registry, person["id"]) == {"access": 1, "erasures": 1, "outbox": 1}
    (event,) = [each for each in await registry.published() if each["subject"] == person["id"]]
    assert (event["type"], set(event["data"])) == ("person-erased", {"person_id", "revision"})


async def test_whoever_is_forgotten_is_out_at_the_next_request_and_stays_so(registry: Running) -> None:
    person = await somebody(registry)
    me = registry.as_("member", person_id=person["id"], revision=person["revision"] + 50)
    await me.post("/me/erasure", json={"display_name": person["display_name"]})
    assert (await me.get("/me")).status_code == 401


async def test_an_erasure_asks_for_the_name_again(registry: Running) -> None:
    person = await somebody(registry)
    path = f"/people/{person['id']}/erasure"
    answer = await registry.as_("coordinator").post(path, json={"display_name": "Somebody Else"})
    assert (answer.status_code, answer.json()["code"]) == (422, "name-differs")
    assert (await registry.as_("coordinator").get(f"/people/{person['id']}")).status_code == 200


async def test_the_last_coordinator_is_not_forgotten(registry: Running) -> None:
    for row in [row async for row in registry.storage.reader["people"].stream({"roles": "coordinator"})]:
        await registry.storage.reader["people"].delete_one({"_id": row["_id"]})
    last = await somebody(registry, roles=["coordinator"])
    body = {"display_name": last["display_name"]}
    answer = await registry.as_("coordinator", person_id=last["id"]).post("/me/erasure", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "last-coordinator")
    await somebody(registry, roles=["coordinator"])
    answer = await registry.as_("coordinator", person_id=last["id"]).post("/me/erasure", json=body)
    assert answer.status_code == 200


async def test_the_address_of_somebody_forgotten_is_free_again(registry: Running) -> None:
    person = await somebody(registry)
    path = f"/people/{person['id']}/erasure"
    await registry.as_("coordinator").post(path, json={"display_name": person["display_name"]})
    assert (await somebody(registry, address=person["address"]))["id"] != person["id"]


async def test_after_a_restored_backup_the_same_people_are_forgotten_again(registry: Running) -> None:
    person, reader = await somebody(registry), registry.storage.reader
    kept = {name: await reader[name].find_one({"_id": person["id"]}) for name in ("people", "keys")}
    body = {"display_name": person["display_name"]}
    await registry.as_("coordinator").post(f"/people/{person['id']}/erasure", json=body)
    for name, row in kept.items():
        assert row is not None
        await reader[name].insert_one(row)
    await registry.storage.transact(erase_again, person["id"])
    assert (await registry.as_("coordinator").get(f"/people/{person['id']}")).status_code == 404
    assert await reader["people"].find_one({"_id": person["id"]}) is None
    await registry.storage.transact(erase_again, new_id())  # nothing to forget


async def test_operators_see_who_was_forgotten_by_id_alone(registry: Running) -> None:
    person = await somebody(registry)
    path = f"/people/{person['id']}/erasure"
    await registry.as_("coordinator").post(path, json={"display_name": person["display_name"]})
    listed = (await registry.as_("operator").get("/erasures", params={"limit": 200})).json()["items"]
    assert [set(each) for each in listed if each["id"] == person["id"]] == [{"id", "erased_at", "revision"}]


async def test_people_get_all_that_is_kept_about_them(registry: Running) -> None:
    person = await somebody(registry, legal_name="Zenobia Concealed", phone="+48 22 123 45 67")
    await registry.as_("coordinator").post(f"/people/{person['id']}/consents", json=CONSENT)
    data = (await registry.as_("member", person_id=person["id"]).get("/me/data")).json()
    assert (data["record"]["legal_name"], data["record"]["address"]) == ("Zenobia Concealed", person["address"])
    assert [each["text"] for each in data["consents"]] == [CONSENT["text"]]


async def test_people_correct_how_they_are_called_and_nothing_else(registry: Running) -> None:
    person = await somebody(registry)
    me = registry.as_("member", person_id=person["id"])
    body = {"display_name": "Pseudonym", "language": "uk", "time_zone": "Europe/Kyiv"}
    answer = await me.put("/me", json=body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["display_name"], answer.json()["revision"]) == (200, "Pseudonym", 2)
    me = registry.as_("member", person_id=person["id"], revision=2)
    refused = await me.put("/me", json={**body, "roles": ["coordinator"]}, headers={"If-Match": '"2"'})
    assert refused.status_code == 422
