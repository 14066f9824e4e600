"""Reads a table of people (CSV): forgiving about how it was saved, exact about what is wrong in which row."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.registry.imports.domain import Refused, RowError

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_CELL = 2_000  # characters

COLUMNS = ("display_name", "address", "language", "time_zone", "organisation", "roles", "no_contact")
NEEDED = ("display_name", "address")
TRUTHS = {"1": True, "yes": True, "true": True, "tak": True, "0": False, "no": False, "false": False, "nie": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the cells that say something, by column, and what is wrong with it already."""

    line: int
    cells: dict[str, str]
    error: RowError | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and remarks about its header that refuse nothing."""

    rows: list[Row]
    remarks: list[RowError] = field(default_factory=list)


def read_table(content: bytes) -> Table:
    """Return the rows of a file.  Raises `Refused` when it is no table of people."""
    text = _decode(content)
    header_line = text.splitlines()[0] if text.strip() else ""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(header_line), strict=True)
    try:
        header = [_column(cell) for cell in next(reader, [])]
        _check_header(header)
        rows = list(_rows(reader, header))
    except csv.Error:
        detail = "The file cannot be read from here on: is a quotation mark missing?"
        raise Refused(RowError(line=max(reader.line_num, 1), code="not-readable", detail=detail)) from None
    return Table(rows, _unknown_columns(header))


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        detail = 'The file is not UTF-8: save it again as "CSV UTF-8".'
        raise Refused(RowError(line=line, code="not-utf-8", detail=detail)) from None


def _separator(header: str) -> str:
    return max(",;\t", key=header.count)


def _column(cell: str) -> str:
    return re.sub(r"[\s_-]+", "_", cell.strip().lower())


def _check_header(header: list[str]) -> None:
    missing = [name for name in NEEDED if name not in header]
    if missing:
        detail = f"The first row must name the columns; missing: {', '.join(missing)}."
        raise Refused(RowError(line=1, code="columns-missing", detail=detail))
    if any(header.count(name) > 1 for name in COLUMNS):
        raise Refused(RowError(line=1, code="column-repeated", detail="A column is named twice."))


def _unknown_columns(header: list[str]) -> list[RowError]:
    return [
        RowError(line=1, code="column-unknown", detail=f"Column {place} is not known and was left out.")
        for place, name in enumerate(header, start=1)
        if name not in COLUMNS
    ]


def _rows(reader: Iterator[list[str]], header: list[str]) -> Iterator[Row]:
    count, line = 0, _line_after(reader)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            count += 1
            if count > MAX_ROWS:
                detail = f"A file may have {MAX_ROWS:,} rows: send the rest in another."
                raise Refused(RowError(line=line, code="too-many-rows", detail=detail))
            yield _row(line, cells, header)
        line = _line_after(reader)


def _line_after(reader: Iterator[list[str]]) -> int:
    return int(getattr(reader, "line_num", 0)) + 1


def _row(line: int, cells: list[str], header: list[str]) -> Row:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        return Row(line, {}, RowError(line=line, code="too-many-cells", detail="The row has more cells than columns."))
    if any(len(cell) > MAX_CELL for cell in cells):
        detail = f"A cell may hold {MAX_CELL:,} characters."
        return Row(line, {}, RowError(line=line, code="cell-too-long", detail=detail))
    said = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
    return Row(line, {name: cell for name, cell in said.items() if name in COLUMNS})
