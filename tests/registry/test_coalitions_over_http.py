"""Coalitions over HTTP."""

from typing import Any

from shared.ids import new_id
from shared.testing.stack import Running


async def organisation(registry: Running) -> str:
    answer = await registry.as_("coordinator").post("/organisations", json={"names": {"en": "Member"}})
    return str(answer.json()["id"])


async def form(registry: Running, *members: str) -> Any:
    body = {"name": {"en": "Coalition", "pl": "Koalicja"}, "organisation_ids": list(members)}
    return await registry.as_("coordinator").post("/coalitions", json=body)


async def test_a_coalition_is_formed_shown_and_told(registry: Running) -> None:
    one, other = await organisation(registry), await organisation(registry)
    coalition = (await form(registry, one, other)).json()
    shown = await registry.as_("member").get(f"/coalitions/{coalition['id']}")
    assert shown.json() == coalition
    (event,) = [each for each in await registry.published() if each["subject"] == coalition["id"]]
    assert (event["type"], event["data"]["organisation_ids"]) == ("coalition-formed", [one, other])
    listed = (await registry.as_("member").get("/coalitions", params={"limit": "200"})).json()["items"]
    assert coalition in listed


async def test_members_are_organisations_with_a_record(registry: Running) -> None:
    answer = await form(registry, await organisation(registry), new_id())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "organisation_ids.1")


async def test_members_change_for_whoever_saw_the_newest_revision(registry: Running) -> None:
    one, other = await organisation(registry), await organisation(registry)
    coalition = (await form(registry, one)).json()
    address, coordinator = f"/coalitions/{coalition['id']}/members", registry.as_("coordinator")
    body = {"organisation_ids": [one, other]}
    assert (await coordinator.put(address, json=body)).status_code == 428
    changed = await coordinator.put(address, json=body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["organisation_ids"], changed.headers["etag"]) == (
        200,
        [one, other],
        '"2"',
    )
    assert (await coordinator.put(address, json=body, headers={"If-Match": '"1"'})).status_code == 412


async def test_nobody_sees_coalitions_without_signing_in(registry: Running) -> None:
    assert (await registry.as_().get("/coalitions")).status_code == 401


async def test_a_member_does_not_learn_of_organisations_that_are_not_for_them(registry: Running) -> None:
    everybodys = await organisation(registry)
    coordinator = registry.as_("coordinator")
    hidden = [
        str((await coordinator.post("/organisations", json={"names": {"en": "H"}, "audience": level})).json()["id"])
        for level in ("members", "coordinators")
    ]
    coalition_id = (await form(registry, everybodys, *hidden)).json()["id"]
    path = f"/coalitions/{coalition_id}"

    async def seen(client: Any) -> list[str]:
        listed = (await client.get("/coalitions", params={"limit": "200"})).json()["items"]
        (row,) = [each for each in listed if each["id"] == coalition_id]
        shown = (await client.get(path)).json()
        assert shown == row
        return list(shown["organisation_ids"])

    assert await seen(registry.as_("member")) == [everybodys, hidden[0]]
    assert await seen(registry.as_("member", organisation_ids=[hidden[1]])) == [everybodys, *hidden]
    assert await seen(coordinator) == [everybodys, *hidden]
    assert await seen(registry.as_("operator")) == [everybodys, *hidden]


async def test_a_coalition_is_renamed_by_whoever_saw_the_newest_revision(registry: Running) -> None:
    coalition = (await form(registry, await organisation(registry))).json()
    path, body = f"/coalitions/{coalition['id']}/name", {"name": {"en": "Together"}}
    coordinator = registry.as_("coordinator")
    assert (await registry.as_("member").put(path, json=body, headers={"If-Match": '"1"'})).status_code == 403
    renamed = await coordinator.put(path, json=body, headers={"If-Match": '"1"'})
    assert renamed.json() == {**coalition, "name": {"en": "Together"}, "revision": 2}
    assert (await coordinator.put(path, json=body, headers={"If-Match": '"1"'})).status_code == 412
    again = await coordinator.put(path, json=body, headers={"If-Match": '"2"'})
    assert again.headers["etag"] == '"2"'
    told = [each["type"] for each in await registry.published() if each["subject"] == coalition["id"]]
    assert told == ["coalition-formed"]
