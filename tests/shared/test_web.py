"""HTTP as every service speaks it: once only, revisions, limits, and refusals that tell nothing they should not."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import APIRouter, FastAPI, Response

from shared import idempotency
from shared.auth import Anyone, Coordinator, Member
from shared.events.registry import OrganisationRegistered, PersonUpdated
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Line
from shared.problems import Conflict
from shared.service import create_service
from shared.settings import ServiceSettings
from shared.storage import Aggregates, CollectionSpec, Tx
from shared.testing.stack import Running, Stack
from shared.web import IfMatch, StorageOf, expect, versioned

router = APIRouter()
SENT = "sent-by-somebody@example.org"


class Note(Aggregate):
    """A note."""

    text: str


class WriteNote(Command):
    """What a note is to say."""

    text: Line


NOTES = Aggregates("notes", Note, "note")


async def add(tx: Tx, command: WriteNote) -> Note:
    note = Note(id=new_id(), text=command.text)
    await NOTES.add(tx, note)
    await tx.publish(OrganisationRegistered(organisation_id=note.id, revision=note.revision))
    return note


async def change(tx: Tx, note_id: str, command: WriteNote, seen: int | None) -> Note:
    note = await NOTES.get(tx, note_id)
    expect(note, seen)
    changed = note.evolve(text=command.text)
    await NOTES.put(tx, changed)
    return changed


@router.post("/notes", status_code=201)
async def add_note(command: WriteNote, actor: Member, storage: StorageOf, response: Response) -> Note:
    note = await storage.transact(add, command)
    versioned(response, note)
    response.headers["Location"] = f"/notes/{note.id}"
    return note


@router.put("/notes/{note_id}")
async def change_note(
    *, note_id: Id, command: WriteNote, actor: Member, storage: StorageOf, seen: IfMatch, response: Response
) -> Note:
    note = await storage.transact(change, note_id, command, seen)
    versioned(response, note)
    return note


@router.post("/refused")
async def refuse(command: WriteNote, actor: Coordinator, storage: StorageOf) -> None:
    async def write_and_refuse(tx: Tx) -> None:
        await add(tx, command)
        raise Conflict("not-now", "Not now: try tomorrow.")

    await storage.transact(write_and_refuse)


@router.post("/fault")
async def fail(command: WriteNote, actor: Anyone) -> None:
    kept_in_a_variable = command.text
    raise RuntimeError(f"internals about {kept_in_a_variable}")


def create_app(settings: ServiceSettings) -> FastAPI:
    return create_service(
        settings,
        title="toy",
        routers=[router],
        collections=[CollectionSpec("notes")],
        body_limits={"/refused": 20_000, "/notes/{note_id}/annexes": 20_000},
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def toy(stack: Stack) -> AsyncIterator[Running]:
    settings = ServiceSettings(**stack.values("surveys", max_body_bytes=10_000, log_level="info"))
    async with stack.running(create_app, settings, background=False) as running:
        yield running


def problem(answer: httpx2.Response) -> tuple[int, str]:
    """Return status and code, after holding the shape of every refusal."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "code", "detail"} <= set(body)
    assert (body["type"], body["status"]) == (f"urn:zgoda:problem:{body['code']}", answer.status_code)
    assert SENT not in answer.text
    return answer.status_code, body["code"]


async def notes_saying(toy: Running, text: str) -> int:
    return await toy.storage.reader["notes"].count({"text": text})


async def test_the_same_request_fifty_times_at_once_has_one_effect_and_one_answer(toy: Running) -> None:
    client, text = toy.as_("member"), new_id()
    headers = {"Idempotency-Key": new_id()}
    answers = await asyncio.gather(*(client.post("/notes", json={"text": text}, headers=headers) for _ in range(50)))
    shown = {(each.status_code, each.text, each.headers["etag"], each.headers["location"]) for each in answers}
    assert (await notes_saying(toy, text), len(shown)) == (1, 1)
    assert {each.status_code for each in answers} == {201}


