"""Aggregates of which some fields are encrypted, each under a key of its own: deleting the key erases them for good."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.ids import utc_now
from shared.model import Aggregate
from shared.paging import Page, page_of, read_cursor
from shared.problems import Conflict, NotFound
from shared.storage import CollectionSpec, Document, Reader, Tx, from_document, to_document

KEYS = "evidence_keys"
COLLECTIONS = [CollectionSpec(KEYS)]
AT_ONCE = 500

M = TypeVar("M", bound=Aggregate)


@dataclass(frozen=True, slots=True)
class SealedAggregates(Generic[M]):
    """The aggregates of one kind, all of one report or another; ``secret`` are the fields that are encrypted."""

    name: str
    model: type[M]
    what: str
    secret: tuple[str, ...]

    async def add(self, tx: Tx, aggregate: M) -> None:
        """Add a new one and its key."""
        key = tx.vault.new_key()
        await tx[KEYS].insert_one({"_id": aggregate.id, "key": key, "created_at": utc_now()})
        await tx[self.name].insert_one(self._sealed(tx, key, aggregate))

    async def put(self, tx: Tx, aggregate: M) -> None:
        """Write the next revision of one.  Raises `Conflict` when another was written, `NotFound` when it is erased."""
        held = await tx[KEYS].find_one({"_id": aggregate.id})
        if held is None:
            raise self._missing()
        expected = {"_id": aggregate.id, "revision": aggregate.revision - 1}
        if not await tx[self.name].replace_one(expected, self._sealed(tx, held["key"], aggregate)):
            raise Conflict("changed-meanwhile", f"The {self.what} was changed by somebody else: read it and try again.")

    async def get(self, reader: Reader, report_id: str, id: str) -> M:
        """Return one of a report.  Raises `NotFound`, also when it is erased or of another report."""
        found = await self._open(reader, await reader[self.name].find({"_id": id, "report_id": report_id}, limit=1))
        if not found:
            raise self._missing()
        return found[0]

    async def among(self, reader: Reader, report_id: str, ids: Sequence[str]) -> dict[str, M]:
        """Return those of ``ids`` that a report has, by id."""
        where = {"_id": {"$in": list(ids)}, "report_id": report_id}
        rows = await reader[self.name].find(where, limit=len(ids)) if ids else []
        return {each.id: each for each in await self._open(reader, rows)}

    async def page(self, reader: Reader, where: Document, *, after: str | None, limit: int) -> Page[M]:
        """Return a page of those that fit, newest first; what is erased is left out."""
        wanted = where
        if after is not None:
            (last,) = read_cursor(after, str)
            wanted = {"$and": [where, {"_id": {"$lt": last}}]}
        rows = await reader[self.name].find(wanted, sort=[("_id", -1)], limit=limit + 1)
        found = page_of(rows, limit, key=lambda row: (row["_id"],))
        return Page(items=await self._open(reader, found.items), next=found.next)

    async def search(
        self, reader: Reader, where: Document, fits: Callable[[M], bool], *, after: str | None, limit: int
    ) -> Page[M]:
        """Return a page of those that ``fits`` is true of, newest first: one after the other is opened to be asked."""
        found: list[M] = []
        at = after
        while True:
            some = await self.page(reader, where, after=at, limit=AT_ONCE)
            found += [each for each in some.items if fits(each)]
            if len(found) > limit or some.next is None:
                return page_of(found[: limit + 1], limit, key=lambda each: (each.id,))
            at = some.next

    async def all_of(self, reader: Reader, where: Document, *, limit: int) -> list[M]:
        """Return at most ``limit`` of those that fit, oldest first."""
        found: list[M] = []
        rows = await reader[self.name].find(where, sort=[("_id", 1)], limit=limit)
        for at in range(0, len(rows), AT_ONCE):
            found += await self._open(reader, rows[at : at + AT_ONCE])
        return found

    async def erase(self, tx: Tx, id: str) -> None:
        """Delete the key, and with it, backups included, what it opens; and the rest."""
        await tx[KEYS].delete_one({"_id": id})
        await tx[self.name].delete_one({"_id": id})

    def _sealed(self, reader: Reader, key: bytes, aggregate: M) -> Document:
        document = to_document(aggregate)
        secrets = {name: document.pop(name) for name in self.secret}
        return {**document, "sealed": reader.vault.encrypt(key, json.dumps(secrets, ensure_ascii=False))}

    async def _open(self, reader: Reader, rows: Sequence[Document]) -> list[M]:
        ids = [row["_id"] for row in rows]
        held = await reader[KEYS].find({"_id": {"$in": ids}}, limit=len(ids)) if ids else []
        keys = {each["_id"]: each["key"] for each in held}
        return [
            from_document(self.model, {**row, **json.loads(reader.vault.decrypt(keys[row["_id"]], row["sealed"]))})
            for row in rows
            if row["_id"] in keys
        ]

    def _missing(self) -> NotFound:
        return NotFound(f"{self.what}-not-found", f"There is no such {self.what} in the evidence of this report.")
