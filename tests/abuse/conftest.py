"""Each service with its routes only, something in it, and a spy on what it tells MongoDB."""

import importlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from deploy.local import wiring
from shared.events.registry import Role
from shared.links import Purpose
from shared.testing.stack import Running, Stack
from tests.abuse.examples import Examples
from tests.abuse.spy import SPY, Spy
from tests.abuse.surface import Operation, surface
from tests.abuse.worlds import fill

MAX_BODY_BYTES = 200_000
SUBJECTS: dict[Purpose, str] = {
    "preferences": "person_id",
    "stop": "person_id",
    "answer": "invitation_id",
    "feed": "feed_id",
}


class NoLimits:
    """Lets everybody ask as often as they like: these tests do."""

    async def hit(self, what: str, who: str, *limits: str) -> None:
        """Count nothing."""


@dataclass
class Target:
    """A service under attack."""

    name: str
    running: Running
    stack: Stack
    examples: Examples

    @property
    def operations(self) -> list[Operation]:
        """Everything that can be called."""
        return surface()[self.name][0]

    def path(self, operation: Operation, **values: str) -> str:
        """Return the path of ``operation`` with the ids of what exists."""
        parameters = operation.parameters("path")
        made = {name: str(self.examples.example(schema, name)) for name, schema in parameters.items()}
        return operation.path.format(**{**made, **values})

    def body(self, operation: Operation) -> Any:
        """Return a good body."""
        schema = operation.body_schema
        body = None if schema is None else self.examples.example(schema)
        if operation.path.endswith("/erasure"):  # with the right name whoever attacks would be gone
            return {**(body or {}), "display_name": "Somebody Else"}
        return body

    def token(self, *roles: Role, **claims: Any) -> str:
        """Return an access token."""
        person_id = self.examples.world.get("person_id")
        newest = {"rev": 1_000_000, **claims}  # however often the attacks have changed the person meanwhile
        return self.running.keys.token(self.name, *roles, person_id=person_id, **newest)

    def link(self, purpose: str | None, **changes: Any) -> str:
        """Return the token of a good link."""
        kind: Purpose = purpose  # type: ignore[assignment] # that of a route
        named = "subscription_id" if self.name == "reports" else SUBJECTS.get(kind, "subscription_id")
        subject = self.examples.world.get(named, "nobody")
        claims = {"subject": subject, "expires_at": datetime(2100, 1, 1, tzinfo=UTC), **changes}
        return self.stack.links.sign(kind, **claims)

    def authorised(self, operation: Operation) -> dict[str, str]:
        """Return the headers of somebody who may."""
        if operation.purpose is not None:
            return {"Authorization": f"Link {self.link(operation.purpose)}"}
        return {"Authorization": f"Bearer {self.token('coordinator', 'operator')}"}

    async def call(
        self, operation: Operation, *, path: str | None = None, headers: dict[str, str] | None = None, **request: Any
    ) -> httpx2.Response:
        """Call ``operation`` with nobody's rights but those in ``headers``."""
        raw = [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
        async with self.running.as_() as client:
            return await client.request(operation.method, path or self.path(operation), headers=raw, **request)

    async def revision(self, operation: Operation) -> dict[str, str]:
        """Return the ``If-Match`` of what ``operation`` would change."""
        if "if-match" not in operation.parameters("header"):
            return {}
        path = operation.path
        while path:
            for other in self.operations:
                if other.reads and other.path == path:
                    answer = await self.call(other, headers=self.authorised(other))
                    if "etag" in answer.headers:
                        return {"If-Match": answer.headers["etag"]}
            path = path.rpartition("/")[0]
        return {}


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=wiring.api_names())
async def target(stack: Stack, request: pytest.FixtureRequest) -> AsyncIterator[Target]:
    """One service after the other."""
    name: str = request.param
    package = f"services.{name}"
    create_app = importlib.import_module(f"{package}.main").create_app
    settings = importlib.import_module(f"{package}.settings").Settings(
        **stack.values(name, max_body_bytes=MAX_BODY_BYTES, log_level="error")
    )
    async with stack.running(create_app, settings, background=False) as running:
        running.context.limits = NoLimits()  # type: ignore[assignment] # it has the one method
        target = Target(name, running, stack, Examples(surface()[name][1], {}))
        await fill(target)
        yield target


@pytest.fixture
def spy() -> Spy:
    """Hears every command of the services."""
    return SPY
