"""The collection of people whom our letters do not reach, and the mark of it on their invitations."""

from collections.abc import Sequence

from shared.storage import CollectionSpec, Document, Reader, Tx

COLLECTIONS = [CollectionSpec("unreachable")]
MAX_MARKED = 10_000  # invitations of one person


async def remember(tx: Tx, person_id: str, revision: int, reason: str | None) -> bool:
    """Keep why letters to a person do not arrive (`None`: they do) as of ``revision``; return whether that is news."""
    known = await tx["unreachable"].find_one({"_id": person_id})
    if known is not None and known["revision"] >= revision:
        return False
    row: Document = {"_id": person_id, "revision": revision, "reason": reason}
    await tx["unreachable"].replace_one({"_id": person_id}, row, upsert=True)
    return True


async def among(reader: Reader, person_ids: Sequence[str]) -> dict[str, str]:
    """Return why letters do not arrive, for those of ``person_ids`` whom they do not reach."""
    if not person_ids:
        return {}
    where = {"_id": {"$in": list(person_ids)}, "reason": {"$ne": None}}
    found = await reader["unreachable"].find(where, limit=len(person_ids))
    return {document["_id"]: document["reason"] for document in found}


async def mark(tx: Tx, person_id: str, reason: str | None) -> None:
    """Mark all invitations of a person, without a new revision: whoever looks at one has seen nothing older."""
    await tx["invitations"].update_many({"person_id": person_id}, {"$set": {"unreachable": reason}})


async def mark_one(tx: Tx, person_id: str, meeting_id: str, reason: str) -> None:
    """Mark a person's invitation to one meeting, unless they have answered it: then something did arrive."""
    where = {"meeting_id": meeting_id, "person_id": person_id, "answer": "pending", "unreachable": None}
    await tx["invitations"].update_one(where, {"$set": {"unreachable": reason}})


async def forget(tx: Tx, person_id: str) -> None:
    """Delete what is known of a person."""
    await tx["unreachable"].delete_one({"_id": person_id})
