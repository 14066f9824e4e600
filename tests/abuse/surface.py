"""Everything that can be called from outside: each route, what it demands, and what it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from deploy.local import wiring
from shared.auth import Bearing, Needs

Location = Literal["path", "query", "header"]
LAST = ("cancellation", "withdrawal", "ending", "publication")  # after these other requests would be refused


@dataclass(frozen=True)
class Operation:
    """One method of one route of one service."""

    service: str
    method: str
    path: str
    access: tuple[Needs | Bearing, ...]
    document: dict[str, Any]
    """Its part of the service's OpenAPI document."""

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    @property
    def role(self) -> str | None:
        """The role it needs; `None` for a public one and for the bearer of a link."""
        access = self.access[0]
        return access.role if isinstance(access, Needs) else None

    @property
    def operators_read(self) -> bool:
        """Whether operators may look at it where coordinators may."""
        access = self.access[0]
        return isinstance(access, Needs) and access.operators_read

    @property
    def purpose(self) -> str | None:
        """The purpose of the link it needs."""
        access = self.access[0]
        return access.purpose if isinstance(access, Bearing) else None

    @property
    def reads(self) -> bool:
        """Whether it only reads."""
        return self.method == "GET"

    @property
    def media_type(self) -> str | None:
        """The media type of its body."""
        return next(iter(self.document.get("requestBody", {}).get("content", {})), None)

    @property
    def body_schema(self) -> dict[str, Any] | None:
        """The schema of its JSON body."""
        content = self.document.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema") if content else None

    def parameters(self, location: Location) -> dict[str, dict[str, Any]]:
        """Return the schemas of its parameters by name."""
        found = self.document.get("parameters", [])
        return {each["name"]: each["schema"] for each in found if each["in"] == location}


def _accesses(dependant: Dependant) -> Iterator[Needs | Bearing]:
    if isinstance(dependant.call, Needs | Bearing):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _accesses(inner)


def operations_of(service: str, app: FastAPI) -> list[Operation]:
    """Return every operation of an application; those that spoil others come last."""
    paths = app.openapi()["paths"]
    found = []
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute) and route.path is not None:
            for method in sorted(route.methods or ()):
                document = paths[route.path][method.lower()]
                access = tuple(dict.fromkeys(_accesses(route.dependant)))  # a part of a route may ask again who it is
                found.append(Operation(service, method, route.path, access, document))
    return sorted(found, key=lambda each: each.path.endswith(LAST) and not each.reads)


@cache
def surface() -> dict[str, tuple[list[Operation], dict[str, Any]]]:
    """Return the operations and the schemas of every service."""
    found = {}
    for name in wiring.api_names():
        app = wiring.application(name)
        found[name] = (operations_of(name, app), app.openapi().get("components", {}).get("schemas", {}))
    return found


def operations() -> list[Operation]:
    """Return every operation of every service."""
    return [operation for found, _ in surface().values() for operation in found]
