"""The collection of corrections: every one that was ever made, with who made it."""

from services.meetings.corrections.domain import Correction
from shared.paging import Page, Paging, page_of
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, storable

COLLECTIONS = [CollectionSpec("meeting_corrections", [Index([("meeting_id", 1), ("_id", -1)]), Index([("by", 1)])])]


async def note(tx: Tx, correction: Correction) -> None:
    """Add a row to the history."""
    document = storable(correction.model_dump())
    document["_id"] = document.pop("id")
    await tx["meeting_corrections"].insert_one(document)


async def page(reader: Reader, meeting_id: str, paging: Paging) -> Page[Correction]:
    """Return a page of a meeting's corrections, newest first."""
    where: Document = {"meeting_id": meeting_id}
    if key := paging.key(str):
        where["_id"] = {"$lt": key[0]}
    found = await reader["meeting_corrections"].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    return page_of([_correction(each) for each in found], paging.limit, key=lambda each: (each.id,))


async def forget_person(tx: Tx, person_id: str) -> None:
    """Let the history no longer say that this person made corrections."""
    await tx["meeting_corrections"].update_many({"by": person_id}, {"$set": {"by": None}})


def _correction(document: Document) -> Correction:
    document["id"] = document.pop("_id")
    return Correction.model_validate(document)
