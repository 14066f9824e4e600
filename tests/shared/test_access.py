"""Who may: tokens are believed only when they are ours, fresh and for this service; roles grant what they say."""

import base64
import itertools
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, OKPKey

from shared.auth import ISSUER, Actor, check_access, remember_access, verify
from shared.events.registry import PersonUpdated, Role
from shared.ids import new_id
from shared.problems import Unauthenticated
from shared.storage import Storage
from shared.testing.stack import Stack, TestKeys

KEYS = TestKeys()
AUDIENCE = "meetings"


async def refused(token: str, keys: TestKeys = KEYS) -> str:
    with pytest.raises(Unauthenticated) as refusal:
        await verify(token, audience=AUDIENCE, keys=keys)
    return refusal.value.code


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


async def test_a_good_token_says_who_asks() -> None:
    person_id, organisation_id = new_id(), new_id()
    token = KEYS.token(
        AUDIENCE, "editor", "member", person_id=person_id, organisation_ids=[organisation_id], revision=7
    )
    actor = await verify(token, audience=AUDIENCE, keys=KEYS)
    assert actor == Actor(
        person_id=person_id, roles=frozenset({"editor", "member"}), organisation_ids=(organisation_id,), revision=7
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "reports"},
        {"aud": None},
        {"iss": "somebody"},
        {"sub": None},
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": int(time.time()) + 3600},
        {"roles": ["king"]},
        {"roles": 5},
        {"rev": "x"},
        {"sub": {"$ne": ""}},
    ],
)
async def test_a_token_with_a_claim_that_does_not_fit_is_refused(claims: dict[str, Any]) -> None:
    assert await refused(KEYS.token(AUDIENCE, "member", **claims)) == "token-not-valid"


async def test_a_token_signed_by_another_key_of_the_same_name_is_refused() -> None:
    assert await refused(TestKeys().token(AUDIENCE, "coordinator")) == "token-not-valid"


async def test_a_token_without_a_signature_is_refused() -> None:
    _, body, signature = KEYS.token(AUDIENCE, "member").split(".")
    algorithms: list[object] = ["none", "None", "NONE", "EdDSA", "", [], None]
    for algorithm, last in itertools.product(algorithms, ("", signature)):
        assert await refused(f"{encoded({'alg': algorithm})}.{body}.{last}") == "token-not-valid"


async def test_a_token_signed_with_the_public_key_as_a_password_is_refused() -> None:
    public = (await KEYS.current()).keys[0].as_dict(private=False)["x"]
    secret = OctKey.import_key(base64.urlsafe_b64decode(f"{public}="))
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": new_id(), "roles": ["coordinator"], "exp": now + 60}
    token = jwt.encode({"alg": "HS256", "kid": "test"}, claims, secret, algorithms=["HS256"])
    assert await refused(token) == "token-not-valid"


async def test_a_token_whose_claims_were_changed_is_refused() -> None:
    head, body, signature = KEYS.token(AUDIENCE, "member").split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    raised = encoded({**claims, "roles": ["coordinator"]})
    assert await refused(f"{head}.{raised}.{signature}") == "token-not-valid"


async def test_a_token_that_brings_its_own_key_is_refused() -> None:
    own = OKPKey.generate_key("Ed25519", private=True)
    head = {"alg": "Ed25519", "jwk": own.as_dict(private=False), "jku": "https://example.org/keys", "kid": "own"}
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": new_id(), "roles": ["coordinator"], "exp": now + 60}
    assert await refused(jwt.encode(head, claims, own, algorithms=["Ed25519"])) == "token-not-valid"


@given(st.one_of(st.text(max_size=300), st.from_regex(r"[A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9_-]{0,40}){1,4}")))
async def test_whatever_else_is_given_is_refused(token: str) -> None:
    assert await refused(token) == "token-not-valid"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["alg", "kid", "crit", "b64", "typ", "jwk", "zip", "enc"]),
)
async def test_whatever_a_header_says_is_no_fault(value: Any, name: str) -> None:
    _, body, signature = KEYS.token(AUDIENCE, "member").split(".")
    for head in (value, {"alg": "Ed25519", "kid": "test", name: value}):
        assert await refused(f"{encoded(head)}.{body}.{signature}") == "token-not-valid"


async def test_a_token_over_four_kilobytes_is_refused_unread() -> None:
    assert await refused("a" * 4097) == "token-not-valid"


async def test_a_new_key_is_fetched_when_a_token_names_one_that_is_not_known() -> None:
    class Rotating(TestKeys):
        def __init__(self) -> None:
            super().__init__()
            self.asked: list[bool] = []

        async def current(self, *, fresh: bool = False) -> KeySet:
            self.asked.append(fresh)
            return await super().current() if fresh else KeySet([OKPKey.generate_key("Ed25519", {"kid": "old"})])

    keys = Rotating()
    actor = await verify(keys.token(AUDIENCE, "member"), audience=AUDIENCE, keys=keys)
    assert (actor.roles, keys.asked) == (frozenset({"member"}), [False, True])


@pytest.fixture
def person_id() -> str:
    return new_id()


async def access(storage: Storage, person_id: str, revision: int) -> str:
    """Return what becomes of somebody's token of ``revision``: in or out."""
    try:
        await check_access(storage.reader, Actor(person_id=person_id, roles=frozenset(), revision=revision))
    except Unauthenticated:
        return "out"
    return "in"


def update(person_id: str, revision: int, *roles: Role, active: bool = True, language: str = "pl") -> PersonUpdated:
    return PersonUpdated.model_validate(
        {"person_id": person_id, "revision": revision, "roles": roles, "active": active, "language": language}
    )


async def test_of_a_person_nothing_is_known_of_every_token_is_good(stack: Stack, person_id: str) -> None:
    async with stack.storage("surveys") as storage:
        assert await access(storage, person_id, 1) == "in"


async def test_a_change_of_roles_puts_older_tokens_out_and_another_change_does_not(
    stack: Stack, person_id: str
) -> None:
    async with stack.storage("surveys") as storage:
        await storage.transact(remember_access, update(person_id, 2, "member"))
        await storage.transact(remember_access, update(person_id, 3, "member", language="be"))
        assert [await access(storage, person_id, each) for each in (1, 2, 3)] == ["out", "in", "in"]
        await storage.transact(remember_access, update(person_id, 4, "member", "editor"))
        assert [await access(storage, person_id, each) for each in (2, 3, 4, 5)] == ["out", "out", "in", "in"]


async def test_somebody_who_was_removed_is_out_whatever_the_token(stack: Stack, person_id: str) -> None:
    async with stack.storage("surveys") as storage:
        await storage.transact(remember_access, update(person_id, 2, "member", active=False))
        assert [await access(storage, person_id, each) for each in (1, 2, 9)] == ["out", "out", "out"]
        await storage.transact(remember_access, update(person_id, 3, "member"))
        assert [await access(storage, person_id, each) for each in (2, 3)] == ["out", "in"]


async def test_in_whatever_order_the_changes_arrive_the_newest_stands(stack: Stack) -> None:
    async with stack.storage("surveys") as storage:
        for order in itertools.permutations((2, 3, 4)):
            person_id = new_id()
            changes = {
                2: update(person_id, 2, "coordinator"),
                3: update(person_id, 3, "member", active=False),
                4: update(person_id, 4, "member"),
            }
            for revision in order:
                await storage.transact(remember_access, changes[revision])
            assert [await access(storage, person_id, each) for each in (2, 3, 4)] == ["out", "out", "in"], order
