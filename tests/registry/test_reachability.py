"""Coordinators see whom our letters do not reach, as of the newest that was heard of it."""

from typing import Any

from services.registry.consumers import consumer
from shared.events.notifications import AddressSuppressed
from shared.testing.stack import Running
from tests.registry.builders import person_body


async def unreachable(registry: Running, person_id: str) -> Any:
    async with registry.as_("coordinator") as client:
        record = (await client.get(f"/people/{person_id}")).json()
        listed = (await client.get("/people", params={"q": record["address"]})).json()["items"]
    assert [each["unreachable"] for each in listed] == [record["unreachable"]]
    return record["unreachable"]


async def test_an_address_that_fails_shows_until_it_is_taken_up_again(registry: Running) -> None:
    person = (await registry.as_("coordinator").post("/people", json=person_body())).json()
    assert await unreachable(registry, person["id"]) is None
    failed = AddressSuppressed(person_id=person["id"], reason="hard-bounce", revision=1)
    lifted = AddressSuppressed(person_id=person["id"], reason="hard-bounce", lifted=True, revision=2)
    await registry.deliver(consumer, failed)
    assert await unreachable(registry, person["id"]) == "hard-bounce"
    await registry.deliver(consumer, lifted)
    assert await unreachable(registry, person["id"]) is None
    await registry.deliver(consumer, failed)  # told again, late
    assert await unreachable(registry, person["id"]) is None
