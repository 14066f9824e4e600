"""A collection's calls, inside the transaction it was taken from; the seam between two MongoDB drivers."""

import contextlib
import inspect
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, ConnectionFailure, DuplicateKeyError, PyMongoError, WriteConcernError

Document = dict[str, Any]

DUPLICATE_KEY = 11000  # the server's error code


class Contended(Exception):
    """Somebody else has been at the same documents for too long, such as a process that was killed half-way.

    MongoDB ends the transaction of a client that is gone after a minute.
    """


Unreachable = (ConnectionFailure, WriteConcernError, Contended)
"""What is raised while the database cannot be reached, changes its primary or is not free: a fault that passes."""


class Duplicate(Exception):
    """A unique index says this is there already.  The transaction is aborted."""

    def __init__(self, collection: str, keys: Sequence[str] = ()) -> None:
        super().__init__(f"{collection} has this {', '.join(keys) or 'key'} already")
        self.collection = collection
        self.keys = tuple(keys)


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


async def settled(value: Any) -> Any:
    """Return ``value``, awaited where this driver's call is a coroutine: the seam between the two drivers."""
    return await value if inspect.isawaitable(value) else value


def _raise_duplicate(collection: str, error: PyMongoError) -> None:
    details: Mapping[str, Any] = getattr(error, "details", None) or {}
    rows = [details, *details.get("writeErrors", [])]
    for row in rows:
        if row.get("code") == DUPLICATE_KEY:
            raise Duplicate(collection, list(row.get("keyPattern", {}))) from None


def _raise_unreachable(error: PyMongoError) -> None:
    """Tell that many writes were made and not confirmed as one such write does: the driver has another error for it."""
    details: Mapping[str, Any] = getattr(error, "details", None) or {}
    if not details.get("writeErrors") and (unconfirmed := details.get("writeConcernErrors")):
        raise WriteConcernError("writes not confirmed", unconfirmed[0].get("code")) from None


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
            _raise_unreachable(error)
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
        cursor = await settled(self._collection.aggregate(pipeline, session=self._session, **options))
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
