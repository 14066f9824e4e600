"""What of the matrix is shown: lines with their names, cells with a mark each, and what is behind a cell."""

from collections.abc import Mapping
from typing import cast

from pydantic import Field

from services.registry.matrix.domain import OF_ORGANISATIONS, WITHHELD, Axis, Mark, Sum, Tally
from services.registry.matrix.reading import Found, Wanted
from services.registry.matrix.reporting import Reporting
from services.registry.themes import THEMES
from shared.ids import Id
from shared.model import Language, Model
from shared.paging import cursor
from shared.storage import Document

ORDER: dict[Axis, tuple[str, ...]] = {"theme": THEMES, "status": tuple("123456")}


class Counted(Model):
    """How many activities, and how much money; what these readers may not know is neither counted nor added up."""

    count: int | None = Field(default=None, ge=0)
    """`None` where it is withheld."""
    money: list[Sum] = Field(default_factory=list)


class Line(Counted):
    """A row or a column."""

    value: str
    """An organisation's id, a theme, a code; ``unsaid``, ``other`` and ``withheld`` where there is none to show."""
    names: dict[Language, str] = Field(default_factory=dict)
    """What the organisation or region is called, in each language."""
    acronym: str | None = None
    reported: bool | None = None
    """Whether the organisation has reported; `None` when nobody asked it."""


class Cell(Counted):
    """What is where a row and a column meet."""

    row: str
    column: str
    mark: Mark


class Matrix(Model):
    """Who does what where: a cell that is not listed means that there is no activity."""

    rows: Axis
    columns: Axis
    chosen: dict[Axis, str]
    whole: Counted
    lines: list[Line]
    """The rows."""
    across: list[Line]
    """The columns."""
    cells: list[Cell]
    next: str | None = None
    """The `after` of the rows that follow."""
    uncounted: int = 0
    """How many activities were recorded just now and are not counted yet."""


def matrix_of(wanted: Wanted, found: Found, names: Mapping[Id, Document], reporting: Reporting) -> Matrix:
    """Return what is shown."""
    rows = _lines(wanted.rows, found.rows, names, reporting)
    columns = _lines(wanted.columns, found.columns, names, reporting)
    last = next(reversed(found.rows.items()), None) if found.more else None
    return Matrix(
        rows=wanted.rows,
        columns=wanted.columns,
        chosen=dict(wanted.chosen),
        whole=Counted(count=found.whole.count, money=found.whole.sums),
        lines=rows,
        across=columns,
        cells=_cells(wanted, found, rows, columns, reporting),
        next=None if last is None else cursor(last[1].count, last[0]),
        uncounted=found.uncounted,
    )


def _lines(axis: Axis, tallies: Mapping[str, Tally], names: Mapping[Id, Document], reporting: Reporting) -> list[Line]:
    lines = [_line(value, tally, names, reporting) for value, tally in tallies.items()]
    if axis in OF_ORGANISATIONS:
        return lines
    order = {value: place for place, value in enumerate(ORDER.get(axis, sorted(tallies) if axis == "year" else ()))}
    return sorted(lines, key=lambda line: order.get(line.value, len(order)))


def _line(value: str, tally: Tally, names: Mapping[Id, Document], reporting: Reporting) -> Line:
    named = names.get(value, {})
    shown = Counted() if value == WITHHELD else Counted(count=tally.count, money=tally.sums)
    return Line(
        value=value,
        names=cast(dict[Language, str], named.get("names", {})),
        acronym=named.get("acronym"),
        reported=reporting.has_reported(value),
        count=shown.count,
        money=shown.money,
    )


def _cells(wanted: Wanted, found: Found, rows: list[Line], columns: list[Line], reporting: Reporting) -> list[Cell]:
    cells = []
    for row in rows:
        for column in columns:
            tally = found.parts.get((row.value, column.value))
            if tally is None or not tally.count:
                if reporting.is_silent({wanted.rows: row.value, wanted.columns: column.value}):
                    cells.append(Cell(row=row.value, column=column.value, mark="no-data"))
            elif WITHHELD in (row.value, column.value):
                cells.append(Cell(row=row.value, column=column.value, mark="withheld"))
            else:
                cell = Cell(row=row.value, column=column.value, mark="some", count=tally.count, money=tally.sums)
                cells.append(cell)
    return cells
