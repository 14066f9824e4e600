"""Where it is kept what each activity counts for: one document for each group of readers who may know the same of it.

A cell is ``pending`` until the job has added it to the lines (see `lines`); a replaced one that was added already
stays, with ``sign`` -1, until the job has taken it off again.  So whoever adds up lines and pending cells is exact at
any moment, and recording an activity touches nothing that others write too.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from services.registry.matrix.domain import AXES, UNSAID, Axis, Known, Level, Tally, added, key_of
from shared.ids import new_id
from shared.storage import CollectionSpec, Document, Index, InsertOne, Reader, Tx, UpdateOne

SPEC = CollectionSpec(
    "cells",
    [
        Index([("activity_id", 1)]),
        Index([("keys", 1), ("activity_id", 1)]),
        Index([("pending", 1), ("_id", 1)], partial={"pending": True}),
    ],
)

Key = tuple[str, ...]
Tallies = dict[Key, Tally]
"""What is counted, by the values of the axes that were asked for."""

_VOLATILE = ("_id", "sign", "pending")


def document_of(known: Known, seen: Sequence[Level]) -> Document:
    """Return what is kept of an activity for the readers in ``seen``."""
    amounts = added(known.amounts)
    totals = added(each.model_copy(update={"year": ""}) for each in amounts)
    axes = {
        axis: [{"v": each.value, "w": each.weight} for each in known.portions(axis)] for axis in AXES if axis != "year"
    }
    return {
        "_id": new_id(),
        "activity_id": known.activity_id,
        "seen": list(seen),
        "sign": 1,
        "pending": True,
        "keys": known.keys,
        "starts_on": None if known.starts_on is None else known.starts_on.isoformat(),
        "ends_on": None if known.ends_on is None else known.ends_on.isoformat(),
        "axes": axes,
        "sums": [{"c": "", "n": 1}, *(_money(each.currency, each) for each in totals)],
        "yearly": [
            *({"y": year, "c": "", "n": 1} for year in known.years),
            *({"y": each.year} | _money(each.currency, each) for each in amounts),
        ],
    }


def _money(currency: str, amounts: object) -> Document:
    names = {"b": "budget", "k": "committed", "s": "spent"}
    return {"c": currency, **{short: float(getattr(amounts, name)) for short, name in names.items()}}


async def replace(tx: Tx, wanted: Mapping[str, Sequence[Document]]) -> None:
    """Keep ``wanted`` of each activity (at most 1,000) instead of what is kept; nothing means that it is gone."""
    kept = await tx["cells"].find({"activity_id": {"$in": list(wanted)}, "sign": 1}, limit=len(wanted) * 3 + 1)
    same = {_content(each): each["_id"] for each in kept}
    new = [each for documents in wanted.values() for each in documents]
    staying = {same[content] for each in new if (content := _content(each)) in same}
    old = [each for each in kept if each["_id"] not in staying]
    await tx["cells"].delete_many({"_id": {"$in": [each["_id"] for each in old if each.get("pending")]}})
    leaving = {"$set": {"sign": -1, "pending": True}, "$unset": {"keys": ""}}
    operations: list[UpdateOne | InsertOne[Document]] = [
        UpdateOne({"_id": each["_id"]}, leaving) for each in old if not each.get("pending")
    ]
    operations += [InsertOne(each) for each in new if _content(each) not in same]
    await tx["cells"].bulk_write(operations)


def _content(document: Document) -> str:
    return repr(sorted((name, value) for name, value in document.items() if name not in _VOLATILE))


async def pending(reader: Reader, *, limit: int) -> list[str]:
    """Return the ids of the oldest cells that are not counted yet."""
    found = await reader["cells"].find({"pending": True}, sort=[("_id", 1)], projection={"_id": 1}, limit=limit)
    return [each["_id"] for each in found]


async def some(reader: Reader, ids: Sequence[str]) -> list[Document]:
    """Return those cells that are pending still."""
    return await reader["cells"].find(ids_in(ids) | {"pending": True}, limit=max(len(ids), 1))


async def counted(tx: Tx, ids: Sequence[str]) -> None:
    """Mark cells as counted; those that were taken off are gone."""
    await tx["cells"].delete_many({"_id": {"$in": list(ids)}, "sign": -1})
    await tx["cells"].update_many({"_id": {"$in": list(ids)}}, {"$unset": {"pending": ""}})


def among(level: Level, chosen: Mapping[Axis, str]) -> Document:
    """Return the filter for the cells of ``level`` that have every value in ``chosen``."""
    where: Document = {"sign": 1, "seen": level}
    keys = [key_of(axis, value) for axis, value in chosen.items()]
    return {**where, "keys": {"$all": keys}} if keys else where


async def tallies(
    reader: Reader,
    where: Document,
    axes: Sequence[Axis],
    *,
    chosen: Mapping[Axis, str] | None = None,
) -> Tallies:
    """Count the cells that fit by the values of ``axes``; their money as far as it belongs to what is ``chosen``."""
    rows = await reader["cells"].aggregate(_pipeline(where, axes, chosen or {}))
    found: Tallies = {}
    for row in rows:
        key = tuple(row["_id"].get(f"a{place}") or UNSAID for place in range(len(axes)))
        money = (int(row["b"]), int(row["k"]), int(row["s"]))
        found.setdefault(key, Tally()).add(row["_id"]["c"], int(row["n"]), *money)
    return found


def _pipeline(where: Document, axes: Sequence[Axis], chosen: Mapping[Axis, str]) -> list[Document]:
    """Return the stages that unfold an activity into its values and add them up again."""
    source = "yearly" if "year" in {*axes, *chosen} else "sums"
    divided = [*chosen, *axes]  # money is divided in this order everywhere, so that it is rounded alike
    stages: list[Document] = [{"$match": where}]
    stages += [{"$unwind": f"$axes.{axis}"} for axis in divided if axis != "year"]
    stages.append({"$unwind": f"${source}"})
    if chosen:
        stages.append({"$match": {_field(axis): value for axis, value in chosen.items()}})
    group: Document = {f"a{place}": f"${_field(axis)}" for place, axis in enumerate(axes)}
    weights = [f"$axes.{axis}.w" for axis in divided if axis != "year"]
    stages.append({"$group": {"_id": {**group, "c": f"${source}.c"}, **_sums(source, weights)}})
    return stages


def _field(axis: Axis) -> str:
    return "yearly.y" if axis == "year" else f"axes.{axis}.v"


def _sums(source: str, weights: list[str]) -> Document:
    """Return the sums of a group: each cell's money is rounded to hundredths first, so that taking it off is exact."""
    sums: Document = {"n": {"$sum": {"$multiply": ["$sign", f"${source}.n"]}}}
    for short in "bks":
        amount = f"${source}.{short}"
        part = {"$round": [{"$multiply": [amount, {"$multiply": weights}]}, 0]} if weights else amount
        sums[short] = {"$sum": {"$multiply": ["$sign", part]}}
    return sums


