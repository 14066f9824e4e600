"""Letters that wait are moved to a bundle that is due: by somebody's news, by an operator, or by the sweeper."""

from datetime import datetime

from services.notifications.deliveries import bundles
from services.notifications.deliveries.bundles import BELLS, BUNDLES, LETTERS, WAITING
from services.notifications.deliveries.domain import HISTORY_KEPT, KINDS, Change, State
from services.notifications.deliveries.settling import update_of
from shared.storage import Document, Reader, Storage, Tx


async def tie_again(tx: Tx, where: Document, *, due_at: datetime, limit: int = 100_000) -> int:
    """Queue the letters that fit ``where`` for ``due_at``, wake the senders, and return how many there are."""
    found = await tx[LETTERS].find(where, projection={"priority": 1}, limit=limit)
    for priority in BELLS:
        ids = [row["_id"] for row in found if row["priority"] == priority]
        tied = await bundles.tie(tx, ids, priority=priority, due_at=due_at)
        for bundle in dict.fromkeys(tied):
            own = [id for id, each in zip(ids, tied, strict=True) if each == bundle]
            change = {
                "$set": {"state": "queued", "due_at": due_at, "bundle": bundle},
                "$unset": {"error": "", "digest_at": ""},
            }
            await tx[LETTERS].update_many({**where, "_id": {"$in": own}}, change)
    return len(found)


async def apply(tx: Tx, id: str, change: Change, *, expected: State, now: datetime) -> bool:
    """Change a letter that is still in the state ``expected``; return whether it was."""
    update = update_of(change, now)
    update["$set"] |= {"since": now, "attempts": 0}
    if not await tx[LETTERS].update_one({"_id": id, "state": expected}, update):
        return False
    if change.due_at is not None:
        await tie_again(tx, {"_id": id, "state": change.state}, due_at=change.due_at)
    return True


async def begin_anew(tx: Tx, which: Document, *, now: datetime) -> int:
    """Queue the letters that fit ``which`` as if they were new, with all their tries before them; return how many."""
    moment = {"at": now, "state": "queued", "code": "sent-again-by-hand"}
    anew: Document = {
        "$set": {"since": now, "attempts": 0},
        "$unset": {"untold": ""},
        "$push": {"history": {"$each": [moment], "$slice": -HISTORY_KEPT}},
    }
    await tx[LETTERS].update_many(which, anew)
    return await tie_again(tx, which, due_at=now)


# What happens to a person's letters


async def wake(tx: Tx, recipient_id: str, *, now: datetime) -> None:
    """Send now what waited only for this person's contact."""
    waiting = {"recipient_id": recipient_id, "state": "deferred", "error.code": "contact-unknown"}
    await tie_again(tx, waiting, due_at=now)


async def release_held(tx: Tx, recipient_id: str, *, now: datetime) -> None:
    """Try again what was held for this person."""
    await tie_again(tx, {"recipient_id": recipient_id, "state": "held"}, due_at=now)


async def reconsider(tx: Tx, recipient_id: str, *, now: datetime) -> None:
    """Look again at what waits as this person wished: they wish otherwise now."""
    quiet = {"state": "deferred", "error.code": "quiet-hours"}
    await tie_again(tx, {"recipient_id": recipient_id, "$or": [{"state": "collected"}, quiet]}, due_at=now)


# Letters that no bundle has


async def lost(reader: Reader, *, limit: int) -> list[str]:
    """Return bundles that waiting letters name and that are gone; ``""`` for letters that are due and name none."""
    pipeline: list[Document] = [
        {"$match": {"kind": {"$in": list(KINDS)}, "state": {"$in": list(WAITING)}, "due_at": {"$exists": True}}},
        {"$group": {"_id": {"$ifNull": ["$bundle", ""]}}},
        {"$lookup": {"from": BUNDLES, "localField": "_id", "foreignField": "_id", "as": "there"}},
        {"$match": {"there": []}},
        {"$limit": limit},
    ]
    return [row["_id"] for row in await reader[LETTERS].aggregate(pipeline)]


async def find_again(tx: Tx, bundle_id: str, *, now: datetime) -> int:
    """Tie the waiting letters of a bundle that is gone into another; return how many there are, 0 if it is there."""
    if bundle_id and await tx[BUNDLES].find_one({"_id": bundle_id}, {"_id": 1}) is not None:
        return 0
    named = bundle_id or None
    where = {"kind": {"$in": list(KINDS)}, "state": {"$in": list(WAITING)}, "due_at": {"$exists": True}}
    return await tie_again(tx, {**where, "bundle": named}, due_at=now)


async def sweep(storage: Storage, *, now: datetime, limit: int = 1_000) -> int:
    """Tie again the waiting letters that no claim would ever find; return how many there were."""
    found = await lost(storage.reader, limit=limit)
    return sum([await storage.transact(find_again, bundle_id, now=now) for bundle_id in found])
