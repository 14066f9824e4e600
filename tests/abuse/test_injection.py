"""Whatever is put into a field, a query or a path: no operator reaches MongoDB, and nothing falls over."""

import asyncio
import base64
import json
import zlib
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any
from urllib.parse import quote

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.abuse.conftest import Target
from tests.abuse.every import EVERYTHING
from tests.abuse.examples import Place, replaced
from tests.abuse.refusals import MARK, code, held
from tests.abuse.spy import SPY, Spy
from tests.abuse.surface import Operation

NOT_GOOD = {
    "input-not-valid",
    "if-match-needed",
    "changed-meanwhile",
    "role-needed",
    "body-not-readable",
    "no-such-route",
}
OPERATORS: list[dict[str, Any]] = [
    {"$ne": "planted-ne"},
    {"$gt": "planted-gt"},
    {"$where": "planted-where"},
    {"$in": ["planted-in"]},
    {"$set": {"planted-set": 1}},
]
KEYS: list[dict[str, Any]] = [{"$planted-key": 1}, {"planted.key": 1}, {"planted-key": 1}, {"": 1}, {"_id": "planted"}]
TEXTS = ["$planted", "$$planted", "planted\x00", "\ud800planted", "planted\u202e", "{{planted}}", "p" * 25_000, "", " "]
VALUES: list[Any] = [
    None,
    2**63,
    10**400,
    float("nan"),
    [],
    {},
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
]
PAYLOADS: list[Any] = [*OPERATORS, *KEYS, *TEXTS, *VALUES]
EXAMPLES = 100 if EVERYTHING else 10
PLANTED = [(key, value) for each in OPERATORS for key, value in each.items()]


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def no_operator_reaches_the_database(spy: Spy) -> AsyncIterator[None]:
    """Listen during a test, and judge at its end."""
    with spy.listening():
        yield
    keys = {key for key, _ in spy.pairs()}
    assert [pair for pair in spy.pairs() if pair in PLANTED] == []
    assert [key for key in keys if MARK in key] == []
    assert [text for text in spy.expressions() if text.startswith(("$planted", "$$planted"))] == []


async def attack(target: Target, operation: Operation, *, more: dict[str, str] | None = None, **request: Any) -> str:
    """Call ``operation`` as somebody who may, with ``more`` headers, and return what is wrong with the answer."""
    headers = target.authorised(operation) | await target.revision(operation)
    body = request.pop("body", None)
    if body is not None:
        request["content"] = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    answer = await target.call(operation, headers=headers | (more or {}), **request)
    wrong = held(answer)
    if answer.status_code == 401 and code(answer) == "token-outdated":  # else all that follows would prove nothing
        wrong = "whoever attacks is shut out"
    return f"{operation}: {wrong}" if wrong else ""


async def together(attacks: list[Coroutine[Any, Any, str]]) -> list[str]:
    """Carry out many attacks, a few at a time, and return what is wrong with the answers."""
    return [wrong for few in batched(attacks, 12) for wrong in await asyncio.gather(*few)]


def batched(attacks: list[Coroutine[Any, Any, str]], size: int) -> Iterator[list[Coroutine[Any, Any, str]]]:
    """Yield ``attacks`` in lists of ``size``."""
    for start in range(0, len(attacks), size):
        yield attacks[start : start + size]


def some(of: list[Any], name: str) -> list[Any]:
    """Return a sixteenth of ``of``, another one for each name, so that all are tried at many places."""
    return of if EVERYTHING else of[zlib.crc32(name.encode()) % 16 :: 16]


def places(target: Target, operation: Operation) -> list[Place]:
    """Return every place in a good body of ``operation``, but what would confirm that the attacker be erased."""
    schema, last = operation.body_schema, operation.path.endswith("/erasure")
    found = [] if schema is None else [place for place, _ in target.examples.places(schema, target.body(operation))]
    return [place for place in found if not (last and place == ("display_name",))]


async def test_the_examples_are_good_ones(target: Target) -> None:
    """Else nothing would get past the door, and the rest here would prove nothing."""
    for operation in (each for each in target.operations if each.body_schema):
        body, headers = target.body(operation), target.authorised(operation) | await target.revision(operation)
        answer = await target.call(operation, headers=headers, json=body)
        refused = code(answer) if answer.status_code >= 400 else ""
        assert refused not in NOT_GOOD, (str(operation), body, answer.text)


async def test_in_a_body(target: Target) -> None:
    wrong = []
    for operation in target.operations:
        good = target.body(operation)
        for place in places(target, operation):
            attacks = [
                attack(target, operation, body=replaced(good, place, each))
                for each in some(PAYLOADS, f"{operation} {place}")
            ]
            wrong += await together(attacks)
    assert [each for each in wrong if each] == []


