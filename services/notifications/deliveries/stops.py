"""Stops: letters that must not go out any more are marked at once, and withheld in peace.

A stop is one row, so that it can be written while 100,000 letters go out.  Every sender looks for it before it writes
mails and again before their final dots; what no sender works on is withheld, some 250 letters at a time.
"""

from collections.abc import Collection as Some
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.deliveries import bundles
from services.notifications.deliveries.bundles import LETTERS, WAITING
from services.notifications.deliveries.domain import suppress
from services.notifications.deliveries.moving import keep_idle
from services.notifications.deliveries.settling import update_of
from shared.ids import new_id
from shared.storage import CollectionSpec, Contended, Document, Reader, Storage, Tx

STOPS = "stops"
COLLECTIONS = [CollectionSpec(STOPS)]

AT_ONCE = 250  # letters that one transaction withholds
AT_MOST = 1_000  # stops that stand at once
KEPT = timedelta(hours=1)  # a mail that is written may wait for its dot for as long as its sender is at it


@dataclass(frozen=True, slots=True)
class Stop:
    """That letters must not go out: those that have one of the values of every field of ``which``, and are older."""

    id: str
    which: Mapping[str, Sequence[str]]
    code: str
    at: datetime
    done: bool = False
    """Whether none of them waits any more."""

    def covers(self, row: Document) -> bool:
        """Return whether a letter must not go out; what an operator sends again afterwards may."""
        fits = all(row[name] in values for name, values in self.which.items())
        return fits and max(row["created_at"], row.get("anew_at", row["created_at"])) <= self.at

    @property
    def waiting(self) -> Document:
        """The filter of the letters that it covers and that wait."""
        fits: Document = {name: {"$in": list(values)} for name, values in self.which.items()}
        older = {"created_at": {"$lte": self.at}, "anew_at": {"$not": {"$gt": self.at}}}
        return {**fits, **older, "state": {"$in": [*WAITING, "held", "collected"]}}


async def put(tx: Tx, which: Mapping[str, Some[str]], *, code: str, now: datetime) -> Stop:
    """Stop the letters that fit; ``code`` is why, as their readers' secretariat sees it."""
    stop = Stop(new_id(), {name: sorted(values) for name, values in which.items()}, code, now)
    fields = [[name, list(values)] for name, values in stop.which.items()]
    await tx[STOPS].insert_one({"_id": stop.id, "which": fields, "code": code, "at": now, "done": False})
    return stop


async def standing(reader: Reader) -> list[Stop]:
    """Return the stops that senders must heed."""
    rows = await reader[STOPS].find({}, sort=[("_id", -1)], limit=AT_MOST)
    return [Stop(row["_id"], dict(row["which"]), row["code"], row["at"], row["done"]) for row in rows]


def code_of(stops: Sequence[Stop], row: Document) -> str | None:
    """Return why a letter must not go out; `None` when it may."""
    return next((stop.code for stop in stops if stop.covers(row)), None)


async def undone(reader: Reader, about_id: str) -> bool:
    """Return whether letters about something are stopped, and some may not be withheld yet."""
    return any(not stop.done and about_id in stop.which.get("about_id", ()) for stop in await standing(reader))


async def withhold_all(storage: Storage, stop: Stop, *, now: datetime) -> int:
    """Withhold what a stop covers, but for what senders work on: they heed it.  Return how many letters that were.

    Where others are at the same letters for too long the rest is left to the next time.
    """
    count = 0
    try:
        while found := await storage.transact(_withhold_next, stop, now=now):
            count += found
    except Contended:
        return count
    if await storage.reader[LETTERS].find_one(stop.waiting, {"_id": 1}) is None:
        await storage.reader[STOPS].update_one({"_id": stop.id}, {"$set": {"done": True}})
    return count


async def _withhold_next(tx: Tx, stop: Stop, *, now: datetime) -> int:
    idle = {**stop.waiting, "bundle": {"$nin": await bundles.claimed(tx)}}
    rows = await tx[LETTERS].find(idle, projection={"bundle": 1}, limit=AT_ONCE)
    await keep_idle(tx, {row["bundle"] for row in rows if "bundle" in row})
    ids = {"_id": {"$in": [row["_id"] for row in rows]}}
    return await tx[LETTERS].update_many(ids, update_of(suppress(stop.code), now))


async def tidy(reader: Reader, *, now: datetime) -> None:
    """Forget the stops that nobody can need any more."""
    await reader[STOPS].delete_many({"done": True, "at": {"$lt": now - KEPT}})
