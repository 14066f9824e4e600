"""What became of letters, written down: each its own, and never without the bundle that they are tried again with."""

from collections.abc import Collection as Some
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notifications.deliveries import bundles
from services.notifications.deliveries.bundles import LETTERS, WAITING, Claim
from services.notifications.deliveries.domain import HELD, HISTORY_KEPT, OF_READER, Change, Priority
from services.notifications.operations import store as operations
from shared.storage import Document, Reader, Tx, UpdateOne


async def settle_sent(reader: Reader, ids: Sequence[str], *, now: datetime) -> None:
    """Write down that a relay has these letters, whatever was thought of them meanwhile."""
    sent = {
        "$set": {"state": "sent", "sent_at": now},
        "$inc": {"attempts": 1},
        "$unset": {"bundle": "", "due_at": "", "error": ""},
    }
    if ids:
        await reader[LETTERS].update_many({"_id": {"$in": list(ids)}, "state": {"$ne": "sent"}}, sent)


async def settle_others(tx: Tx, claim: Claim, changes: Sequence[tuple[Document, Change]], *, now: datetime) -> None:
    """Write down what became of letters that were not sent: each its own; those tried again get another bundle.

    Letters that stay queued stay as they are: that a relay is away is no news about a letter.  Nothing is written
    when the bundle was taken back: whoever did has decided about its letters.  What was decided by what a reader or an
    operator has changed since is decided again.
    """
    bundle = await bundles.still(tx, claim)
    if bundle is None:
        return
    news = await _News.read(tx, bundle, changes)
    settled = [(row, news.judged(row, change, now)) for row, change in changes if change.state != "queued"]
    updates = {row["_id"]: update_of(change, now, first=not row["attempts"]) for row, change in settled}
    groups: dict[tuple[Priority, datetime, str], list[str]] = {}
    for row, change in settled:
        if change.due_at is not None and change.state in WAITING:
            groups.setdefault((row["priority"], change.due_at, row.get("route", "")), []).append(row["_id"])
    for (priority, due_at, route), ids in groups.items():
        tied = await bundles.tie(tx, ids, priority=priority, due_at=due_at, route=route)
        for id, bundle_id in zip(ids, tied, strict=True):
            updates[id]["$set"]["bundle"] = bundle_id
    own = {"bundle": claim.bundle_id, "state": {"$in": list(WAITING)}}
    await tx[LETTERS].bulk_write([UpdateOne({"_id": id, **own}, update) for id, update in updates.items()])


@dataclass(frozen=True, slots=True)
class _News:
    """What has changed since a claim was read: whose letters must be looked at again, and what is still held."""

    stirred: Some[str]
    held: Some[str]

    @classmethod
    async def read(cls, tx: Tx, bundle: Document, changes: Sequence[tuple[Document, Change]]) -> "_News":
        kinds = {row["kind"] for row, change in changes if _is(change, HELD)}
        return cls(bundle.get("stirred", ()), [kind for kind in kinds if await operations.keep_held(tx, kind)])

    def judged(self, row: Document, change: Change, now: datetime) -> Change:
        """Return ``change``, unless it was decided by what is no longer so: then the letter is due again."""
        of_reader = change.state in ("held", "collected") or _is(change, *OF_READER)
        old = (of_reader and row["recipient_id"] in self.stirred) or (
            _is(change, HELD) and row["kind"] not in self.held
        )
        return Change("queued", due_at=now, attempted=False) if old else change


def _is(change: Change, *codes: str) -> bool:
    return change.error is not None and change.error.code in codes


def update_of(change: Change, now: datetime, *, first: bool = False) -> Document:
    """Return the update of a row that writes a change down; the relay's patience begins with the ``first`` attempt."""
    values: Document = {"state": change.state} | ({"since": now} if first and change.attempted else {})
    gone: Document = {}
    if change.state == "collected":
        values["digest_at"] = change.due_at
        gone = {"due_at": "", "bundle": ""}
    elif change.due_at is not None:
        values["due_at"] = change.due_at
    else:
        gone = {"due_at": "", "bundle": ""}
    if change.error is not None:
        values["error"] = change.error.model_dump()
    if change.state == "failed":
        values["untold"] = True
    counts = {"attempts": change.attempted, "sought": change.sought, "doubts": change.state == "ambiguous"}
    moment = {"at": now, "state": change.state, "code": change.error.code if change.error else ""}
    update: Document = {"$set": values, "$push": {"history": {"$each": [moment], "$slice": -HISTORY_KEPT}}}
    if gone:
        update["$unset"] = gone
    if any(counts.values()):
        update["$inc"] = {name: 1 for name, counted in counts.items() if counted}
    return update
