"""Flow 5: a person is erased, and is gone everywhere."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from shared import dead_letters
from shared.bus import Names, connected
from shared.storage import Storage
from shared.testing.stack import until
from tests.flows.test_a_meeting import STARTS_AT
from tests.system import Running, Session, System, link_in

ADDRESS = "zenobia.unforgotten@example.org"
PLANTED = {
    "display_name": "Zenobia Unforgotten",
    "legal_name": "Zenobia Maria Verylegal",
    "phone": "+48 22 555 01 99",
    "notes": "Reach her through the bakery in Unforgotten Street.",
}
WORDS = ("unforgotten", "zenobia", "verylegal", "555 01 99", "the bakery", "i come by the night train")
SERVICES = ("registry", "meetings", "reports", "notifications")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def erased(system: Running, coordinator: Session) -> str:
    """Somebody who was invited, was to speak, signed in, answered with a comment, and then wanted to be forgotten."""
    if not isinstance(system, System):
        pytest.skip("the databases of a deployed system are searched where it runs")
    async with coordinator.at("registry") as registry:
        answer = await registry.post("/people", json={**PLANTED, "address": ADDRESS, "language": "en"})
        assert answer.status_code == 201, answer.text
        person: dict[str, Any] = answer.json()
        consent = {"purpose": "photographs", "text": "Zenobia may be shown.", "language": "en", "way": "by-word"}
        given = {**consent, "given_at": "2026-01-05T09:00:00Z"}
        assert (await registry.post(f"/people/{person['id']}/consents", json=given)).status_code == 201
    await _invite(system, coordinator, person["id"])
    await _speak(coordinator, person["id"])
    await _answer(system)
    session = await system.sign_in(ADDRESS)
    async with session.at("registry") as own:
        answer = await own.post("/me/erasure", json={"display_name": PLANTED["display_name"]})
        assert answer.status_code == 200, answer.text
    await until(lambda: _heard(system, person["id"]), "every service has forgotten", within=30)
    return str(person["id"])


TITLE = "A meeting before the erasure"


async def _invite(system: Running, coordinator: Session, person_id: str) -> None:
    command = {
        "title": {"en": TITLE},
        "time_zone": "Europe/Warsaw",
        "starts_at": STARTS_AT.isoformat(),
        "ends_at": STARTS_AT.replace(hour=12).isoformat(),
        "languages": ["en"],
        "audience": {"person_ids": [person_id]},
    }

    async def scheduled() -> bool:
        async with coordinator.at("meetings") as meetings:
            return (await meetings.post("/meetings", json=command)).status_code == 201

    await until(scheduled, "meetings knows the person", within=30)


async def _speak(coordinator: Session, person_id: str) -> None:
    """Have them on the agenda, and in its log as it is and as it was, as the portal's form puts whoever is picked."""
    speakers = [{"person_id": person_id, "name": PLANTED["display_name"]}]
    talk = {"after_minutes": 0, "lasts_minutes": 30, "title": {"en": "Talk"}, "speakers": speakers}
    async with coordinator.at("meetings") as meetings:
        listed = (await meetings.get("/meetings", params={"when": "all", "limit": 200})).json()["items"]
        (meeting,) = [each for each in listed if each["title"].get("en") == TITLE]
        path = f"/meetings/{meeting['id']}/agenda/sessions"
        made = await meetings.post(path, json=talk)
        assert made.status_code == 201, made.text
        changed = await meetings.put(f"{path}/{made.json()['sessions'][0]['id']}", json={**talk, "lasts_minutes": 45})
        assert changed.status_code == 200, changed.text


async def _answer(system: Running) -> None:
    mail = await system.mail_to(ADDRESS, lambda each: "/answer/" in each.text())
    token = link_in(mail, "answer").rsplit("/", 1)[1]
    headers = {"Authorization": f"Link {token}"}
    async with httpx2.AsyncClient(base_url=system.url("meetings"), headers=headers, timeout=10) as client:
        answer = await client.put("/answer", json={"answer": "accepted", "comment": "I come by the night train."})
        assert answer.status_code == 200, answer.text


async def _heard(system: System, person_id: str) -> bool:
    for name in SERVICES:
        storage = _storage(system, name)
        row = await storage.reader["access"].find_one({"_id": person_id, "erased": True})
        await storage.close()
        if row is None:
            return False
    return True


def _storage(system: System, name: str) -> Storage:
    return system.context(name).storage


async def test_no_database_holds_a_trace(system: System, erased: str) -> None:
    found = []
    for name in SERVICES:
        storage = _storage(system, name)
        for collection in await storage.reader.collection_names():
            async for row in storage.reader[collection].stream({}):
                text = str(row).casefold()
                found += [(name, collection, word) for word in WORDS if word in text]
        await storage.close()
    assert found == []


async def test_what_was_sealed_cannot_be_opened_by_our_own_keys_either(system: System, erased: str) -> None:
    """Whoever has every secret of ours still finds no event with the address, and no key to what was encrypted."""
    found = []
    for name in SERVICES:
        storage = _storage(system, name)
        for collection in ("keys", "contacts", "people", "consents", "sessions"):
            row = await storage.reader[collection].find_one({"_id": erased})
            if row is not None and {"cipher", "address", "key"} & set(row):
                found.append((name, collection))
        told = [json.loads(row["body"])["type"] async for row in storage.reader["outbox"].stream({"aggregate": erased})]
        found += [(name, each) for each in told if each != "person-erased"]
        await storage.close()
    assert found == []


async def test_no_queue_and_no_log_holds_a_trace(system: System, erased: str) -> None:
    settings = system.context("notifications").settings
    async with connected(settings.amqp_url.get_secret_value(), name="erasure test") as broker:
        names = [Names(name, settings.broker_prefix) for name in ("meetings", "reports", "notifications")]
        buried = [letter for each in names for letter in await dead_letters.listed(broker, each, limit=1000)]
    assert buried == []
    logs = {path.name: path.read_text().casefold() for path in system.folder.rglob("*.log")}
    assert [(name, word) for name, text in logs.items() for word in WORDS if word in text] == []
    assert len(logs) >= len(SERVICES)


async def test_nobody_writes_to_them_and_nobody_can_sign_in_as_them(system: System, erased: str) -> None:
    before = len(system.mails_to(ADDRESS))
    async with httpx2.AsyncClient(base_url=system.url("registry"), timeout=10) as client:
        asked = {"address": ADDRESS, "browser": "0" * 64, "language": "en"}
        assert (await client.post("/sign-ins", json=asked)).status_code == 202
    await asyncio.sleep(1)
    assert len(system.mails_to(ADDRESS)) == before


async def test_at_a_meeting_to_come_their_place_is_free(system: System, coordinator: Session, erased: str) -> None:
    async with coordinator.at("meetings") as meetings:
        listed = (await meetings.get("/meetings", params={"when": "all", "limit": 200})).json()["items"]
        (meeting,) = [each for each in listed if each["title"].get("en") == TITLE]
        summary = (await meetings.get(f"/meetings/{meeting['id']}/summary")).json()
    assert (summary["invited"], summary["accepted"]) == (0, 0)
