"""Public keys as rows, each sealed under its person's own key: a public key names its owner."""

from collections.abc import Sequence

from services.notifications.contacts import store as contacts
from services.notifications.openpgp.domain import PublicKey
from shared.storage import CollectionSpec, Document, Reader, Tx, from_document, to_document

KEYS = "public_keys"
COLLECTIONS = [CollectionSpec(KEYS)]


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


async def forget(tx: Tx, person_id: str) -> None:
    """Delete somebody's key."""
    await tx[KEYS].delete_one({"_id": person_id})
    await contacts.mark(tx, person_id, encryption=None)
