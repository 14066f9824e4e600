"""Whom our letters do not reach, as notifications has found out; coordinators see it beside the person."""

from collections.abc import Sequence

from shared.events.notifications import AddressSuppressed
from shared.storage import CollectionSpec, Document, Reader, Tx

UNREACHABLE = "unreachable"
COLLECTIONS = [CollectionSpec(UNREACHABLE)]


async def remember_suppression(tx: Tx, event: AddressSuppressed) -> None:
    """Keep whether letters to a person arrive, if that is news."""
    known = await tx[UNREACHABLE].find_one({"_id": event.person_id})
    if known is not None and known["revision"] >= event.revision:
        return
    reason = None if event.lifted else event.reason
    row: Document = {"_id": event.person_id, "revision": event.revision, "reason": reason}
    await tx[UNREACHABLE].replace_one({"_id": event.person_id}, row, upsert=True)


async def unreachable_among(reader: Reader, person_ids: Sequence[str]) -> dict[str, str]:
    """Return why, for those of ``person_ids`` whom letters do not reach."""
    where = {"_id": {"$in": list(person_ids)}, "reason": {"$ne": None}}
    rows = await reader[UNREACHABLE].find(where, limit=len(person_ids) or 1)
    return {row["_id"]: row["reason"] for row in rows}
