"""The letters as rows: owed, bundled, withheld, gathered, read.

A letter that waits to be sent names its bundle; one that is sent, failed or suppressed names none.
"""

from collections.abc import Collection as Some
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notifications.deliveries import allowances, bundles
from services.notifications.deliveries.bundles import LETTERS, WAITING
from services.notifications.deliveries.domain import KINDS, OF_REPORTS, STATES, Change, Letter, LetterKind, State
from services.notifications.deliveries.settling import update_of
from shared.model import Language
from shared.paging import Page, Paging, page_of
from shared.problems import NotFound
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

FACTS = "facts"

COLLECTIONS = [
    CollectionSpec(
        LETTERS,
        [
            Index([("about_id", 1), ("_id", -1)]),
            Index([("recipient_id", 1)]),
            Index([("kind", 1), ("state", 1), ("_id", 1)]),
            Index([("state", 1), ("_id", -1)], partial={"error": {"$exists": True}}),
            Index([("untold", 1)], partial={"untold": {"$exists": True}}),
            Index([("digest_at", 1)], partial={"digest_at": {"$exists": True}}),
        ],
    ),
    CollectionSpec(FACTS),
    *allowances.COLLECTIONS,
    *bundles.COLLECTIONS,
]


# Writing down what is owed


async def owe(tx: Tx, rows: Sequence[Document]) -> int:
    """Add the letters that are not there yet, and wake the senders if this commits; return how many were added."""
    wanted = [row["_id"] for row in rows]
    known = await tx[LETTERS].find({"_id": {"$in": wanted}}, projection={"_id": 1}, limit=len(wanted) or 1)
    there = {row["_id"] for row in known}
    missing = [row for row in rows if row["_id"] not in there]
    for priority, due_at in dict.fromkeys((row["priority"], row["due_at"]) for row in missing):
        group = [row for row in missing if (row["priority"], row["due_at"]) == (priority, due_at)]
        tied = await bundles.tie(tx, [row["_id"] for row in group], priority=priority, due_at=due_at)
        for row, bundle in zip(group, tied, strict=True):
            row["bundle"] = bundle
    await tx[LETTERS].insert_many(missing, ordered=False)
    return len(missing)


async def keep_facts(tx: Tx, event_id: str, facts: Document) -> None:
    """Keep what an event told, for as long as letters may tell it."""
    cause = tx.cause
    origin: Document = {}
    if cause is not None:
        origin = {"event_name": cause.name, "subject_id": cause.subject, "happened_at": cause.time}
        origin |= {"cause_id": cause.cause, "actor_id": cause.actor}
    await tx[FACTS].update_one({"_id": event_id}, {"$setOnInsert": {**facts, "origin": origin}}, upsert=True)


async def facts_of(reader: Reader, event_ids: Some[str]) -> dict[str, Document]:
    """Return what these events told, by their ids."""
    rows = await reader[FACTS].find({"_id": {"$in": list(event_ids)}}, limit=len(event_ids) or 1)
    return {row["_id"]: row for row in rows}


# What comes of failures, and of mails that come back


async def untold(reader: Reader, *, limit: int) -> list[Letter]:
    """Return letters that have failed and of which nobody was told yet."""
    rows = await reader[LETTERS].find({"untold": True}, limit=limit)
    return [_letter(row) for row in rows]


async def mark_told(tx: Tx, letters: Sequence[Letter]) -> list[Letter]:
    """Mark that others are told of these failures; return those that nobody marked before."""
    ids = [letter.id for letter in letters]
    rows = await tx[LETTERS].find({"_id": {"$in": ids}, "untold": True}, limit=len(ids) or 1)
    await tx[LETTERS].update_many({"_id": {"$in": ids}}, {"$unset": {"untold": ""}})
    return [_letter(row) for row in rows]


async def find_row(reader: Reader, id: str) -> Document | None:
    """Return the row of one letter."""
    return await reader[LETTERS].find_one({"_id": id})


