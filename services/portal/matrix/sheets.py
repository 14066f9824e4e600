"""Writes what is on a page as CSV and XLSX: as text and numbers, and never as a formula that a program would run."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import xlsxwriter

Value = str | int | Decimal

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_TEXT = 32_767  # characters of a cell of XLSX
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet program takes a text for a formula (OWASP, CSV injection)."""


@dataclass(frozen=True)
class Sheet:
    """A table with a heading for each column; ``notes`` stand below it."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[str] = field(default_factory=list)

    @property
    def all_rows(self) -> list[Sequence[Value]]:
        """Everything in the order in which it is written."""
        return [list(self.headings), *self.rows, *([note] for note in self.notes)]


def harmless(value: Value) -> str:
    """Return a value as a text that no spreadsheet program takes for a formula; numbers stay numbers."""
    if not isinstance(value, str):
        return str(value)
    bare = value.lstrip(" \u00a0\ufeff\u200b")
    return f"'{value}" if bare.startswith(BEGINS_A_FORMULA) else value


def as_csv(sheet: Sheet) -> bytes:
    """Return the table as CSV (RFC 4180) in UTF-8 with a byte order mark, by which programs know the encoding."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    for row in sheet.all_rows:
        writer.writerow([harmless(each).replace("\0", "") for each in row])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet) -> bytes:
    """Return the table as a workbook of one sheet: texts are written as texts, addresses are no links."""
    file = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(file, options)
    page = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for number, row in enumerate(sheet.all_rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(number, column, value[:MAX_TEXT], bold if number == 0 else None)
            else:
                page.write_number(number, column, float(value))
    page.freeze_panes(1, 1)
    page.set_column(0, 0, 40)
    book.close()
    return file.getvalue()
