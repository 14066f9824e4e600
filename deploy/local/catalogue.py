"""The documents that are made from the code: contracts of events and APIs, the table of events, the diagram.

`./zgoda docs` writes them, and a test refuses what differs from the code.  The same code gives the same bytes.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from deploy.local import asyncapi, diagram, wiring
from deploy.local.places import ROOT
from shared.events import CATALOGUE, Event

DOCS = ROOT / "docs"
EVENTS = DOCS / "events"
API = DOCS / "api"
ARCHITECTURE = DOCS / "architecture.md"


def write() -> list[Path]:
    """Bring the documents into agreement with the code; return those that were written or removed."""
    changed = differences()
    wanted = documents()
    for path in changed:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return changed


def differences() -> list[Path]:
    """Return the documents that are not what the code says: missing, outdated, or of something that is no more."""
    wanted = documents()
    outdated = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    present = [*EVENTS.glob("*.json"), *API.glob("*.json")]
    return sorted({*outdated, *(path for path in present if path not in wanted)})


def documents() -> dict[Path, str]:
    """Return the text of every generated document by its path."""
    consumers = wiring.consumers_of_events()
    made = {EVENTS / f"{key(event)}.json": text(schema(event)) for event in CATALOGUE.values()}
    made[EVENTS / "asyncapi.json"] = text(asyncapi.document(consumers))
    made[EVENTS / "README.md"] = table(consumers)
    for name in wiring.api_names():
        made[API / f"{name}.json"] = text(asyncio.run(open_api(name)))
    made[ARCHITECTURE] = diagram.inserted(ARCHITECTURE.read_text(encoding="utf-8"), consumers)
    return made


def key(event: type[Event]) -> str:
    """Return the name of an event's contract: ``meeting-scheduled.v1``."""
    return f"{event.name}.v{event.contract_version}"


def text(document: dict[str, Any]) -> str:
    """Return a document as JSON for people and for diff."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def schema(event: type[Event]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an event's data: what it promises to every consumer."""
    described = _untitled(event.model_json_schema())
    described["description"] = summary(event)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/docs/events/{key(event)}.json",
        "title": event.name,
        **described,
    }


def summary(event: type[Event]) -> str:
    """Return what an event says, in the words of its class."""
    return " ".join((event.__doc__ or "").split())


def _untitled(value: Any, *, names: bool = False) -> Any:
    """Return a schema without the titles that only repeat the names of fields."""
    if isinstance(value, dict):
        kept = value.items() if names else ((name, each) for name, each in value.items() if name != "title")
        return {name: _untitled(each, names=not names and name in ("properties", "$defs")) for name, each in kept}
    return [_untitled(each) for each in value] if isinstance(value, list) else value


async def open_api(name: str) -> dict[str, Any]:
    """Return the OpenAPI document of a service."""
    app = wiring.application(name)
    document: dict[str, Any] = app.openapi()
    await app.state.context.storage.close()
    return document


def table(consumers: dict[str, list[str]]) -> str:
    """Return the catalogue of events as a page: a table of all, and the fields of each."""
    rows = [_row(event, consumers[name]) for name, event in sorted(CATALOGUE.items())]
    parts = [_fields(event) for _, event in sorted(CATALOGUE.items())]
    return _TABLE.format(rows="\n".join(rows), events="\n\n".join(parts)) + "\n"


_TABLE = """\
# Events

Written by `./zgoda docs` from `shared/events/` and from the consumers; change those.
The JSON Schema of each event lies beside this page, and `asyncapi.json` describes the whole (AsyncAPI 3.0).

| event | publisher | consumers | private |
|---|---|---|---|
{rows}

*Private*: carries an address; only notifications may read it, by the rights of its user at the broker.
*Nobody*: told for those to come; published without the flag that makes the broker return what has no queue.

{events}"""


def _row(event: type[Event], consumers: list[str]) -> str:
    private = "private" if event.private else ""
    return f"| [{event.name}](#{event.name}) | {event.publisher} | {', '.join(consumers) or 'nobody'} | {private} |"


def _fields(event: type[Event]) -> str:
    rows = []
    for name, field in schema(event)["properties"].items():
        rows.append(f"| `{name}` | {_kind(field)} | {' '.join(field.get('description', '').split())} |")
    head = f"## {event.name}\n\n{summary(event)}\n\n| field | type | meaning |\n|---|---|---|\n"
    return head + "\n".join(rows)


def _kind(field: dict[str, Any]) -> str:
    """Return the type of a field in a few words."""
    if "anyOf" in field:
        return " or ".join(_kind(each) for each in field["anyOf"])
    if field.get("format") == "sealed":
        return f"sealed {_kind(field['contentSchema'])}"
    if field.get("type") == "array":
        return f"list of {_kind(field['items'])}"
    return _word(field)


def _word(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " · ".join(str(each) for each in field["enum"])
    if "$ref" in field:
        return str(field["$ref"].rpartition("/")[2])
    if field.get("pattern", "").startswith("^[0-9a-f]{8}-"):
        return "id"
    return str({"date-time": "time"}.get(field.get("format", ""), field.get("type", "")))