async def come_back(tx: Tx, id: str, change: Change, *, now: datetime) -> bool:
    """Write down what a mail that came back says of a letter that a relay has; return whether one had it."""
    return (
        await tx[LETTERS].update_one({"_id": id, "state": {"$in": ["sent", "ambiguous"]}}, update_of(change, now)) == 1
    )


# What happens to a person's letters


async def withhold(tx: Tx, which: Document, change: Change, *, now: datetime) -> int:
    """Settle the letters that fit ``which`` and wait to be sent, or are held: they must not be.  Return how many."""
    waiting = {"$in": [*WAITING, "held", "collected"]}
    return await tx[LETTERS].update_many({**which, "state": waiting}, update_of(change, now))


async def told_among(reader: Reader, about_id: str, kind: LetterKind, recipient_ids: Sequence[str]) -> set[str]:
    """Return those of the recipients whom a letter of one kind about one thing reached, or is about to."""
    where: Document = {"recipient_id": {"$in": list(recipient_ids)}, "about_id": about_id, "kind": kind, **_REACHES}
    rows = await reader[LETTERS].find(where, projection={"recipient_id": 1}, limit=10 * len(recipient_ids) or 1)
    return {row["recipient_id"] for row in rows}


async def told_of(reader: Reader, about_id: str, kind: LetterKind, *, after: str, limit: int) -> list[Document]:
    """Return the next letters of one kind about one thing that reached somebody, or are about to, by their ids."""
    where: Document = {"about_id": about_id, "_id": {"$gt": after}, "kind": kind, **_REACHES}
    return await reader[LETTERS].find(where, sort=[("_id", 1)], projection={"recipient_id": 1}, limit=limit)


_REACHES: Document = {"state": {"$nin": ["suppressed", "failed"]}}


# Digests


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody to whom a digest is due: of which events, by which letters, the oldest first."""

    recipient_id: str
    language: Language
    event_ids: tuple[str, ...]
    letter_ids: tuple[str, ...]


async def waiting_for(reader: Reader, kinds: Some[LetterKind], *, now: datetime, limit: int) -> list[Waiting]:
    """Return to whom a digest of letters of these kinds is due."""
    gathered: Document = {
        "_id": "$recipient_id",
        "language": {"$first": "$language"},
        "event_ids": {"$push": "$event_id"},
        "letter_ids": {"$push": "$_id"},
    }
    rows = await reader[LETTERS].aggregate(
        [
            {"$match": {"digest_at": {"$lte": now}, "state": "collected", "kind": {"$in": sorted(kinds)}}},
            {"$sort": {"_id": 1}},
            {"$group": gathered},
            {"$limit": limit},
        ]
    )
    return [
        Waiting(row["_id"], row["language"] or "en", tuple(row["event_ids"]), tuple(row["letter_ids"])) for row in rows
    ]


async def due_digests(reader: Reader, *, now: datetime, limit: int) -> list[str]:
    """Return to whom a digest is due; subscribers have one of their own."""
    groups = await reader[LETTERS].aggregate(
        [
            {"$match": {"digest_at": {"$lte": now}, "state": "collected", "kind": {"$nin": sorted(OF_REPORTS)}}},
            {"$group": {"_id": "$recipient_id"}},
            {"$limit": limit},
        ]
    )
    return [group["_id"] for group in groups]


async def collected(reader: Reader, recipient_id: str, *, now: datetime, limit: int) -> list[Document]:
    """Return the letters that a person's next digest joins, the oldest first."""
    where = {"recipient_id": recipient_id, "state": "collected", "digest_at": {"$lte": now}}
    return await reader[LETTERS].find(where, sort=[("_id", 1)], limit=limit)


async def join(tx: Tx, ids: Sequence[str], *, into: str) -> int:
    """Mark letters as joined into a digest; return how many of them still waited for one."""
    return await tx[LETTERS].update_many(
        {"_id": {"$in": list(ids)}, "state": "collected"},
        {"$set": {"state": "joined", "joined_in": into}, "$unset": {"digest_at": ""}},
    )


