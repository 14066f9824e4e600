"""Too much at once is refused before it is read, and deep nesting is no fault."""

import json
from collections.abc import AsyncIterator
from typing import Any

from shared.ids import new_id
from tests.abuse.conftest import MAX_BODY_BYTES, Target
from tests.abuse.examples import replaced
from tests.abuse.refusals import code
from tests.abuse.surface import Operation

LIMITS = {
    "/imports/iati": 20_000_000,
    "/imports/people": 5_000_000,
    "/imports/sheets": 50_000_000,
    "/meetings/{meeting_id}/documents/{document_id}/content": 20_000_000,
    "/reports/{report_id}/exhibits/{exhibit_id}/content": 50_000_000,
    "/reports/{report_id}/images": 8_000_000,
}


def limit_of(operation: Operation) -> int:
    """Return the most bytes that ``operation`` takes."""
    return LIMITS.get(operation.path, MAX_BODY_BYTES)


async def test_a_body_that_is_declared_too_large_is_refused_unread(target: Target) -> None:
    for operation in (each for each in target.operations if not each.reads):
        read = 0

        async def body() -> AsyncIterator[bytes]:
            nonlocal read
            read += 1
            yield b"{}"

        headers = {"Content-Length": str(limit_of(operation) + 1), "Content-Type": "application/json"}
        answer = await target.call(operation, headers=target.authorised(operation) | headers, content=body())
        assert (answer.status_code, code(answer), read) == (413, "body-too-large", 0), operation
        assert answer.json()["max_bytes"] == limit_of(operation)


async def test_a_body_that_grows_too_large_without_saying_so_is_refused(target: Target) -> None:
    for operation in (each for each in target.operations if each.media_type):
        sent = 0

        async def flood() -> AsyncIterator[bytes]:
            nonlocal sent
            while True:  # for ever, if nobody stops it
                sent += 50_000
                yield b" " * 50_000

        headers = target.authorised(operation) | {"Content-Type": str(operation.media_type)}
        answer = await target.call(operation, headers=headers, content=flood())
        assert (answer.status_code, code(answer)) == (413, "body-too-large"), operation
        assert sent <= limit_of(operation) + 200_000, operation


async def test_deep_nesting_is_refused_and_no_fault(target: Target) -> None:
    deep = [b"[" * 10_000, b'{"a":' * 10_000, b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000]
    for operation in (each for each in target.operations if each.body_schema):
        headers = target.authorised(operation) | {"Content-Type": "application/json"}
        first = next(iter(target.body(operation)), "field")
        for body in (*deep, b'{"' + first.encode() + b'": ' + deep[2] + b"}"):
            answer = await target.call(operation, headers=headers, content=body)
            assert answer.status_code in (400, 422), (operation, answer.text)
            code(answer)


async def test_a_list_has_a_limit(target: Target) -> None:
    """Ten thousand of anything is refused, if not by its number then by its bytes."""
    for operation in (each for each in target.operations if each.body_schema):
        schema, good = operation.body_schema or {}, target.body(operation)
        for place, inner in target.examples.places(schema, good):
            if inner.get("type") == "array":
                item = target.examples.example(inner["items"]) if inner.get("items") else new_id()
                headers = target.authorised(operation) | await target.revision(operation)
                answer = await target.call(operation, headers=headers, json=replaced(good, place, [item] * 10_000))
                assert answer.status_code in (413, 422), (operation, place)


async def test_what_is_not_json_is_refused(target: Target) -> None:
    bodies: list[bytes] = [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe\x00",
        b"{'a': 1}",
        b"<x/>",
        b'{"a":1}{"b":2}',
    ]
    for operation in (each for each in target.operations if each.body_schema):
        needed = (operation.body_schema or {}).get("$ref") and _required(target, operation)
        for body in bodies:
            headers = target.authorised(operation) | {"Content-Type": "application/json"}
            answer = await target.call(operation, headers=headers, content=body)
            if needed:
                assert answer.status_code in (400, 422, 428), (operation, body)
            assert answer.status_code < 500
            if answer.status_code >= 400:
                code(answer)


def _required(target: Target, operation: Operation) -> list[str]:
    found: list[str] = target.examples.resolved(operation.body_schema or {}).get("required", [])
    return found


async def test_a_file_that_is_not_what_it_says_is_refused(target: Target) -> None:
    files = [
        b"",
        b"\x00" * 1_000,
        b"\xff\xfe<\x00",
        b"a,b\n1,2\n" * 10,
        json.dumps({"planted": 1}).encode(),
        BOMB,
        ENTITY,
    ]
    for operation in (each for each in target.operations if each.media_type and not each.body_schema):
        for content in files:
            headers = target.authorised(operation) | {"Content-Type": str(operation.media_type)}
            answer = await target.call(operation, headers=headers, content=content)
            assert answer.status_code < 500, (operation, content[:40], answer.text)
            assert "root:" not in answer.text
            told: Any = answer.json()
            assert answer.status_code >= 400 or told.get("created", 0) == 0, (operation, content[:40], answer.text)


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE iati-activities [<!ENTITY a "planted"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c
"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<iati-activities version="2.03"><iati-activity><title><narrative>&d;</narrative></title></iati-activity>
</iati-activities>"""
ENTITY = b"""<?xml version="1.0"?>
<!DOCTYPE iati-activities [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<iati-activities version="2.03"><iati-activity><title><narrative>&x;</narrative></title></iati-activity>
</iati-activities>"""
