"""The events as an AsyncAPI 3.0 document: a channel each, who sends it, who receives it."""

from typing import Any

from shared.bus import CONTENT_TYPE
from shared.events import CATALOGUE, Envelope, Event


def document(consumers: dict[str, list[str]]) -> dict[str, Any]:
    """Return the document; ``consumers`` names the services that consume each event."""
    events = sorted(CATALOGUE.values(), key=lambda event: event.name)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Zgoda's events",
            "version": "1",
            "description": "CloudEvents 1.0 in structured mode on RabbitMQ's topic exchange `events`; the routing key "
            "is the event's name. Each consuming service has a quorum queue of its own name.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {event.name: _channel(event) for event in events},
        "operations": {name: each for event in events for name, each in _operations(event, consumers[event.name])},
        "components": {
            "messages": {event.name: _message(event) for event in events},
            "schemas": {"envelope": Envelope.model_json_schema()},
        },
    }


def _channel(event: type[Event]) -> dict[str, Any]:
    exchange = {"name": "events", "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}
    return {
        "address": event.name,
        "messages": {event.name: {"$ref": f"#/components/messages/{event.name}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}},
    }


def _operations(event: type[Event], consumers: list[str]) -> list[tuple[str, dict[str, Any]]]:
    told = (f"{event.publisher}-sends-{event.name}", _operation("send", event))
    return [told, *((f"{name}-receives-{event.name}", _operation("receive", event)) for name in consumers)]


def _operation(action: str, event: type[Event]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{event.name}"},
        "messages": [{"$ref": f"#/channels/{event.name}/messages/{event.name}"}],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    data = f"./{event.name}.v{event.contract_version}.json"
    return {
        "name": event.name,
        "title": event.__name__,
        "summary": " ".join((event.__doc__ or "").split()),
        "contentType": CONTENT_TYPE,
        "tags": [{"name": "private"}] if event.private else [],
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/envelope"},
                {"type": "object", "properties": {"type": {"const": event.name}, "data": {"$ref": data}}},
            ]
        },
    }
