"""What exists in each service before it is attacked: one of everything, made as people and events make it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deploy.local import wiring
from shared.events.registry import Contact, ContactChanged, PersonRegistered
from shared.ids import new_id
from tests.contracts import golden

if TYPE_CHECKING:
    from tests.abuse.conftest import Target

CREATES = {
    "registry": {"/organisations": "organisation_id", "/people": "person_id", "/coalitions": "coalition_id"},
    "meetings": {"/series": "series_id", "/meetings": "meeting_id", "/drafts": "draft_id"},
    "reports": {"/reports": "report_id"},
    "notifications": {},
}


async def fill(target: Target) -> None:
    """Make one of everything and remember its id."""
    await _tell(target)
    for path, name in CREATES[target.name].items():
        operation = next(each for each in target.operations if (each.method, each.path) == ("POST", path))
        headers = target.authorised(operation)
        answer = await target.call(operation, headers=headers, json=target.body(operation))
        assert answer.status_code == 201, answer.text
        target.examples.world[name] = answer.json()["id"]
    if target.name == "meetings":
        target.examples.world["invitation_id"] = await _invitation(target)
        await _decide(target)
        target.examples.world["feed_id"] = await _feed(target)
    if target.name == "reports":
        await _subscribe(target)
    if target.name == "notifications":
        await _know(target)


async def _tell(target: Target) -> None:
    """Let the service hear of every event that it consumes."""
    consumer = wiring.consumer_of(target.name)
    if consumer is None:
        return
    for sample in golden.samples():
        if (event := golden.read(sample)).name in consumer.event_names:
            await target.running.deliver(consumer, event)
    if target.name == "meetings":
        person_id = new_id()
        await target.running.deliver(consumer, PersonRegistered(person_id=person_id, revision=1))
        target.examples.world["person_id"] = person_id


async def _know(target: Target) -> None:
    """Make somebody known to whom letters go, and a link to whose preferences works."""
    person_id, consumer = new_id(), wiring.consumer_of(target.name)
    contact = Contact(address="known@example.org", display_name="Somebody")
    told = ContactChanged(person_id=person_id, contact=contact, language="en", time_zone="Europe/Warsaw", revision=1)
    assert consumer is not None
    await target.running.deliver(consumer, told)
    target.examples.world["person_id"] = person_id


async def _invitation(target: Target) -> str:
    rows: list[dict[str, Any]] = await target.running.storage.reader["invitations"].find({}, limit=1)
    return str(rows[0]["_id"])


async def _decide(target: Target) -> None:
    """Take a decision with a task, and minutes beside it."""
    meeting_id = target.examples.world["meeting_id"]
    async with target.running.as_("coordinator") as client:
        minutes = f"/meetings/{meeting_id}/minutes/general"
        assert (await client.put(minutes, json={"text": {"en": "Agreed.", "pl": "Uzgodniono."}})).status_code == 200
        taken = await client.post(f"/meetings/{meeting_id}/decisions", json={"text": {"en": "Monitor."}})
        decision_id = taken.json()["id"]
        task = {"text": {"en": "Write."}, "person_id": target.examples.world["person_id"]}
        given = await client.post(f"/decisions/{decision_id}/tasks", json=task)
    target.examples.world |= {"decision_id": decision_id, "task_id": given.json()["tasks"][0]["id"], "item": "general"}


async def _feed(target: Target) -> str:
    operation = next(each for each in target.operations if (each.method, each.path) == ("PUT", "/my/feed"))
    await target.call(operation, headers=target.authorised(operation), json=target.body(operation))
    rows: list[dict[str, Any]] = await target.running.storage.reader["feeds"].find({}, limit=1)
    return str(rows[0]["_id"])


async def _subscribe(target: Target) -> None:
    operation = next(each for each in target.operations if (each.method, each.path) == ("POST", "/subscriptions"))
    await target.call(operation, json=target.body(operation))
    (told,) = await target.running.published("subscription-requested")
    target.examples.world["subscription_id"] = told["subject"]
