"""Signing in, over HTTP: a link by letter, a session, short tokens, and the end of each."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import pytest_asyncio

from services.registry.main import create_app
from services.registry.settings import Settings
from services.registry.sign_in import jobs
from services.registry.sign_in.keys import SIGNS_FOR, SigningKeys
from shared.auth import Actor, verify
from shared.ids import new_id, utc_now
from shared.problems import Unauthenticated
from shared.testing.stack import Running, Stack, until
from tests.registry.builders import SHOWN_ONLY, an_address, person_body

BROWSER, OTHER_BROWSER = sha256(b"one").hexdigest(), sha256(b"other").hexdigest()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def registry(stack: Stack) -> AsyncIterator[Running]:
    """The whole registry: it sends links by a job, and verifies the tokens it signed."""
    async with stack.running(create_app, Settings(**stack.values("registry"))) as running:
        yield running


async def register(registry: Running, **fields: Any) -> dict[str, Any]:
    answer = await registry.as_("coordinator").post("/people", json=person_body(**fields))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def ask(registry: Running, address: str, browser: str = BROWSER) -> Any:
    return await registry.as_().post("/sign-ins", json={"address": address, "browser": browser, "language": "be"})


async def event_for(registry: Running, person_id: str) -> Any:
    async def found() -> Any:
        events = [each["event"] for each in await registry.published("sign-in-requested")]
        return [each for each in events if each.person_id == person_id]

    return (await until(found, "a link is asked for"))[-1]


async def link(registry: Running, stack: Stack, person: dict[str, Any]) -> str:
    assert (await ask(registry, person["address"])).status_code == 202
    event = await event_for(registry, person["id"])
    return stack.links.sign("sign-in", event.sign_in_id, expires_at=event.expires_at)


async def redeem(registry: Running, token: str, browser: str = BROWSER) -> Any:
    return await registry.as_().post("/sign-ins/redemption", json={"token": token, "browser": browser})


async def sign_in(registry: Running, stack: Stack, person: dict[str, Any]) -> str:
    answer = await redeem(registry, await link(registry, stack, person))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["refresh_token"])


async def renew(registry: Running, token: str, audience: str = "meetings") -> Any:
    return await registry.as_().post("/tokens", json={"refresh_token": token, "audience": audience})


async def test_a_link_signs_in_once_in_the_browser_that_asked(registry: Running, stack: Stack) -> None:
    person = await register(registry, language="uk", roles=["editor"])
    token = await link(registry, stack, person)
    other = await redeem(registry, token, OTHER_BROWSER)
    assert (other.status_code, other.json()["code"]) == (401, "other-browser")
    answer = await redeem(registry, token)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    names = ("id", "display_name", "roles", "organisation_ids", "language", "time_zone")
    assert answer.json()["person"] == {name: person[name] for name in names}
    again = await redeem(registry, token)
    assert (again.status_code, again.json()["code"]) == (401, "link-used")


async def test_known_and_unknown_addresses_get_the_same_answer_and_leave_the_same_row(registry: Running) -> None:
    person = await register(registry)
    before = await registry.storage.reader["sign_ins"].count({})
    known, unknown = await ask(registry, person["address"]), await ask(registry, an_address())
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert known.status_code == 202
    await event_for(registry, person["id"])
    waiting = registry.storage.reader["sign_ins"]

    async def looked_at() -> bool:
        return await waiting.count({"state": "asked"}) == 0

    await until(looked_at, "both requests are looked at")
    assert await waiting.count({}) == before + 1  # that of nobody is forgotten


async def test_removed_people_and_those_not_to_be_contacted_get_no_link(registry: Running) -> None:
    left_alone = await register(registry, no_contact=True)
    await ask(registry, left_alone["address"])
    await jobs.send_links(registry.context)
    events = [each["event"] for each in await registry.published("sign-in-requested")]
    assert [each for each in events if each.person_id == left_alone["id"]] == []


async def test_no_address_is_kept_of_a_request(registry: Running) -> None:
    person = await register(registry)
    await ask(registry, person["address"])
    rows = [row async for row in registry.storage.reader["sign_ins"].stream({})]
    assert person["address"] not in str(rows)


async def test_links_of_other_kinds_and_altered_ones_sign_nobody_in(registry: Running, stack: Stack) -> None:
    person = await register(registry)
    token = await link(registry, stack, person)
    event = await event_for(registry, person["id"])
    foreign = stack.links.sign("answer", event.sign_in_id, expires_at=event.expires_at)
    unknown = stack.links.sign("sign-in", new_id(), expires_at=event.expires_at)
    expired = stack.links.sign("sign-in", event.sign_in_id, expires_at=utc_now() - timedelta(seconds=1))
    flipped = ("A" if token[0] != "A" else "B") + token[1:]
    codes = [(await redeem(registry, each)).json()["code"] for each in (foreign, unknown, expired, flipped)]
    assert codes == ["link-not-valid", "link-not-valid", "link-expired", "link-not-valid"]


async def test_a_session_gives_tokens_for_each_service_that_say_who_asks(registry: Running, stack: Stack) -> None:
    person = await register(registry, roles=["member", "editor"])
    answer = await renew(registry, await sign_in(registry, stack, person), "reports")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    keys = registry.app.state.signing_keys
    actor = await verify(answer.json()["access_token"], audience="reports", keys=keys)
    assert actor == Actor(person_id=person["id"], roles=frozenset({"member", "editor"}), revision=1)
    with pytest.raises(Unauthenticated):
        await verify(answer.json()["access_token"], audience="meetings", keys=keys)


async def test_the_registry_knows_its_own_tokens_without_asking_anybody(registry: Running, stack: Stack) -> None:
    person = await register(registry)
    tokens = (await renew(registry, await sign_in(registry, stack, person), "registry")).json()
    kept, registry.context.keys = registry.context.keys, registry.app.state.signing_keys
    try:
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        answer = await registry.as_().get("/me", headers=headers)
    finally:
        registry.context.keys = kept
    assert (answer.status_code, answer.json()["id"]) == (200, person["id"])


async def test_a_refresh_token_is_replaced_and_the_old_one_ends_all_when_it_comes_back(
    registry: Running, stack: Stack
) -> None:
    first = await sign_in(registry, stack, await register(registry))
    second = (await renew(registry, first)).json()["refresh_token"]
    assert (await renew(registry, first)).json()["refresh_token"] == second  # a parallel tab
    long_ago = utc_now() - timedelta(minutes=1)
    await registry.storage.reader["sessions"].update_many({}, {"$set": {"spent.$[].at": long_ago}})
    stolen = await renew(registry, first)
    assert (stolen.status_code, stolen.json()["code"]) == (401, "session-over")
    assert (await renew(registry, second)).status_code == 401


async def test_refresh_tokens_are_kept_as_hashes(registry: Running, stack: Stack) -> None:
    token = await sign_in(registry, stack, await register(registry))
    rows = [row async for row in registry.storage.reader["sessions"].stream({})]
    assert token not in str(rows)


async def test_no_kept_answer_holds_a_token(registry: Running, stack: Stack) -> None:
    token = await sign_in(registry, stack, await register(registry))
    body, headers = {"refresh_token": token, "audience": "meetings"}, {"Idempotency-Key": new_id()}
    answer = await registry.as_().post("/tokens", json=body, headers=headers)
    rows = [row async for row in registry.storage.reader["idempotency"].stream({})]
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] not in str(rows)


async def test_signing_out_ends_the_session_and_says_the_same_twice(registry: Running, stack: Stack) -> None:
    token = await sign_in(registry, stack, await register(registry))
    client = registry.as_()
    statuses = [(await client.post("/sign-outs", json={"refresh_token": token})).status_code for _ in range(2)]
    assert statuses == [204, 204]
    assert (await renew(registry, token)).status_code == 401


async def test_removed_people_get_no_tokens(registry: Running, stack: Stack) -> None:
    person = await register(registry)
    token = await sign_in(registry, stack, person)
    fields = {name: value for name, value in person.items() if name not in SHOWN_ONLY}
    await registry.as_("coordinator").put(
        f"/people/{person['id']}", json={**fields, "active": False}, headers={"If-Match": '"1"'}
    )
    assert (await renew(registry, token)).status_code == 401
    assert await registry.storage.reader["sessions"].count({"person_id": person["id"]}) == 0


async def test_a_new_token_has_the_roles_of_the_moment(registry: Running, stack: Stack) -> None:
    person = await register(registry)
    token = await sign_in(registry, stack, person)
    fields = {name: value for name, value in person.items() if name not in SHOWN_ONLY}
    await registry.as_("coordinator").put(
        f"/people/{person['id']}", json={**fields, "roles": ["editor"]}, headers={"If-Match": '"1"'}
    )
    access = (await renew(registry, token, "reports")).json()["access_token"]
    actor = await verify(access, audience="reports", keys=registry.app.state.signing_keys)
    assert (actor.roles, actor.revision) == (frozenset({"editor"}), 2)


async def test_asking_too_often_is_refused_alike_for_known_and_unknown_addresses(registry: Running) -> None:
    person, nobody = await register(registry), an_address()
    for address in (person["address"], nobody):
        answers = [await ask(registry, address) for _ in range(6)]
        assert [each.status_code for each in answers] == [202] * 5 + [429]
        assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "body",
    [
        {"refresh_token": "x", "audience": "meetings"},
        {"refresh_token": {"$ne": ""}, "audience": "meetings"},
        {"refresh_token": "A" * 86, "audience": "everything"},
    ],
)
async def test_what_is_no_refresh_token_is_refused(registry: Running, body: dict[str, Any]) -> None:
    assert (await registry.as_().post("/tokens", json=body)).status_code == 422


async def test_a_refresh_token_that_nobody_was_given_is_refused(registry: Running) -> None:
    assert (await renew(registry, "A" * 86)).status_code == 401


async def test_the_published_keys_are_public_halves_and_the_kept_ones_are_sealed(registry: Running) -> None:
    keys = (await registry.as_().get("/.well-known/jwks.json")).json()["keys"]
    assert [sorted(each) for each in keys] == [["crv", "kid", "kty", "use", "x"]] * len(keys)
    assert len(keys) >= 1
    rows = await registry.storage.reader["signing_keys"].find({}, limit=10)
    assert all("d" not in row["public"] and "OKP" not in row["sealed"] for row in rows)


async def test_the_next_key_is_published_before_it_signs(stack: Stack) -> None:
    async with stack.storage("keys") as storage:
        signing, now = SigningKeys(storage, Settings(**stack.values("registry"))), utc_now()
        await signing.prepare(now=now)
        await signing.prepare(now=now)
        assert len((await signing.current()).keys) == 1
        await signing.prepare(now=now + SIGNS_FOR - timedelta(hours=1))
        first, second = sorted((await signing._kept(fresh=True)), key=lambda row: row["signs_from"])
        assert (second["signs_from"], len((await signing.current()).keys)) == (first["signs_until"], 2)


async def test_a_link_pressed_many_times_at_once_begins_one_session(registry: Running, stack: Stack) -> None:
    person = await register(registry)
    token = await link(registry, stack, person)
    answers = await asyncio.gather(*(redeem(registry, token) for _ in range(8)))
    assert sorted(each.status_code for each in answers) == [200] + [401] * 7
    assert await registry.storage.reader["sessions"].count({"person_id": person["id"]}) == 1


async def test_tabs_that_renew_at_the_same_moment_get_the_same_refresh_token(registry: Running, stack: Stack) -> None:
    token = await sign_in(registry, stack, await register(registry))
    audiences = ["registry", "meetings", "notifications", "reports"] * 2
    answers = await asyncio.gather(*(renew(registry, token, each) for each in audiences))
    assert [each.status_code for each in answers] == [200] * 8
    assert len({each.json()["refresh_token"] for each in answers}) == 1
    assert len({each.json()["access_token"] for each in answers}) == 8


async def test_a_stranger_cannot_shut_somebody_out_by_asking_in_their_name(registry: Running) -> None:
    person = await register(registry)
    asked = {"address": person["address"], "browser": BROWSER, "language": "en"}
    stranger, owner = registry.as_(), registry.as_()
    stranger.headers["Zgoda-Visitor"], owner.headers["Zgoda-Visitor"] = new_id(), new_id()
    answers = [(await stranger.post("/sign-ins", json=asked)).status_code for _ in range(7)]
    assert answers == [202] * 5 + [429] * 2
    assert (await owner.post("/sign-ins", json=asked)).status_code == 202


async def test_another_address_puts_out_whoever_reads_the_old_mailbox(registry: Running, stack: Stack) -> None:
    person = await register(registry)
    token = await link(registry, stack, person)
    session = (await redeem(registry, await link(registry, stack, person))).json()["refresh_token"]
    changes = {**person, "address": an_address(), "active": True}
    body = {name: value for name, value in changes.items() if name not in SHOWN_ONLY}
    headers = {"If-Match": f'"{person["revision"]}"'}
    answer = await registry.as_("coordinator").put(f"/people/{person['id']}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert (await redeem(registry, token)).json()["code"] == "link-not-valid"
    renewed = await registry.as_().post("/tokens", json={"refresh_token": session, "audience": "meetings"})
    assert renewed.json()["code"] == "session-over"