async def test_as_another_field_of_a_body(target: Target) -> None:
    """Nobody gives themselves a role, a revision or an id by naming it."""
    extra = {"roles": ["coordinator"], "revision": 99, "_id": "planted", "id": "planted", "$set": {"planted": 1}}
    for operation in (each for each in target.operations if each.body_schema):
        for name, value in extra.items():
            body = target.body(operation)
            if name in body:
                continue
            headers = target.authorised(operation) | await target.revision(operation)
            answer = await target.call(operation, headers=headers, json={**body, name: value})
            assert answer.status_code == 422, (str(operation), name)
            assert [each["code"] for each in answer.json()["errors"]] == ["unknown-field"], str(operation)


def cursors() -> list[str]:
    """Return cursors as ours look, with an operator where a key should be."""
    made: list[list[Any]] = [shape for each in OPERATORS for shape in ([each], [each, "x"], ["x", each], [1, each])]
    made += [["$planted"], ["\x00", "\x00"], [10**30, "x"], [-(10**15), "x"], [2**62, "x"], ["", ""], [True, "x"]]
    return [base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in made]


async def test_in_a_query(target: Target) -> None:
    wrong = []
    for operation in target.operations:
        for name in operation.parameters("query"):
            texts = [*(json.dumps(each) for each in [*OPERATORS, *KEYS]), *TEXTS, "1e400", "-1", "9" * 30, "true"]
            texts += cursors() if name == "after" else []
            queries = [f"{name}={quote(text.encode('utf-8', 'surrogatepass'))}" for text in texts]
            queries += [f"{name}[$ne]=planted-ne", f"{name}[]=planted", f"{name}={MARK}&{name}={MARK}2", name]
            path = target.path(operation)
            tried = some(queries, f"{operation} {name}")
            wrong += [await attack(target, operation, path=f"{path}?{query}") for query in tried]
    assert [each for each in wrong if each] == []


async def test_in_a_path(target: Target) -> None:
    wrong = []
    texts = [*(json.dumps(each) for each in OPERATORS), *TEXTS[:6], "..", "../planted", "%00", "-1", "9" * 30, "."]
    for operation in target.operations:
        for name in operation.parameters("path"):
            for text in texts:
                value = quote(text.encode("utf-8", "surrogatepass"), safe="")
                wrong.append(await attack(target, operation, path=target.path(operation, **{name: value})))
    assert [each for each in wrong if each] == []


HEADERS = ["If-Match", "If-None-Match", "Idempotency-Key", "traceparent", "Accept-Language", "Content-Type"]


async def test_in_a_header(target: Target) -> None:
    wrong = []
    for operation in (each for each in target.operations if not each.path.startswith("/health")):
        body = target.body(operation)
        attacks = [
            attack(target, operation, body=body, more={name: text})
            for name in some(HEADERS, str(operation))
            for text in ('{"$ne": "planted-ne"}', "$planted" * 600, "\xff\xfe")
        ]
        wrong += await together(attacks)
    assert [each for each in wrong if each] == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.sampled_from(PAYLOADS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=10) | st.sampled_from(["$ne", "en", "be", "$$x", "a.b"]), inner, max_size=4)
    ),
    max_leaves=10,
)


async def test_anything_anywhere(target: Target) -> None:
    for operation in (each for each in target.operations if each.body_schema):
        await _anything(target, operation)


async def _anything(target: Target, operation: Operation) -> None:
    good, everywhere = target.body(operation), places(target, operation)
    loop = asyncio.get_running_loop()

    def sent(body: Any) -> str:
        return asyncio.run_coroutine_threadsafe(attack(target, operation, body=body), loop).result(30)

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.sampled_from(everywhere), ANYTHING)
    def search(place: Place, value: Any) -> None:
        assert sent(replaced(good, place, value)) == ""

    await asyncio.to_thread(search)


def test_the_spy_sees_what_it_is_meant_to() -> None:
    """A guard that cannot see is no guard."""
    spy = Spy()
    spy.commands = [
        ("find", {"find": "people", "filter": {"$or": [{"name": {"$ne": "planted-ne"}}, {"planted.key": 1}]}}),
        ("aggregate", {"pipeline": [{"$match": {"x": "$planted"}}, {"$project": {"y": "$planted"}}]}),
        ("update", {"updates": [{"q": {}, "u": [{"$set": {"x": "$planted", "y": {"$literal": "$planted"}}}]}]}),
    ]
    assert ("$ne", "planted-ne") in list(spy.pairs())
    assert "planted.key" in {key for key, _ in spy.pairs()}
    assert list(spy.expressions()) == ["$planted", "$planted"]
    assert SPY is not spy
