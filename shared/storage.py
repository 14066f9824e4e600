"""One MongoDB transaction for a change of state and the events that tell of it.

The only module that imports a MongoDB driver.  Two fit behind the same few calls (`_settled` is the seam): motor, and
pymongo's own `AsyncMongoClient`; docs/decisions says when to switch.
"""

import asyncio
import contextlib
import inspect
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from bson import Decimal128
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient, DeleteOne, InsertOne, ReturnDocument, UpdateMany, UpdateOne, WriteConcern
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

from shared import tracing
from shared.events import MAX_BODY_BYTES, Event, enclose
from shared.ids import utc_now
from shared.model import Aggregate
from shared.paging import Page, page_of, read_cursor
from shared.problems import Conflict, NotFound
from shared.sealing import Sealer, Vault
from shared.settings import ServiceSettings, plain

Document = dict[str, Any]
P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Aggregate)

ANSWER_WITHIN = timedelta(seconds=5)  # how long a server may take to be found or a pooled connection to be free
SOCKET_TIMEOUT = timedelta(seconds=30)
TRANSACT_WITHIN = timedelta(seconds=20)  # how long conflicts with others are tried again
OUTBOX_KEPT = timedelta(days=7)
INBOX_KEPT = timedelta(days=30)
IDEMPOTENCY_KEPT = timedelta(days=1)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
DUPLICATE_KEY = 11000  # the server's error code

Unreachable = (ConnectionFailure, WTimeoutError)
"""What is raised while the database cannot be reached: a fault that passes."""


class Duplicate(Exception):
    """A unique index says this is there already.  The transaction is aborted."""

    def __init__(self, collection: str, keys: Sequence[str] = ()) -> None:
        super().__init__(f"{collection} has this {', '.join(keys) or 'key'} already")
        self.collection = collection
        self.keys = tuple(keys)


class EventTooLarge(Exception):
    """An event's body is over `MAX_BODY_BYTES`: carry a reference, or tell it in parts."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index: ``keys`` with 1 or -1; ``partial`` is its filter; rows leave ``expire_after`` their (only) date."""

    keys: Sequence[tuple[str, int]]
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    expire_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class CollectionSpec:
    """A collection that a service owns, and its indexes."""

    name: str
    indexes: Sequence[Index] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that is being handled."""

    id: str
    name: str
    time: datetime


@dataclass(slots=True)
class OnceOnly:
    """A request that may arrive twice and must be carried out once (``Idempotency-Key``)."""

    key: str
    fingerprint: str
    used: bool = False


class Repeated(Exception):
    """The request with this idempotency key has been carried out before."""


once_only: ContextVar[OnceOnly | None] = ContextVar("once_only", default=None)

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


async def _settled(value: Any) -> Any:
    """Return ``value``, awaited where this driver's call is a coroutine: the seam between the two drivers."""
    return await value if inspect.isawaitable(value) else value


def _raise_duplicate(collection: str, error: PyMongoError) -> None:
    details: Mapping[str, Any] = getattr(error, "details", None) or {}
    rows = [details, *details.get("writeErrors", [])]
    for row in rows:
        if row.get("code") == DUPLICATE_KEY:
            raise Duplicate(collection, list(row.get("keyPattern", {}))) from None


