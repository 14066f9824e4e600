"""Which services there are and how events join them, read from the code itself."""

import importlib
import pkgutil
from types import ModuleType
from typing import Any

from fastapi import FastAPI

import services
from shared.consuming import Consumer
from shared.events import CATALOGUE, Event
from shared.settings import ServiceSettings

_SECRET = "not-a-secret-only-for-documents-and-tests"  # noqa: S105 - it opens nothing


def service_names() -> list[str]:
    """Return the names of all services, the portal included, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(services.__path__) if module.ispkg)


def api_names() -> list[str]:
    """Return the names of the services that keep data and answer over HTTP as services do: all but the portal."""
    return [name for name in service_names() if issubclass(settings_of(name), ServiceSettings)]


def settings_of(name: str) -> Any:
    """Return the class of a service's settings."""
    return importlib.import_module(f"services.{name}.settings").Settings


def application(name: str, **values: Any) -> FastAPI:
    """Return the application of a service that is never started, with settings that lead nowhere."""
    settings = settings_of(name)
    secrets = {field: [_SECRET] for field in settings.model_fields if field.endswith("_secrets")}
    app: FastAPI = importlib.import_module(f"services.{name}.main").create_app(settings(**{**secrets, **values}))
    return app


def modules(name: str) -> list[ModuleType]:
    """Return every module of a service."""
    package = importlib.import_module(f"services.{name}")
    found = pkgutil.walk_packages(package.__path__, f"services.{name}.")
    return [package, *(importlib.import_module(each.name) for each in found)]


def consumer_of(name: str) -> Consumer | None:
    """Return the consumer of a service, or `None` when it consumes nothing."""
    for module in modules(name):
        consumer = getattr(module, "consumer", None)
        if module.__name__.endswith(".consumers") and isinstance(consumer, Consumer):
            return consumer
    return None


def consumed_by(name: str) -> list[str]:
    """Return the names of the events that a service consumes."""
    consumer = consumer_of(name)
    return [] if consumer is None else consumer.event_names


def consumers_of_events() -> dict[str, list[str]]:
    """Return for every event of the catalogue the services that consume it."""
    consumed = {name: consumed_by(name) for name in service_names()}
    return {event: [name for name in consumed if event in consumed[name]] for event in CATALOGUE}


def events_of(publisher: str) -> list[type[Event]]:
    """Return the events that a service publishes, in the order of their names."""
    return sorted((event for event in CATALOGUE.values() if event.publisher == publisher), key=lambda each: each.name)