async def page(reader: Reader, level: Level, chosen: Mapping[Axis, str], *, after: str | None, limit: int) -> list[str]:
    """Return the ids of the activities behind a cell, in order."""
    where = among(level, chosen)
    if after is not None:
        where["activity_id"] = {"$gt": after}
    found = await reader["cells"].find(
        where, sort=[("activity_id", 1)], projection={"_id": 0, "activity_id": 1}, limit=limit
    )
    return [each["activity_id"] for each in found]


async def spans(
    reader: Reader, level: Level, chosen: Mapping[Axis, str], *, begin: date, end: date, limit: int
) -> list[Document]:
    """Return ``{activity_id, donors, starts_on, ends_on}`` of activities that run between two days, newest first."""
    where = among(level, chosen) | {
        "starts_on": {"$ne": None, "$lte": end.isoformat()},
        "$or": [{"ends_on": None}, {"ends_on": {"$gte": begin.isoformat()}}],
    }
    wanted = {"_id": 0, "activity_id": 1, "axes.donor.v": 1, "starts_on": 1, "ends_on": 1}
    return await reader["cells"].find(where, sort=[("activity_id", -1)], projection=wanted, limit=limit)


def ids_in(values: Iterable[str]) -> Document:
    """Return the filter for cells with one of these ids."""
    return {"_id": {"$in": list(values)}}
