"""Sheets are read as people save them: any encoding, any separator, workbooks, and bombs that are refused."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from services.registry.imports.domain import Refused
from services.registry.imports.sheets.encodings import Format
from services.registry.imports.sheets.reading import Row, beginning_of, format_of, rows_of

Save = Callable[[bytes], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Write a file and return where it is."""

    def write(content: bytes) -> Path:
        path = tmp_path / "sheet"
        path.write_bytes(content)
        return path

    return write


def read(path: Path) -> list[Row]:
    return list(rows_of(path, format_of(path)))


POLISH = "Organizacja;Miejsce\nFundacja Łódź;Gdańsk – Śródmieście\nŻółw;Święty Kąt\n"
BELARUSIAN = "Арганізацыя;Месца\nФонд «Свабода»;Мінск\nЦэнтр;Гродна\n"


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        pytest.param(POLISH, "utf-8", "utf-8", id="polish-utf-8"),
        pytest.param(POLISH, "utf-8-sig", "utf-8", id="polish-utf-8-with-mark"),
        pytest.param(POLISH, "utf-16", "utf-16", id="polish-utf-16"),
        pytest.param(POLISH, "utf-16-le", "utf-16", id="polish-utf-16-without-mark"),
        pytest.param(POLISH, "windows-1250", "windows-1250", id="polish-windows"),
        pytest.param(BELARUSIAN, "windows-1251", "windows-1251", id="belarusian-windows"),
        pytest.param(BELARUSIAN, "utf-8", "utf-8", id="belarusian-utf-8"),
    ],
)
def test_a_text_is_read_however_it_was_saved(save: Save, text: str, codec: str, found: str) -> None:
    path = save(text.encode(codec))
    assert format_of(path).encoding == found
    assert [row.cells for row in read(path)] == [line.split(";") for line in text.splitlines()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_the_separator_is_found(save: Save, delimiter: str) -> None:
    lines = [["a", "b", "c"], ["1", "x y", "2"], ["3", "", "4"]]
    path = save("\n".join(delimiter.join(line) for line in lines).encode())
    assert format_of(path).delimiter == delimiter
    assert [row.cells for row in read(path)] == lines


def test_rows_are_numbered_as_spreadsheet_programs_do(save: Save) -> None:
    path = save(b'name,place\n\n"two\nlines",x\n,\nlast,y\n')
    assert [(row.number, row.cells) for row in read(path)] == [
        (1, ["name", "place"]),
        (3, ["two\nlines", "x"]),
        (5, ["last", "y"]),
    ]


def a_workbook() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["Organisation", "Start", "Amount"])
    sheet.write_string(1, 0, "المنظمة")
    sheet.write_datetime(1, 1, date(2008, 10, 14), day)
    sheet.write_formula(1, 2, "=1000+500", value=1500)
    book.close()
    return file.getvalue()


def test_a_workbook_gives_days_as_days_and_formulas_as_values(save: Save) -> None:
    path = save(a_workbook())
    assert format_of(path) == Format(workbook=True)
    assert [row.cells for row in read(path)] == [
        ["Organisation", "Start", "Amount"],
        ["المنظمة", "2008-10-14", "1500"],
    ]


def test_a_hidden_sheet_is_not_read(save: Save) -> None:
    book, file = Workbook(), io.BytesIO()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("seen").append(["seen"])
    book.save(file)
    assert [row.cells for row in read(save(file.getvalue()))] == [["seen"]]


def an_archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(an_archive(**{"xl/worksheets/sheet1.xml": b"0" * 20_000_000}), "sheet-too-large", id="bomb"),
        pytest.param(an_archive(**{"xl/sharedStrings.xml": b"0" * 34_000_000}), "sheet-too-large", id="strings"),
        pytest.param(an_archive(**{f"part{n}": b"" for n in range(501)}), "sheet-too-large", id="many-parts"),
        pytest.param(
            an_archive(**{"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "not-a-sheet", id="entities"
        ),
        pytest.param(an_archive(**{"word/document.xml": b"<a/>"}), "not-a-sheet", id="another-document"),
        pytest.param(a_workbook()[:2_000], "not-a-sheet", id="cut-off"),
        pytest.param(b"%PDF-1.7", "not-a-sheet", id="pdf"),
    ],
)
def test_what_is_no_sheet_is_refused(save: Save, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(save(content))
    assert refused.value.errors[0].code == code


def test_text_that_is_not_in_the_chosen_encoding_is_refused(save: Save) -> None:
    path = save(POLISH.encode("windows-1250"))
    with pytest.raises(Refused) as refused:
        beginning_of(path, Format(workbook=False, encoding="utf-8", delimiter=";"), 10)
    assert refused.value.errors[0].code == "not-decodable"
