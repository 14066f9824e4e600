"""Reads the rows of a file one by one, so that a sheet of any length takes the same memory."""

import csv
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from services.registry.imports.domain import Refused, RowError
from services.registry.imports.sheets import workbook
from services.registry.imports.sheets.encodings import Delimiter, Encoding, Format, codec_of, delimiter_of, encoding_of

MAX_CELLS = 200  # of one row
MAX_CELL = 5_000  # characters of one cell

csv.field_size_limit(1_000_000)  # characters, before a cell that never ends is given up


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the sheet: ``number`` counts from 1 as spreadsheet programs do."""

    number: int
    cells: list[str]


def format_of(path: Path) -> Format:
    """Return how ``path`` is to be read.  Raises `Refused` when it is no table."""
    with path.open("rb") as file:
        beginning = file.read(8)
    if beginning.startswith(workbook.MAGIC):
        workbook.check(path)
        return Format(workbook=True)
    if beginning.startswith((b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise Refused(RowError(line=0, code="not-a-sheet", detail="Save the sheet as CSV or XLSX and send that."))
    encoding = encoding_of(path)
    return Format(workbook=False, encoding=encoding, delimiter=_delimiter(path, encoding))


def _delimiter(path: Path, encoding: Encoding) -> Delimiter:
    with closing(_lines(path, encoding)) as lines:
        try:
            return delimiter_of(lines)
        except UnicodeError:
            raise _undecodable(0) from None


def _lines(path: Path, encoding: Encoding) -> Generator[str, None, None]:
    with path.open("rb") as file:
        codec = codec_of(encoding, file.read(4))
    with path.open(encoding=codec, newline="") as text:
        yield from text


def rows_of(path: Path, form: Format) -> Generator[Row, None, None]:
    """Yield the rows of ``path`` that have a cell with something in it.  Raises `Refused` where it cannot be read."""
    found = workbook.rows(path) if form.workbook else _text_rows(path, form)
    for number, cells in enumerate(found, start=1):
        said = [_plain(cell) for cell in cells[: MAX_CELLS + 1]]
        if any(said):
            yield Row(number, said)


def beginning_of(path: Path, form: Format, count: int) -> list[Row]:
    """Return the first ``count`` rows.  Raises `Refused`."""
    with closing(rows_of(path, form)) as rows:
        return list(islice(rows, count))


def _text_rows(path: Path, form: Format) -> Iterator[Sequence[Any]]:
    reader = csv.reader(_lines(path, form.encoding), delimiter=form.delimiter)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield cells
    except csv.Error:
        detail = "The file cannot be read from here on: is a quotation mark missing?"
        raise Refused(RowError(line=number + 1, code="not-readable", detail=detail)) from None
    except UnicodeError:
        raise _undecodable(number + 1) from None


def _undecodable(line: int) -> Refused:
    return Refused(RowError(line=line, code="not-decodable", detail="Choose how the file was saved: its encoding."))


def _plain(value: Any) -> str:
    """Return a cell as text: dates as ISO 8601, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
