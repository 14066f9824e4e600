"""Where activities are kept, and how they are found."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.registry.activities import contacts, finding
from services.registry.activities.activity import Activity
from services.registry.activities.finding import Filter
from services.registry.activities.seeing import NO_GUARDS, Guards
from services.registry.activities.sources import Source
from services.registry.audiences import Viewer
from shared.paging import Page, Paging
from shared.problems import Conflict
from shared.storage import (
    Aggregates,
    CollectionSpec,
    DeleteOne,
    Document,
    Index,
    InsertOne,
    Reader,
    Tx,
    from_document,
    to_document,
)

COLLECTIONS = [
    CollectionSpec(
        "activities",
        [
            Index([("key", 1)], unique=True),
            Index([("open_to", 1), ("_id", 1)]),
            Index([("facets", 1), ("_id", 1)]),
            Index([("search", 1), ("_id", 1)]),
            Index([("search_members", 1), ("_id", 1)], partial={"search_members": {"$exists": True}}),
            Index([("search_coordinators", 1), ("_id", 1)], partial={"search_coordinators": {"$exists": True}}),
            Index([("organisation_ids", 1), ("_id", 1)]),
            Index([("reporting_id", 1), ("_id", 1)]),
            Index([("named_ids", 1), ("_id", 1)], partial={"named_ids.0": {"$exists": True}}),
            Index([("named_anywhere", 1)], partial={"named_anywhere.0": {"$exists": True}}),
            Index([("unplaced", 1), ("_id", 1)], partial={"unplaced": True}),
            Index([("index_version", 1)]),
        ],
    ),
    CollectionSpec("activity_sources"),
    *contacts.COLLECTIONS,
]

COUNTED = 10_000  # activities that are counted one by one: beyond, there are "more"
COUNTED_BY_VALUE = 2_000  # activities whose values are counted: a fifth of a second at most


@dataclass(frozen=True)
class Activities(Aggregates[Activity]):
    """The activities, with what they are found by."""

    name: str = "activities"
    model: type[Activity] = Activity
    what: str = "activity"

    def document(self, activity: Activity, guards: Guards = NO_GUARDS) -> Document:
        """Return ``activity`` as it is stored."""
        return {**to_document(activity), **finding.beside(activity, guards)}

    async def add_many(self, tx: Tx, new: Sequence[Activity], guards: Guards = NO_GUARDS) -> None:
        """Add new ones.  Raises `Duplicate`."""
        await tx[self.name].insert_many([self.document(each, guards) for each in new])

    async def replace(self, tx: Tx, activity: Activity, guards: Guards = NO_GUARDS) -> None:
        """Write the next revision of one.  Raises `Conflict` when another was written in between."""
        expected = {"_id": activity.id, "revision": activity.revision - 1}
        if not await tx[self.name].replace_one(expected, self.document(activity, guards)):
            raise Conflict("changed-meanwhile", "The activity was changed by somebody else: read it and try again.")


activities = Activities()


async def contents(reader: Reader, keys: Sequence[str]) -> dict[str, str]:
    """Return what is recorded under ``keys`` (at most 1,000) as fingerprints, by key; activities may be large."""
    where, wanted = {"key": {"$in": list(keys)}}, {"key": 1, "content": 1}
    found = await reader["activities"].find(where, projection=wanted, limit=max(len(keys), 1))
    return {each["key"]: each["content"] for each in found}


async def with_key(reader: Reader, key: str) -> Activity | None:
    """Return the activity that is recognised by ``key``, or `None`."""
    found = await reader["activities"].find_one({"key": key})
    return None if found is None else from_document(Activity, found)


async def with_keys(reader: Reader, keys: Sequence[str]) -> dict[str, Activity]:
    """Return the activities that are recognised by ``keys`` (at most 1,000), by key."""
    found = await reader["activities"].find({"key": {"$in": list(keys)}}, limit=len(keys)) if keys else []
    return {each["key"]: from_document(Activity, each) for each in found}


async def page(reader: Reader, wanted: Filter, *, viewer: Viewer, paging: Paging) -> Page[Activity]:
    """Return a page of the activities that fit and that ``viewer`` may know of: all of each, for a view."""
    where = finding.where(wanted, viewer)
    return await activities.page(reader, where, after=paging.after, limit=paging.limit)


async def ids(reader: Reader, wanted: Filter, *, viewer: Viewer) -> list[str]:
    """Return the ids of all activities that fit and that ``viewer`` may know of, sorted: about 100 bytes each."""
    found = reader["activities"].stream(
        finding.where(wanted, viewer), sort=[("_id", 1)], projection={"_id": 1}, batch=5_000
    )
    return [each["_id"] async for each in found]


async def with_ids(reader: Reader, ids: Sequence[str]) -> dict[str, Activity]:
    """Return the activities with ``ids`` (at most 1,000), by id."""
    found = await reader["activities"].find({"_id": {"$in": list(ids)}}, limit=max(len(ids), 1))
    return {each["_id"]: from_document(Activity, each) for each in found}


async def count(reader: Reader, wanted: Filter, *, viewer: Viewer) -> int:
    """Return how many activities fit, counted to one more than `COUNTED`."""
    return await reader["activities"].count(finding.where(wanted, viewer), limit=COUNTED + 1)


async def count_by_facet(reader: Reader, wanted: Filter, *, viewer: Viewer, names: Sequence[str]) -> dict[str, int]:
    """Return how many of the first `COUNTED_BY_VALUE` that fit have each value of ``names``, as ``name:value``."""
    begins = f"^[{''.join(level[0] for level in viewer.levels)}]:({'|'.join(names)}):"
    pipeline: list[Document] = [
        {"$match": finding.where(wanted, viewer)},
        {"$limit": COUNTED_BY_VALUE},
        {"$project": {"_id": 0, "facets": 1}},
        {"$unwind": "$facets"},
        {"$match": {"facets": {"$regex": begins}}},
        {"$group": {"_id": "$facets", "n": {"$sum": 1}}},
    ]
    counted: dict[str, int] = {}
    for row in await reader["activities"].aggregate(pipeline):
        facet = str(row["_id"])[2:]
        counted[facet] = counted.get(facet, 0) + int(row["n"])
    return counted


async def put_sources(tx: Tx, sources: Mapping[str, Source]) -> None:
    """Keep what files say word by word, by the id of the activity; an older one gives way."""
    rows = [(id, zlib.compress(json.dumps(_packed(source)).encode())) for id, source in sources.items()]
    await tx["activity_sources"].bulk_write(
        [
            operation
            for id, body in rows
            for operation in (DeleteOne({"_id": id}), InsertOne({"_id": id, "body": body}))
        ],
        ordered=True,
    )


async def sources(reader: Reader, ids: Sequence[str]) -> dict[str, Source]:
    """Return what files said of activities (at most 1,000), by id."""
    found = await reader["activity_sources"].find({"_id": {"$in": list(ids)}}, limit=max(len(ids), 1))
    return {each["_id"]: _unpacked(json.loads(zlib.decompress(each["body"]))) for each in found}


def _packed(source: Source) -> Document:
    return {"attributes": source.attributes, "elements": [[each.tag, each.xml] for each in source.elements]}


def _unpacked(packed: Document) -> Source:
    elements = [{"tag": tag, "xml": xml} for tag, xml in packed["elements"]]
    return Source.model_validate({"attributes": packed["attributes"], "elements": elements})


async def unplaced(reader: Reader, *, after: str, limit: int) -> list[Activity]:
    """Return activities after the id ``after`` of which some place is unknown."""
    where = {"unplaced": True, "_id": {"$gt": after}}
    found = await reader["activities"].find(where, sort=[("_id", 1)], limit=limit)
    return [from_document(Activity, each) for each in found]


async def outdated(reader: Reader, *, limit: int) -> list[Activity]:
    """Return activities that are found by less than they should be."""
    where = {"index_version": {"$ne": finding.INDEX_VERSION}}
    return [from_document(Activity, each) for each in await reader["activities"].find(where, limit=limit)]


async def index_anew(tx: Tx, activity: Activity, guards: Guards = NO_GUARDS) -> None:
    """Write what an activity is found by, unless it was changed meanwhile: whoever changed it has done so."""
    where = {"_id": activity.id, "revision": activity.revision}
    await tx["activities"].update_one(where, {"$set": finding.beside(activity, guards)})


async def naming(reader: Reader, person_id: str) -> list[Activity]:
    """Return at most 100 activities of which a person is named to see something."""
    found = await reader["activities"].find({"named_anywhere": person_id}, limit=100)
    return [from_document(Activity, each) for each in found]
