"""A private corner of the test servers: own databases and queues, services in this process, tokens for anybody."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from shared.auth import ISSUER
from shared.bus import BROKER_ERRORS, Names, connected
from shared.consuming import Consumer
from shared.events import Event, enclose
from shared.events.registry import Role
from shared.ids import new_id
from shared.links import Links
from shared.service import Context, make_context
from shared.settings import ServiceSettings, plain
from shared.storage import CollectionSpec, Document, OperationFailure, Storage, Tx, Unreachable

SECRET = "a-secret-for-tests-that-is-long-enough"
TIDY_MILLISECONDS = 5_000  # for a database
SERVICES = ("registry", "meetings", "notifications", "reports", "surveys")
S = TypeVar("S", bound=ServiceSettings)


class TestKeys:
    """Signs tokens for anybody, and is where the services under test take their keys from."""

    __test__ = False

    def __init__(self) -> None:
        self._key = OKPKey.generate_key("Ed25519", {"kid": "test"}, private=True)

    async def current(self, *, fresh: bool = False) -> KeySet:
        """Return the public key."""
        return KeySet([self._key])

    def token(
        self,
        audience: str,
        *roles: Role,
        person_id: str | None = None,
        organisation_ids: Iterable[str] = (),
        revision: int = 1,
        lasts: int = 600,
        **claims: Any,
    ) -> str:
        """Return an access token for ``audience`` that is good for ``lasts`` seconds."""
        now = int(time.time())
        body = {
            "iss": ISSUER,
            "aud": audience,
            "sub": person_id or new_id(),
            "roles": list(roles),
            "organisation_ids": list(organisation_ids),
            "rev": revision,
            "iat": now,
            "exp": now + lasts,
            **claims,
        }
        return jwt.encode({"alg": "Ed25519", "kid": "test"}, body, self._key, algorithms=["Ed25519"])


@dataclass
class Running:
    """A service that runs in this process."""

    app: FastAPI
    settings: Any
    keys: TestKeys

    @property
    def context(self) -> Context:
        """The service's own context."""
        context: Context = self.app.state.context
        return context

    @property
    def storage(self) -> Storage:
        """The service's own storage."""
        return self.context.storage

    def as_(self, *roles: Role, person_id: str | None = None, **claims: Any) -> httpx2.AsyncClient:
        """Return a client that asks as somebody with ``roles``; with none, as nobody."""
        headers = {}
        if roles:
            token = self.keys.token(self.settings.service, *roles, person_id=person_id, **claims)
            headers["Authorization"] = f"Bearer {token}"
        return self._client(headers)

    def bearing(self, token: str) -> httpx2.AsyncClient:
        """Return a client that holds the token of a signed link."""
        return self._client({"Authorization": f"Link {token}"})

    def _client(self, headers: dict[str, str]) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=True)
        return httpx2.AsyncClient(transport=transport, base_url="http://service", headers=headers)

    async def deliver(self, consumer: Consumer, event: Event, *, event_id: str | None = None) -> str:
        """Hand ``event`` to the service's handlers as if it came by the broker, inbox included; return its id."""
        from shared.consuming import Consumption  # noqa: PLC0415 - only where handlers are tested
        from shared.storage import Cause, Duplicate  # noqa: PLC0415

        envelope = enclose(event, sealer=self.storage.sealer)
        cause = Cause(event_id or envelope.id, event.name, envelope.time, subject=envelope.subject)
        consumption = Consumption(consumer, self.storage, self.settings, self.context.health)
        try:
            await self.storage.transact_for(cause, consumption._once, event, consumer.handlers[type(event)])
        except Duplicate as error:
            if error.collection != "inbox":
                raise
        return cause.id

    async def published(self, name: str | None = None) -> list[Document]:
        """Return the CloudEvents that the service has published, oldest first, sealed fields opened."""
        import json  # noqa: PLC0415

        from shared.events import CATALOGUE  # noqa: PLC0415

        rows = await self.storage.reader["outbox"].find(
            {} if name is None else {"name": name}, sort=[("_id", 1)], limit=10_000
        )
        envelopes = [json.loads(row["body"]) for row in rows]
        for each in envelopes:
            context = {"sealer": self.storage.sealer}
            each["event"] = CATALOGUE[each["type"]].model_validate(each["data"], context=context)
        return envelopes


