"""What a change of a contract would break: two JSON Schemas of one event, compared from a consumer's side."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
WORDS = {"title", "description", "$id", "$schema", "default", "examples"}
LIMITS_THAT_MAY_FALL = {"minimum", "minLength", "minItems", "minProperties"}
LIMITS_THAT_MAY_RISE = {"maximum", "maxLength", "maxItems", "maxProperties"}


def breaking(old: Schema, new: Schema) -> list[str]:
    """Return what in ``new`` would break a consumer, or a message, of ``old``; empty when nothing would.

    Breaking: a field that is gone, has another name or type, became required; an allowed value that is gone, a limit
    that became tighter.  Fine: another optional field, another allowed value, a wider limit, other words.
    """
    return list(_compare(old, new, "", (old, new)))


def _compare(old: Schema, new: Schema, place: str, roots: tuple[Schema, Schema]) -> Iterator[str]:
    old, new = _resolved(old, roots[0]), _resolved(new, roots[1])
    yield from _kinds(old, new, place)
    yield from _values(old, new, place)
    yield from _limits(old, new, place)
    yield from _fields(old, new, place, roots)
    for part in ("items", "additionalProperties", "propertyNames", "contentSchema"):
        if isinstance(old.get(part), dict):
            if isinstance(new.get(part), dict):
                yield from _compare(old[part], new[part], f"{place}[{part}]", roots)
            else:
                yield f"{place}: {part} is gone"
    yield from _choices(old, new, place, roots)


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _kinds(old: Schema, new: Schema, place: str) -> Iterator[str]:
    for part in ("type", "format", "pattern", "const", "contentMediaType"):
        if old.get(part) != new.get(part):
            yield f"{place}: {part} was {old.get(part)}, is {new.get(part)}"


def _values(old: Schema, new: Schema, place: str) -> Iterator[str]:
    if ("enum" in old) != ("enum" in new):
        yield f"{place}: allowed values were {old.get('enum')}, are {new.get('enum')}"
    elif gone := sorted(set(old.get("enum", ())) - set(new.get("enum", ()))):
        yield f"{place}: {', '.join(gone)} is no longer allowed"


def _limits(old: Schema, new: Schema, place: str) -> Iterator[str]:
    for part in sorted(LIMITS_THAT_MAY_FALL & set(new)):
        if part not in old or new[part] > old[part]:
            yield f"{place}: {part} rose to {new[part]}"
    for part in sorted(LIMITS_THAT_MAY_RISE & set(new)):
        if part not in old or new[part] < old[part]:
            yield f"{place}: {part} fell to {new[part]}"


def _fields(old: Schema, new: Schema, place: str, roots: tuple[Schema, Schema]) -> Iterator[str]:
    before, now = old.get("properties", {}), new.get("properties", {})
    for name in before:
        if name in now:
            yield from _compare(before[name], now[name], f"{place}.{name}", roots)
        else:
            yield f"{place}.{name}: is gone"
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{place}.{name}: became required"
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        if name in now:
            yield f"{place}.{name}: is no longer promised"


def _choices(old: Schema, new: Schema, place: str, roots: tuple[Schema, Schema]) -> Iterator[str]:
    """Compare the choices of an ``anyOf`` in their order."""
    before, now = old.get("anyOf", []), new.get("anyOf", [])
    if len(before) != len(now):
        yield f"{place}: had {len(before)} choices, has {len(now)}"
    for number, (one, other) in enumerate(zip(before, now, strict=False)):
        yield from _compare(one, other, f"{place}[{number}]", roots)
