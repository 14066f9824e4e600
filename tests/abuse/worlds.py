"""What exists in each service before it is attacked: one of everything, made as people and events make it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from deploy.local import wiring
from shared.events.registry import Contact, ContactChanged, PersonRegistered
from shared.ids import new_id
from tests.contracts import golden
from tests.reports.pictures import png

if TYPE_CHECKING:
    from tests.abuse.conftest import Target

CREATES = {
    "registry": {"/organisations": "organisation_id", "/people": "person_id", "/coalitions": "coalition_id"},
    "meetings": {"/series": "series_id", "/meetings": "meeting_id", "/drafts": "draft_id"},
    "reports": {"/reports": "report_id", "/webhooks": "webhook_id"},
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
        target.examples.world["document_id"] = await _document(target)
        await _certificate(target)
    if target.name == "reports":
        await _subscribe(target)
        await _evidence(target)
        await _texts(target)
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


async def _document(target: Target) -> str:
    """Hand in a document of the meeting."""
    async with target.running.as_("coordinator") as client:
        path = f"/meetings/{target.examples.world['meeting_id']}/documents"
        answer = await client.post(path, json={"title": {"en": "Paper"}})
        assert answer.status_code == 201, answer.text
        sent = await client.put(f"{answer.headers['location']}/content", content=b"Plain text.")
        assert sent.status_code == 200, sent.text
        return str(answer.json()["id"])


async def _evidence(target: Target) -> None:
    """Record an arrest with everything that belongs to it, and let a passage rest on it."""
    base, world = f"/reports/{target.examples.world['report_id']}", target.examples.world
    async with target.running.as_("coordinator") as client:

        async def make(what: str, path: str, body: dict[str, Any]) -> None:
            answer = await client.post(f"{base}/{path}", json=body)
            assert answer.status_code == 201, answer.text
            world[what] = answer.json()["id"]

        section = f"{base}/sections/political-persecution/pl"
        etag = (await client.get(section)).headers["etag"]
        saved = await client.put(section, json={"text": "Zgoda"}, headers={"If-Match": etag})
        assert saved.status_code == 200, saved.text
        await make("party_id", "parties", {"names": ["Somebody"]})
        await make("exhibit_id", "exhibits", {"title": "Testimony"})
        sent = await client.put(f"{base}/exhibits/{world['exhibit_id']}/content", content=b"What was seen.")
        assert sent.status_code == 200, sent.text
        incident = {
            "title": {"en": "Arrest"},
            "when": {"from_on": "2008-10-14"},
            "where": {"country": "BY"},
            "acts": [{"code": "030101000000", "victims": [{"party_id": world["party_id"]}]}],
            "sources": [{"exhibit_id": world["exhibit_id"]}],
        }
        await make("incident_id", "incidents", incident)
        claim = {"section": "political-persecution", "language": "pl", "quote": "Zgoda"}
        await make("claim_id", "claims", {**claim, "incident_ids": [world["incident_id"]]})
        days = {"period_from_on": "2008-01-01", "period_to_on": "2008-12-31"}
        await make("indicator_id", "indicators", {"title": {"en": "Arrests"}, **days, "series": [{"count": {}}]})
    world["section"] = "political-persecution"


async def _certificate(target: Target) -> None:
    """Let the person invited have been there, and have their certificate; then the meeting is to come again."""
    meetings, meeting_id = target.running.storage.reader["meetings"], target.examples.world["meeting_id"]
    invitation = await target.running.storage.reader["invitations"].find_one(
        {"_id": target.examples.world["invitation_id"]}
    )
    assert invitation is not None
    times = await meetings.find_one({"_id": invitation["meeting_id"]}, {"starts_at": 1, "ends_at": 1, "_id": 0})
    past = {"starts_at": datetime(2008, 10, 14, 7, tzinfo=UTC), "ends_at": datetime(2008, 10, 14, 15, tzinfo=UTC)}
    await meetings.update_one({"_id": invitation["meeting_id"]}, {"$set": past})
    async with target.running.as_("coordinator", "member", person_id=invitation["person_id"]) as client:
        marked = {"present": [invitation["person_id"]]}
        answer = await client.put(f"/meetings/{meeting_id}/attendance/people", json=marked)
        assert answer.status_code == 204, answer.text
        answer = await client.put(f"/my/meetings/{meeting_id}/certificate", json={"name": "Somebody"})
        assert answer.status_code == 200, answer.text
    await meetings.update_one({"_id": invitation["meeting_id"]}, {"$set": times or {}})


async def _feed(target: Target) -> str:
    operation = next(each for each in target.operations if (each.method, each.path) == ("PUT", "/my/feed"))
    await target.call(operation, headers=target.authorised(operation), json=target.body(operation))
    rows: list[dict[str, Any]] = await target.running.storage.reader["feeds"].find({}, limit=1)
    return str(rows[0]["_id"])


async def _texts(target: Target) -> None:
    """Add a picture to a report, comment on a section, and leave something there that is not saved."""
    base, world = f"/reports/{target.examples.world['report_id']}", target.examples.world
    section = f"{base}/sections/political-persecution/pl"
    async with target.running.as_("coordinator") as client:
        image = await client.post(f"{base}/images", content=png())
        thread = await client.post(f"{section}/comments", json={"quote": "Zgoda", "text": "Zgoda"})
        unsaved = await client.put(f"{section}/unsaved", json={"text": "Zgoda, zgoda", "seen": 2})
    assert (image.status_code, thread.status_code, unsaved.status_code) == (201, 201, 200), thread.text
    world["image_id"], world["thread_id"] = image.json()["id"], thread.json()["id"]


async def _subscribe(target: Target) -> None:
    operation = next(each for each in target.operations if (each.method, each.path) == ("POST", "/subscriptions"))
    await target.call(operation, json=target.body(operation))
    (told,) = await target.running.published("subscription-requested")
    target.examples.world["subscription_id"] = told["subject"]