@dataclass
class Stack:
    """A corner of the test servers; everything in it is gone at the end."""

    mongo_url: str
    amqp_url: str
    prefix: str = field(default_factory=lambda: f"t{new_id()[-12:]}")
    keys: TestKeys = field(default_factory=TestKeys)

    def values(self, service: str, **values: Any) -> dict[str, Any]:
        """Return what the settings of ``service`` need; ``values`` say otherwise."""
        return {
            "service": service,
            "mongo_url": self.mongo_url,
            "amqp_url": self.amqp_url,
            "database": f"{self.prefix}_{service}",
            "broker_prefix": f"{self.prefix}.",
            "retry_ladder": (0.2, 0.4),
            "event_secrets": [SECRET],
            "link_secrets": [SECRET],
            "vault_secrets": [f"{SECRET}-{service}"],
            "portal_url": "http://127.0.0.1:8080",
            "log_level": "error",
            **values,
        }

    @property
    def links(self) -> Links:
        """Signs links as the services under test do."""
        return Links([SECRET])

    @contextlib.asynccontextmanager
    async def running(
        self, create_app: Callable[[Any], FastAPI], settings: ServiceSettings, *, background: bool = True
    ) -> AsyncIterator[Running]:
        """Run a service in this process; without ``background`` only its routes, with its collections made."""
        app = create_app(settings)
        context: Context = app.state.context
        context.keys, context.die = self.keys, _fail
        running = Running(app, settings, self.keys)
        if not background:
            await context.storage.prepare(app.state.collections)
            try:
                yield running
            finally:
                await context.storage.close()
            return
        async with app.router.lifespan_context(app):
            await until(lambda: context.health.ready, "the service is ready", within=120)
            yield running

    @contextlib.asynccontextmanager
    async def storage(self, service: str, collections: Iterable[CollectionSpec] = ()) -> AsyncIterator[Storage]:
        """Yield the storage of a service that does not run."""
        context = make_context(ServiceSettings(**self.values(service)))
        await context.storage.prepare([*collections, CollectionSpec("access")])
        try:
            yield context.storage
        finally:
            await context.storage.close()

    async def clear(self) -> None:
        """Drop the databases and delete the queues.

        What a busy server has no time for, or what somebody who was cut off still holds, goes with the server.
        """
        settings = ServiceSettings(**self.values("registry"))
        storage = Storage.connect(settings)
        try:
            for name in await storage.client.list_database_names():
                if name.startswith(self.prefix):
                    with contextlib.suppress(OperationFailure, *Unreachable):
                        await storage.client[name].command("dropDatabase", maxTimeMS=TIDY_MILLISECONDS)
        finally:
            await storage.close()
        async with connected(self.amqp_url, name="test clean-up") as broker:
            for service in SERVICES:
                with contextlib.suppress(*BROKER_ERRORS):
                    await broker.delete(Names(service, f"{self.prefix}."), settings.retry_ladder)


def _fail(status: int) -> None:
    raise AssertionError(f"a task of the service died: it would have exited with {status}")


async def until(condition: Callable[[], Any], what: str, *, within: float = 10) -> Any:
    """Return the first true value of ``condition`` (called, and awaited where needed) or fail, saying ``what``."""
    give_up_at = time.monotonic() + within
    while True:
        value = condition()
        if asyncio.iscoroutine(value):
            value = await value
        if value:
            return value
        if time.monotonic() > give_up_at:
            raise AssertionError(f"not within {within} s: {what}")
        await asyncio.sleep(0.02)


async def in_one_transaction(storage: Storage, *events: Event) -> None:
    """Publish ``events`` from a service's outbox, as a change of its state would."""

    async def publish(tx: Tx) -> None:
        for event in events:
            await tx.publish(event)

    await storage.transact(publish)


__all__ = ["SECRET", "Running", "Stack", "TestKeys", "in_one_transaction", "plain", "until"]
