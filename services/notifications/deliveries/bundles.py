"""Bundles: letters that were owed together travel together, and one row says for all of them how far they are.

A crash must neither lose nor silently double a letter, so that a sender has taken letters, and that their final dots
follow, is written down before it happens.  Written on a bundle of 250 that is one write, not 250.  A letter belongs to
the bundle that it names; a bundle may still name letters that have moved on, which then are no longer its own.
Leases run by the server's clock.
"""

from collections.abc import Collection as Some
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.notifications.deliveries.domain import BULK_PRIORITY, HISTORY_KEPT, URGENT_PRIORITY, Priority, doubted
from shared.ids import new_id
from shared.storage import CollectionSpec, Document, Index, Reader, Storage, Tx

LETTERS = "letters"
BUNDLES = "bundles"
BUNDLE = 250  # letters: enough to share the cost of a write, few enough to be written in 50 ms
BELLS: dict[Priority, str] = {URGENT_PRIORITY: "urgent letters", BULK_PRIORITY: "letters"}
WAITING = ("queued", "deferred", "ambiguous")
"""The states of letters that are sent when their bundle is; letters in other states have left it."""

COLLECTIONS = [
    CollectionSpec(
        BUNDLES,
        [
            Index([("priority", 1), ("due_at", 1)], partial={"due_at": {"$exists": True}}),
            Index([("leased_at", 1)], partial={"leased_at": {"$exists": True}}),
        ],
    )
]


@dataclass(slots=True)
class Claim:
    """A bundle that one worker has taken, under a name nobody else uses, with the letters that are its own."""

    bundle_id: str
    token: str
    rows: Sequence[Document]
    slices: int = field(default=0)
    """How many slices of it were about to be transmitted."""


async def tie(tx: Tx, ids: Sequence[str], *, priority: Priority, due_at: datetime, route: str = "") -> list[str]:
    """Make bundles of ``ids``, to be sent at ``due_at`` by the relay ``route``, and return the bundle of each.

    The letters must name it by the same transaction: a bundle that comes first is claimed, found empty and thrown
    away.  The senders are woken when this commits.
    """
    bundles = [ids[start : start + BUNDLE] for start in range(0, len(ids), BUNDLE)]
    rows: list[Document] = [
        {"_id": new_id(), "priority": priority, "due_at": due_at, "ids": list(each)}
        | ({"route": route} if route else {})
        for each in bundles
    ]
    await tx[BUNDLES].insert_many(rows)
    if rows:
        tx.ring(BELLS[priority])
    return [row["_id"] for row in rows for _ in row["ids"]]


# A bundle's way


async def claim(
    reader: Reader, priority: Priority, *, now: datetime, holder: str, route: str = "", others: Some[str] = ()
) -> Claim | None:
    """Take the bundle that has been due for longest, if one is; nobody else has or gets it.

    ``route`` is the relay that sends it; the one without a name takes all but those of the ``others`` there are.
    """
    token = f"{holder}/{new_id()}"
    due: Document = {"priority": priority, "due_at": {"$lte": now}}
    if route:
        due["route"] = route
    elif others:
        due["route"] = {"$nin": list(others)}
    return await _take(reader, due, token)


async def claim_unsorted(
    reader: Reader, mark: str, *, due_before: datetime, holder: str, others: Some[str]
) -> Claim | None:
    """Take a bundle of the relay without a name that has been due for a while, to `leave` it; each once for a ``mark``.

    Whoever's news change where a letter goes takes the mark away: it is looked for again.
    """
    waits: Document = {"priority": {"$in": list(BELLS)}, "due_at": {"$lte": due_before}}
    unsorted: Document = {"route": {"$nin": list(others)}, "sorted": {"$ne": mark}}
    return await _take(reader, waits | unsorted, f"{holder}/{new_id()}", {"$addToSet": {"sorted": mark}})


async def _take(reader: Reader, where: Document, token: str, more: Document | None = None) -> Claim | None:
    taken = await reader[BUNDLES].find_one_and_update(
        where,
        {
            "$set": {"claimed_by": token},
            "$unset": {"due_at": "", "stirred": ""},
            "$currentDate": {"leased_at": True},
            **(more or {}),
        },
        sort=[("priority", 1), ("due_at", 1)],
    )
    if taken is None:
        return None
    return Claim(taken["_id"], token, await _own(reader, taken["_id"], taken["ids"]))


