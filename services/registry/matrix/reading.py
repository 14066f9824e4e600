"""Reads the matrix: lines where everything is asked for, cells where something is chosen, exact in both."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.registry.matrix import cells, lines
from services.registry.matrix.cells import Key, Tallies
from services.registry.matrix.domain import OF_ORGANISATIONS, Axis, Level, Tally, key_of
from shared.storage import Reader

MAX_PENDING = 2_000  # cells that are added while reading; while a file of more is read in, the page says so
ALL_LINES = 1_000  # of an axis with few values
MAX_KNOWN = 32  # answers kept in memory: at most 1 MB each
TRIES = 5  # to read between two writes of the job; it writes once in a second


@dataclass(frozen=True)
class Wanted:
    """What of the matrix is asked for: ``chosen`` are the values that activities must have on some axes."""

    level: Level
    rows: Axis
    columns: Axis
    chosen: Mapping[Axis, str] = field(default_factory=dict)
    after: tuple[int, str] | None = None
    """The count and value of the last row seen, where rows are organisations."""
    limit: int = 50


@dataclass
class Found:
    """What was counted."""

    whole: Tally
    rows: dict[str, Tally]
    columns: dict[str, Tally]
    parts: Tallies
    """By row and column."""
    more: bool = False
    """Whether there are rows after these."""
    uncounted: int = 0
    """How many activities were recorded just now and are not in it yet."""


async def read(reader: Reader, wanted: Wanted) -> Found:
    """Return what is asked for."""
    scope = lines.scope_of(wanted.chosen)
    if scope is None:
        return await _remembered(reader, wanted)
    both = {wanted.rows, wanted.columns} == set(OF_ORGANISATIONS)
    for _ in range(TRIES):
        before = await lines.folds(reader)
        found = await (_of_two_organisations(reader, wanted, scope) if both else _from_lines(reader, wanted, scope))
        if before == await lines.folds(reader):
            return found
    return await _from_cells(reader, wanted)


async def _remembered(reader: Reader, wanted: Wanted) -> Found:
    """Return what the cells add up to; what was found is good as long as none of them has changed.

    A change leaves a cell pending, and when it no longer is, lines were written.
    """
    folds = await lines.folds(reader)
    if not folds or await cells.pending(reader, limit=1):
        return await _from_cells(reader, wanted)
    key = (folds, repr(wanted))
    if key not in _known:
        found = await _from_cells(reader, wanted)
        if await cells.pending(reader, limit=1) or folds != await lines.folds(reader):
            return found
        _known[key] = found
        while len(_known) > MAX_KNOWN:
            del _known[next(iter(_known))]
    return _known[key]


_known: dict[tuple[str, str], Found] = {}


async def _from_cells(reader: Reader, wanted: Wanted) -> Found:
    """Return the sums of those cells that have all that is chosen."""
    where, chosen = cells.among(wanted.level, wanted.chosen), wanted.chosen
    whole, rows, columns = await asyncio.gather(
        cells.tallies(reader, where, (), chosen=chosen),
        cells.tallies(reader, where, (wanted.rows,), chosen=chosen),
        cells.tallies(reader, where, (wanted.columns,), chosen=chosen),
    )
    kept, more = _cut(rows, wanted)
    top = _top(columns, wanted)
    parts = await _parts(reader, wanted, kept, top)
    return Found(whole.get((), Tally()), kept, top, parts, more)


async def _parts(reader: Reader, wanted: Wanted, rows: Iterable[str], columns: Iterable[str]) -> Tallies:
    """Return the parts of ``rows`` by ``columns`` from the cells that have one of both."""
    pair = ((wanted.rows, rows), (wanted.columns, columns))
    where = cells.among(wanted.level, wanted.chosen)
    where["$and"] = [
        {"keys": {"$in": [key_of(axis, value) for value in values]}}
        for axis, values in pair
        if axis in OF_ORGANISATIONS
    ] or [{}]
    return await cells.tallies(reader, where, (wanted.rows, wanted.columns), chosen=wanted.chosen)


def _cut(rows: Tallies, wanted: Wanted) -> tuple[dict[str, Tally], bool]:
    """Return the rows of one page, those with most activities first where they are organisations."""
    ranked = _ranked(rows)
    if wanted.rows not in OF_ORGANISATIONS:
        return {value: tally for _, value, tally in ranked}, False
    if wanted.after is not None:
        last = (-wanted.after[0], wanted.after[1])
        ranked = [each for each in ranked if each[:2] > last]
    return {value: tally for _, value, tally in ranked[: wanted.limit]}, len(ranked) > wanted.limit


def _top(columns: Tallies, wanted: Wanted) -> dict[str, Tally]:
    """Return the columns: all of them, or the organisations with most activities."""
    ranked = _ranked(columns)
    kept = ranked[: wanted.limit] if wanted.columns in OF_ORGANISATIONS else ranked
    return {value: tally for _, value, tally in kept}


def _ranked(tallies: Tallies) -> list[tuple[int, str, Tally]]:
    found = [(-tally.count, key[0], tally) for key, tally in tallies.items() if tally.count]
    return sorted(found, key=lambda each: each[:2])


async def _from_lines(reader: Reader, wanted: Wanted, scope: str) -> Found:
    """Return the sums of the lines and of what is pending; lines of organisations hold the parts of the others."""
    turned = wanted.columns in OF_ORGANISATIONS
    first, second = (wanted.columns, wanted.rows) if turned else (wanted.rows, wanted.columns)
    sums = await _Sums.begin(reader, wanted, scope)
    firsts, others, whole = await asyncio.gather(
        sums.lines(first, by=second, after=None if turned else wanted.after), sums.lines(second), sums.whole()
    )
    seconds, parts = others[0], firsts[1]
    _add(parts, await sums.delta(first, second))
    rows, columns = (seconds, firsts[0]) if turned else (firsts[0], seconds)
    chosen, more = _cut(rows, wanted)
    found = {key[::-1] if turned else key: tally for key, tally in parts.items()}
    return Found(whole, chosen, _top(columns, wanted), found, more, sums.uncounted)


async def _of_two_organisations(reader: Reader, wanted: Wanted, scope: str) -> Found:
    """Return the sums of the lines, and the parts from the cells that belong to one of each."""
    sums = await _Sums.begin(reader, wanted, scope)
    rows, columns, whole = await asyncio.gather(
        sums.lines(wanted.rows, after=wanted.after), sums.lines(wanted.columns), sums.whole()
    )
    chosen, more = _cut(rows[0], wanted)
    top = _top(columns[0], wanted)
    return Found(whole, chosen, top, await _parts(reader, wanted, chosen, top), more, sums.uncounted)


@dataclass(frozen=True)
class _Sums:
    """Lines of one scope with what pending cells add to them and take from them."""

    reader: Reader
    wanted: Wanted
    scope: str
    waiting: Sequence[str]
    uncounted: int

    @classmethod
    async def begin(cls, reader: Reader, wanted: Wanted, scope: str) -> "_Sums":
        """Return them, knowing what is pending."""
        waiting = await cells.pending(reader, limit=MAX_PENDING + 1)
        too_many = len(waiting) > MAX_PENDING
        return cls(reader, wanted, scope, () if too_many else waiting, len(waiting) if too_many else 0)

    async def delta(self, *axes: Axis) -> Tallies:
        """Return what is pending, by the values of ``axes``."""
        if not self.waiting:
            return {}
        where = cells.ids_in(self.waiting) | {"pending": True, "seen": self.wanted.level}
        return await cells.tallies(self.reader, where, axes, chosen=self.wanted.chosen)

    async def whole(self) -> Tally:
        """Return what everything adds up to."""
        whole = await lines.whole(self.reader, self.wanted.level, self.scope)
        whole.take((await self.delta()).get((), Tally()))
        return whole

    async def lines(
        self, axis: Axis, *, by: Axis | None = None, after: tuple[int, str] | None = None
    ) -> tuple[Tallies, Tallies]:
        """Return the greatest lines of ``axis``, and their parts ``by`` another axis without what is pending."""
        changed = await self.delta(axis)
        values = [value for (value,) in changed]
        limit = self.wanted.limit + 1 + len(changed) if axis in OF_ORGANISATIONS else ALL_LINES
        level, scope = self.wanted.level, self.scope
        kept = await lines.greatest(self.reader, level, scope, axis, by=by, after=after, limit=limit)
        kept |= await lines.named(self.reader, level, scope, axis, values, by=by)
        found: Tallies = {(value,): lines.tally_of(line, level) for value, line in kept.items()}
        _add(found, changed)
        if by is None:
            return found, {}
        parts = {(value, *key): part for value, line in kept.items() for key, part in lines.parts_of(line, by).items()}
        return found, parts


def _add(sums: Tallies, more: Tallies) -> None:
    for key, tally in more.items():
        sums.setdefault(key, Tally()).take(tally)


__all__ = ["Found", "Key", "Wanted", "read"]
