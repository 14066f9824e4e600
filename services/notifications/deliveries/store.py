"""The letters as rows: owed, claimed window by window, settled window by window.

A row has ``due_at`` exactly while it waits to be sent, and ``claimed_by`` exactly while a process works on it; both are
indexed only then, so what has been sent costs nothing.  Leases run by the server's clock.  A row that has failed is
``untold`` until others have been told of it.
"""

from collections.abc import Collection as Some
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.notifications.deliveries.domain import (
    BULK_PRIORITY,
    HISTORY_KEPT,
    STATES,
    URGENT_PRIORITY,
    Change,
    Letter,
    LetterKind,
    Priority,
    State,
)
from shared.ids import new_id
from shared.paging import Page, Paging, page_of
from shared.problems import NotFound
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, UpdateOne

LETTERS = "letters"
FACTS = "facts"
BELLS: dict[Priority, str] = {URGENT_PRIORITY: "urgent letters", BULK_PRIORITY: "letters"}

COLLECTIONS = [
    CollectionSpec(
        LETTERS,
        [
            Index([("priority", 1), ("due_at", 1)], partial={"due_at": {"$exists": True}}),
            Index([("claimed_by", 1)], partial={"claimed_by": {"$exists": True}}),
            Index([("about_id", 1), ("_id", -1)]),
            Index([("recipient_id", 1)]),
            Index([("state", 1), ("_id", -1)], partial={"error": {"$exists": True}}),
            Index([("untold", 1)], partial={"untold": {"$exists": True}}),
            Index([("digest_at", 1)], partial={"digest_at": {"$exists": True}}),
        ],
    ),
    CollectionSpec(FACTS),
]


@dataclass(frozen=True, slots=True)
class Claim:
    """The letters that one worker has taken, under a name nobody else uses."""

    token: str
    rows: Sequence[Document]

    def where(self, ids: Sequence[str]) -> Document:
        """Return the filter of those of its letters, as long as they are still its own.

        All of them are named by the token alone: that is half the work for the database.
        """
        named = {} if len(ids) == len(self.rows) else {"_id": {"$in": list(ids)}}
        return {**named, "claimed_by": self.token}


# Writing down what is owed


async def owe(tx: Tx, rows: Sequence[Document]) -> int:
    """Add the letters that are not there yet, and wake the senders if this commits; return how many were added."""
    wanted = [row["_id"] for row in rows]
    known = await tx[LETTERS].find({"_id": {"$in": wanted}}, projection={"_id": 1}, limit=len(wanted) or 1)
    there = {row["_id"] for row in known}
    missing = [row for row in rows if row["_id"] not in there]
    await tx[LETTERS].insert_many(missing, ordered=False)
    for priority in {row["priority"] for row in missing}:
        tx.ring(BELLS[priority])
    return len(missing)


async def keep_facts(tx: Tx, event_id: str, facts: Document) -> None:
    """Keep what an event told, for as long as letters may tell it."""
    await tx[FACTS].update_one({"_id": event_id}, {"$setOnInsert": facts}, upsert=True)


async def facts_of(reader: Reader, event_ids: Some[str]) -> dict[str, Document]:
    """Return what these events told, by their ids."""
    rows = await reader[FACTS].find({"_id": {"$in": list(event_ids)}}, limit=len(event_ids) or 1)
    return {row["_id"]: row for row in rows}


def _ring_all(tx: Tx) -> None:
    for bell in BELLS.values():
        tx.ring(bell)


# A window's way


async def claim(reader: Reader, priority: Priority, *, limit: int, now: datetime, holder: str) -> Claim:
    """Take up to ``limit`` letters that are due, oldest first; nobody else has or gets them."""
    due = {"priority": priority, "due_at": {"$lte": now}}
    found = await reader[LETTERS].find(due, sort=[("priority", 1), ("due_at", 1)], limit=limit)
    token = f"{holder}/{new_id()}"
    if not found:
        return Claim(token, [])
    ours = {"_id": {"$in": [row["_id"] for row in found]}, "due_at": {"$lte": now}}
    taken = await reader[LETTERS].update_many(
        ours,
        {
            "$set": {"state": "claimed", "claimed_by": token},
            "$unset": {"due_at": ""},
            "$currentDate": {"leased_at": True},
        },
    )
    if taken != len(found):  # another replica was faster with some
        found = await reader[LETTERS].find({"claimed_by": token}, limit=limit)
    return Claim(token, found)


async def start_transmitting(reader: Reader, claim: Claim, ids: Sequence[str]) -> int:
    """Write down that the final dots of some of a claim follow; return how many of them are still ours."""
    return await reader[LETTERS].update_many(
        {**claim.where(ids), "state": "claimed"},
        {"$set": {"state": "transmitting"}, "$currentDate": {"leased_at": True}},
    )


