"""Where proposals and decisions are kept, and who may be meant by a name."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from services.registry.organisations.proposals.domain import Known, Mention, Proposal
from shared.paging import Page, Paging
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

COLLECTIONS = [
    CollectionSpec(
        "organisation_proposals",
        [
            Index([("key", 1)], unique=True),
            Index([("state", 1), ("_id", 1)]),
            Index([("provisional_id", 1)], partial={"provisional_id": {"$type": "string"}}),
            Index([("decided_by", 1)], partial={"decided_by": {"$type": "string"}}),
        ],
    ),
    CollectionSpec("organisation_decisions", [Index([("decided_by", 1)], partial={"decided_by": {"$type": "string"}})]),
]

MAX_NEAR = 5_000  # records that are compared with the names of one batch
MAX_NEAR_ONE = 50  # records that are compared with one name, where the batch has too many
MAX_COUNTED = 2_000  # records among which those are looked for
_SEEN: Document = {"name_keys": 1, "acronym_keys": 1, "identifier_keys": 1, "country": 1, "near_keys": 1}

proposals = Aggregates("organisation_proposals", Proposal, "proposal")


def known_of(document: Document) -> Known:
    """Return what a record is recognised by."""
    acronyms = frozenset(document.get("acronym_keys", ()))
    return Known(
        document["_id"],
        frozenset(document.get("name_keys", ())) - acronyms,
        acronyms,
        frozenset(document.get("identifier_keys", ())),
        document.get("country"),
    )


class Neighbours:
    """The records that names of one batch may mean, found again by what they have in common with a name."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._by: dict[Any, set[str]] = {}

    def add(self, known: Known, near_keys: Iterable[int]) -> None:
        """Take one more."""
        self._known[known.id] = known
        for key in (*known.names, *known.acronyms, *(f"#{each}" for each in known.identifiers), *near_keys):
            self._by.setdefault(key, set()).add(known.id)

    def has_identifier(self, key: str) -> bool:
        """Say whether one of them has this identifier."""
        return f"#{key}" in self._by

    def identifiers_of(self, organisation_id: str) -> frozenset[str]:
        """Return the keys of the identifiers of one of them."""
        return self._known[organisation_id].identifiers

    def namesakes(self, mention: Mention) -> list[Known]:
        """Return those that have an identifier or a whole name in common with ``mention``."""
        return self.near(mention.known, ())

    def of(self, mention: Mention) -> list[Known]:
        """Return those that have anything in common with ``mention``."""
        return self.near(mention.known, mention.near_keys)

    def near(self, known: Known, near_keys: Iterable[int]) -> list[Known]:
        """Return those that have an identifier, a name or one of ``near_keys`` in common with ``known``."""
        numbers = (f"#{each}" for each in known.identifiers)
        keys = (*known.names, *known.acronyms, *numbers, *near_keys)
        ids = {id for key in keys for id in self._by.get(key, ())}
        return [self._known[each] for each in sorted(ids)]


async def neighbours(reader: Reader, mentions: Iterable[Mention]) -> Neighbours:
    """Return the records that have an identifier, a name or the sound of a name in common with ``mentions``."""
    return await find_neighbours(reader, [(each.known, each.near_keys) for each in mentions])


async def find_neighbours(reader: Reader, wanted: Sequence[tuple[Known, Sequence[int]]]) -> Neighbours:
    """Return the records that have anything in common with ``wanted``: by what each is recognised, and `near_keys`."""
    found = Neighbours()
    names = sorted({each for known, _ in wanted for each in (*known.names, *known.acronyms)})
    numbers = sorted({each for known, _ in wanted for each in known.identifiers})
    near = sorted({each for _, keys in wanted for each in keys})
    for where in ({"identifier_keys": {"$in": numbers}}, {"name_keys": {"$in": names}}):
        for document in await _find(reader, where, MAX_NEAR):
            found.add(known_of(document), document.get("near_keys", ()))
    documents = await _find(reader, {"near_keys": {"$in": near}}, MAX_NEAR)
    if len(documents) == MAX_NEAR:  # too many of too common names: a share for each instead
        shares = [await _nearest(reader, keys) for _, keys in wanted if keys]
        documents = [each for share in shares for each in share]
    for document in documents:
        found.add(known_of(document), document.get("near_keys", ()))
    return found


async def _nearest(reader: Reader, near_keys: Sequence[int]) -> list[Document]:
    """Return the records that have the most of ``near_keys``."""
    keys = list(near_keys)
    shared = {"$size": {"$setIntersection": ["$near_keys", keys]}}
    return await reader["organisations"].aggregate(
        [
            {"$match": {"near_keys": {"$in": keys}}},
            {"$limit": MAX_COUNTED},
            {"$project": {**_SEEN, "shared": shared}},
            {"$sort": {"shared": -1, "_id": 1}},
            {"$limit": MAX_NEAR_ONE},
        ]
    )


async def _find(reader: Reader, where: Document, limit: int) -> list[Document]:
    if not any(each["$in"] for each in where.values()):
        return []
    return await reader["organisations"].find(where, limit=limit, projection=_SEEN)


async def with_keys(reader: Reader, keys: Collection[str]) -> dict[str, Proposal]:
    """Return the proposals, open or decided, with ``keys`` (at most 1,000), by key."""
    found = await reader["organisation_proposals"].find({"key": {"$in": sorted(keys)}}, limit=max(len(keys), 1))
    return {each["key"]: from_document(Proposal, each) for each in found}


async def page(reader: Reader, *, state: str, paging: Paging) -> Page[Proposal]:
    """Return a page of the proposals in ``state``, oldest first."""
    return await proposals.page(reader, {"state": state}, after=paging.after, limit=paging.limit)


async def count_open(reader: Reader, *, limit: int) -> int:
    """Return how many proposals wait for a decision, counted no further than ``limit``."""
    return await reader["organisation_proposals"].count({"state": "open"}, limit=limit)


async def decisions(reader: Reader, keys: Collection[str]) -> dict[str, Document]:
    """Return what was decided of ``keys`` (at most 1,000): whose each is, and whose it is not (``apart``)."""
    found = await reader["organisation_decisions"].find({"_id": {"$in": sorted(keys)}}, limit=max(len(keys), 1))
    return {each["_id"]: each for each in found}


async def decide(
    tx: Tx, key: str, *, organisation_id: str | None, apart: Sequence[str] = (), by: str | None, at: Any
) -> None:
    """Remember whose a name is, and whose it is not."""
    row = {"_id": key, "organisation_id": organisation_id, "apart": list(apart), "decided_by": by, "decided_at": at}
    await tx["organisation_decisions"].replace_one({"_id": key}, row, upsert=True)


async def undecide(tx: Tx, key: str) -> None:
    """Forget what was decided of a name."""
    await tx["organisation_decisions"].delete_one({"_id": key})


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who made the decisions that somebody made."""
    for name in ("organisation_proposals", "organisation_decisions"):
        await tx[name].update_many({"decided_by": person_id}, {"$set": {"decided_by": None}})
