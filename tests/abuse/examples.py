"""Good requests, made from what a service says of itself: the ground from which the bad ones are made."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pysequoia import Tsk

from shared.ids import new_id

BEGINS = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)

BY_NAME: dict[str, Any] = {
    "starts_at": BEGINS.isoformat(),
    "closes_at": (BEGINS + timedelta(days=30)).isoformat(),
    "given_at": "2008-10-14T09:00:00Z",
    "embargo_until": BEGINS.isoformat(),
    "ends_at": (BEGINS + timedelta(hours=8)).isoformat(),
    "period_from_on": "2008-01-01",
    "period_to_on": "2008-10-14",
    "due_on": "2030-01-01",
    "time_zone": "Europe/Warsaw",
    "address": "somebody@example.org",
    "country": "BY",
    "region": "BY-HR",
    "teryt": None,  # of Poland
    "phone": "+48 22 123 45 67",
    "joining": None,  # of hybrid meetings
    "level": None,  # of public authorities
    "represents": {},  # of minority organisations
    "languages": ["pl", "en"],
    "scheme": "by-reg",
    "browser": "0" * 64,
    "url": "https://example.org/hook",
    "refresh_token": "r" * 86,
    "link": "https://example.org/meeting",
    "armored": str(Tsk.generate("Somebody <somebody@example.org>").extract_certificate()),
}
"""What cannot be told from a schema."""

PATTERNS = {
    "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": new_id(),
    "^[A-Z]{2}$": "BY",
    "^[a-z]{2,3}$": "de",
    r"^([01]\d|2[0-3]):[0-5]\d$": "22:00",
    r"^[a-z\-]+$": "noted",
    "^[A-Z]{2}-[A-Z0-9]{1,3}$": "BY-HR",
    "^[a-z]{2,3}(-[a-z0-9]{1,8})*$": "de",
    "^[a-z0-9]+(-[a-z0-9]+)*$": "political-persecution",
    "^[1-6]$": "2",
    "^[0-9]{7}$": "1465011",
    "^[0-9]{12}$": "990000000000",
    r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$": "12.5",
    r"^(![\x21-\x7e]+)?$": "!room:example.org",
}

Place = tuple[str | int, ...]
"""Where in a body something is: keys and indexes."""


class Examples:
    """Makes examples of the schemas of one service; ``world`` holds the ids of what exists there, by field."""

    def __init__(self, schemas: dict[str, Any], world: dict[str, str]) -> None:
        self._schemas = schemas
        self.world = world

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return ``schema`` without references and without the choice to leave it out."""
        while True:
            if "$ref" in schema:
                schema = self._schemas[schema["$ref"].rpartition("/")[2]]
            elif "anyOf" in schema:
                schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
            else:
                return schema

    def example(self, schema: dict[str, Any], name: str = "") -> Any:
        """Return a value that fits, with every optional part."""
        may_be_none = any(each.get("type") == "null" for each in schema.get("anyOf", ()))
        schema = self.resolved(schema)
        if name in self.world:
            return self.world[name]
        if name in BY_NAME and (may_be_none or BY_NAME[name] is not None):
            return BY_NAME[name]
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        make = {"object": self._object, "array": self._array, "string": self._string}.get(schema.get("type", ""))
        return (
            make(schema, name)
            if make
            else {"integer": max(1, schema.get("minimum", 1)), "number": 1, "boolean": False}[schema["type"]]
        )

    def _object(self, schema: dict[str, Any], name: str) -> dict[str, Any]:
        if "properties" in schema:
            return {field: self.example(each, field) for field, each in schema["properties"].items()}
        if "patternProperties" in schema:
            pattern, inner = next(iter(schema["patternProperties"].items()))
            return {PATTERNS[pattern]: self.example(inner, name)}
        names = schema.get("propertyNames", {}).get("enum", ["key"])
        return {each: self.example(schema["additionalProperties"]) for each in names[:2]}

    def _array(self, schema: dict[str, Any], name: str) -> list[Any]:
        one = "person_id" if name == "ids" else name.removesuffix("s")
        known = one in self.world
        if one.endswith("_id") and not known:
            return []
        found = [self.example(schema["items"], one if known else "")]
        return found + [new_id() for _ in range(schema.get("minItems", 1) - 1)] if known else found

    def _string(self, schema: dict[str, Any], name: str) -> str:
        if schema.get("pattern") in PATTERNS:
            return str(PATTERNS[schema["pattern"]])
        if schema.get("format") == "date":
            return "2008-10-14"
        if schema.get("format") == "date-time" or name.endswith("_at"):
            return BEGINS.isoformat()
        shortest: int = schema.get("minLength", 1)
        return "Zgoda".ljust(shortest, "x")[: schema.get("maxLength", 200)]

    def places(self, schema: dict[str, Any], value: Any, place: Place = ()) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Yield every place in an example and the schema of what is there, the whole first."""
        schema = self.resolved(schema)
        yield place, schema
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from self.places(self._inner(schema, key), inner, (*place, key))
        elif isinstance(value, list) and value:
            yield from self.places(schema.get("items", {}), value[0], (*place, 0))

    @staticmethod
    def _inner(schema: dict[str, Any], key: str) -> dict[str, Any]:
        found = schema.get("properties", {}).get(key)
        if found is None and "patternProperties" in schema:
            found = next(iter(schema["patternProperties"].values()))
        inner = found if found is not None else schema.get("additionalProperties", {})
        return inner if isinstance(inner, dict) else {}


def replaced(value: Any, place: Place, new: Any) -> Any:
    """Return ``value`` with ``new`` at ``place``."""
    if not place:
        return new
    key, *rest = place
    if isinstance(value, list):
        return [replaced(each, tuple(rest), new) if number == key else each for number, each in enumerate(value)]
    return {name: replaced(each, tuple(rest), new) if name == key else each for name, each in value.items()}
