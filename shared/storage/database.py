"""One service's database: transactions tried again while they conflict, leases, indexes."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient, ReturnDocument, WriteConcern
from pymongo.errors import (
    CollectionInvalid,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

from shared.sealing import Sealer, Vault
from shared.settings import ServiceSettings, plain
from shared.storage.collections import CollectionSpec, Contended, Document, Index, Unreachable, settled
from shared.storage.transactions import PLATFORM_COLLECTIONS, Cause, OnceOnly, Reader, Tx, claim, once_only

P = ParamSpec("P")
R = TypeVar("R")

ANSWER_WITHIN = timedelta(seconds=5)  # how long a server may take to be found or a pooled connection to be free
SOCKET_TIMEOUT = timedelta(seconds=30)
TRANSACT_WITHIN = timedelta(seconds=20)  # how long conflicts with others are tried again
AWAY_WITHIN = timedelta(seconds=4)  # for how long a request asks again for a server that is away: 503 within 10 s
OTHER_OPTIONS = (85, 86)  # the server's codes for an index that is there with other options than are wanted now
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


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
        await settled(self.client.close())

    async def ping(self) -> None:
        """Return when the database answers.  Raises one of `Unreachable`."""
        await self.database.command("ping")

    async def prepare(self, collections: Sequence[CollectionSpec]) -> None:
        """Make the collections and indexes that are missing, before any transaction needs them."""
        existing = set(await self.database.list_collection_names())
        for spec in (*PLATFORM_COLLECTIONS, *collections):
            if spec.name not in existing:
                with contextlib.suppress(OperationFailure, CollectionInvalid):  # another replica was faster
                    await self.database.create_collection(spec.name)
            for index in spec.indexes:
                await self._make_index(spec.name, index)

    async def _make_index(self, collection: str, index: Index) -> None:
        options: Document = {"unique": True} if index.unique else {}
        if index.partial is not None:
            options["partialFilterExpression"] = dict(index.partial)
        if index.expire_after is not None:
            options["expireAfterSeconds"] = int(index.expire_after.total_seconds())
        try:
            await self.database[collection].create_index(list(index.keys), **options)
        except OperationFailure as error:
            if error.code not in OTHER_OPTIONS:
                raise
            await self.database[collection].drop_index(list(index.keys))
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
        began_at = asyncio.get_running_loop().time()
        once = once_only.get()
        mine = once is not None and not once.used
        for attempt in range(1_000):
            try:
                result, told, bells = await self._attempt(cause, once if mine else None, action, *args, **kwargs)
            except PyMongoError as error:
                away = cause is None and isinstance(error, ConnectionFailure)  # events are asked for again for longer
                within = AWAY_WITHIN if away else TRANSACT_WITHIN
                late = asyncio.get_running_loop().time() - began_at > within.total_seconds()
                if not error.has_error_label("TransientTransactionError") or (late and isinstance(error, Unreachable)):
                    raise
                if late:
                    raise Contended from None
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
        session = await settled(self.client.start_session())
        async with session:
            await settled(
                session.start_transaction(
                    read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True)
                )
                if self._is_motor()
                else session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority", j=True))
            )
            tx = Tx(self.database, self.vault, session, sealer=self.sealer, cause=cause)
            try:
                await claim(tx, once)
                result = await action(tx, *args, **kwargs)
                told = await tx.flush(once)
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
        me = {"$literal": holder}  # whose name could begin with a $
        free = {"$or": [{"$eq": ["$holder", me]}, {"$lt": [{"$ifNull": ["$until", _LONG_AGO]}, "$$NOW"]}]}
        until = {"$add": ["$$NOW", int(length.total_seconds() * 1000)]}
        taken = {
            "holder": {"$cond": [free, me, "$holder"]},
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
