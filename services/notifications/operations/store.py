"""Where holds are kept, and what waits is counted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.notifications.deliveries.bundles import LETTERS, WAITING
from services.notifications.deliveries.domain import KINDS, LetterKind
from services.notifications.operations.domain import USUAL_RELAY, Hold, held_name
from services.notifications.operations.domain import Waiting as Waits
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

HOLDS = "holds"
BELIEVED = "believed_relays"
COLLECTIONS = [
    CollectionSpec(HOLDS),
    CollectionSpec(BELIEVED, [Index([("until", 1)], expire_after=timedelta(days=1))]),
]


async def holds(reader: Reader) -> list[Hold]:
    """Return what is held."""
    rows = await reader[HOLDS].find({}, sort=[("_id", 1)], limit=100)
    return [
        Hold(what=row["_id"], held_at=row["held_at"], held_by=row.get("held_by"), because=row.get("because"))
        for row in rows
    ]


async def held(reader: Reader) -> set[str]:
    """Return what is held, by name."""
    return {row["_id"] for row in await reader[HOLDS].find({}, projection={"_id": 1}, limit=100)}


async def relay_held(reader: Reader, route: str) -> bool:
    """Return whether a relay is held: by its own name, or with all others."""
    names = ["relay", held_name(route)]
    return await reader[HOLDS].find_one({"_id": {"$in": names}}, {"_id": 1}) is not None


async def keep(tx: Tx, hold: Hold) -> None:
    """Hold something; the first hold of it stays."""
    row = hold.model_dump(exclude={"what"}, exclude_none=True)
    await tx[HOLDS].update_one({"_id": hold.what}, {"$setOnInsert": row}, upsert=True)


async def believe(tx: Tx, what: str, *, until: datetime) -> None:
    """Take the word of a relay, or of all of them, for a while."""
    await tx[BELIEVED].update_one({"_id": what}, {"$set": {"until": until}}, upsert=True)


async def believed(reader: Reader, what: str, *, now: datetime) -> bool:
    """Return whether a relay's word is taken, whatever it says."""
    named = {"_id": {"$in": ["relay", what]}, "until": {"$gt": now}}
    return await reader[BELIEVED].find_one(named, {"_id": 1}) is not None


async def keep_held(tx: Tx, kind: str) -> bool:
    """Return whether a kind is held, and keep it so until this commits: a release meanwhile conflicts with it."""
    return await tx[HOLDS].update_one({"_id": kind}, {"$inc": {"waits": 1}}) == 1


async def release(tx: Tx, what: str) -> int:
    """Hold something no longer; return whether it was held."""
    return await tx[HOLDS].delete_one({"_id": what})


async def waiting(reader: Reader) -> list[Waits]:
    """Return what waits, grouped by kind, state and reason, the most first."""
    groups: list[Any] = [
        {"$match": {"kind": {"$in": list(KINDS)}, "state": {"$in": [*WAITING, "held", "failed"]}}},
        {
            "$group": {
                "_id": {"kind": "$kind", "state": "$state", "code": {"$ifNull": ["$error.code", ""]}},
                "letters": {"$sum": 1},
                "oldest_at": {"$min": "$created_at"},
                "next_at": {"$min": "$due_at"},
            }
        },
        {"$sort": {"letters": -1, "_id": 1}},
        {"$limit": 200},
    ]
    found = await reader[LETTERS].aggregate(groups)
    return [Waits(**each.pop("_id"), **each) for each in found]


async def oldest_queued(reader: Reader, kinds: Sequence[LetterKind], *, but_by: Sequence[str]) -> datetime | None:
    """Return since when the oldest letter of these kinds is owed that could be sent, but by the relays held so."""
    where: Document = {"kind": {"$in": list(kinds)}, "state": "queued"}
    if but_by:
        routes = (what.removeprefix("relay-") for what in but_by)
        where["route"] = {"$nin": [None if route == USUAL_RELAY else route for route in routes]}
    row = await reader[LETTERS].find_one(where, {"created_at": 1}, sort=[("_id", 1)])
    return row["created_at"] if row else None


async def undecided(reader: Reader, kinds: Sequence[LetterKind]) -> dict[str, int]:
    """Return how many letters of these kinds no sender tries again before somebody decides or repairs something."""
    of_kinds: Document = {"kind": {"$in": list(kinds)}}
    doubtful: Document = {**of_kinds, "state": "ambiguous", "due_at": {"$exists": False}}
    return {
        "ambiguous": await reader[LETTERS].count(doubtful),
        "held": await reader[LETTERS].count({**of_kinds, "state": "held"}),
    }
