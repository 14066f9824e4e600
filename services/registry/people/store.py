"""Where people are kept: what identifies them encrypted under their own key, found by keyed fingerprints."""

from collections.abc import Iterable, Sequence

from services.registry.people.domain import Person
from services.registry.searching import NOTHING
from shared.folding import MAX_ASKED, asked_words, index_words
from shared.ids import utc_now
from shared.paging import Page, Paging, cursor
from shared.problems import Conflict, NotFound
from shared.sealing import Vault
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, from_document, to_document

COLLECTIONS = [
    CollectionSpec(
        "people",
        [
            Index([("address_index", 1)], unique=True, partial={"active": True}),
            Index([("address_index", 1), ("active", -1)]),
            Index([("search", 1), ("_id", 1)]),
            Index([("organisation_ids", 1), ("_id", 1)]),
        ],
    ),
    CollectionSpec("keys"),
]

SECRET = ("display_name", "legal_name", "phone", "address", "notes")
"""Fields that only the person's own key opens."""

MIN_BEGINNING, MAX_BEGINNING = 2, 12
"""How long the beginnings of names are by which people are found: one letter would tell the alphabet."""


def address_index(vault: Vault, address: str) -> str:
    """Return the fingerprint by which ``address`` is found."""
    return vault.blind_index(f"address:{address}")


def _word_index(vault: Vault, word: str) -> str:
    return vault.blind_index(f"word:{word}")


def _search(vault: Vault, display_name: str) -> list[str]:
    words = index_words([display_name])
    ends = range(MIN_BEGINNING, MAX_BEGINNING + 1)
    beginnings = {word[:end] for word in words for end in ends if len(word) >= end} | set(words)
    return sorted(_word_index(vault, each) for each in beginnings)


def _sealed(vault: Vault, key: bytes, person: Person) -> Document:
    secrets = {name: vault.encrypt(key, getattr(person, name)) for name in SECRET}
    return {
        **to_document(person),
        **secrets,
        "address_index": address_index(vault, person.address),
        "search": _search(vault, f"{person.display_name} {person.legal_name}"),
    }


def _opened(vault: Vault, key: bytes, document: Document) -> Person:
    secrets = {name: vault.decrypt(key, document[name]) for name in SECRET if name in document}
    return from_document(Person, {**document, **secrets})


async def add(tx: Tx, person: Person) -> None:
    """Add a new person and their key.  Raises `Duplicate` when an active person has the address."""
    key = tx.vault.new_key()
    await tx["keys"].insert_one({"_id": person.id, "key": key, "created_at": utc_now()})
    await tx["people"].insert_one(_sealed(tx.vault, key, person))


async def put(tx: Tx, person: Person) -> None:
    """Write a person's next revision.  Raises `Conflict` when another was written in between, and `Duplicate`."""
    held = await tx["keys"].find_one({"_id": person.id})
    if held is None:
        raise NotFound("person-not-found", "There is no such person.")
    expected = {"_id": person.id, "revision": person.revision - 1}
    if not await tx["people"].replace_one(expected, _sealed(tx.vault, held["key"], person)):
        raise Conflict("changed-meanwhile", "The person was changed by somebody else: read it and try again.")


async def find(reader: Reader, person_id: str) -> Person | None:
    """Return a person, or `None`."""
    found = await _open_all(reader, await reader["people"].find({"_id": person_id}, limit=1))
    return found[0] if found else None


async def get(reader: Reader, person_id: str) -> Person:
    """Return a person.  Raises `NotFound`."""
    found = await find(reader, person_id)
    if found is None:
        raise NotFound("person-not-found", "There is no such person.")
    return found


async def find_by_address(reader: Reader, address: str, *, active_only: bool = True) -> Person | None:
    """Return the active person with ``address``, or `None`; an inactive one where not ``active_only``."""
    return await find_by_fingerprint(reader, address_index(reader.vault, address), active_only=active_only)


async def find_by_fingerprint(reader: Reader, fingerprint: str, *, active_only: bool = True) -> Person | None:
    """Return whom `find_by_address` returns for the address whose `address_index` is ``fingerprint``."""
    where: Document = {"address_index": fingerprint}
    if active_only:
        where["active"] = True
    documents = await reader["people"].find(where, sort=[("active", -1)], limit=1)
    found = await _open_all(reader, documents)
    return found[0] if found else None


async def find_by_addresses(reader: Reader, addresses: Sequence[str]) -> dict[str, Person]:
    """Return the people with ``addresses`` (at most 1,000), by address as it was asked; the active one of several."""
    asked = {address_index(reader.vault, each): each for each in addresses}
    where = {"address_index": {"$in": list(asked)}}
    documents = await reader["people"].find(where, sort=[("active", 1)], limit=2 * len(asked) + 1) if asked else []
    fingerprints = {each["_id"]: each["address_index"] for each in documents}
    return {asked[fingerprints[each.id]]: each for each in await _open_all(reader, documents)}


async def named(reader: Reader, ids: Sequence[str]) -> list[Person]:
    """Return those people whose ids are among ``ids``, in no order."""
    if not ids:
        return []
    return await _open_all(reader, await reader["people"].find({"_id": {"$in": list(ids)}}, limit=len(ids)))


async def page(reader: Reader, *, question: str | None, organisation_id: str | None, paging: Paging) -> Page[Person]:
    """Return a page of the people that fit.

    A question with an ``@`` is an address, any other the beginnings of names.
    """
    where: Document = _asked(reader.vault, question) if question and question.strip() else {}
    if organisation_id is not None:
        where = {**where, "organisation_ids": organisation_id}
    key = paging.key(str)
    if key is not None:
        where = {"$and": [where, {"_id": {"$gt": key[0]}}]}
    found = await reader["people"].find(where, sort=[("_id", 1)], limit=paging.limit + 1)
    people = await _open_all(reader, found[: paging.limit])
    more = cursor(found[paging.limit - 1]["_id"]) if len(found) > paging.limit else None
    return Page(items=people, next=more)


def _asked(vault: Vault, question: str) -> Document:
    if "@" in question:
        return {"address_index": address_index(vault, question)}
    asked = asked_words(question)[:MAX_ASKED]
    if not asked:
        return NOTHING
    return {"$and": [{"search": {"$in": [_word_index(vault, each) for each in spellings]}} for spellings in asked]}


async def _open_all(reader: Reader, documents: Sequence[Document]) -> list[Person]:
    """Return the people in ``documents``; those without a key are erased and left out."""
    keys = await _keys(reader, [each["_id"] for each in documents])
    return [_opened(reader.vault, keys[each["_id"]], each) for each in documents if each["_id"] in keys]


async def _keys(reader: Reader, ids: Iterable[str]) -> dict[str, bytes]:
    wanted = list(ids)
    if not wanted:
        return {}
    found = await reader["keys"].find({"_id": {"$in": wanted}}, limit=len(wanted))
    return {each["_id"]: each["key"] for each in found}
