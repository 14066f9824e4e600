"""Everything that is not for everybody is planted once; then everybody reads everything that can be read.

Six askers (nobody, a member, a member of the organisation concerned, an editor, a coordinator, an operator) call every
GET route of every service, with the ids of all that exists and with questions after what is planted.  New routes are
found by walking.  What a service tells by events is read too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from services.registry.audiences import Viewer
from shared.events.registry import Contact, ContactChanged, PersonRegistered
from shared.ids import new_id
from tests.abuse.conftest import Target
from tests.abuse.surface import Operation

NOBODY, MEMBER, OWN, EDITOR, COORDINATOR, OPERATOR = "nobody", "member", "own", "editor", "coordinator", "operator"
EVERYBODY = frozenset({NOBODY, MEMBER, OWN, EDITOR, COORDINATOR, OPERATOR})
SIGNED_IN = EVERYBODY - {NOBODY}
SECRETARIAT = frozenset({COORDINATOR, OPERATOR})
EDITORS = frozenset({EDITOR, COORDINATOR})
NONE: frozenset[str] = frozenset()

PLANTER = new_id()
"""The coordinator who plants everything; asks for nothing."""
MAX_PATHS = 24  # of one route: ids that exist, in every combination
MAX_IDS = 3  # of one kind


@dataclass
class Planted:
    """What is hidden in a service: each text with those who may read it, and the ids of what it is hidden in."""

    secrets: dict[str, frozenset[str]] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)
    own: str = field(default_factory=new_id)
    """The organisation for which *own* works."""

    def hide(self, what: str, allowed: Iterable[str]) -> str:
        """Return a text that only those ``allowed`` may read."""
        text = f"Planted{what.title().replace(' ', '')}{new_id()[-12:]}"
        self.secrets[text] = frozenset(allowed)
        return text

    def has(self, name: str, id: str) -> str:
        """Remember that there is something with this id."""
        self.ids.setdefault(name, []).append(id)
        return id


async def make(target: Target, path: str, body: Any, *, method: str = "POST", **headers: str) -> Any:
    """Make something as a coordinator and return it."""
    async with target.running.as_("coordinator", person_id=PLANTER) as client:
        answer = await client.request(method, path, json=body, headers=headers)
    assert answer.status_code < 300, (path, answer.text)
    return answer.json()


async def plant_registry(target: Target, planted: Planted) -> None:
    """People, organisations and activities of which not everybody may know everything."""
    own = await make(target, "/organisations", {"names": {"en": "The organisation concerned"}})
    planted.own = planted.has("organisation_id", own["id"])
    await _plant_person(target, planted)
    hidden_name = planted.hide("hidden organisation", SECRETARIAT)
    hidden = await make(target, "/organisations", {"names": {"en": hidden_name}, "audience": "coordinators"})
    open_donor = await make(target, "/organisations", {"names": {"en": f"An open donor {new_id()}"}})
    for each in (hidden, open_donor):
        planted.has("organisation_id", each["id"])
    withheld = {
        "part": "funding",
        "organisation_id": open_donor["id"],
        "name": {"en": planted.hide("withheld donor", {OWN, *SECRETARIAT})},
        "audience": {"level": "coordinators"},
    }
    await _plant_activity(
        target,
        planted,
        title={"en": "An activity with secrets"},
        description={"en": planted.hide("description", {OWN, *SECRETARIAT})},
        notes=planted.hide("notes", SECRETARIAT),
        participations=[withheld, {"part": "funding", "organisation_id": hidden["id"], "name": {"en": hidden_name}}],
        locations=[{"name": {"en": planted.hide("place", SIGNED_IN)}}],
        audience={"description": {"level": "coordinators"}, "places": {"level": "members"}},
    )
    for level, allowed in (("coordinators", {OWN, *SECRETARIAT}), ("members", SIGNED_IN)):
        title = {"en": planted.hide(f"activity for {level}", allowed)}
        await _plant_activity(target, planted, title=title, audience={"activity": {"level": level}})
    named = {"activity": {"level": "named", "person_ids": [PLANTER]}}
    await _plant_activity(target, planted, title={"en": planted.hide("activity for one", NONE)}, audience=named)


async def _plant_person(target: Target, planted: Planted) -> None:
    address = planted.hide("address", SECRETARIAT).lower() + "@example.org"
    planted.secrets[address] = SECRETARIAT
    person = await make(
        target,
        "/people",
        {
            "display_name": planted.hide("pseudonym", SECRETARIAT),
            "legal_name": planted.hide("legal name", SECRETARIAT),
            "address": address,
            "notes": planted.hide("notes on a person", SECRETARIAT),
            "organisation_ids": [planted.own],
        },
    )
    planted.has("person_id", person["id"])


async def _plant_activity(target: Target, planted: Planted, **fields: Any) -> None:
    said = {
        "reporting_id": planted.own,
        "participations": [{"part": "implementing", "organisation_id": planted.own}],
        "status": "2",
        "dates": [{"kind": "actual-start", "happens_on": "2026-03-01"}],
        "sectors": [{"code": "15153"}],
        "countries": [{"code": "BY"}],
        **fields,
    }
    activity = await make(target, "/activities", said)
    planted.has("activity_id", activity["id"])


async def plant_meetings(target: Target, planted: Planted) -> None:
    """A meeting to which none of the askers is invited, a closed one, a draft, and the comment of an answer."""
    schedule = next(each for each in target.operations if (each.method, each.path) == ("POST", "/meetings"))
    body = target.body(schedule)
    for what in ("meeting", "closed meeting"):
        texts = {"title": {"en": planted.hide(f"title of {what}", SECRETARIAT)}}
        texts["text"] = {"en": planted.hide(f"text of {what}", SECRETARIAT)}
        made = await make(target, "/meetings", {**body, **texts, "closed": what != "meeting"})
        planted.has("meeting_id", made["id"])
    drafting = next((each for each in target.operations if (each.method, each.path) == ("POST", "/drafts")), None)
    if drafting is not None:
        draft = {**target.body(drafting), "title": {"en": planted.hide("draft", SECRETARIAT)}}
        planted.has("draft_id", (await make(target, "/drafts", draft))["id"])
    invitation_id = planted.has("invitation_id", target.examples.world["invitation_id"])
    link = target.stack.links.sign("answer", subject=invitation_id, expires_at=_far())
    async with target.running.bearing(link) as client:
        comment = {"answer": "accepted", "comment": planted.hide("comment", SECRETARIAT)}
        answer = await client.request("PUT", "/answer", json=comment)
        if answer.status_code == 405:
            answer = await client.post("/answer", json=comment)
        assert answer.status_code < 300, answer.text


def _far() -> Any:
    from datetime import UTC, datetime

    return datetime(2100, 1, 1, tzinfo=UTC)


async def plant_reports(target: Target, planted: Planted) -> None:
    """A draft that is not published, and the address of a subscriber."""
    create = next(each for each in target.operations if (each.method, each.path) == ("POST", "/reports"))
    body = {**target.body(create), "title": {"en": planted.hide("draft report", EDITORS)}}
    report = await make(target, "/reports", body)
    report_id = planted.has("report_id", report["id"])
    key = report["outline"][0]["key"]
    path = f"/reports/{report_id}/sections/{key}/en"
    text = {"text": planted.hide("draft section", EDITORS)}
    await make(target, path, text, method="PUT", **{"If-Match": '"1"'})
    address = planted.hide("subscriber", NONE).lower() + "@example.org"
    planted.secrets[address] = NONE
    await make(target, "/subscriptions", {"address": address, "themes": ["media-freedom"], "language": "en"})


async def plant_notifications(target: Target, planted: Planted) -> None:
    """Somebody who can be reached."""
    from deploy.local import wiring

    consumer = wiring.consumer_of("notifications")
    assert consumer is not None
    address = planted.hide("contact", NONE).lower() + "@example.org"
    planted.secrets[address] = NONE
    contact = Contact(address=address, display_name=planted.hide("contact name", NONE))
    person_id = planted.has("person_id", new_id())
    for event in (
        PersonRegistered(person_id=person_id, revision=1),
        ContactChanged(person_id=person_id, revision=1, contact=contact, language="en", time_zone="Europe/Warsaw"),
    ):
        if event.name in consumer.event_names:
            await target.running.deliver(consumer, event)


PLANTS = {
    "registry": plant_registry,
    "meetings": plant_meetings,
    "reports": plant_reports,
    "notifications": plant_notifications,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planted(target: Target) -> AsyncIterator[Planted]:
    """What is hidden in the service."""
    found = Planted()
    await PLANTS[target.name](target, found)
    yield found


def asker(target: Target, who: str, planted: Planted) -> httpx2.AsyncClient:
    """Return the client of one of the askers."""
    if who == NOBODY:
        return target.running.as_()
    organisations = {MEMBER: [new_id()], OWN: [planted.own]}.get(who, [])
    role: Any = "member" if who in (MEMBER, OWN) else who
    return target.running.as_(role, person_id=new_id(), organisation_ids=organisations)


async def paths(target: Target, operation: Operation, planted: Planted) -> list[str]:
    """Return the addresses of ``operation`` with the ids of all that exists."""
    values = {}
    for name, schema in operation.parameters("path").items():
        if name.endswith("_id"):
            rows = await target.running.storage.reader[f"{name.removesuffix('_id')}s"].find(
                {}, sort=[("_id", -1)], projection={"_id": 1}, limit=MAX_IDS
            )
            known = [*planted.ids.get(name, []), *(str(each["_id"]) for each in rows)]
            values[name] = list(dict.fromkeys(known)) or [new_id()]
        else:
            values[name] = [str(target.examples.example(schema, name)), *({"theme": ["media-freedom"]}.get(name, []))]
            if name == "language":
                values[name].append("en")
    made = (operation.path.format(**dict(zip(values, each, strict=True))) for each in product(*values.values()))
    return list(islice(made, MAX_PATHS))


def queries(operation: Operation, planted: Planted) -> list[dict[str, str]]:
    """Return questions: none, one after each secret, one after each thing."""
    found: list[dict[str, str]] = [{}]
    parameters = operation.parameters("query")
    for name in parameters:
        if name == "q":
            found += [{name: text} for text in planted.secrets]
        if name.endswith("_id") or name in ("donor", "implementer"):
            ids = planted.ids.get(name, []) if name.endswith("_id") else planted.ids.get("organisation_id", [])
            found += [{name: each} for each in ids]
        if name == "country":
            found.append({name: "BY"})
    return found


async def leaks(target: Target, planted: Planted, who: str) -> tuple[list[str], int]:
    """Return where ``who`` reads what they may not, and how many answers they were given."""
    wrong, answered = [], 0
    forbidden = [text for text, allowed in planted.secrets.items() if who not in allowed]
    async with asker(target, who, planted) as client:
        for operation in (each for each in target.operations if each.reads and each.purpose is None):
            for path in await paths(target, operation, planted):
                for query in queries(operation, planted):
                    answer = await client.get(path, params=query)
                    assert answer.status_code < 500 or operation.path == "/health/ready", (operation, answer.text)
                    answered += answer.status_code == 200
                    body = (answer.content + repr(dict(answer.headers)).encode()).lower()
                    asked = [each.lower() for each in query.values()]
                    wrong += [
                        f"{who} reads {text} at {operation} {query}"
                        for text in forbidden
                        if text.lower().encode() in body and text.lower() not in asked
                    ]
                    if query.get("q") in forbidden and answer.status_code == 200 and (found := _found(answer)):
                        wrong.append(f"{who} finds {found} by {query} at {operation}")
    return wrong, answered


def _found(answer: httpx2.Response) -> int:
    """Return how much a question found: whoever may not read a text must not find anything by it either."""
    if "json" not in answer.headers.get("content-type", ""):
        return 0
    body = answer.json()
    return len(body.get("items", ())) or int(body.get("total", 0) or 0) if isinstance(body, dict) else 0


@pytest.mark.parametrize("who", sorted(EVERYBODY))
async def test_nobody_reads_what_is_not_for_them(target: Target, planted: Planted, who: str) -> None:
    wrong, answered = await leaks(target, planted, who)
    assert wrong == []
    assert answered > 0


async def test_whoever_may_read_does(target: Target, planted: Planted) -> None:
    """What is planted is there to be read: else the walk above would prove nothing."""
    read = set()
    for who in (COORDINATOR, EDITOR, OWN):
        async with asker(target, who, planted) as client:
            for operation in (each for each in target.operations if each.reads and each.purpose is None):
                for path in await paths(target, operation, planted):
                    text = (await client.get(path)).text
                    read |= {(secret, who) for secret in planted.secrets if secret in text}
    missing = {
        secret
        for secret, allowed in planted.secrets.items()
        if allowed - {OPERATOR} and not any((secret, who) in read for who in allowed)
    }
    assert {each for each in missing if "address" not in each.lower()} == set()


async def test_no_event_tells_in_clear_what_is_not_for_everybody(target: Target, planted: Planted) -> None:
    rows = await target.running.storage.reader["outbox"].find({}, limit=10_000)
    bodies = [bytes(each["body"]).lower() for each in rows]
    told = {secret for secret in planted.secrets for body in bodies if secret.lower().encode() in body}
    assert told == set()


async def test_the_walk_notices_a_service_that_shows_everything(
    target: Target, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mutant in which every audience is everybody must not pass."""
    if target.name != "registry":
        pytest.skip("the mutant is one of the registry")
    monkeypatch.setattr(Viewer, "may_see", lambda *_, **__: True)
    wrong, _ = await leaks(target, planted, NOBODY)
    told = " ".join(wrong)
    for what in ("Description", "WithheldDonor", "Place", "ActivityForCoordinators", "ActivityForOne"):
        assert f"Planted{what}" in told, what
