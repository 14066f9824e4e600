"""A transaction: what is written and published in it happens as one, or not at all."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared import tracing
from shared.events import MAX_BODY_BYTES, Event, enclose
from shared.ids import utc_now
from shared.sealing import Sealer, Vault
from shared.storage.collections import Collection, CollectionSpec, Document, Duplicate, Index

OUTBOX_KEPT = timedelta(days=7)
INBOX_KEPT = timedelta(days=30)
IDEMPOTENCY_KEPT = timedelta(days=1)

PLATFORM_COLLECTIONS = (
    CollectionSpec(
        "outbox",
        [
            Index([("status", 1), ("_id", 1)], partial={"status": "new"}),
            Index([("status", 1), ("tried_at", 1)], partial={"status": "unroutable"}),
            Index([("sent_at", 1)], expire_after=OUTBOX_KEPT),
        ],
    ),
    CollectionSpec("inbox", [Index([("handled_at", 1)], expire_after=INBOX_KEPT)]),
    CollectionSpec("idempotency", [Index([("created_at", 1)], expire_after=IDEMPOTENCY_KEPT)]),
    CollectionSpec("leases"),
)


class EventTooLarge(Exception):
    """An event's body is over `MAX_BODY_BYTES`: carry a reference, or tell it in parts."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that is being handled."""

    id: str
    name: str
    time: datetime
    subject: str = ""
    """The id of what it happened to."""
    cause: str | None = None
    """The event that it follows from itself."""
    actor: str | None = None
    """Who asked for it, by id."""


@dataclass(slots=True)
class OnceOnly:
    """A request that may arrive twice and must be carried out once (``Idempotency-Key``)."""

    key: str
    fingerprint: str
    used: bool = False


asking: ContextVar[str | None] = ContextVar("asking", default=None)
"""The person whose request is being answered, by id."""


class Repeated(Exception):
    """The request with this idempotency key has been carried out before."""


once_only: ContextVar[OnceOnly | None] = ContextVar("once_only", default=None)


class Reader:
    """Reads outside a transaction: ``reader["meetings"]`` is a `Collection`."""

    def __init__(self, database: Any, vault: Vault, session: Any = None) -> None:
        self._database = database
        self._session = session
        self.vault = vault

    def __getitem__(self, name: str) -> Collection:
        return Collection(self._database[name], self._session, name)

    async def collection_names(self) -> list[str]:
        """Return what collections there are.  For operators and tests: code names its own."""
        return sorted(await self._database.list_collection_names())


class Tx(Reader):
    """A transaction: what is written and published in it happens as one, or not at all."""

    def __init__(self, database: Any, vault: Vault, session: Any, *, sealer: Sealer, cause: Cause | None) -> None:
        super().__init__(database, vault, session)
        self.cause = cause
        self._sealer = sealer
        self._rows: list[Document] = []
        self.bells: set[str] = set()

    def ring(self, bell: str) -> None:
        """Wake whoever waits for `Storage.bell` of this name in this process, if and when this transaction commits."""
        self.bells.add(bell)

    async def publish(self, event: Event) -> None:
        """Tell ``event`` if and when this transaction commits.  Raises `EventTooLarge`."""
        envelope = enclose(
            event,
            sealer=self._sealer,
            traceparent=tracing.current(),
            cause=self.cause.id if self.cause else None,
            actor=self.cause.actor if self.cause else asking.get(),
        )
        body = envelope.model_dump_json(exclude_none=True).encode()
        if len(body) > MAX_BODY_BYTES:
            raise EventTooLarge(event.name)
        self._rows.append(
            {
                "_id": envelope.id,
                "aggregate": event.aggregate_id,
                "seq": event.revision,
                "name": event.name,
                "awaited": event.awaited,
                "body": body,
                "traceparent": envelope.traceparent,
                "created_at": envelope.time,
                "status": "new",
            }
        )

    async def flush(self, once: OnceOnly | None) -> bool:
        """Write the outbox rows; return whether there were any.  Called by `Storage.transact` alone."""
        await self["outbox"].insert_many(self._rows)
        if once is not None and self._rows:
            await self["idempotency"].update_one({"_id": once.key}, {"$set": {"about": self._rows[0]["aggregate"]}})
        return bool(self._rows)


async def claim(tx: Tx, once: OnceOnly | None) -> None:
    """Write the idempotency key in the transaction of the change.  Raises `Repeated`.

    ``about`` is added to it: the id of what was first told of, for whoever gets no answer.
    """
    if once is None:
        return
    row = {"_id": once.key, "fingerprint": once.fingerprint, "created_at": utc_now()}
    try:
        await tx["idempotency"].insert_one(row)
    except Duplicate:
        raise Repeated from None
