"""Letters that wait are moved to a bundle that is due: by somebody's news, by an operator, or by the sweeper."""

from collections.abc import Collection as Some
from dataclasses import dataclass
from datetime import datetime

from services.notifications.deliveries import bundles
from services.notifications.deliveries.bundles import BELLS, BUNDLES, LETTERS, WAITING
from services.notifications.deliveries.domain import CONTACT_UNKNOWN, HISTORY_KEPT, KINDS, QUIET_HOURS, Change, State
from services.notifications.deliveries.settling import update_of
from shared.storage import Document, Reader, Storage, Tx

AT_ONCE = 2_000  # letters that one transaction moves


FOUND_AGAIN = "found-again"
"""In the history of a letter: no bundle had it any more."""


def history(now: datetime, code: str) -> Document:
    """Return what adds to a letter's history that it was queued."""
    moment = {"at": now, "state": "queued", "code": code}
    return {"history": {"$each": [moment], "$slice": -HISTORY_KEPT}}


@dataclass(frozen=True, slots=True)
class Moved:
    """How many ``letters`` were moved; ``after`` is the last that was looked at, `None` when there is no more."""

    letters: int
    after: str | None


async def tie_again(
    tx: Tx, where: Document, *, due_at: datetime, after: str = "", update: Document | None = None
) -> Moved:
    """Queue the next `AT_ONCE` letters that fit ``where`` for ``due_at``, and wake the senders.

    Letters that somebody works on stay where they are: their mails may be written.  ``update`` is written too.
    """
    next_ones: Document = {"$and": [where, {"_id": {"$gt": after}}]}
    wanted = {"priority": 1, "bundle": 1}
    found = await tx[LETTERS].find(next_ones, projection=wanted, sort=[("_id", 1)], limit=AT_ONCE)
    busy = await keep_idle(tx, {row["bundle"] for row in found if "bundle" in row})
    free = [row for row in found if row.get("bundle") not in busy]
    more = update or {}
    for priority in BELLS:
        ids = [row["_id"] for row in free if row["priority"] == priority]
        tied = await bundles.tie(tx, ids, priority=priority, due_at=due_at)
        for bundle in dict.fromkeys(tied):
            own = [id for id, each in zip(ids, tied, strict=True) if each == bundle]
            values = {"state": "queued", "since": due_at, "due_at": due_at, "bundle": bundle}
            change = {
                **more,
                "$set": {**values, **more.get("$set", {})},
                "$unset": {"error": "", "digest_at": "", **more.get("$unset", {})},
            }
            await tx[LETTERS].update_many({"_id": {"$in": own}}, change)
    return Moved(len(free), found[-1]["_id"] if len(found) == AT_ONCE else None)


async def keep_idle(tx: Tx, bundle_ids: Some[str]) -> set[str]:
    """Return those of the bundles that somebody works on; that one of the others is claimed conflicts with this."""
    if not bundle_ids:
        return set()
    named: Document = {"_id": {"$in": list(bundle_ids)}}
    claimed = {**named, "claimed_by": {"$exists": True}}
    rows = await tx[BUNDLES].find(claimed, projection={"_id": 1}, limit=len(bundle_ids))
    await tx[BUNDLES].update_many({**named, "claimed_by": {"$exists": False}}, {"$inc": {"moves": 1}})
    return {row["_id"] for row in rows}


async def tie_all_again(storage: Storage, where: Document, *, due_at: datetime, update: Document | None = None) -> int:
    """Queue every letter that fits ``where``, however many there are; return how many that were."""
    count, after = 0, ""
    while True:
        moved = await storage.transact(tie_again, where, due_at=due_at, after=after, update=update)
        count += moved.letters
        if moved.after is None:
            return count
        after = moved.after


async def apply(tx: Tx, id: str, change: Change, *, expected: State, now: datetime) -> bool:
    """Change a letter that is still in the state ``expected``; return whether it was."""
    update = update_of(change, now)
    update["$set"] |= {"since": now, "attempts": 0, "anew_at": now}
    if not await tx[LETTERS].update_one({"_id": id, "state": expected}, update):
        return False
    if change.due_at is not None:
        await tie_again(tx, {"_id": id, "state": change.state}, due_at=change.due_at)
    return True


async def begin_anew(storage: Storage, which: Document, *, now: datetime) -> int:
    """Queue the letters that fit ``which`` as if they were new, with all their tries before them; return how many."""
    anew: Document = {
        "$set": {"attempts": 0, "anew_at": now},
        "$unset": {"untold": ""},
        "$push": history(now, "sent-again-by-hand"),
    }
    return await tie_all_again(storage, which, due_at=now, update=anew)


# What happens to a person's letters


async def _stir(tx: Tx, recipient_id: str) -> None:
    """Tell whoever works on letters to this person that what they have read of them is old.

    They put off, hold or gather by what they read; `settling.settle_others` sees this and queues such letters again.
    """
    waiting = {"recipient_id": recipient_id, "state": {"$in": list(WAITING)}, "bundle": {"$exists": True}}
    rows = await tx[LETTERS].find(waiting, projection={"bundle": 1}, limit=AT_ONCE)
    if rows:
        named: Document = {"_id": {"$in": list({row["bundle"] for row in rows})}}
        await tx[BUNDLES].update_many(named, {"$addToSet": {"stirred": recipient_id}, "$unset": {"sorted": ""}})


async def wake(tx: Tx, recipient_id: str, *, now: datetime) -> None:
    """Send now what waited only for this person's contact."""
    await _stir(tx, recipient_id)
    waiting = {"recipient_id": recipient_id, "state": "deferred", "error.code": CONTACT_UNKNOWN}
    await tie_again(tx, waiting, due_at=now)


async def release_held(tx: Tx, recipient_id: str, *, now: datetime) -> None:
    """Try again what was held for this person."""
    await _stir(tx, recipient_id)
    await tie_again(tx, {"recipient_id": recipient_id, "state": "held"}, due_at=now)


async def reconsider(tx: Tx, recipient_id: str, *, now: datetime) -> None:
    """Look again at what waits as this person wished: they wish otherwise now."""
    await _stir(tx, recipient_id)
    quiet = {"state": "deferred", "error.code": QUIET_HOURS}
    await tie_again(tx, {"recipient_id": recipient_id, "$or": [{"state": "collected"}, quiet]}, due_at=now)


async def be_patient(storage: Storage, where: Document, *, now: datetime) -> None:
    """Begin the two days anew, after which a letter is given up, of the letters that fit: we kept them waiting."""
    after: str | None = ""
    while after is not None:
        after = await storage.transact(_be_patient, where, after, now=now)


async def _be_patient(tx: Tx, where: Document, after: str, *, now: datetime) -> str | None:
    next_ones: Document = {"$and": [where, {"_id": {"$gt": after}}]}
    found = await tx[LETTERS].find(next_ones, projection={"_id": 1}, sort=[("_id", 1)], limit=AT_ONCE)
    ids = [row["_id"] for row in found]
    await tx[LETTERS].update_many({"_id": {"$in": ids}}, {"$set": {"since": now}})
    return ids[-1] if len(ids) == AT_ONCE else None


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
    update: Document = {"$push": history(now, FOUND_AGAIN)}
    return (await tie_again(tx, {**where, "bundle": named}, due_at=now, update=update)).letters


async def sweep(storage: Storage, *, now: datetime, limit: int = 1_000) -> int:
    """Tie again the waiting letters that no claim would ever find; return how many there were."""
    found = await lost(storage.reader, limit=limit)
    return sum([await storage.transact(find_again, bundle_id, now=now) for bundle_id in found])
