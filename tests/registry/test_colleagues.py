"""Colleagues over HTTP: what somebody may know of people of the same organisation."""

from typing import Any

from shared.ids import new_id
from shared.testing.stack import Running
from tests.registry.builders import person_body


async def register(registry: Running, name: str, *organisation_ids: str, **fields: Any) -> dict[str, Any]:
    """Begin the record of somebody of these organisations."""
    body = person_body(display_name=name, organisation_ids=list(organisation_ids), **fields)
    answer = await registry.as_("coordinator").post("/people", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_only_colleagues_of_the_same_organisation_are_named_and_nothing_else_of_them(registry: Running) -> None:
    houses = []
    for name in ("House of Colleagues", "House of Strangers"):
        body = {"names": {"en": name}, "kinds": ["implementer"], "country": "PL"}
        made = await registry.as_("coordinator").post("/organisations", json=body)
        assert made.status_code == 201, made.text
        houses.append(made.json()["id"])
    me = await register(registry, "Me", houses[0])
    colleague = await register(registry, "Colleague", houses[0])
    stranger = await register(registry, "Stranger", houses[1])
    silent = await register(registry, "Left Alone", houses[0], no_contact=True)
    ids = [stranger["id"], colleague["id"], silent["id"], new_id()]
    answer = await registry.as_("member", person_id=me["id"]).post("/me/colleagues", json={"ids": ids})
    assert answer.json()["items"] == [{"id": colleague["id"], "display_name": "Colleague"}]
    assert (await registry.as_().post("/me/colleagues", json={"ids": ids})).status_code == 401
