"""A change that would break a consumer is seen, and one that would not is let pass."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts.comparison import breaking

Change = Callable[[dict[str, Any]], Any]

SCHEMA: dict[str, Any] = {
    "title": "meeting-scheduled",
    "type": "object",
    "required": ["meeting_id", "kinds"],
    "properties": {
        "meeting_id": {"type": "string", "pattern": "^[0-9a-f]+$"},
        "kinds": {"type": "array", "maxItems": 5, "items": {"enum": ["donor", "government"], "type": "string"}},
        "sequence": {"type": "integer", "minimum": 0},
        "country": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "notice": {
            "type": ["string", "null"],
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/$defs/Notice"},
        },
        "texts": {
            "type": "object",
            "propertyNames": {"enum": ["pl", "en"]},
            "additionalProperties": {"type": "string"},
        },
    },
    "$defs": {"Notice": {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}}},
}


def changed(change: Change) -> list[str]:
    new = copy.deepcopy(SCHEMA)
    change(new)
    return breaking(SCHEMA, new)


def renamed(schema: dict[str, Any]) -> None:
    schema["properties"]["id"] = schema["properties"].pop("meeting_id")
    schema["required"] = ["id", "kinds"]


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (renamed, [".meeting_id: is gone", ".id: became required"]),
        (lambda s: s["properties"].pop("sequence"), [".sequence: is gone"]),
        (lambda s: s["properties"]["sequence"].update(type="string"), [".sequence: type was integer, is string"]),
        (lambda s: s["properties"]["meeting_id"].pop("pattern"), [".meeting_id: pattern was ^[0-9a-f]+$, is None"]),
        (lambda s: s["required"].append("sequence"), [".sequence: became required"]),
        (lambda s: s["required"].remove("kinds"), [".kinds: is no longer promised"]),
        (
            lambda s: s["properties"]["kinds"]["items"]["enum"].remove("donor"),
            [".kinds[items]: donor is no longer allowed"],
        ),
        (lambda s: s["properties"]["kinds"].update(maxItems=4), [".kinds: maxItems fell to 4"]),
        (lambda s: s["properties"]["sequence"].update(minimum=1), [".sequence: minimum rose to 1"]),
        (lambda s: s["properties"]["texts"].update(maxProperties=1), [".texts: maxProperties fell to 1"]),
        (lambda s: s["properties"]["country"]["anyOf"].pop(), [".country: had 2 choices, has 1"]),
        (
            lambda s: s["$defs"]["Notice"]["properties"].pop("title"),
            [".notice[contentSchema].title: is gone"],
        ),
        (lambda s: s["properties"]["notice"].pop("contentSchema"), [".notice: contentSchema is gone"]),
        (
            lambda s: s["properties"]["texts"]["propertyNames"]["enum"].remove("pl"),
            [".texts[propertyNames]: pl is no longer allowed"],
        ),
        (
            lambda s: s["properties"]["texts"]["additionalProperties"].update(type="object"),
            [".texts[additionalProperties]: type was string, is object"],
        ),
    ],
)
def test_what_breaks_a_consumer_is_named(change: Change, seen: list[str]) -> None:
    assert changed(change) == seen


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["properties"].update(place={"type": "string"}),
        lambda s: s["properties"]["kinds"]["items"]["enum"].append("expert-body"),
        lambda s: s["properties"]["kinds"].update(maxItems=6),
        lambda s: s["properties"]["kinds"].pop("maxItems"),
        lambda s: s["properties"]["sequence"].pop("minimum"),
        lambda s: s["properties"]["sequence"].update(description="Raised with every change.", default=0),
        lambda s: s["$defs"]["Notice"]["properties"].update(text={"type": "string"}),
        lambda s: s.update(title="another word"),
    ],
)
def test_what_breaks_nobody_is_let_pass(change: Change) -> None:
    assert changed(change) == []
