"""How a table of people is read, however it was saved."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.imports.domain import Refused
from services.registry.imports.people_csv import MAX_ROWS, Row, read_table

HEADER = "display_name,address,language,time_zone,organisation,roles,no_contact"
HANNA = Row(2, {"display_name": "Hanna", "address": "hanna@example.org"})


def refusal(content: bytes) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        read_table(content)
    return refused.value.errors[0].line, refused.value.errors[0].code


@pytest.mark.parametrize(
    "content",
    [
        b"display_name,address\nHanna,hanna@example.org\n",
        b"\xef\xbb\xbfdisplay_name,address\r\nHanna,hanna@example.org",
        b"Display Name;Address\nHanna;hanna@example.org\n",
        b'"address"\t"display-name"\n"hanna@example.org"\t"Hanna"\n',
        "display_name\taddress\nHanna\thanna@example.org\n".encode("utf-16"),
        b"display_name,address,language\n Hanna , hanna@example.org ,\n",
    ],
)
def test_a_table_is_read_however_it_was_saved(content: bytes) -> None:
    assert read_table(content).rows == [HANNA]


def test_rows_are_numbered_by_the_lines_of_the_file() -> None:
    content = b'display_name,address\n"Han\nna",a@example.org\n\n,,\nOla,b@example.org\n'
    assert [row.line for row in read_table(content).rows] == [2, 6]


def test_columns_that_are_not_known_are_reported_and_left_out() -> None:
    table = read_table(b"display_name,shoe size,address\nHanna,38,hanna@example.org\n")
    assert table.rows == [HANNA]
    assert [(each.line, each.code, each.detail) for each in table.remarks] == [
        (1, "column-unknown", "Column 2 is not known and was left out.")
    ]


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"", (1, "columns-missing")),
        (b"name,mail\nHanna,hanna@example.org\n", (1, "columns-missing")),
        (b"display_name,address,address\n", (1, "column-repeated")),
        ("display_name,address\nŁucja,l@example.org\n".encode("cp1250"), (2, "not-utf-8")),
        (b'display_name,address\n"Hanna,hanna@example.org\n', (2, "not-readable")),
        (b"display_name,address\n" + b"x,x@example.org\n" * (MAX_ROWS + 1), (MAX_ROWS + 2, "too-many-rows")),
    ],
)
def test_what_is_no_table_of_people_is_refused(content: bytes, refused: tuple[int, str]) -> None:
    assert refusal(content) == refused


def test_a_row_with_more_cells_than_columns_is_refused_alone() -> None:
    table = read_table(b"display_name,address\nHanna,hanna@example.org\nOla,o@example.org,extra\n")
    assert [None if row.error is None else row.error.code for row in table.rows] == [None, "too-many-cells"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(Refused):
        read_table(content)


@given(st.text(max_size=200))
def test_any_text_below_the_header_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Refused):
        assert all(row.line > 1 for row in read_table(f"{HEADER}\n{text}".encode("utf-8", "replace")).rows)
