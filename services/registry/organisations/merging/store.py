"""Where merges are kept, and which records name an organisation."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.organisations.merging.domain import Merging
from services.registry.periods.store import without_person
from shared.ids import new_id
from shared.problems import Conflict
from shared.repointing import Place
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

COLLECTIONS = [
    CollectionSpec(
        "organisation_mergings",
        [
            Index([("organisation_id", 1), ("_id", -1)]),
            Index([("undone_at", 1), ("_id", -1)]),
            Index([("merged_by", 1)], partial={"merged_by": {"$type": "string"}}),
            Index([("undone_by", 1)], partial={"undone_by": {"$type": "string"}}),
        ],
    ),
    CollectionSpec(
        "organisation_moves",
        [
            Index([("merging_id", 1), ("_id", 1)]),
            Index([("target_id", 1)]),
            Index([("kept.history.by", 1)], partial={"kept.period_id": {"$type": "string"}}),
        ],
    ),
]

mergings = Aggregates("organisation_mergings", Merging, "merging")


@dataclass(frozen=True, slots=True)
class Moved:
    """A record that names another organisation than before."""

    merging_id: str
    collection: str
    target_id: str
    old: str
    new: str
    revision: int
    """The revision in which it does so first."""
    places: tuple[Place, ...] = ()
    kept: Document | None = None
    """The record as it was, when one could not go on beside another and the two became one."""


async def last_merging(reader: Reader, organisation_id: str) -> Merging | None:
    """Return the last merge into a record that has not been taken back, or `None`."""
    where = {"organisation_id": organisation_id, "undone_at": None}
    found = await reader["organisation_mergings"].find_one(where, sort=[("_id", -1)])
    return None if found is None else from_document(Merging, found)


async def recent(reader: Reader, organisation_id: str, *, limit: int) -> list[Merging]:
    """Return the last merges into a record, the newest first."""
    found = await reader["organisation_mergings"].find(
        {"organisation_id": organisation_id}, sort=[("_id", -1)], limit=limit
    )
    return [from_document(Merging, each) for each in found]


async def naming(
    reader: Reader, collection: str, organisation_id: str, *, field: str = "organisation_ids", limit: int
) -> list[str]:
    """Return the ids of the records of ``collection`` that name an organisation in ``field``.

    Raises `Conflict` when there are more than ``limit``.
    """
    where: Document = {field: organisation_id}
    found = await reader[collection].find(where, limit=limit + 1, projection={"_id": 1})
    if len(found) > limit:
        raise Conflict("merge-too-large", "This record is named by too many others: merge the other way round.")
    return [each["_id"] for each in found]


async def documents(reader: Reader, collection: str, ids: Sequence[str]) -> list[Document]:
    """Return records as they are stored."""
    return await reader[collection].find({"_id": {"$in": list(ids)}}, limit=max(len(ids), 1))


async def write(tx: Tx, collection: str, document: Document) -> None:
    """Write the next revision of a record that was read in the same transaction."""
    await tx[collection].replace_one({"_id": document["_id"]}, document)


async def add(tx: Tx, collection: str, document: Document) -> None:
    """Put a record back that was taken away."""
    await tx[collection].insert_one(document)


async def take_away(tx: Tx, collection: str, id: str) -> None:
    """Take a record away: another one says what it said."""
    await tx[collection].delete_one({"_id": id})


async def remember(tx: Tx, moved: Sequence[Moved]) -> None:
    """Keep what was moved."""
    await tx["organisation_moves"].insert_many([_row_of(each) for each in moved])


async def moves(reader: Reader, merging_id: str) -> list[Moved]:
    """Return what a merge moved, in order."""
    stream = reader["organisation_moves"].stream({"merging_id": merging_id}, sort=[("_id", 1)])
    return [_moved_of(each) async for each in stream]


def _row_of(moved: Moved) -> Document:
    """Return what is kept of a move."""
    places = [{"path": list(each.path), "before": each.before} for each in moved.places]
    fields = {name: getattr(moved, name) for name in Moved.__slots__ if name != "places"}
    return {"_id": new_id(), **fields, "places": places}


def _moved_of(document: Document) -> Moved:
    places = tuple(Place(tuple(each["path"]), each["before"]) for each in document["places"])
    fields = {name: document[name] for name in Moved.__slots__ if name in document and name != "places"}
    return Moved(**fields, places=places)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who made the merges that somebody made, and that they were moved by any."""
    for name in ("merged_by", "undone_by"):
        await tx["organisation_mergings"].update_many({name: person_id}, {"$set": {name: None}})
    await tx["organisation_moves"].delete_many({"target_id": person_id})
    where = {"kept.period_id": {"$type": "string"}, "kept.history.by": person_id}
    for row in [each async for each in tx["organisation_moves"].stream(where)]:
        changes = {f"kept.{name}": value for name, value in without_person(row["kept"], person_id).items()}
        await tx["organisation_moves"].update_one({"_id": row["_id"]}, {"$set": changes})
