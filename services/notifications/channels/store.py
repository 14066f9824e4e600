"""Second paths and pushes as rows; where a path leads is sealed under its person's own key."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic_core import to_json

from services.notifications.channels.domain import MUST_READ, OLD_NEWS, Destination, SecondPath
from services.notifications.contacts import store as contacts
from services.notifications.deliveries import store as letters
from services.notifications.fanouts.store import INVITATIONS
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, from_document, to_document

PATHS = "second_paths"
PUSHES = "pushes"
KEPT = timedelta(days=30)
CLAIMED_FOR = timedelta(minutes=2)  # longer than one call may take; a dead replica's push is tried again then

COLLECTIONS = [
    CollectionSpec(PATHS),
    CollectionSpec(
        PUSHES,
        [
            Index([("due_at", 1)], partial={"due_at": {"$exists": True}}),
            Index([("person_id", 1)]),
            Index([("created_at", 1)], expire_after=KEPT),
        ],
    ),
]


async def find(reader: Reader, person_id: str) -> tuple[SecondPath, Destination] | None:
    """Return somebody's second path and where it leads."""
    row = await reader[PATHS].find_one({"_id": person_id})
    text = None if row is None else await contacts.unseal(reader, person_id, row["cipher"])
    if row is None or text is None:
        return None
    return from_document(SecondPath, row), Destination.model_validate_json(text)


async def keep(tx: Tx, path: SecondPath, to: Destination) -> bool:
    """Keep a second path; return whether its owner has a contact here, without whom nothing can be sealed."""
    cipher = await contacts.seal(tx, path.id, to_json(to).decode())
    if cipher is None:
        return False
    await tx[PATHS].replace_one({"_id": path.id}, {**to_document(path), "cipher": cipher}, upsert=True)
    return True


async def forget(tx: Tx, person_id: str) -> None:
    """Delete somebody's second path and what waits to be pushed there."""
    await tx[PATHS].delete_one({"_id": person_id})
    await tx[PUSHES].delete_many({"person_id": person_id})


async def people(reader: Reader, *, after: str, limit: int) -> list[str]:
    """Return the next of those who have a second path."""
    rows = await reader[PATHS].find({"_id": {"$gt": after}}, sort=[("_id", 1)], projection={"_id": 1}, limit=limit)
    return [row["_id"] for row in rows]


async def unanswered(reader: Reader, person_id: str, *, before: datetime, now: datetime) -> list[Document]:
    """Return a person's letters that wait for an answer since ``before``, and were not pushed yet."""
    rows = await letters.unpushed(reader, person_id, sorted(MUST_READ), since=now - OLD_NEWS, before=before)
    invitations = await _open_invitations(reader, [row["subject_id"] for row in rows])
    return [row for row in rows if row["subject_id"] in invitations]


async def _open_invitations(reader: Reader, ids: Sequence[str]) -> set[str]:
    where = {"_id": {"$in": list(ids)}, "withdrawn": False, "answered": {"$ne": True}}
    rows = await reader[INVITATIONS].find(where, projection={"_id": 1}, limit=len(ids) or 1)
    return {row["_id"] for row in rows}


async def owe(tx: Tx, told: Sequence[Document], *, person_id: str, now: datetime) -> int:
    """Owe one push for letters that wait, each told once; return how many of them are new."""
    ids = [row["_id"] for row in told]
    fresh = await letters.mark_pushed(tx, ids, now=now)
    if fresh:
        row: Document = {"_id": ids[0], "person_id": person_id, "created_at": now, "due_at": now, "attempts": 0}
        await tx[PUSHES].replace_one({"_id": ids[0]}, row, upsert=True)
    return fresh


async def claim(reader: Reader, *, now: datetime) -> Document | None:
    """Take the next push that is due; nobody else has it for two minutes."""
    claimed = {"$set": {"due_at": now + CLAIMED_FOR}, "$inc": {"attempts": 1}}
    return await reader[PUSHES].find_one_and_update({"due_at": {"$lte": now}}, claimed, sort=[("due_at", 1)])


async def settle(reader: Reader, push_id: str, *, code: str, due_at: datetime | None) -> None:
    """Write down what became of a push, and when it is tried again, if ever."""
    gone = {"$unset": {"due_at": ""}} if due_at is None else {}
    values: Document = {"code": code} | ({} if due_at is None else {"due_at": due_at})
    await reader[PUSHES].update_one({"_id": push_id}, {"$set": values, **gone})


async def remember_answer(tx: Tx, invitation_id: str, *, answered: bool) -> None:
    """Keep whether an invitation is answered."""
    await tx[INVITATIONS].update_one({"_id": invitation_id}, {"$set": {"answered": answered}})
