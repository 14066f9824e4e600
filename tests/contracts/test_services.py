"""What a service says of itself in its first lines is so: what it owns, publishes and consumes."""

import ast
import importlib
import inspect
import re

import pytest

from deploy.local import wiring
from shared.events import CATALOGUE

SERVICES = wiring.service_names()
PLATFORM = {"access"}


def section(service: str, head: str) -> str:
    """Return what the docstring says after ``head``, up to the next heading."""
    words = importlib.import_module(f"services.{service}").__doc__ or ""
    found = re.search(rf"^{head}:(.*?)(?=^[A-Z][a-z]+:|\Z)", words, re.MULTILINE | re.DOTALL)
    assert found, f"services/{service}/__init__.py does not say what it {head.lower()}"
    return " ".join(found[1].split())


def named(service: str, head: str) -> list[str]:
    """Return the events named after ``head``."""
    words = section(service, head)
    return [] if words.startswith("nothing") else sorted(re.findall(r"[a-z]+(?:-[a-z]+)+", words))


def published(service: str) -> list[str]:
    """Return the events of its own module that a service makes somewhere, read from its syntax."""
    own = {event.__name__: event.name for event in CATALOGUE.values() if event.publisher == service}
    found = set()
    for module in wiring.modules(service):
        tree = ast.parse(inspect.getsource(module))
        annotations = {id(name) for each in ast.walk(tree) for name in _annotation(each)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in own and id(node) not in annotations:
                found.add(own[node.id])
    return sorted(found)


def _annotation(node: ast.AST) -> list[ast.AST]:
    """Return what stands in the annotations of ``node``: naming a type there is not making one."""
    parts = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    return [name for part in parts if isinstance(part, ast.AST) for name in ast.walk(part)]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_names_the_events_it_consumes(service: str) -> None:
    assert named(service, "Consumes") == wiring.consumed_by(service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_names_the_events_it_publishes(service: str) -> None:
    assert named(service, "Publishes") == published(service)


def test_every_event_is_published_by_somebody() -> None:
    assert sorted(name for service in SERVICES for name in published(service)) == sorted(CATALOGUE)


@pytest.mark.parametrize("service", wiring.api_names())
async def test_a_service_names_the_collections_it_owns(service: str) -> None:
    app = wiring.application(service)
    await app.state.context.storage.close()
    owned = {spec.name for spec in app.state.collections} - PLATFORM
    words = section(service, "Owns").replace("-", " ")
    assert [name for name in sorted(owned) if name.replace("_", " ") not in words] == []


def test_the_portal_owns_nothing() -> None:
    assert section("portal", "Owns").startswith("nothing")
