"""Where communes and the review list of unknown places are kept."""

from collections.abc import Iterable, Sequence

from services.registry.places.domain import Commune, UnmatchedPlace
from services.registry.searching import matching
from shared.paging import Page, Paging, cursor, read_cursor
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
    CollectionSpec("communes", [Index([("search", 1), ("_id", 1)]), Index([("region", 1), ("_id", 1)])]),
    CollectionSpec(
        "unmatched_places",
        [
            Index([("key", 1)], unique=True),
            Index([("state", 1), ("_id", 1)]),
            Index([("applied", 1)], partial={"applied": False}),
        ],
    ),
]

NAMESAKES = 100  # communes of one name that are looked at: no name in Poland has as many

unmatched_places = Aggregates("unmatched_places", UnmatchedPlace, "unmatched place")


async def put_communes(tx: Tx, communes: Sequence[Commune]) -> None:
    """Write communes (at most 1,000), or write them anew."""
    rows = [_row(each) for each in communes]
    await tx["communes"].bulk_write(
        [operation for row in rows for operation in (DeleteOne({"_id": row["_id"]}), InsertOne(row))], ordered=True
    )


def _row(commune: Commune) -> Document:
    named = commune.model_dump(exclude={"code"})
    words = sorted({word for key in commune.keys for word in key.split()})
    return {"_id": commune.code, **named, "region": commune.region, "keys": commune.keys, "search": words}


def _commune(row: Document) -> Commune:
    named = {name: row[name] for name in ("name", "kind", "county", "county_name")}
    return Commune(code=row["_id"], **named)


async def communes_called(reader: Reader, keys: Iterable[str]) -> list[Commune]:
    """Return the communes whose folded name is one of ``keys``."""
    wanted = sorted({word for key in keys for word in key.split()[:1]})
    whole = set(keys)
    if not whole:
        return []
    where: Document = {"search": {"$in": wanted}, "keys": {"$in": sorted(whole)}}
    found = await reader["communes"].find(where, sort=[("_id", 1)], limit=NAMESAKES * len(whole))
    return [_commune(each) for each in found]


async def known_communes(reader: Reader, codes: Iterable[str]) -> dict[str, Commune]:
    """Return those of the communes (at most 1,000) that are on record, by code."""
    wanted = sorted(set(codes))
    found = await reader["communes"].find({"_id": {"$in": wanted}}, limit=max(len(wanted), 1))
    return {each["_id"]: _commune(each) for each in found}


async def page_of_communes(
    reader: Reader, *, question: str | None, region: str | None, paging: Paging
) -> Page[Commune]:
    """Return a page of the communes that fit, by code."""
    where = matching(question)
    if region is not None:
        where = {**where, "region": region}
    if paging.after is not None:
        (last,) = read_cursor(paging.after, str)
        where = {"$and": [where, {"_id": {"$gt": last}}]}
    found = await reader["communes"].find(where, sort=[("_id", 1)], limit=paging.limit + 1)
    items = [_commune(each) for each in found[: paging.limit]]
    return Page(items=items, next=cursor(items[-1].code) if len(found) > paging.limit else None)


async def with_keys(reader: Reader, keys: Iterable[str]) -> dict[str, UnmatchedPlace]:
    """Return what is on the review list under ``keys`` (at most 1,000), by key."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    found = await reader["unmatched_places"].find({"key": {"$in": wanted}}, limit=len(wanted))
    return {each["key"]: from_document(UnmatchedPlace, each) for each in found}


async def list_unmatched(tx: Tx, entries: Sequence[UnmatchedPlace]) -> None:
    """Put entries on the review list.  Raises `Duplicate` when another has just put one there."""
    await tx["unmatched_places"].insert_many([to_document(each) for each in entries])


async def page_of_unmatched(reader: Reader, *, state: str, paging: Paging) -> Page[UnmatchedPlace]:
    """Return a page of the review list, oldest entry first."""
    return await unmatched_places.page(reader, {"state": state}, after=paging.after, limit=paging.limit)


async def not_applied(reader: Reader) -> list[UnmatchedPlace]:
    """Return at most 50 decisions that something on record may not say yet."""
    found = await reader["unmatched_places"].find({"applied": False}, limit=50)
    return [from_document(UnmatchedPlace, each) for each in found]


async def mark_applied(tx: Tx, entry: UnmatchedPlace) -> None:
    """Note that everything on record says what was decided, unless it was decided anew meanwhile."""
    await tx["unmatched_places"].update_one({"_id": entry.id, "revision": entry.revision}, {"$set": {"applied": True}})


async def forget_person(tx: Tx, person_id: str) -> None:
    """Leave no trace of who decided and why."""
    blank = {"$set": {"decided_by": None, "reason": ""}}
    await tx["unmatched_places"].update_many({"decided_by": person_id}, blank)