async def settle_sent(reader: Reader, claim: Claim, ids: Sequence[str], *, now: datetime) -> None:
    """Write down that a relay has these letters: those still claimed, and those taken back since."""
    sent = {
        "$set": {"state": "sent", "sent_at": now},
        "$inc": {"attempts": 1},
        "$unset": {"claimed_by": "", "leased_at": "", "due_at": "", "error": ""},
    }
    if not ids:
        return
    if await reader[LETTERS].update_many(claim.where(ids), sent) == len(ids):
        return
    waiting = {"_id": {"$in": list(ids)}, "state": {"$in": ["queued", "ambiguous"]}}
    await reader[LETTERS].update_many(waiting, sent)


async def settle_others(
    reader: Reader, claim: Claim, changes: Sequence[tuple[Document, Change]], *, now: datetime
) -> None:
    """Write down what became of letters that were not sent: each its own.

    That a relay is away is no news about a letter: it would fill the history.
    """
    await reader[LETTERS].bulk_write(
        [
            UpdateOne(
                {"_id": row["_id"], "claimed_by": claim.token},
                _update(change, now, noteworthy=change.state != "queued"),
            )
            for row, change in changes
        ]
    )


async def release(reader: Reader, claim: Claim, ids: Sequence[str], *, now: datetime, marked: bool = False) -> None:
    """Give back those of a claim, none or many, that were not sent; even ``marked`` ones, when that is certain."""
    if not ids:
        return
    states = ["claimed", "transmitting"] if marked else ["claimed"]
    await reader[LETTERS].update_many(
        {**claim.where(ids), "state": {"$in": states}},
        {"$set": {"state": "queued", "due_at": now}, "$unset": {"claimed_by": "", "leased_at": ""}},
    )


async def apply(tx: Tx, id: str, change: Change, *, expected: State, now: datetime) -> bool:
    """Change a letter that is still in the state ``expected``; return whether it was."""
    update = _update(change, now)
    update["$set"] |= {"since": now, "attempts": 0}
    _ring_all(tx)
    return await tx[LETTERS].update_one({"_id": id, "state": expected}, update) == 1


def _update(change: Change, now: datetime, *, noteworthy: bool = True) -> Document:
    values: Document = {"state": change.state}
    gone: Document = {"claimed_by": "", "leased_at": ""}
    if change.state == "collected":
        values["digest_at"] = change.due_at
        gone["due_at"] = ""
    elif change.due_at is not None:
        values["due_at"] = change.due_at
    else:
        gone["due_at"] = ""
    if change.error is not None:
        values["error"] = change.error.model_dump()
    if change.state == "failed":
        values["untold"] = True
    counts = {"attempts": int(change.attempted), "doubts": int(change.state == "ambiguous")}
    update: Document = {"$set": values, "$unset": gone}
    if noteworthy:
        moment = {"at": now, "state": change.state, "code": change.error.code if change.error else ""}
        update["$push"] = {"history": {"$each": [moment], "$slice": -HISTORY_KEPT}}
    if any(counts.values()):
        update["$inc"] = {name: count for name, count in counts.items() if count}
    return update


# Leases


async def renew(reader: Reader, tokens: Sequence[str]) -> None:
    """Say that these claims are still worked on."""
    if tokens:
        await reader[LETTERS].update_many({"claimed_by": {"$in": list(tokens)}}, {"$currentDate": {"leased_at": True}})


async def take_back(
    reader: Reader, *, lease: timedelta, now: datetime, again: Sequence[tuple[int, datetime]], held: Sequence[str]
) -> tuple[int, int]:
    """Take letters from those who have not been heard of for ``lease``; return how many, and how many were ambiguous.

    ``again`` says for letters of up to so many doubts when they are sent again; kinds in ``held``, and letters with
    more doubts, wait for an operator.
    """
    letters = reader[LETTERS]
    expired: Document = {
        "claimed_by": {"$exists": True},
        "$expr": {"$lt": ["$leased_at", {"$subtract": ["$$NOW", int(lease.total_seconds() * 1000)]}]},
    }
    if not await letters.count(expired, limit=1):
        return 0, 0
    free = {"claimed_by": "", "leased_at": ""}
    back = await letters.update_many(
        {**expired, "state": "claimed"}, {"$set": {"state": "queued", "due_at": now}, "$unset": free}
    )
    values: Document = {"state": "ambiguous", "error": {"code": "sender-died", "text": ""}}
    moment = {"at": now, "state": "ambiguous", "code": "sender-died"}
    marks: Document = {
        "$inc": {"doubts": 1, "attempts": 1},
        "$unset": free,
        "$push": {"history": {"$each": [moment], "$slice": -HISTORY_KEPT}},
    }
    doubtful = {**expired, "state": "transmitting"}
    ambiguous = 0
    for most, due_at in again:
        which = {**doubtful, "kind": {"$nin": list(held)}, "doubts": {"$not": {"$gt": most}}}
        ambiguous += await letters.update_many(which, {"$set": {**values, "due_at": due_at}, **marks})
    ambiguous += await letters.update_many(doubtful, {"$set": values, **marks})
    return back, ambiguous


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
    return await tx[LETTERS].update_one({"_id": id, "state": {"$in": ["sent", "ambiguous"]}}, _update(change, now)) == 1


