"""Where merges are kept, and which records name an organisation."""

from dataclasses import dataclass, replace

from services.registry.organisations.merging.domain import Merging
from services.registry.organisations.merging.repointing import Place, put_back, repointed
from shared.ids import new_id
from shared.problems import Conflict
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
    CollectionSpec("organisation_moves", [Index([("merging_id", 1), ("_id", 1)])]),
]

MAX_MOVED = 10_000  # records of one sort that one merge may move: what fits into the minute of a transaction
AT_ONCE = 500

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
    places: tuple[Place, ...]


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


async def move(tx: Tx, collection: str, *, old: str, new: str, merging_id: str) -> list[str]:
    """Write ``new`` where records of ``collection`` name ``old``, remember it, and return their ids.

    The collection keeps the organisations that a record names in ``organisation_ids`` too, with an index.
    Raises `Conflict` when there are more than `MAX_MOVED`.
    """
    where: Document = {"organisation_ids": old}
    ids = [each["_id"] for each in await tx[collection].find(where, limit=MAX_MOVED + 1, projection={"_id": 1})]
    if len(ids) > MAX_MOVED:
        raise Conflict("merge-too-large", "This record is named by too many others: merge the other way round.")
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        rows = [
            await _move(tx, collection, document, Moved(merging_id, collection, document["_id"], old, new, 0, ()))
            for document in await tx[collection].find({"_id": {"$in": some}}, limit=len(some))
        ]
        await tx["organisation_moves"].insert_many(rows)
    return ids


async def _move(tx: Tx, collection: str, document: Document, move: Moved) -> Document:
    changed, places = repointed(document, move.old, move.new)
    changed["revision"] = document["revision"] + 1
    await tx[collection].replace_one({"_id": document["_id"]}, changed)
    return _row_of(replace(move, revision=changed["revision"], places=tuple(places)))


async def moves(reader: Reader, merging_id: str) -> list[Moved]:
    """Return what a merge moved, in order."""
    stream = reader["organisation_moves"].stream({"merging_id": merging_id}, sort=[("_id", 1)])
    return [_moved_of(each) async for each in stream]


async def move_back(tx: Tx, moved: Moved) -> None:
    """Have a record name the organisation again that it named before, where it still names the other."""
    document = await tx[moved.collection].find_one({"_id": moved.target_id})
    if document is None:
        return
    same = document["revision"] == moved.revision
    changed = put_back(document, moved.places, moved.old, moved.new, same=same)
    if changed != document:
        changed["revision"] = document["revision"] + 1
        await tx[moved.collection].replace_one({"_id": moved.target_id}, changed)


def _row_of(moved: Moved) -> Document:
    """Return what is kept of a move."""
    places = [{"path": list(each.path), "before": each.before} for each in moved.places]
    fields = {name: getattr(moved, name) for name in Moved.__slots__ if name != "places"}
    return {"_id": new_id(), **fields, "places": places}


def _moved_of(document: Document) -> Moved:
    places = tuple(Place(tuple(each["path"]), each["before"]) for each in document["places"])
    return Moved(**{name: document[name] for name in Moved.__slots__ if name != "places"}, places=places)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who made the merges that somebody made, and that they were moved by any."""
    for name in ("merged_by", "undone_by"):
        await tx["organisation_mergings"].update_many({name: person_id}, {"$set": {name: None}})
    await tx["organisation_moves"].delete_many({"target_id": person_id})
