"""Suppressions as rows, and the letters that failed for good, each counted once for a month."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.notifications.suppressions.domain import Reason, Suppression, Which
from shared.paging import Page, Paging
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, UpdateOne, to_document

SUPPRESSIONS: Aggregates[Suppression] = Aggregates("suppressions", Suppression, "suppression")
FAILURES = "failures"
KEPT = timedelta(days=30)

COLLECTIONS = [
    CollectionSpec("suppressions", [Index([("lifted", 1), ("_id", 1)])]),
    CollectionSpec(FAILURES, [Index([("recipient_id", 1)]), Index([("failed_at", 1)], expire_after=KEPT)]),
]


async def count_failure(tx: Tx, letter_id: str, recipient_id: str, *, now: datetime) -> list[datetime]:
    """Count a letter that failed for good; return when this and the others to the same person failed."""
    if await tx[FAILURES].find_one({"_id": letter_id}) is None:
        await tx[FAILURES].insert_one({"_id": letter_id, "recipient_id": recipient_id, "failed_at": now})
    rows = await tx[FAILURES].find({"recipient_id": recipient_id}, sort=[("failed_at", -1)], limit=10)
    return [row["failed_at"] for row in rows]


async def write(tx: Tx, suppression: Suppression) -> None:
    """Write a new suppression, or the next revision of one.  Raises `Conflict` and `Duplicate`."""
    if suppression.revision == 1:
        await SUPPRESSIONS.add(tx, suppression)
    else:
        await SUPPRESSIONS.put(tx, suppression)


async def write_all(tx: Tx, suppressions: Sequence[Suppression]) -> None:
    """Write the next revisions of suppressions that this transaction has read."""
    rows = [to_document(each) for each in suppressions]
    await tx["suppressions"].bulk_write(
        [UpdateOne({"_id": row["_id"], "revision": row["revision"] - 1}, {"$set": row}) for row in rows]
    )


def _where(which: Which) -> Document:
    where: Document = {"lifted": False, "reason": {"$in": list(which.reasons)}}
    if which.code is not None:
        where["code"] = which.code
    between = {"$gte": which.since, "$lte": which.until}
    if given := {name: moment for name, moment in between.items() if moment is not None}:
        where["since"] = given
    return where


async def page(reader: Reader, which: Which, paging: Paging) -> Page[Suppression]:
    """Return the addresses given up, in the order of the people's ids."""
    return await SUPPRESSIONS.page(reader, _where(which), after=paging.after, limit=paging.limit)


async def count(reader: Reader, which: Which) -> dict[Reason, int]:
    """Return how many addresses are given up, by the reason."""
    groups = [{"$match": _where(which)}, {"$group": {"_id": "$reason", "addresses": {"$sum": 1}}}]
    found = {group["_id"]: group["addresses"] for group in await reader["suppressions"].aggregate(groups)}
    return {reason: found.get(reason, 0) for reason in which.reasons}


async def start_anew(tx: Tx, recipient_ids: Sequence[str]) -> None:
    """Forget the failures of addresses that are no longer, or no longer thought bad."""
    await tx[FAILURES].delete_many({"recipient_id": {"$in": list(recipient_ids)}})


async def forget(tx: Tx, recipient_id: str) -> None:
    """Delete all that is known against a person's address."""
    await start_anew(tx, [recipient_id])
    await tx["suppressions"].delete_one({"_id": recipient_id})