class Collection:
    """A collection's calls, inside the transaction it was taken from."""

    def __init__(self, collection: Any, session: Any, name: str) -> None:
        self._collection = collection
        self._session = session
        self._name = name

    @contextlib.contextmanager
    def _duplicates(self) -> Any:
        try:
            yield
        except (DuplicateKeyError, BulkWriteError) as error:
            _raise_duplicate(self._name, error)
            raise

    async def find_one(self, where: Document, projection: Any = None, sort: Any = None) -> Document | None:
        """Return the first document that fits, or `None`."""
        found: Document | None = await self._collection.find_one(where, projection, sort=sort, session=self._session)
        return found

    async def find(
        self,
        where: Document,
        *,
        limit: int,
        sort: Any = None,
        projection: Any = None,
    ) -> list[Document]:
        """Return at most ``limit`` documents that fit."""
        cursor = self._collection.find(
            where, projection, sort=sort, limit=limit, batch_size=max(limit, 2), session=self._session
        )
        found: list[Document] = await cursor.to_list(limit)
        return found

    async def stream(
        self,
        where: Document,
        *,
        sort: Any = None,
        projection: Any = None,
        batch: int = 500,
    ) -> AsyncIterator[Document]:
        """Yield every document that fits, ``batch`` at a time in memory."""
        found = self._collection.find(where, projection, sort=sort, batch_size=batch, session=self._session)
        async for document in found:
            yield document

    async def insert_one(self, document: Document) -> None:
        """Add a document.  Raises `Duplicate`."""
        with self._duplicates():
            await self._collection.insert_one(document, session=self._session)

    async def insert_many(self, documents: Sequence[Document], *, ordered: bool = True) -> None:
        """Add documents, none or many.  Raises `Duplicate`."""
        if documents:
            with self._duplicates():
                await self._collection.insert_many(documents, ordered=ordered, session=self._session)

    async def replace_one(self, where: Document, document: Document, *, upsert: bool = False) -> int:
        """Replace the first document that fits; return how many fitted.  Raises `Duplicate`."""
        with self._duplicates():
            result = await self._collection.replace_one(where, document, upsert=upsert, session=self._session)
        return int(result.matched_count)

    async def update_one(self, where: Document, update: Any, *, upsert: bool = False) -> int:
        """Change the first document that fits; return how many fitted.  Raises `Duplicate`."""
        with self._duplicates():
            result = await self._collection.update_one(where, update, upsert=upsert, session=self._session)
        return int(result.matched_count)

    async def update_many(self, where: Document, update: Any) -> int:
        """Change every document that fits; return how many were changed."""
        result = await self._collection.update_many(where, update, session=self._session)
        return int(result.modified_count)

    async def delete_one(self, where: Document) -> int:
        """Delete the first document that fits; return how many were deleted."""
        return int((await self._collection.delete_one(where, session=self._session)).deleted_count)

    async def delete_many(self, where: Document) -> int:
        """Delete every document that fits; return how many were deleted."""
        return int((await self._collection.delete_many(where, session=self._session)).deleted_count)

    async def count(self, where: Document, limit: int | None = None) -> int:
        """Return how many documents fit, counted no further than ``limit``."""
        options = {} if limit is None else {"limit": limit}
        return int(await self._collection.count_documents(where, session=self._session, **options))

    async def aggregate(self, pipeline: Sequence[Document], **options: Any) -> list[Document]:
        """Return what the pipeline gives: end it with a ``$limit``, or group it."""
        cursor = await _settled(self._collection.aggregate(pipeline, session=self._session, **options))
        found: list[Document] = await cursor.to_list(None)
        return found

    async def bulk_write(self, operations: Sequence[Any], *, ordered: bool = False) -> None:
        """Carry out many writes in one call.  Raises `Duplicate`."""
        if operations:
            with self._duplicates():
                await self._collection.bulk_write(operations, ordered=ordered, session=self._session)

    async def find_one_and_update(
        self,
        where: Document,
        update: Any,
        *,
        sort: Any = None,
        upsert: bool = False,
        after: bool = True,
    ) -> Document | None:
        """Change the first document that fits and return it as it is ``after``, or as it was before."""
        which = ReturnDocument.AFTER if after else ReturnDocument.BEFORE
        with self._duplicates():
            found: Document | None = await self._collection.find_one_and_update(
                where, update, sort=sort, upsert=upsert, return_document=which, session=self._session
            )
        return found


class Reader:
    """Reads outside a transaction: ``reader["meetings"]`` is a `Collection`."""

    def __init__(self, database: Any, vault: Vault, session: Any = None) -> None:
        self._database = database
        self._session = session
        self.vault = vault

    def __getitem__(self, name: str) -> Collection:
        return Collection(self._database[name], self._session, name)


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

    async def flush(self) -> bool:
        """Write the outbox rows; return whether there were any.  Called by `Storage.transact` alone."""
        await self["outbox"].insert_many(self._rows)
        return bool(self._rows)


