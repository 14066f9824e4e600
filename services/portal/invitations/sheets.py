"""Who stands where as a sheet: CSV for anybody's program, XLSX with cells that no program takes for a formula."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

import xlsxwriter

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # by which spreadsheets take a cell for a formula (OWASP)
WIDEST = 60  # characters

Table = Sequence[Sequence[str]]


def safe(cell: str) -> str:
    """Return ``cell`` so that no spreadsheet carries it out."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def as_csv(table: Table) -> bytes:
    """Return ``table`` as CSV in UTF-8 with its mark, by which Excel knows the encoding."""
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([[safe(cell) for cell in row] for row in table])
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """Return ``table`` as a workbook whose first row is a heading that stays."""
    written = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for number, row in enumerate(table):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, bold if number == 0 else None)
        for column in range(len(table[0]) if table else 0):
            sheet.set_column(column, column, min(WIDEST, max(len(row[column]) for row in table) + 2))
        sheet.freeze_panes(1, 0)
    return written.getvalue()