# Reading


def _letter(row: Document) -> Letter:
    return Letter.model_validate({**{name: row[name] for name in _FIELDS if name in row}, "id": row["_id"]})


_FIELDS = frozenset(Letter.model_fields) - {"id"}


async def _letters(reader: Reader, rows: Sequence[Document]) -> list[Letter]:
    """Return letters with what their bundles say of them: that somebody is at it, or why they wait."""
    known = await bundles.named(reader, {row["bundle"] for row in rows if "bundle" in row})
    for row in rows:
        bundle = known.get(row.get("bundle", ""), {})
        if "claimed_by" in bundle:
            row["state"] = "claimed"
        elif bundle.get("why") and "error" not in row:
            row["error"] = {"code": bundle["why"], "text": ""}
    return [_letter(row) for row in rows]


async def get(reader: Reader, id: str) -> Letter:
    """Return one letter.  Raises `NotFound`."""
    row = await reader[LETTERS].find_one({"_id": id})
    if row is None:
        raise NotFound("letter-not-found", "There is no such letter.")
    return (await _letters(reader, [row]))[0]


async def page(
    reader: Reader,
    *,
    about_id: str | None,
    state: State | None,
    kind: LetterKind | None,
    paging: Paging,
    recipient_id: str | None = None,
) -> Page[Letter]:
    """Return letters, the newest first."""
    asked: Document = {"about_id": about_id, "state": state, "kind": kind, "recipient_id": recipient_id}
    where = {name: value for name, value in asked.items() if value is not None}
    if state == "claimed":
        where |= {"state": {"$in": list(WAITING)}, "bundle": {"$in": await bundles.claimed(reader)}}
    if state in ("deferred", "failed", "ambiguous", "suppressed", "held"):
        where["error"] = {"$exists": True}  # they all have one; and with it the index holds just these
    if (key := paging.key(str)) is not None:
        where["_id"] = {"$lt": key[0]}
    rows = await reader[LETTERS].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    return page_of(await _letters(reader, rows), paging.limit, key=lambda letter: (letter.id,))


async def unpushed(
    reader: Reader, recipient_id: str, kinds: Sequence[LetterKind], *, since: datetime, before: datetime
) -> list[Document]:
    """Return a person's letters of these kinds that were sent in this time, and of which no push told yet."""
    where: Document = {
        "recipient_id": recipient_id,
        "kind": {"$in": list(kinds)},
        "state": "sent",
        "sent_at": {"$lte": before, "$gte": since},
        "pushed": {"$exists": False},
    }
    return await reader[LETTERS].find(where, sort=[("_id", 1)], limit=20)


async def mark_pushed(tx: Tx, ids: Sequence[str], *, now: datetime) -> int:
    """Mark that a push tells of these letters; return how many were not marked before."""
    where = {"_id": {"$in": list(ids)}, "pushed": {"$exists": False}}
    return await tx[LETTERS].update_many(where, {"$set": {"pushed": now}})


async def page_of_person(reader: Reader, recipient_id: str, paging: Paging) -> Page[Document]:
    """Return the rows of everything that was or will be sent to one person, the newest first."""
    where: Document = {"recipient_id": recipient_id}
    if (key := paging.key(str)) is not None:
        where["_id"] = {"$lt": key[0]}
    rows = await reader[LETTERS].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    return page_of(rows, paging.limit, key=lambda row: (row["_id"],))


async def count_by_state(reader: Reader, about_id: str | None) -> dict[State, int]:
    """Return how many letters are in each state, of those about one thing or of all."""
    which: Document = {"kind": {"$in": list(KINDS)}} if about_id is None else {"about_id": about_id}
    count: list[Any] = [{"$match": which}, {"$group": {"_id": "$state", "letters": {"$sum": 1}}}]
    groups = await reader[LETTERS].aggregate(count)
    found = {group["_id"]: group["letters"] for group in groups}
    return {state: found.get(state, 0) for state in STATES}