async def test_a_repetition_says_that_it_is_one(toy: Running) -> None:
    client, headers = toy.as_("member"), {"Idempotency-Key": new_id()}
    first, second = [await client.post("/notes", json={"text": "x"}, headers=headers) for _ in range(2)]
    assert ("idempotent-replayed" in first.headers, second.headers["idempotent-replayed"]) == (False, "true")
    assert first.json() == second.json()


async def test_a_key_is_not_used_for_another_body(toy: Running) -> None:
    client, headers = toy.as_("member"), {"Idempotency-Key": new_id()}
    await client.post("/notes", json={"text": "x"}, headers=headers)
    other = await client.post("/notes", json={"text": SENT}, headers=headers)
    assert problem(other) == (422, "idempotency-key-reused")


async def test_keys_of_two_people_have_nothing_to_do_with_each_other(toy: Running) -> None:
    text, headers = new_id(), {"Idempotency-Key": new_id()}
    for person in (toy.as_("member"), toy.as_("member")):
        assert (await person.post("/notes", json={"text": text}, headers=headers)).status_code == 201
    assert await notes_saying(toy, text) == 2


async def test_a_renewed_token_of_the_same_person_gets_the_first_answer(toy: Running) -> None:
    person_id, headers = new_id(), {"Idempotency-Key": new_id()}
    answers = [
        await toy.as_("member", person_id=person_id, lasts=lasts).post("/notes", json={"text": "x"}, headers=headers)
        for lasts in (300, 600)
    ]
    assert answers[0].json() == answers[1].json()


async def test_the_first_answer_is_not_given_to_whoever_claims_to_be_the_same_person(
    toy: Running, stack: Stack
) -> None:
    from shared.testing.stack import TestKeys

    person_id, headers, body = new_id(), {"Idempotency-Key": new_id()}, {"text": "x"}
    await toy.as_("member", person_id=person_id).post("/notes", json=body, headers=headers)
    forged = TestKeys().token(toy.settings.service, "member", person_id=person_id)
    expired = toy.keys.token(toy.settings.service, "member", person_id=person_id, lasts=-1)
    for token in (forged, expired):
        client = toy.as_()
        answer = await client.post("/notes", json=body, headers={**headers, "Authorization": f"Bearer {token}"})
        assert problem(answer) == (401, "token-not-valid")


async def test_the_first_answer_is_not_given_to_somebody_who_lost_the_role(toy: Running) -> None:
    person_id, headers, body = new_id(), {"Idempotency-Key": new_id()}, {"text": "x"}
    await toy.as_("member", "coordinator", person_id=person_id).post("/notes", json=body, headers=headers)
    answer = await toy.as_("member", person_id=person_id).post("/notes", json=body, headers=headers)
    assert problem(answer) == (403, "role-needed")


async def test_a_second_authorization_does_not_open_the_answer_of_another(toy: Running) -> None:
    mine, other = new_id(), new_id()
    key, body = new_id(), {"text": new_id()}
    first = await toy.as_("member", person_id=other).post("/notes", json=body, headers={"Idempotency-Key": key})
    tokens = [toy.keys.token(toy.settings.service, "member", person_id=each) for each in (mine, other)]
    forged = tokens[1].rsplit(".", 1)[0] + ".x"
    headers = [
        ("Idempotency-Key", key),
        ("Authorization", f"Bearer {tokens[0]}"),
        ("Authorization", f"Bearer {forged}"),
    ]
    answer = await toy.as_().post("/notes", json=body, headers=headers)
    assert answer.json()["id"] != first.json()["id"]


async def test_a_kept_answer_can_be_read_by_nobody_with_the_database_alone(toy: Running) -> None:
    text, headers = new_id(), {"Idempotency-Key": new_id()}
    await toy.as_("member").post("/notes", json={"text": text}, headers=headers)
    rows = [row async for row in toy.storage.reader["idempotency"].stream({})]
    assert [row for row in rows if text in str(row)] == []