async def _own(reader: Reader, bundle_id: str, ids: Sequence[str]) -> list[Document]:
    own: Document = {"_id": {"$in": list(ids)}, "bundle": bundle_id, "state": {"$in": list(WAITING)}}
    return await reader[LETTERS].find(own, limit=len(ids) or 1)


async def start_transmitting(reader: Reader, claim: Claim, ids: Sequence[str]) -> int | None:
    """Write down that the final dots of ``ids`` follow; return the number of this slice, `None`: not ours any more."""
    number = claim.slices
    marked = await reader[BUNDLES].update_one(
        {"_id": claim.bundle_id, "claimed_by": claim.token},
        {"$set": {f"slices.{number}": list(ids)}, "$currentDate": {"leased_at": True}},
    )
    claim.slices += marked
    return number if marked else None


async def end_slice(reader: Reader, claim: Claim, number: int) -> None:
    """Write down that what became of a slice is written down."""
    own = {"_id": claim.bundle_id, "claimed_by": claim.token}
    await reader[BUNDLES].update_one(own, {"$unset": {f"slices.{number}": ""}})


async def finish(reader: Reader, claim: Claim) -> None:
    """Throw the bundle away: what became of each of its letters is written down."""
    await reader[BUNDLES].delete_one({"_id": claim.bundle_id, "claimed_by": claim.token})


async def release(reader: Reader, claim: Claim, *, now: datetime, why: str = "") -> None:
    """Give the bundle back, unless dots of it may have been written: then that the lease runs out will say so.

    ``why`` is what kept its letters from being sent, as a code.
    """
    clear = {"_id": claim.bundle_id, "claimed_by": claim.token, "slices": {"$in": [None, {}]}}
    gone = {"claimed_by": "", "leased_at": "", "slices": ""}
    await reader[BUNDLES].update_one(clear, {"$set": {"due_at": now, "why": why}, "$unset": gone})


async def leave(reader: Reader, claim: Claim, *, due_at: datetime) -> None:
    """Give a bundle back of which nothing was sent, as it was: in its place, and for the reason that it had."""
    own = {"_id": claim.bundle_id, "claimed_by": claim.token}
    gone = {"claimed_by": "", "leased_at": ""}
    await reader[BUNDLES].update_one(own, {"$set": {"due_at": due_at}, "$unset": gone})


async def still(tx: Tx, claim: Claim, *, without: Sequence[str] = ()) -> Document | None:
    """Return the bundle of a claim that nobody has taken back, and keep it so; `None`: it is gone.

    Letters that it is ``without`` from now on are no longer named by it.
    """
    own = {"_id": claim.bundle_id, "claimed_by": claim.token}
    less: Document = {"$pull": {"ids": {"$in": list(without)}}} if without else {}
    return await tx[BUNDLES].find_one_and_update(own, {"$currentDate": {"leased_at": True}, **less})


async def change_over(
    tx: Tx, claim: Claim, rows: Sequence[Document], *, priority: Priority, route: str, now: datetime
) -> None:
    """Give letters of a claim to another relay: from now on they are in a bundle of its own."""
    ids = [row["_id"] for row in rows]
    if await still(tx, claim, without=ids) is None:
        return
    tied = await tie(tx, ids, priority=priority, due_at=now, route=route)
    for bundle in dict.fromkeys(tied):
        own = [id for id, each in zip(ids, tied, strict=True) if each == bundle]
        where: Document = {"_id": {"$in": own}, "bundle": claim.bundle_id, "state": {"$in": list(WAITING)}}
        await tx[LETTERS].update_many(where, {"$set": {"bundle": bundle, "route": route}})


# Leases


async def renew(reader: Reader, tokens: Sequence[str]) -> None:
    """Say that these claims are still worked on."""
    if tokens:
        await reader[BUNDLES].update_many({"claimed_by": {"$in": list(tokens)}}, {"$currentDate": {"leased_at": True}})


