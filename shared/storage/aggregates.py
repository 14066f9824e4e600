"""Aggregates as documents: read, added, and written only when nobody else was faster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from bson import Decimal128

from shared.model import Aggregate
from shared.paging import Page, page_of, read_cursor
from shared.problems import Conflict, NotFound
from shared.storage.collections import Document
from shared.storage.transactions import Reader, Tx

M = TypeVar("M", bound=Aggregate)


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