async def test_who_never_got_the_answer_is_told_what_it_was_about(
    toy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, headers = toy.as_("member"), {"Idempotency-Key": new_id()}
    note = (await client.post("/notes", json={"text": "x"}, headers=headers)).json()
    rows = toy.storage.reader["idempotency"]
    assert await rows.update_one({"about": note["id"]}, {"$unset": {"answer": ""}}) == 1  # its process was killed
    monkeypatch.setattr(idempotency, "ANSWERED_WITHIN", timedelta())
    again = await client.post("/notes", json={"text": "x"}, headers=headers)
    assert problem(again) == (409, "carried-out-already")
    assert again.json()["about_id"] == note["id"]


async def test_a_refused_request_may_be_tried_again_under_its_key(toy: Running) -> None:
    client, headers = toy.as_("coordinator"), {"Idempotency-Key": new_id()}
    answers = [await client.post("/refused", json={"text": "x"}, headers=headers) for _ in range(2)]
    assert [problem(each) for each in answers] == [(409, "not-now")] * 2
    assert await notes_saying(toy, "refused") == 0


async def test_a_key_has_a_limit(toy: Running) -> None:
    answer = await toy.as_("member").post("/notes", json={"text": "x"}, headers={"Idempotency-Key": "k" * 201})
    assert problem(answer) == (422, "idempotency-key-not-valid")


async def test_a_request_cut_off_half_way_is_not_carried_out(toy: Running) -> None:
    text, messages = new_id(), []
    body = json.dumps({"text": text}).encode()
    cut_off: list[dict[str, Any]] = [
        {"type": "http.request", "body": body, "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return cut_off.pop(0)

    async def send(message: Any) -> None:
        messages.append(message)

    token = toy.keys.token(toy.settings.service, "member").encode()
    headers = [
        (b"authorization", b"Bearer " + token),
        (b"idempotency-key", b"k"),
        (b"content-type", b"application/json"),
    ]
    scope = {"type": "http", "method": "POST", "path": "/notes", "headers": headers, "query_string": b""}
    await toy.app(scope, receive, send)
    assert (messages, await notes_saying(toy, text)) == ([], 0)


async def test_a_change_needs_the_revision_that_was_seen(toy: Running) -> None:
    client = toy.as_("member")
    note = (await client.post("/notes", json={"text": "first"})).json()
    path = f"/notes/{note['id']}"
    assert problem(await client.put(path, json={"text": SENT})) == (428, "if-match-needed")
    changed = await client.put(path, json={"text": "second"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    stale = await client.put(path, json={"text": SENT}, headers={"If-Match": '"1"'})
    assert (problem(stale), stale.json()["revision"]) == ((412, "changed-meanwhile"), 2)
    assert await notes_saying(toy, SENT) == 0


async def test_of_twenty_who_saw_the_same_revision_one_wins(toy: Running) -> None:
    client = toy.as_("member")
    note = (await client.post("/notes", json={"text": "first"})).json()
    changes = [
        client.put(f"/notes/{note['id']}", json={"text": str(number)}, headers={"If-Match": '"1"'})
        for number in range(20)
    ]
    statuses = sorted(each.status_code for each in await asyncio.gather(*changes))
    assert statuses == [200, *[412] * 19]


@pytest.mark.parametrize("value", ['"x"', "", '"-1"', '"1.5"', '{"$ne":1}', '"' + "9" * 200 + '"'])
async def test_a_revision_is_a_number(toy: Running, value: str) -> None:
    answer = await toy.as_("member").put(f"/notes/{new_id()}", json={"text": "x"}, headers={"If-Match": value})
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/notes", "/fault", "/unheard-of"])
@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}])
async def test_a_body_over_the_limit_is_refused_declared_or_not(toy: Running, path: str, key: dict[str, str]) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 1_000

    client = toy.as_("member")
    answer = await client.post(path, content=b" " * 10_001, headers=key)
    assert (problem(answer), answer.json()["max_bytes"]) == ((413, "body-too-large"), 10_000)
    if path == "/notes":
        assert problem(await client.post(path, content=chunks(), headers=key)) == (413, "body-too-large")


async def test_a_route_may_have_a_limit_of_its_own(toy: Running) -> None:
    client = toy.as_("coordinator")
    assert problem(await client.post("/refused", content=b" " * 15_000)) != (413, "body-too-large")
    assert problem(await client.post("/refused", content=b" " * 20_001)) == (413, "body-too-large")


async def test_a_limit_may_belong_to_every_path_of_a_route(toy: Running) -> None:
    client, body = toy.as_("member"), b" " * 15_000
    assert problem(await client.post(f"/notes/{new_id()}/annexes", content=body)) != (413, "body-too-large")
    assert problem(await client.post(f"/notes/{new_id()}/more/annexes", content=body)) == (413, "body-too-large")


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/notes", b'{"text": ', (422, "input-not-valid")),
        ("POST", "/notes", b'"\xff\xfe"', (400, "body-not-readable")),
        ("POST", "/notes", b"[" * 5_000, (400, "body-not-readable")),
        (
            "POST",
            "/notes",
            b'{"text": "' + SENT.encode() + b'", "more": "' + SENT.encode() + b'"}',
            (422, "input-not-valid"),
        ),
        ("POST", "/notes", b'{"' + SENT.encode() + b'": 1}', (422, "input-not-valid")),
        ("POST", "/notes", b'{"text": ["' + SENT.encode() + b'"]}', (422, "input-not-valid")),
        ("PUT", "/notes/" + SENT, b'{"text": "x"}', (422, "input-not-valid")),
        ("GET", "/notes", b"", (405, "method-not-allowed")),
        ("GET", "/" + SENT, b"", (404, "no-such-route")),
        ("PUT", "/notes/01928f6c-3c1e-7d70-9a43-0d1b2c3d4e5f", b'{"text": "x"}', (404, "note-not-found")),
    ],
)
async def test_a_refusal_has_one_shape_and_repeats_nothing(
    toy: Running, method: str, path: str, body: bytes, expected: tuple[int, str]
) -> None:
    headers = {"Content-Type": "application/json", "If-Match": '"1"'}
    assert problem(await toy.as_("member").request(method, path, content=body, headers=headers)) == expected


