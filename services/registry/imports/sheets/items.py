"""What a row came to, whichever kind of sheet it is of: read, then settled against what is on record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.registry.imports.sheets.domain import Counts, Findings, Outcome, SheetImport
from services.registry.imports.sheets.reading import Row
from services.registry.imports.sheets.rows import RowProblem
from services.registry.imports.sheets.store import RowResult
from shared.storage import Reader, Tx


@dataclass(frozen=True, slots=True)
class Item:
    """A row that was read: what it says, or why it is refused, or which row it repeats."""

    row: int
    said: Any = None
    key: str = ""
    repeats: int | None = None
    passed_over: bool = False
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def result(self) -> RowResult | None:
        """What became of it, where the row itself tells; `None` where that depends on what is on record."""
        if self.problems:
            return RowResult(row=self.row, outcome="refused", problems=self.problems)
        if self.repeats is not None:
            return RowResult(row=self.row, outcome="repeated", repeats=self.repeats)
        return RowResult(row=self.row, outcome="passed-over") if self.passed_over else None


@dataclass(frozen=True, slots=True)
class Settled:
    """What the rows of a chunk came to."""

    results: list[RowResult]
    found: Findings


class Kind(Protocol):
    """How the rows of one kind of sheet are read, tried and recorded."""

    def read(self, row: Row) -> Item:
        """Return what a row says; rows come in their order, from the first."""
        ...

    async def settle(self, reader: Reader, tx: Tx | None, sheet: SheetImport, items: Sequence[Item]) -> Settled:
        """Return what the rows come to; with a transaction, also record them."""
        ...


def counted(results: Iterable[RowResult]) -> Counts:
    """Return how many rows became what."""
    counts = dict.fromkeys(Counts.model_fields, 0)
    for each in results:
        counts[each.outcome.replace("-", "_")] += 1
        counts["noted"] += each.outcome != "refused" and bool(each.problems)
    return Counts(**counts)


def outcome_of(known: Any, new: Any) -> Outcome:
    """Return what becomes of a record when ``known`` (or `None`) is replaced by ``new``."""
    return "created" if known is None else "unchanged" if known == new else "updated"
