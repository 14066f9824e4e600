"""Where the people are kept whom IATI files name as contacts: encrypted, each activity's under its own key."""

import json
import re
from collections.abc import Mapping, Sequence

from lxml import etree

from shared.folding import fold
from shared.sealing import Vault
from shared.storage import CollectionSpec, DeleteOne, Document, Index, InsertOne, Reader, Tx

COLLECTIONS = [CollectionSpec("activity_contacts", [Index([("found_by", 1)])])]

_PERSONAL = ("person-name", "email")


async def put(tx: Tx, contacts: Mapping[str, Sequence[str]]) -> None:
    """Keep the ``contact-info`` elements of activities by their ids; older ones give way, also to none."""
    operations: list[DeleteOne | InsertOne[Document]] = []
    for activity_id, elements in contacts.items():
        operations.append(DeleteOne({"_id": activity_id}))
        if elements:
            operations.append(InsertOne(_sealed(tx.vault, activity_id, elements)))
    await tx["activity_contacts"].bulk_write(operations, ordered=True)


async def of(reader: Reader, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the ``contact-info`` elements of activities (at most 1,000) by their ids."""
    found = await reader["activity_contacts"].find({"_id": {"$in": list(ids)}}, limit=max(len(ids), 1))
    return {each["_id"]: _opened(reader.vault, each) for each in found}


async def forget(tx: Tx, *, address: str, names: Sequence[str]) -> None:
    """Delete the elements that name somebody by address or name."""
    wanted = _fingerprints(tx.vault, [f"email:{address}", *(f"name:{fold(name)}" for name in names if fold(name))])
    for row in await tx["activity_contacts"].find({"found_by": {"$in": wanted}}, limit=10_000):
        kept = [
            each for each in _opened(tx.vault, row) if not set(_fingerprints(tx.vault, _personal(each))) & set(wanted)
        ]
        await put(tx, {row["_id"]: kept})


def _sealed(vault: Vault, activity_id: str, elements: Sequence[str]) -> Document:
    key = vault.new_key()
    personal = [each for element in elements for each in _personal(element)]
    body = vault.encrypt(key, json.dumps(list(elements)))
    return {"_id": activity_id, "key": key, "body": body, "found_by": _fingerprints(vault, personal)}


def _opened(vault: Vault, row: Document) -> list[str]:
    elements: list[str] = json.loads(vault.decrypt(row["key"], row["body"]))
    return elements


def _fingerprints(vault: Vault, values: Sequence[str]) -> list[str]:
    return sorted({vault.blind_index(f"contact:{each}") for each in values})


def _personal(element: str) -> list[str]:
    """Return by what somebody is found in a ``contact-info`` element, which was read from a checked file."""
    root = etree.fromstring(element, etree.XMLParser(no_network=True, resolve_entities=False))
    found: list[str] = []
    for tag in _PERSONAL:
        for each in root.iter(tag):
            text = re.sub(r"\s+", " ", "".join(map(str, each.itertext()))).strip()
            if text:
                found.append(f"email:{text.casefold()}" if tag == "email" else f"name:{fold(text)}")
    return found
