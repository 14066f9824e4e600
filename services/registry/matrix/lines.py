"""Where it is kept what all counted cells add up to: a line for each value of each axis, with its parts by the others.

There is a line for everything, and one for each *scope*: for the activities that have one value of an axis with few
values.  A line holds its parts by every such axis; pairs of two organisations are counted from the cells when somebody
asks.  ``folds`` counts how often lines were written: readers compare it before and after.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.registry.audiences import LEVELS
from services.registry.matrix.cells import Key, Tallies
from services.registry.matrix.domain import OF_ORGANISATIONS, Axis, Level, Tally, key_of
from shared.ids import new_id
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, UpdateOne

SPEC = CollectionSpec(
    "lines", [Index([("scope", 1), ("axis", 1), (f"n.{level}", -1), ("value", 1)]) for level in LEVELS]
)

ALL = "all"
"""The axis and the value of the line that holds everything."""
FOLDS = "folds"
WRITTEN_AT_ONCE = 1_000

SCOPES: tuple[Axis, ...] = ("year",)
"""Axes whose values have lines of their own: sectors have so many that few activities are left to count."""

LineKey = tuple[str, str, str]
"""Scope, axis, value."""
Changes = dict[LineKey, dict[str, int]]


def group_of(levels: Iterable[str]) -> str:
    """Return a word for a set of groups of readers: their first letters."""
    return "".join(level[0] for level in LEVELS if level in set(levels))


def scope_of(chosen: Mapping[Axis, str]) -> str | None:
    """Return the scope in which what is chosen has lines, or `None`."""
    if not chosen:
        return ""
    (axis, value), *more = chosen.items()
    return key_of(axis, value) if axis in SCOPES and not more else None


def changes_of(cells: Iterable[Document]) -> Changes:
    """Return what pending cells add to the lines, or take from them."""
    changes: Changes = {}
    for cell in cells:
        _Entering(cell, changes).enter()
    return {key: kept for key, line in changes.items() if (kept := {path: by for path, by in line.items() if by})}


Amounts = list[tuple[str, float]]
"""Paths of money (``EUR.b``) and amounts in hundredths."""
Entry = tuple[str, str, float, Amounts]
"""Axis, value, weight, and the money that is divided by it."""


class _Entering:
    """One cell, entered in all lines that it belongs to.  Rounds as the cells' own sums do."""

    def __init__(self, cell: Document, changes: Changes) -> None:
        self._changes = changes
        self._sign: int = cell["sign"]
        self._levels: Sequence[str] = cell["seen"]
        self._group = group_of(self._levels)
        self._axes: dict[str, list[Document]] = cell["axes"]
        self._whole = _amounts(cell["sums"])
        years: dict[str, list[Document]] = {}
        for each in cell["yearly"]:
            years.setdefault(each["y"], []).append(each)
        self._years = {year: _amounts(rows) for year, rows in years.items()}

    def enter(self) -> None:
        """Enter it in the lines of everything, and in those of each of its scopes."""
        self._enter("", "", 1.0, self._whole)
        for axis in SCOPES:
            if axis == "year":
                for year, amounts in self._years.items():
                    self._enter(key_of("year", year), axis, 1.0, amounts)
            else:
                for each in self._axes[axis]:
                    self._enter(key_of(axis, each["v"]), axis, each["w"], self._whole)

    def _enter(self, scope: str, without: str, weight: float, whole: Amounts) -> None:
        entries: list[Entry] = [
            (axis, each["v"], each["w"], whole)
            for axis, values in self._axes.items()
            if axis != without
            for each in values
        ]
        if without != "year":
            entries += [("year", year, 1.0, amounts) for year, amounts in self._years.items()]
        self._add(self._line(scope, ALL, ALL), "", weight, whole)
        for axis, value, share, amounts in entries:
            line = self._line(scope, axis, value)
            self._add(line, "", weight * share, amounts)
            for other, part, portion, money in entries:
                if other != axis and other not in OF_ORGANISATIONS:
                    path = f"by.{self._group}.{other}.{part}."
                    self._add(line, path, weight * share * portion, money if other == "year" else amounts)

    def _line(self, scope: str, axis: str, value: str) -> dict[str, int]:
        return self._changes.setdefault((scope, axis, value), {})

    def _add(self, line: dict[str, int], path: str, weight: float, amounts: Amounts) -> None:
        if path:
            line[f"{path}n"] = line.get(f"{path}n", 0) + self._sign
        else:
            for level in self._levels:
                line[f"n.{level}"] = line.get(f"n.{level}", 0) + self._sign
        below = f"{path}m." if path else f"m.{self._group}."
        for currency, amount in amounts:
            name = below + currency
            line[name] = line.get(name, 0) + self._sign * round(amount * weight)


