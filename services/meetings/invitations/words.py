"""What people wrote to the organisers, kept encrypted under each person's own key: without the key it is gone."""

from collections.abc import Sequence

from shared.sealing import Unsealable
from shared.storage import CollectionSpec, Reader, Tx

KEYS = "keys"
COLLECTIONS = [CollectionSpec(KEYS)]


async def seal(tx: Tx, person_id: str, text: str) -> bytes | None:
    """Return ``text`` encrypted under the key of ``person_id``, which is made if need be; `None` for nothing."""
    if not text:
        return None
    row = await tx[KEYS].find_one({"_id": person_id})
    key = tx.vault.new_key() if row is None else bytes(row["key"])
    if row is None:
        await tx[KEYS].insert_one({"_id": person_id, "key": key})
    return tx.vault.encrypt(key, text)


async def unseal(reader: Reader, written: Sequence[tuple[str, bytes | None]]) -> list[str]:
    """Return the texts of (person, encrypted text) in their order; ``""`` where the key is gone."""
    people = list({person_id for person_id, cipher in written if cipher})
    rows = await reader[KEYS].find({"_id": {"$in": people}}, limit=len(people)) if people else []
    keys = {row["_id"]: bytes(row["key"]) for row in rows}
    return [_open(reader, keys.get(person_id), cipher) for person_id, cipher in written]


def _open(reader: Reader, key: bytes | None, cipher: bytes | None) -> str:
    if key is None or not cipher:
        return ""
    try:
        return reader.vault.decrypt(key, bytes(cipher))
    except Unsealable:
        return ""


async def forget(tx: Tx, person_id: str) -> None:
    """Delete the key of a person, and with it everything they ever wrote here."""
    await tx[KEYS].delete_one({"_id": person_id})
