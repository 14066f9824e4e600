"""Public keys as rows, each sealed under its person's own key: a public key names its owner."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.notifications.contacts import store as contacts
from services.notifications.openpgp.domain import PublicKey
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, from_document, to_document

KEYS = "public_keys"
COLLECTIONS = [CollectionSpec(KEYS, [Index([("expires_at", 1)], partial={"expires_at": {"$exists": True}})])]


async def find(reader: Reader, person_id: str) -> tuple[PublicKey, str] | None:
    """Return somebody's key and its text; `None` when there is none, or it can no longer be opened."""
    row = await reader[KEYS].find_one({"_id": person_id})
    if row is None:
        return None
    armored = await contacts.unseal(reader, person_id, row["cipher"])
    return None if armored is None else (from_document(PublicKey, row), armored)


async def texts(reader: Reader, person_ids: Sequence[str]) -> dict[str, str]:
    """Return the keys of these people, as text."""
    if not person_ids:
        return {}
    rows = await reader[KEYS].find({"_id": {"$in": list(person_ids)}}, limit=len(person_ids))
    opened = {row["_id"]: await contacts.unseal(reader, row["_id"], row["cipher"]) for row in rows}
    return {person_id: text for person_id, text in opened.items() if text is not None}


async def keep(tx: Tx, key: PublicKey, armored: str) -> bool:
    """Keep a key; return whether its owner has a contact here, without whom nothing can be sealed."""
    cipher = await contacts.seal(tx, key.id, armored)
    if cipher is None:
        return False
    row: Document = {**to_document(key), "cipher": cipher}
    await tx[KEYS].replace_one({"_id": key.id}, row, upsert=True)
    await contacts.mark(tx, key.id, encryption=key.wish)
    return True


async def expiring(
    reader: Reader, *, after: datetime, until: datetime, warned: timedelta, limit: int
) -> list[PublicKey]:
    """Return keys that expire in this time and whose owners were not told so ``warned`` before, or later."""
    where: Document = {"expires_at": {"$gt": after, "$lte": until}, "warned_days": {"$not": {"$lte": warned.days}}}
    rows = await reader[KEYS].find(where, sort=[("expires_at", 1)], limit=limit, projection={"cipher": 0})
    return [from_document(PublicKey, row) for row in rows]


async def mark_warned(tx: Tx, key: PublicKey, before: timedelta) -> bool:
    """Keep that the owner of a key was told how long it is still good; return whether it is still that key."""
    same = {"_id": key.id, "expires_at": key.expires_at}
    return await tx[KEYS].update_one(same, {"$set": {"warned_days": before.days}}) == 1


async def forget(tx: Tx, person_id: str) -> None:
    """Delete somebody's key."""
    await tx[KEYS].delete_one({"_id": person_id})
    await contacts.mark(tx, person_id, encryption=None)