@pytest.mark.parametrize("roles", [(), ("member",)])
async def test_a_fault_shows_nothing_of_itself_and_logs_no_variables(
    toy: Running, roles: tuple[Any, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await toy.as_(*roles).post("/fault", json={"text": SENT})
    assert problem(answer) == (500, "fault")
    assert not {"RuntimeError", "internals", "Traceback", "kept_in_a_variable"} & set(answer.text.split('"'))
    logged = capsys.readouterr()
    assert SENT not in logged.out + logged.err
    assert "kept_in_a_variable" not in logged.out + logged.err


async def test_every_answer_forbids_sniffing_and_tells_no_referrer(toy: Running) -> None:
    for path in ("/health/live", "/unheard-of"):
        headers = (await toy.as_().get(path)).headers
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


async def test_the_page_of_the_api_has_all_of_it_and_nothing_from_elsewhere(toy: Running) -> None:
    answer = await toy.as_().get("/docs")
    paths = (await toy.as_().get("/openapi.json")).json()["paths"]
    assert [path for path in paths if f" {path}" not in answer.text] == []
    assert [word for word in ("<script", "http://", "https://", "<img", "@import") if word in answer.text] == []
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_while_the_database_is_away_the_answer_is_to_try_again(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ANSWER_WITHIN", "TRANSACT_WITHIN"):
        monkeypatch.setattr(f"shared.storage.database.{name}", timedelta(milliseconds=100))
    values = stack.values("surveys", mongo_url="mongodb://127.0.0.1:9/?directConnection=true")
    app = create_app(ServiceSettings(**values))
    running = Running(app, app.state.context.settings, stack.keys)
    app.state.context.keys = stack.keys
    for headers in ({}, {"Idempotency-Key": "k"}):
        answer = await running.as_("member").post("/notes", json={"text": "x"}, headers=headers)
        assert (problem(answer), answer.headers["retry-after"]) == ((503, "storage-unreachable"), "5")
    await running.storage.close()


async def test_a_person_whose_rights_changed_is_out_at_the_next_request(toy: Running) -> None:
    from shared.auth import remember_access

    person_id = new_id()
    before = toy.as_("member", person_id=person_id, revision=1)
    assert (await before.post("/notes", json={"text": "x"})).status_code == 201
    removed = PersonUpdated(person_id=person_id, revision=2, roles=["member"], active=False)
    await toy.storage.transact(remember_access, removed)
    assert problem(await before.post("/notes", json={"text": "x"})) == (401, "token-outdated")
