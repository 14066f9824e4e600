"""The collections of documents and of their files."""

from collections.abc import Iterable
from datetime import datetime

from services.meetings.documents.domain import KEPT_AFTER_REMOVAL, MAX_DOCUMENTS, Audience, Document
from shared.storage import Aggregates, CollectionSpec, Files, Index, Reader, Tx, from_document
from shared.storage.files import collections

COLLECTIONS = [
    CollectionSpec("documents", [Index([("meeting_id", 1), ("_id", 1)]), Index([("removed_at", 1)])]),
    *collections(),
]
DOCUMENTS = Aggregates("documents", Document, "document")
FILES = Files()
FORGOTTEN_AT_ONCE = 100


async def of_meeting(reader: Reader, meeting_id: str, audiences: Iterable[Audience]) -> list[Document]:
    """Return a meeting's documents that are for one of ``audiences``, oldest first."""
    where = {"meeting_id": meeting_id, "removed_at": None, "audience": {"$in": sorted(audiences)}}
    found = await reader["documents"].find(where, sort=[("_id", 1)], limit=MAX_DOCUMENTS)
    return [from_document(Document, each) for each in found]


async def long_removed(reader: Reader, *, now: datetime) -> list[Document]:
    """Return documents whose removal can no longer be undone."""
    where = {"removed_at": {"$ne": None, "$lte": now - KEPT_AFTER_REMOVAL}}
    found = await reader["documents"].find(where, limit=FORGOTTEN_AT_ONCE)
    return [from_document(Document, each) for each in found]


async def forget(tx: Tx, document: Document) -> None:
    """Take a document away for good."""
    await tx["documents"].delete_one({"_id": document.id})
    if document.content is not None:
        await FILES.release(tx, document.content.file_id)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep a document and forget who added it."""
    await tx["documents"].update_many({"added_by": person_id}, {"$set": {"added_by": None}})