async def take_back(
    storage: Storage, *, lease: timedelta, now: datetime, holder: str, held: Some[str]
) -> tuple[int, int]:
    """Take bundles from those not heard of for ``lease``; return how many, and how many letters of them are ambiguous.

    Letters whose dots may have been written are marked, and sent again after a while, but for the kinds in ``held``:
    these, and letters with many doubts, wait for an operator.  The rest of a bundle is sent as if nothing had been.
    """
    back = ambiguous = 0
    expired: Document = {
        "leased_at": {"$exists": True},
        "$expr": {"$lt": ["$leased_at", {"$subtract": ["$$NOW", int(lease.total_seconds() * 1000)]}]},
    }
    while True:
        token = f"{holder}/{new_id()}"
        taken = await storage.reader[BUNDLES].find_one_and_update(
            expired, {"$set": {"claimed_by": token}, "$currentDate": {"leased_at": True}}, sort=[("leased_at", 1)]
        )
        if taken is None:
            return back, ambiguous
        doubtful = [id for ids in taken.get("slices", {}).values() for id in ids]
        if doubtful:
            ambiguous += await storage.transact(_doubt, taken["_id"], doubtful, now=now, held=held)
        await storage.reader[BUNDLES].update_one(
            {"_id": taken["_id"], "claimed_by": token},
            {"$set": {"due_at": now}, "$unset": {"claimed_by": "", "leased_at": "", "slices": "", "sorted": ""}},
        )
        back += 1


async def _doubt(tx: Tx, bundle_id: str, ids: Sequence[str], *, now: datetime, held: Some[str]) -> int:
    rows = await _own(tx, bundle_id, ids)
    groups: dict[tuple[Priority, datetime | None, str, bool], list[Document]] = {}
    for row in rows:
        due_at = doubted(row.get("doubts", 0) + 1, now=now, hold=row["kind"] in held)
        groups.setdefault((row["priority"], due_at, row.get("route", ""), not row["attempts"]), []).append(row)
    moment = {"at": now, "state": "ambiguous", "code": "sender-died"}
    marks: Document = {
        "$inc": {"doubts": 1, "attempts": 1},
        "$push": {"history": {"$each": [moment], "$slice": -HISTORY_KEPT}},
    }
    for (priority, due_at, route, first), group in groups.items():
        values: Document = {"state": "ambiguous", "error": {"code": "sender-died", "text": ""}}
        values |= {"since": now} if first else {}
        ids = [row["_id"] for row in group]
        if due_at is None:
            change = {"$set": values, "$unset": {"due_at": "", "bundle": ""}, **marks}
        else:
            (bundle,) = set(await tie(tx, ids, priority=priority, due_at=due_at, route=route))
            change = {"$set": {**values, "due_at": due_at, "bundle": bundle}, **marks}
        await tx[LETTERS].update_many({"_id": {"$in": ids}}, change)
    return len(rows)


# Looking


async def named(reader: Reader, bundle_ids: Some[str]) -> dict[str, Document]:
    """Return these bundles without their letters: ``claimed_by`` while somebody works on one, ``why`` it waits."""
    wanted = {"_id": {"$in": list(bundle_ids)}}
    rows = await reader[BUNDLES].find(wanted, projection={"claimed_by": 1, "why": 1}, limit=len(bundle_ids) or 1)
    return {row["_id"]: row for row in rows}


async def claimed(reader: Reader) -> list[str]:
    """Return the bundles that somebody works on."""
    rows = await reader[BUNDLES].find({"leased_at": {"$exists": True}}, projection={"_id": 1}, limit=10_000)
    return [row["_id"] for row in rows]


async def count_by_route(reader: Reader) -> dict[str, int]:
    """Return how many letters of the bulk wait to be sent, by the relay that they wait for."""
    count: list[Any] = [
        {"$match": {"due_at": {"$exists": True}, "priority": BULK_PRIORITY}},
        {"$group": {"_id": {"$ifNull": ["$route", ""]}, "letters": {"$sum": {"$size": "$ids"}}}},
    ]
    return {group["_id"]: group["letters"] for group in await reader[BUNDLES].aggregate(count)}


async def count_waiting(reader: Reader) -> dict[Priority, int]:
    """Return how many letters wait to be sent, by priority."""
    count: list[Any] = [
        {"$match": {"due_at": {"$exists": True}}},
        {"$group": {"_id": "$priority", "letters": {"$sum": {"$size": "$ids"}}}},
    ]
    found = {group["_id"]: group["letters"] for group in await reader[BUNDLES].aggregate(count)}
    return {priority: found.get(priority, 0) for priority in BELLS}
