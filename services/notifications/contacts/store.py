"""Contacts as rows, and their keys as rows of another collection, so that backups can leave the keys out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from shared.events.registry import Contact
from shared.model import Language
from shared.sealing import Vault
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

CONTACTS = "contacts"
KEYS = "keys"

COLLECTIONS = [
    CollectionSpec(CONTACTS, [Index([("address_index", 1)], partial={"address_index": {"$exists": True}})]),
    CollectionSpec(KEYS),
]


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody who may be written to: ``address`` and ``display_name`` in clear, so for as short as can be.

    ``suppressed`` says why nothing but what they ask for themselves is sent there, if so.
    """

    address: str
    display_name: str
    language: Language
    time_zone: str
    suppressed: str = ""
    encryption: str = ""
    """``wanted`` or ``required`` when they have a public key."""
    wishes: Document | None = None
    """What they wish, where that is not what everybody gets."""
    link_generation: int = 1
    """Which links to their own preferences are good."""
    address_generation: int = 1
    """Which of their addresses this is, as the registry counts them: links to answer say to which they were sent."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Somebody who must not be written to."""


async def remember(tx: Tx, recipient_id: str, contact: Contact | None, *, revision: int, values: Document) -> bool:
    """Keep the newest that is known of a recipient; return whether this was it.  No ``contact``: no address.

    With another address, or none, the links that were sent to the one before are no longer good.
    """
    known = await tx[CONTACTS].find_one({"_id": recipient_id}, {"revision": 1, "address_index": 1})
    if known is not None and known["revision"] >= revision:
        return False
    row: Document = {"revision": revision, **values}
    if contact is None or not contact.address:
        await tx[KEYS].delete_one({"_id": recipient_id})
        update: Document = {"$set": row, "$unset": {"cipher": "", "address_index": ""}}
    else:
        key = await _key(tx, recipient_id)
        row["cipher"] = tx.vault.encrypt(key, to_json([contact.address, contact.display_name]).decode())
        row["address_index"] = tx.vault.blind_index(contact.address)
        update = {"$set": row}
    await tx[CONTACTS].update_one({"_id": recipient_id}, update, upsert=True)  # what others keep there stays
    before = known.get("address_index") if known else None
    if before is not None and before != row.get("address_index"):
        await revoke_links(tx, recipient_id)
    return True


async def revoke_links(tx: Tx, recipient_id: str) -> None:
    """Let none of the links to their preferences that a recipient was sent until now be good any more."""
    row = await tx[CONTACTS].find_one({"_id": recipient_id}, {"link_generation": 1})
    generation = (row or {}).get("link_generation", 1) + 1
    await tx[CONTACTS].update_one({"_id": recipient_id}, {"$set": {"link_generation": generation}})


async def mark(tx: Tx, recipient_id: str, **values: Any) -> None:
    """Keep with a contact what its letters must know; `None` takes a mark away."""
    gone = {name: "" for name, value in values.items() if value is None}
    kept = {name: value for name, value in values.items() if value is not None}
    update = ({"$set": kept} if kept else {}) | ({"$unset": gone} if gone else {})
    await tx[CONTACTS].update_one({"_id": recipient_id}, update)


async def unmark(tx: Tx, recipient_ids: Sequence[str], name: str) -> None:
    """Take a mark away from many contacts."""
    await tx[CONTACTS].update_many({"_id": {"$in": list(recipient_ids)}}, {"$unset": {name: ""}})


async def seal(tx: Tx, recipient_id: str, text: str) -> bytes | None:
    """Return ``text`` encrypted under a recipient's own key; `None` when they have none, or no longer."""
    row = await tx[KEYS].find_one({"_id": recipient_id})
    return None if row is None else tx.vault.encrypt(bytes(row["key"]), text)


async def unseal(reader: Reader, recipient_id: str, cipher: bytes) -> str | None:
    """Return what was sealed by `seal`; `None` when the key is gone, and with it the text."""
    row = await reader[KEYS].find_one({"_id": recipient_id})
    return None if row is None else reader.vault.decrypt(bytes(row["key"]), bytes(cipher))


async def _key(tx: Tx, recipient_id: str) -> bytes:
    row = await tx[KEYS].find_one({"_id": recipient_id})
    if row is not None:
        return bytes(row["key"])
    key = tx.vault.new_key()
    await tx[KEYS].insert_one({"_id": recipient_id, "key": key})
    return key


async def forget(tx: Tx, recipient_id: str) -> None:
    """Delete a recipient's contact and the key to every copy of it."""
    await tx[KEYS].delete_one({"_id": recipient_id})
    await tx[CONTACTS].delete_one({"_id": recipient_id})


async def languages(reader: Reader, recipient_ids: Sequence[str]) -> dict[str, Language]:
    """Return the languages of those who are known."""
    rows = await reader[CONTACTS].find(
        {"_id": {"$in": list(recipient_ids)}},
        projection={"language": 1, "chosen_language": 1},
        limit=len(recipient_ids) or 1,
    )
    return {row["_id"]: row.get("chosen_language") or row["language"] for row in rows}


async def link_generation(reader: Reader, recipient_id: str) -> int | None:
    """Return which links of a person are good; `None` when nothing may be sent to them at all."""
    row = await reader[CONTACTS].find_one({"_id": recipient_id}, {"link_generation": 1, "cipher": 1})
    return None if row is None or "cipher" not in row else row.get("link_generation", 1)


async def owners(reader: Reader, address: str, *, limit: int = 5) -> list[str]:
    """Return whose address this is: people and subscribers."""
    where = {"address_index": reader.vault.blind_index(address)}
    return [row["_id"] for row in await reader[CONTACTS].find(where, projection={"_id": 1}, limit=limit)]


async def reach(reader: Reader, recipient_ids: Sequence[str]) -> dict[str, Reachable | LeftAlone]:
    """Return how to reach those of the recipients who are known here."""
    wanted: Document = {"_id": {"$in": list(recipient_ids)}}
    limit = len(recipient_ids) or 1
    keys: dict[str, Any] = {row["_id"]: row["key"] for row in await reader[KEYS].find(wanted, limit=limit)}
    found: dict[str, Reachable | LeftAlone] = {}
    for row in await reader[CONTACTS].find(wanted, limit=limit):
        if row.get("no_contact"):
            found[row["_id"]] = LeftAlone()
        elif "cipher" in row and row["_id"] in keys:
            found[row["_id"]] = _open(reader.vault, keys[row["_id"]], row)
    return found


def _open(vault: Vault, key: bytes, row: Document) -> Reachable:
    address, display_name = from_json(vault.decrypt(bytes(key), bytes(row["cipher"])))
    return Reachable(
        address,
        display_name,
        row.get("chosen_language") or row["language"],
        row.get("chosen_zone") or row["time_zone"],
        suppressed=row.get("suppressed", ""),
        encryption=row.get("encryption", ""),
        wishes=row.get("wishes"),
        link_generation=row.get("link_generation", 1),
        address_generation=row.get("address_generation", 1),
    )
