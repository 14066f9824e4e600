"""What was ever promised in an event still holds, and what the classes say of themselves is so."""

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deploy.local import catalogue, wiring
from deploy.local.places import ROOT
from shared.bus import Delivery
from shared.consuming import Consumption
from shared.events import CATALOGUE, MAX_BODY_BYTES, Event
from shared.settings import ServiceSettings
from shared.supervision import Health
from shared.testing.stack import Stack
from tests.contracts import golden
from tests.contracts.comparison import breaking

EVENTS = sorted(CATALOGUE.values(), key=lambda event: event.name)
CONSUMERS = wiring.consumers_of_events()
OPEN_WORDS = {"name", "title", "address", "display_name", "text", "summary", "comment", "email", "phone"}


@pytest.fixture(scope="module")
def released() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in golden.RELEASED.glob("*.json")}


def test_the_documents_say_what_the_code_says() -> None:
    different = [str(path.relative_to(ROOT)) for path in catalogue.differences()]
    assert different == [], "run ./zgoda docs and look at what it changes"


def test_every_event_has_a_sample_and_a_released_schema(released: dict[str, Any]) -> None:
    keys = {golden.key(event) for event in EVENTS}
    assert keys <= set(released), "freeze the new ones by python -m tests.contracts.golden"
    assert keys <= set(golden.samples())
    assert set(released) == set(golden.samples()), "a sample and a schema belong together"


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_a_released_contract_is_only_added_to(event: type[Event], released: dict[str, Any]) -> None:
    assert breaking(released[golden.key(event)], catalogue.schema(event)) == [], "raise contract_version instead"


@pytest.mark.parametrize("sample", golden.samples())
def test_every_message_ever_sent_is_a_cloud_event(sample: str) -> None:
    sent = json.loads(golden.body(sample))
    event = golden.read(sample)
    assert sent["specversion"] == "1.0"
    assert f"{sent['type']}.v{sent['dataschema'].rpartition('.v')[2]}" == f"{sample}.json"
    assert (sent["source"], sent["subject"]) == (f"/zgoda/{event.publisher}", event.aggregate_id)
    assert int(sent["sequence"]) == event.revision
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", sent["traceparent"])


@pytest.mark.parametrize("sample", golden.samples())
def test_every_message_ever_sent_is_read_by_every_consumer(sample: str) -> None:
    name = sample.rpartition(".")[0]
    for service in CONSUMERS[name]:
        body = golden.body(sample)
        delivery = Delivery(body, name, "id", {}, "events", name, None)  # type: ignore[arg-type] # it is not acknowledged
        consumer = wiring.consumer_of(service)
        assert consumer is not None
        storage: Any = SimpleNamespace(sealer=golden.SEALER)
        settings = ServiceSettings(
            service=service,
            **{each: [golden.SECRET] for each in ("event_secrets", "link_secrets", "vault_secrets")},  # type: ignore[arg-type] # pydantic makes them secrets
        )
        event, cause, handlers = Consumption(consumer, storage, settings, Health())._read(delivery)
        assert (event, cause.name) == (golden.read(sample), name)
        assert handlers == consumer.handlers[type(event)]


@pytest.mark.parametrize("service", [name for name in wiring.api_names() if wiring.consumer_of(name)])
async def test_every_message_ever_sent_is_handled(service: str, stack: Stack) -> None:
    consumer = wiring.consumer_of(service)
    assert consumer is not None
    create_app = importlib.import_module(f"services.{service}.main").create_app
    settings = importlib.import_module(f"services.{service}.settings").Settings(**stack.values(service))
    async with stack.running(create_app, settings, background=False) as running:
        for event in (golden.read(sample) for sample in golden.samples()):
            if type(event) in consumer.handlers:
                for _ in range(2):
                    await running.deliver(consumer, event)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_is_awaited_when_somebody_consumes_it(event: type[Event]) -> None:
    assert event.awaited == bool(CONSUMERS[event.name])


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_a_private_event_is_read_by_notifications_only_and_what_carries_an_address_is_private(
    event: type[Event],
) -> None:
    carries_address = any("address" in fields for _, fields in objects(catalogue.schema(event)))
    assert event.private == carries_address
    if event.private:
        assert CONSUMERS[event.name] == ["notifications"]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_belongs_to_the_module_of_its_publisher(event: type[Event]) -> None:
    assert event.__module__ == f"shared.events.{event.publisher}"
    assert event.publisher in wiring.api_names()
    assert event.subject in event.model_fields
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", event.name)


def _within(part: Any, schema: dict[str, Any]) -> set[str]:
    """Return the names of the models that ``part`` of ``schema`` holds, and those that these hold."""
    named = set(re.findall(r"#/\$defs/(\w+)", json.dumps(part)))
    return named.union(*(_within(schema["$defs"][name], schema) for name in named))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_no_name_title_or_address_travels_unsealed(event: type[Event]) -> None:
    schema = catalogue.schema(event)
    sealed = {name for each in schema["properties"].values() for name in _within(each.get("contentSchema"), schema)}
    in_the_open = [fields for place, fields in objects(schema) if place not in sealed]
    assert [fields & OPEN_WORDS for fields in in_the_open if fields & OPEN_WORDS] == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_every_field_says_what_it_means(event: type[Event]) -> None:
    schema = catalogue.schema(event)
    described = [schema, *schema.get("$defs", {}).values()]
    silent = [name for each in described for name, field in each["properties"].items() if not field.get("description")]
    assert silent == []


@pytest.mark.parametrize("sample", golden.samples())
def test_a_sample_is_small_enough_for_every_consumer(sample: str) -> None:
    assert len(golden.body(sample)) <= MAX_BODY_BYTES


def objects(schema: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """Yield the fields of a schema itself, under the name "", and those of each of its parts."""
    yield "", set(schema["properties"])
    for name, part in schema.get("$defs", {}).items():
        yield name, set(part["properties"])


def test_the_samples_are_never_written_anew(tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in golden.SAMPLES.glob("*.json")}
    assert golden.freeze() == []
    assert {path: path.read_bytes() for path in golden.SAMPLES.glob("*.json")} == before