@dataclass
class Storage:
    """A service's own database.  Make it with `Storage.connect`."""

    client: Any
    database: Any
    vault: Vault
    sealer: Sealer
    rung: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when an outbox row was committed: the relay's doorbell."""
    bells: dict[str, asyncio.Event] = field(default_factory=dict)

    def bell(self, name: str) -> asyncio.Event:
        """Return the event that is set whenever a transaction of this process that rang ``name`` has committed."""
        return self.bells.setdefault(name, asyncio.Event())

    @classmethod
    def connect(cls, settings: ServiceSettings) -> "Storage":
        """Return the storage of a service.  Connects when first used."""
        driver: Any = AsyncIOMotorClient if settings.mongo_driver == "motor" else AsyncMongoClient
        milliseconds = int(ANSWER_WITHIN.total_seconds() * 1000)
        client = driver(
            settings.mongo_url.get_secret_value(),
            serverSelectionTimeoutMS=milliseconds,
            waitQueueTimeoutMS=milliseconds,
            connectTimeoutMS=milliseconds,
            socketTimeoutMS=int(SOCKET_TIMEOUT.total_seconds() * 1000),
            w="majority",
            journal=True,
            retryWrites=True,
            appname=settings.service,
        )
        options: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=UTC)
        database = client.get_database(settings.database_name, codec_options=options)
        return cls(
            client=client,
            database=database,
            vault=Vault(plain(settings.vault_secrets)),
            sealer=Sealer(plain(settings.event_secrets), purpose="events"),
        )

    @property
    def reader(self) -> Reader:
        """Reads, and single writes that need no transaction."""
        return Reader(self.database, self.vault)

    async def close(self) -> None:
        """Give the connections back."""
        await _settled(self.client.close())

    async def ping(self) -> None:
        """Return when the database answers.  Raises one of `Unreachable`."""
        await self.database.command("ping")

    async def prepare(self, collections: Sequence[CollectionSpec]) -> None:
        """Make the collections and indexes that are missing, before any transaction needs them."""
        existing = set(await self.database.list_collection_names())
        for spec in (*PLATFORM_COLLECTIONS, *collections):
            if spec.name not in existing:
                with contextlib.suppress(OperationFailure):  # another replica was faster
                    await self.database.create_collection(spec.name)
            for index in spec.indexes:
                await self._make_index(spec.name, index)

    async def _make_index(self, collection: str, index: Index) -> None:
        options: Document = {"unique": True} if index.unique else {}
        if index.partial is not None:
            options["partialFilterExpression"] = dict(index.partial)
        if index.expire_after is not None:
            options["expireAfterSeconds"] = int(index.expire_after.total_seconds())
        await self.database[collection].create_index(list(index.keys), **options)

    async def transact(
        self, action: Callable[Concatenate[Tx, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Carry out ``action`` in one transaction and return its result.

        Tried again while it conflicts with others, so ``action`` must do nothing that a repetition would double.
        Raises what ``action`` raises, `Duplicate`, and one of `Unreachable`.
        """
        return await self.transact_for(None, action, *args, **kwargs)

    async def transact_for(
        self,
        cause: Cause | None,
        action: Callable[Concatenate[Tx, P], Awaitable[R]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Do as `transact` does; what is published in it names ``cause``."""
        give_up_at = asyncio.get_running_loop().time() + TRANSACT_WITHIN.total_seconds()
        once = once_only.get()
        mine = once is not None and not once.used
        for attempt in range(1_000):
            try:
                result, told, bells = await self._attempt(cause, once if mine else None, action, *args, **kwargs)
            except PyMongoError as error:
                late = asyncio.get_running_loop().time() > give_up_at
                if late or not error.has_error_label("TransientTransactionError"):
                    raise
                await asyncio.sleep(random.uniform(0, min(0.002 * 2**attempt, 0.25)))  # noqa: S311 - jitter
                continue
            if told:
                self.rung.set()
            for name in bells:
                self.bell(name).set()
            if mine and once is not None:
                once.used = True
            return result
        raise AssertionError("unreachable: the deadline ends the loop")

    async def _attempt(
        self,
        cause: Cause | None,
        once: OnceOnly | None,
        action: Callable[Concatenate[Tx, P], Awaitable[R]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[R, bool, set[str]]:
        session = await _settled(self.client.start_session())
        async with session:
            await _settled(
                session.start_transaction(
                    read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True)
                )
                if self._is_motor()
                else session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority", j=True))
            )
            tx = Tx(self.database, self.vault, session, sealer=self.sealer, cause=cause)
            try:
                await _claim(tx, once)
                result = await action(tx, *args, **kwargs)
                told = await tx.flush()
                await _commit(session)
            except BaseException:
                if session.in_transaction:
                    with contextlib.suppress(PyMongoError):
                        await session.abort_transaction()
                raise
        return result, told, tx.bells

    def _is_motor(self) -> bool:
        return isinstance(self.client, AsyncIOMotorClient)

    async def lease(self, name: str, holder: str, length: timedelta) -> bool:
        """Take or renew the lease ``name`` by the server's clock; return whether ``holder`` has it now."""
        free = {"$or": [{"$eq": ["$holder", holder]}, {"$lt": [{"$ifNull": ["$until", _LONG_AGO]}, "$$NOW"]}]}
        until = {"$add": ["$$NOW", int(length.total_seconds() * 1000)]}
        taken = {
            "holder": {"$cond": [free, holder, "$holder"]},
            "until": {"$cond": [free, until, "$until"]},
        }
        try:
            row = await self.database["leases"].find_one_and_update(
                {"_id": name}, [{"$set": taken}], upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:  # another inserted it at the same moment
            return False
        return bool(row["holder"] == holder)

    async def release(self, name: str, holder: str) -> None:
        """Give the lease back if ``holder`` has it."""
        await self.database["leases"].delete_one({"_id": name, "holder": holder})

    async def insertions(self, collection: str) -> AsyncIterator[None]:
        """Yield once for every batch of documents added to ``collection`` from now on."""
        watching = self.database[collection].watch(
            [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}], max_await_time_ms=1000
        )
        async with await _settled(watching) as stream:
            async for _ in stream:
                yield None


async def _claim(tx: Tx, once: OnceOnly | None) -> None:
    if once is None:
        return
    row = {"_id": once.key, "fingerprint": once.fingerprint, "created_at": utc_now()}
    try:
        await tx["idempotency"].insert_one(row)
    except Duplicate:
        raise Repeated from None


async def _commit(session: Any) -> None:
    """Commit; while the outcome is unknown ask again, which the server answers without doing it twice."""
    for _ in range(5):
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            if not error.has_error_label("UnknownTransactionCommitResult") or isinstance(error, WTimeoutError):
                raise
            await asyncio.sleep(0.1)
        else:
            return
    await session.commit_transaction()


def to_document(model: Aggregate) -> Document:
    """Return an aggregate as MongoDB keeps it: ``_id`` for ``id``, dates as ISO text, decimals as `Decimal128`."""
    document = storable(model.model_dump())
    document["_id"] = document.pop("id")
    return dict(document)


def storable(value: Any) -> Any:
    """Return ``value`` in types that BSON has."""
    if isinstance(value, dict):
        return {key: storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [storable(each) for each in value]
    if isinstance(value, Decimal):
        return Decimal128(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value


def from_document(model: type[M], document: Mapping[str, Any]) -> M:
    """Return the aggregate that was stored as ``document``."""
    return model.model_validate({**_plain(document), "id": document["_id"]})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.to_decimal() if isinstance(value, Decimal128) else value


@dataclass(frozen=True, slots=True)
class Aggregates(Generic[M]):
    """The aggregates of one kind: ``what`` is the word for one of them in a sentence."""

    name: str
    model: type[M]
    what: str

    async def find(self, reader: Reader, id: str) -> M | None:
        """Return one, or `None`."""
        document = await reader[self.name].find_one({"_id": id})
        return None if document is None else from_document(self.model, document)

    async def get(self, reader: Reader, id: str) -> M:
        """Return one.  Raises `NotFound`."""
        found = await self.find(reader, id)
        if found is None:
            raise NotFound(f"{self.what.replace(' ', '-')}-not-found", f"There is no such {self.what}.")
        return found

    async def add(self, tx: Tx, aggregate: M) -> None:
        """Add a new one.  Raises `Duplicate`."""
        await tx[self.name].insert_one(to_document(aggregate))

    async def put(self, tx: Tx, aggregate: M) -> None:
        """Write the next revision of one.  Raises `Conflict` when another was written in between."""
        expected = {"_id": aggregate.id, "revision": aggregate.revision - 1}
        if not await tx[self.name].replace_one(expected, to_document(aggregate)):
            raise Conflict("changed-meanwhile", f"The {self.what} was changed by somebody else: read it and try again.")

    async def page(self, reader: Reader, where: Document, *, after: str | None, limit: int) -> Page[M]:
        """Return the page of those that fit, in the order of their ids."""
        wanted = where
        if after is not None:
            (last,) = read_cursor(after, str)
            wanted = {"$and": [where, {"_id": {"$gt": last}}]}
        found = await reader[self.name].find(wanted, sort=[("_id", 1)], limit=limit + 1)
        items = [from_document(self.model, each) for each in found]
        return page_of(items, limit, key=lambda item: (item.id,))


__all__ = [
    "Aggregates",
    "Cause",
    "Collection",
    "CollectionSpec",
    "DeleteOne",
    "Document",
    "Duplicate",
    "Index",
    "InsertOne",
    "Reader",
    "Repeated",
    "Storage",
    "Tx",
    "Unreachable",
    "UpdateMany",
    "UpdateOne",
    "from_document",
    "once_only",
    "storable",
    "to_document",
]
