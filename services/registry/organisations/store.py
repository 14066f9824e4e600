"""Where organisations are kept, by what they are recognised, and what became of each record."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from services.registry.audiences import Standing
from services.registry.likeness import near_keys
from services.registry.organisations import history, vocabulary
from services.registry.organisations.domain import Identifier, Organisation
from services.registry.searching import Searchable
from shared.folding import foldings, index_words
from shared.problems import NotFound
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, from_document

INDEX_VERSION = 3  # raised when records must be found by something new: see jobs.py

COLLECTIONS = [
    CollectionSpec(
        "organisations",
        [
            Index([("search", 1), ("_id", 1)]),
            Index([("name_keys", 1), ("_id", 1)]),
            Index([("near_keys", 1)]),
            Index([("identifier_keys", 1)], unique=True, partial={"identifier_keys": {"$exists": True}}),
            Index([("kinds", 1), ("_id", 1)]),
            Index([("country", 1), ("_id", 1)]),
            Index([("region", 1), ("_id", 1)]),
            Index([("level", 1), ("_id", 1)]),
            Index([("index_version", 1)]),
            Index([("to_compare", 1)], partial={"to_compare": True}),
        ],
    ),
    *vocabulary.COLLECTIONS,
    *history.COLLECTIONS,
]

NAMESAKES = 20  # organisations of one name that are looked at
AT_ONCE = 1_000  # records looked up by one query
MAX_CHAIN = 20  # records one after the other that were each merged into the next


def _beside(organisation: Organisation) -> Document:
    """Return what a record is found by: nothing once another stands for it."""
    if organisation.merged_into is not None:
        return {"search": [], "name_keys": [], "near_keys": [], "index_version": INDEX_VERSION}
    folded = [each for name in organisation.full_names for each in foldings(name)]
    found_by: Document = {
        "search": index_words([*organisation.every_name, *(each.value for each in organisation.identifiers)]),
        "name_keys": organisation.name_keys,
        "acronym_keys": sorted({each for name in organisation.every_acronym for each in foldings(name)}),
        "near_keys": near_keys(folded),
        "index_version": INDEX_VERSION,
        "to_compare": True,
    }
    keys = sorted({each.key for each in organisation.identifiers})
    return {**found_by, "identifier_keys": keys} if keys else found_by  # an empty list would collide in the index


@dataclass(frozen=True)
class Organisations(Searchable[Organisation]):
    """The records, and the words of all of them."""

    name: str = "organisations"
    model: type[Organisation] = Organisation
    what: str = "organisation"
    beside: Callable[[Organisation], Document] = _beside

    async def add(self, tx: Tx, aggregate: Organisation) -> None:
        """Add a new one.  Raises `Duplicate`."""
        await self.add_many(tx, [aggregate])

    async def add_many(self, tx: Tx, aggregates: Sequence[Organisation]) -> None:
        """Add new ones.  Raises `Duplicate`."""
        documents = [self.document(each) for each in aggregates]
        await tx[self.name].insert_many(documents)
        await vocabulary.learn(tx, (word for each in documents for word in each["search"]))

    async def put(self, tx: Tx, aggregate: Organisation) -> None:
        """Write the next revision of one.  Raises `Conflict` when another was written in between, and `Duplicate`."""
        await super().put(tx, aggregate)
        await vocabulary.learn(tx, self.document(aggregate)["search"])


organisations = Organisations()


async def get(reader: Reader, organisation_id: str) -> Organisation:
    """Return the record that stands for ``organisation_id`` now.  Raises `NotFound`."""
    organisation = await organisations.get(reader, organisation_id)
    for _ in range(MAX_CHAIN):
        if organisation.merged_into is None:
            return organisation
        organisation = await organisations.get(reader, organisation.merged_into)
    raise NotFound("organisation-not-found", "There is no such organisation.")


async def survivors(reader: Reader, ids: Iterable[str]) -> dict[str, str]:
    """Return the id that stands for each of ``ids`` (at most 1,000) that has a record: mostly its own."""
    standing = {each: each for each in dict.fromkeys(ids)}
    merged = await _merged_into(reader, standing.values())
    known = set(merged)
    for _ in range(MAX_CHAIN):
        moved = {each: into for each, at in standing.items() if (into := merged.get(at))}
        if not moved:
            break
        standing.update(moved)
        merged = await _merged_into(reader, moved.values())
        known |= set(merged)
    return {each: at for each, at in standing.items() if at in known}


async def _merged_into(reader: Reader, ids: Iterable[str]) -> dict[str, str | None]:
    wanted = sorted(set(ids))
    found = await reader["organisations"].find(
        {"_id": {"$in": wanted}}, projection={"merged_into": 1}, limit=max(len(wanted), 1)
    )
    return {each["_id"]: each.get("merged_into") for each in found}


async def with_ids(reader: Reader, ids: Collection[str]) -> list[Organisation]:
    """Return the records with ``ids`` (at most 1,000), in no order."""
    found = await reader["organisations"].find({"_id": {"$in": sorted(set(ids))}}, limit=max(len(ids), 1))
    return [from_document(Organisation, each) for each in found]


async def audiences_of(reader: Reader, ids: Collection[str]) -> dict[str, Standing]:
    """Return for whom those of the records are that are not for everybody, by id."""
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), AT_ONCE):
        where = {"_id": {"$in": wanted[start : start + AT_ONCE]}, "audience": {"$ne": "public"}}
        rows = await reader["organisations"].find(where, projection={"audience": 1}, limit=AT_ONCE)
        found.update({each["_id"]: each["audience"] for each in rows})
    return found


async def with_identifiers(reader: Reader, identifiers: Sequence[Identifier]) -> list[Organisation]:
    """Return the organisations that have any of ``identifiers`` (at most 1,000 of them)."""
    where = {"identifier_keys": {"$in": [each.key for each in identifiers]}}
    return [from_document(Organisation, each) for each in await reader["organisations"].find(where, limit=1_000)]


async def with_name(reader: Reader, name: str) -> list[Organisation]:
    """Return the oldest `NAMESAKES` organisations that have ``name`` in some spelling."""
    where = {"name_keys": {"$in": list(foldings(name))}}
    found = await reader["organisations"].find(where, sort=[("_id", 1)], limit=NAMESAKES)
    return [from_document(Organisation, each) for each in found]


async def missing(reader: Reader, ids: Iterable[str]) -> list[str]:
    """Return those of ``ids`` (at most 1,000) that are no organisation's, or of one that another stands for."""
    wanted = list(dict.fromkeys(ids))
    standing = await survivors(reader, wanted)
    return [each for each in wanted if standing.get(each) != each]


async def outdated(reader: Reader, *, limit: int) -> list[str]:
    """Return the ids of some records that are not found by all that records are found by now."""
    where = {"index_version": {"$not": {"$gte": INDEX_VERSION}}}
    return [each["_id"] for each in await reader["organisations"].find(where, limit=limit, projection={"_id": 1})]


async def index_again(tx: Tx, ids: Sequence[str]) -> None:
    """Write anew what records are found by; they stay as they are."""
    for each in await with_ids(tx, ids):
        document = organisations.document(each)
        await tx["organisations"].replace_one({"_id": each.id}, document)
        await vocabulary.learn(tx, document["search"])


async def outdate_activities(tx: Tx, ids: Sequence[str]) -> None:
    """Have the activities that name organisations found and counted anew: these are no longer what they were."""
    await tx["activities"].update_many({"organisation_ids": {"$in": list(ids)}}, {"$set": {"index_version": 0}})
