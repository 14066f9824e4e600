"""Files in the database, in GridFS's own layout: streamed in and out, limited in size and kind, and swept when unused.

A file is received outside of any transaction, and *kept* by the transaction that refers to it.  What nobody kept
within the hour, because a request failed or a process died, is deleted by `Files.sweep`.
"""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from shared.ids import Id, new_id, utc_now
from shared.model import Model, Time
from shared.problems import Invalid, NotFound, TooLarge
from shared.storage.collections import CollectionSpec, Document, Index
from shared.storage.database import Storage
from shared.storage.file_types import Look
from shared.storage.transactions import Reader, Tx

CHUNK_BYTES = 255 * 1024  # GridFS's own: with its envelope a chunk fits 256 kB
UNKEPT_FOR = timedelta(hours=1)  # longer than any upload and the transaction after it
SWEPT_AT_ONCE = 100


class StoredFile(Model):
    """What is known of a file; its name is the business of whoever refers to it."""

    id: Id
    content_type: str
    """Found from its bytes, not from its name."""
    size: int
    """In bytes."""
    sha256: str
    """In hexadecimal digits."""
    stored_at: Time


def collections(bucket: str = "files") -> list[CollectionSpec]:
    """Return the collections of a bucket, for the service that owns it."""
    return [
        CollectionSpec(f"{bucket}.files", [Index([("metadata.kept", 1), ("uploadDate", 1)])]),
        CollectionSpec(f"{bucket}.chunks", [Index([("files_id", 1), ("n", 1)], unique=True)]),
    ]


class Files:
    """The files of one bucket of a service's own database."""

    def __init__(self, bucket: str = "files") -> None:
        self._files = f"{bucket}.files"
        self._chunks = f"{bucket}.chunks"

    async def receive(
        self, storage: Storage, parts: AsyncIterable[bytes], *, allowed: frozenset[str], max_bytes: int
    ) -> StoredFile:
        """Store what ``parts`` bring, a chunk at a time in memory; `keep` it within the hour.

        Raises `TooLarge` (``file-too-large``) and `Invalid` (``file-empty``, ``file-type-not-allowed``); nothing stays.
        """
        reader, id = storage.reader, new_id()
        row = {"_id": id, "length": 0, "chunkSize": CHUNK_BYTES, "uploadDate": utc_now(), "metadata": {"kept": False}}
        await reader[self._files].insert_one(row)
        try:
            stored = await self._fill(reader, id, parts, max_bytes)
            _check(stored, allowed)
        except BaseException:
            await self._remove(reader, [id])
            raise
        found = {"contentType": stored.content_type, "sha256": stored.sha256}
        changes = {"length": stored.size, **{f"metadata.{name}": value for name, value in found.items()}}
        await reader[self._files].update_one({"_id": id}, {"$set": changes})
        return stored

    async def _fill(self, reader: Reader, id: str, parts: AsyncIterable[bytes], max_bytes: int) -> StoredFile:
        look, digest, size, number, waiting = Look(), hashlib.sha256(), 0, 0, bytearray()
        async for part in parts:
            size += len(part)
            if size > max_bytes:
                raise TooLarge("file-too-large", "Send a smaller file.", max_bytes=max_bytes)
            look.at(part)
            digest.update(part)
            waiting += part
            while len(waiting) >= CHUNK_BYTES:
                await self._write(reader, id, number, bytes(waiting[:CHUNK_BYTES]))
                del waiting[:CHUNK_BYTES]
                number += 1
        if waiting:
            await self._write(reader, id, number, bytes(waiting))
        return StoredFile(
            id=id, content_type=look.content_type, size=size, sha256=digest.hexdigest(), stored_at=utc_now()
        )

    async def _write(self, reader: Reader, id: str, number: int, data: bytes) -> None:
        await reader[self._chunks].insert_one({"_id": new_id(), "files_id": id, "n": number, "data": data})

    async def keep(self, tx: Tx, file_id: str) -> None:
        """Keep a received file from being swept, if and when this transaction commits.  Raises `NotFound`."""
        found = await tx[self._files].update_one({"_id": file_id}, {"$set": {"metadata.kept": True}})
        if not found:
            raise NotFound("file-not-found", "This file is gone: send it again.")

    async def release(self, tx: Tx, file_id: str) -> None:
        """Let a file be swept, if and when this transaction commits: nothing refers to it any more."""
        await tx[self._files].update_one(
            {"_id": file_id}, {"$set": {"metadata.kept": False, "uploadDate": utc_now() - UNKEPT_FOR}}
        )

    async def get(self, reader: Reader, file_id: str) -> StoredFile:
        """Return what is known of a file.  Raises `NotFound`."""
        row = await reader[self._files].find_one({"_id": file_id})
        if row is None or "sha256" not in row["metadata"]:
            raise NotFound("file-not-found", "There is no such file.")
        return _stored(row)

    async def stream(self, reader: Reader, file_id: str) -> AsyncIterator[bytes]:
        """Yield a file's bytes, a chunk at a time in memory; nothing when there is no such file."""
        chunks = reader[self._chunks].stream({"files_id": file_id}, sort=[("n", 1)], batch=4)
        async for chunk in chunks:
            yield bytes(chunk["data"])

    async def read(self, reader: Reader, file_id: str) -> bytes:
        """Return a file's bytes at once: only for what is known to be small."""
        return b"".join([part async for part in self.stream(reader, file_id)])

    async def delete(self, storage: Storage, file_id: str) -> None:
        """Delete a file now; nothing happens when it is gone."""
        await self._remove(storage.reader, [file_id])

    async def sweep(self, storage: Storage, *, now: datetime) -> int:
        """Delete up to 100 files that nobody kept within the hour; return how many."""
        where = {"metadata.kept": False, "uploadDate": {"$lte": now - UNKEPT_FOR}}
        found = await storage.reader[self._files].find(where, projection={"_id": 1}, limit=SWEPT_AT_ONCE)
        await self._remove(storage.reader, [row["_id"] for row in found])
        return len(found)

    async def _remove(self, reader: Reader, ids: list[Any]) -> None:
        """Delete the chunks first: a crash in between leaves the row by which the rest is found again."""
        await reader[self._chunks].delete_many({"files_id": {"$in": ids}})
        await reader[self._files].delete_many({"_id": {"$in": ids}})


def _check(stored: StoredFile, allowed: frozenset[str]) -> None:
    if stored.size == 0:
        raise Invalid("file-empty", "This file is empty: choose another one.")
    if stored.content_type not in allowed:
        raise Invalid(
            "file-type-not-allowed",
            "Files of this kind are not taken: save it as one of the kinds named in `allowed`, without macros.",
            allowed=sorted(allowed),
        )


def _stored(row: Document) -> StoredFile:
    facts = row["metadata"]
    return StoredFile(
        id=row["_id"],
        content_type=facts["contentType"],
        size=row["length"],
        sha256=facts["sha256"],
        stored_at=row["uploadDate"],
    )