def _amounts(rows: Iterable[Document]) -> Amounts:
    return [(f"{each['c']}.{short}", each[short]) for each in rows if each["c"] for short in "bks" if each[short]]


async def folds(reader: Reader) -> str:
    """Return what is another text whenever lines were written in between, and in any other database."""
    found = await reader["lines"].find_one({"_id": FOLDS})
    return "" if found is None else f"{found['epoch']}:{found['count']}"


async def write(tx: Tx, changes: Changes) -> None:
    """Add ``changes`` to the lines."""
    operations = [
        UpdateOne(
            {"_id": id_of(scope, axis, value)},
            {"$inc": amounts, "$setOnInsert": {"scope": scope, "axis": axis, "value": value}},
            upsert=True,
        )
        for (scope, axis, value), amounts in changes.items()
    ]
    for start in range(0, len(operations), WRITTEN_AT_ONCE):
        await tx["lines"].bulk_write(operations[start : start + WRITTEN_AT_ONCE])
    told = {"$inc": {"count": 1}, "$setOnInsert": {"epoch": new_id()}}
    await tx["lines"].update_one({"_id": FOLDS}, told, upsert=True)


def id_of(scope: str, axis: str, value: str) -> str:
    """Return the id of a line."""
    return f"{scope}|{axis}|{value}"


async def whole(reader: Reader, level: Level, scope: str) -> Tally:
    """Return what everything in ``scope`` adds up to."""
    found = await reader["lines"].find_one({"_id": id_of(scope, ALL, ALL)}, _fields(level, None))
    return tally_of(found or {}, level)


async def greatest(
    reader: Reader,
    level: Level,
    scope: str,
    axis: Axis,
    *,
    by: Axis | None,
    after: tuple[int, str] | None,
    limit: int,
) -> dict[str, Document]:
    """Return the lines of ``axis`` with most activities, by value, with their parts ``by`` another axis."""
    count = f"n.{level}"
    where: Document = {"scope": scope, "axis": axis, count: {"$gt": 0}}
    if after is not None:
        where["$or"] = [{count: {"$lt": after[0]}}, {count: after[0], "value": {"$gt": after[1]}}]
    found = await reader["lines"].find(
        where, sort=[(count, -1), ("value", 1)], projection=_fields(level, by), limit=limit
    )
    return {each["value"]: each for each in found}


async def named(
    reader: Reader, level: Level, scope: str, axis: Axis, values: Sequence[str], *, by: Axis | None
) -> dict[str, Document]:
    """Return the lines of these values, by value."""
    if not values:
        return {}
    where = {"_id": {"$in": [id_of(scope, axis, value) for value in values]}}
    found = await reader["lines"].find(where, projection=_fields(level, by), limit=len(values))
    return {each["value"]: each for each in found}


_GROUPS = ("pmc", "pm", "pc", "mc", "p", "m", "c")


def _groups(level: Level) -> list[str]:
    return [group for group in _GROUPS if level[0] in group]


def _fields(level: Level, by: Axis | None) -> Document:
    fields: Document = {"_id": 0, "value": 1, f"n.{level}": 1}
    fields |= {f"m.{group}": 1 for group in _groups(level)}
    return fields if by is None else fields | {f"by.{group}.{by}": 1 for group in _groups(level)}


def tally_of(document: Mapping[str, Any], level: Level) -> Tally:
    """Return what a line holds."""
    tally = Tally()
    tally.count = document.get("n", {}).get(level, 0)
    for money in document.get("m", {}).values():
        _take(tally, money)
    return tally


def parts_of(document: Document, by: Axis) -> Tallies:
    """Return a line's parts by another axis."""
    found: dict[Key, Tally] = {}
    for axes in document.get("by", {}).values():
        for value, part in axes.get(by, {}).items():
            tally = found.setdefault((value,), Tally())
            tally.count += part["n"]
            _take(tally, part.get("m", {}))
    return {key: tally for key, tally in found.items() if tally.count}


def _take(tally: Tally, money: Mapping[str, Mapping[str, int]]) -> None:
    for currency, amounts in money.items():
        tally.add(currency, 0, *(amounts.get(short, 0) for short in "bks"))
