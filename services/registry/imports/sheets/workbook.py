"""Reads XLSX files that strangers made: bounded before anything is unpacked, formulas as the values last seen."""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from services.registry.imports.domain import Refused, RowError

MAGIC = b"PK\x03\x04"
MAX_PARTS = 500  # files in the archive
MAX_UNPACKED = 512 * 1024 * 1024  # bytes of a sheet, which is read as it is unpacked
MAX_SHARED = 32 * 1024 * 1024  # bytes of every other part: these are held in memory
MAX_RATIO = 250  # of unpacked to packed bytes; sheets of numbers reach 30
DOCTYPE_WITHIN = 4_096  # bytes in which a document type would be declared


def _refused(code: str, detail: str) -> Refused:
    return Refused(RowError(line=0, code=code, detail=detail))


def check(path: Path) -> None:
    """Refuse an archive that would unpack into more than one is ready to hold.  Raises `Refused`."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(each.file_size for each in parts) > MAX_UNPACKED:
                raise _too_large()
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise _refused("not-a-sheet", "This is no XLSX file: save the sheet again as CSV or XLSX.") from None


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    sheet = part.filename.startswith("xl/worksheets/")
    if part.file_size > (MAX_UNPACKED if sheet else MAX_SHARED):
        raise _too_large()
    if part.file_size > 1_000_000 and part.file_size > part.compress_size * MAX_RATIO:
        raise _too_large()
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as file:
            if b"<!DOCTYPE" in file.read(DOCTYPE_WITHIN):
                raise _refused("not-a-sheet", "This is no XLSX file: save the sheet again as CSV or XLSX.")


def _too_large() -> Refused:
    return _refused("sheet-too-large", "The workbook unpacks into too much: send it in parts, or as CSV.")


def rows(path: Path) -> Iterator[Sequence[Any]]:
    """Yield the rows of the first visible sheet, empty ones too.  Raises `Refused`."""
    with path.open("rb") as file:  # opened here: by a path, openpyxl would judge by its ending
        yield from _rows(file)


def _rows(file: BinaryIO) -> Iterator[Sequence[Any]]:
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, TypeError, ParseError, zipfile.BadZipFile, OSError, AttributeError):
        raise _refused("not-a-sheet", "This workbook cannot be read: save the sheet again as CSV or XLSX.") from None
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        if visible:
            visible[0].reset_dimensions()  # what the file says of its size may lie
            yield from visible[0].iter_rows(values_only=True)
    except (KeyError, ValueError, TypeError, ParseError, zipfile.BadZipFile, EOFError, AttributeError):
        raise _refused("not-readable", "The workbook cannot be read to its end: save it again.") from None
    finally:
        book.close()