# What happens to a person's letters


async def wake(tx: Tx, recipient_id: str, *, now: datetime) -> None:
    """Send now what waited only for this person's contact."""
    woken = await tx[LETTERS].update_many(
        {"recipient_id": recipient_id, "state": "deferred", "error.code": "contact-unknown"},
        {"$set": {"state": "queued", "due_at": now}},
    )
    if woken:
        _ring_all(tx)


async def release_held(tx: Tx, recipient_id: str, *, now: datetime) -> None:
    """Try again what was held for this person."""
    released = await tx[LETTERS].update_many(
        {"recipient_id": recipient_id, "state": "held"},
        {"$set": {"state": "queued", "due_at": now}, "$unset": {"error": ""}},
    )
    if released:
        _ring_all(tx)


async def reconsider(tx: Tx, recipient_id: str, *, now: datetime) -> None:
    """Look again at what waits as this person wished: they wish otherwise now."""
    waiting = {"state": "deferred", "error.code": "quiet-hours"}
    woken = await tx[LETTERS].update_many(
        {"recipient_id": recipient_id, "$or": [{"state": "collected"}, waiting]},
        {"$set": {"state": "queued", "due_at": now}, "$unset": {"error": "", "digest_at": ""}},
    )
    if woken:
        _ring_all(tx)


async def withhold(tx: Tx, which: Document, change: Change, *, now: datetime) -> None:
    """Settle the letters that fit ``which`` and wait to be sent, or are held: they must not be."""
    waiting = {"$or": [{"due_at": {"$exists": True}}, {"state": {"$in": ["held", "collected"]}}]}
    await tx[LETTERS].update_many({**which, **waiting}, _update(change, now))


# Digests


async def due_digests(reader: Reader, *, now: datetime, limit: int) -> list[str]:
    """Return to whom a digest is due."""
    groups = await reader[LETTERS].aggregate(
        [
            {"$match": {"digest_at": {"$lte": now}, "state": "collected"}},
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


async def get(reader: Reader, id: str) -> Letter:
    """Return one letter.  Raises `NotFound`."""
    row = await reader[LETTERS].find_one({"_id": id})
    if row is None:
        raise NotFound("letter-not-found", "There is no such letter.")
    return _letter(row)


async def page(
    reader: Reader, *, about_id: str | None, state: State | None, kind: LetterKind | None, paging: Paging
) -> Page[Letter]:
    """Return letters, the newest first."""
    asked: Document = {"about_id": about_id, "state": state, "kind": kind}
    where = {name: value for name, value in asked.items() if value is not None}
    if state in ("deferred", "failed", "ambiguous", "suppressed", "held"):
        where["error"] = {"$exists": True}  # they all have one; and with it the index holds just these
    if (key := paging.key(str)) is not None:
        where["_id"] = {"$lt": key[0]}
    rows = await reader[LETTERS].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    return page_of([_letter(row) for row in rows], paging.limit, key=lambda letter: (letter.id,))


async def page_of_person(reader: Reader, recipient_id: str, paging: Paging) -> Page[Document]:
    """Return the rows of everything that was or will be sent to one person, the newest first."""
    where: Document = {"recipient_id": recipient_id}
    if (key := paging.key(str)) is not None:
        where["_id"] = {"$lt": key[0]}
    rows = await reader[LETTERS].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    return page_of(rows, paging.limit, key=lambda row: (row["_id"],))


async def count_by_state(reader: Reader, about_id: str | None) -> dict[State, int]:
    """Return how many letters are in each state, of those about one thing or of all."""
    match: list[Any] = [] if about_id is None else [{"$match": {"about_id": about_id}}]
    groups = await reader[LETTERS].aggregate([*match, {"$group": {"_id": "$state", "letters": {"$sum": 1}}}])
    found = {group["_id"]: group["letters"] for group in groups}
    return {state: found.get(state, 0) for state in STATES}


async def count_waiting(reader: Reader) -> dict[Priority, int]:
    """Return how many letters wait to be sent, by priority: counted in an index that holds only these."""
    priorities: tuple[Priority, ...] = (URGENT_PRIORITY, BULK_PRIORITY)
    return {each: await reader[LETTERS].count({"priority": each, "due_at": {"$exists": True}}) for each in priorities}


async def next_due(reader: Reader, priority: Priority) -> datetime | None:
    """Return when the next letter is due."""
    row = await reader[LETTERS].find_one(
        {"priority": priority, "due_at": {"$exists": True}}, {"due_at": 1}, sort=[("due_at", 1)]
    )
    return None if row is None else row["due_at"]
