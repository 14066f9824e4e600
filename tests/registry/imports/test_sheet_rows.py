"""What columns and cells say is understood in five languages, and what is wrong is named by row and column."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from services.registry.imports.domain import Refused
from services.registry.imports.sheets import cells
from services.registry.imports.sheets.cells import Wrong
from services.registry.imports.sheets.fields import field_of_heading, field_of_tag
from services.registry.imports.sheets.mapping import Choice, Choices, Layout, chosen, propose
from services.registry.imports.sheets.reading import Row, beginning_of, format_of
from services.registry.imports.sheets.rows import RowProblem, Said, Seen, columns_of, letter_of, read_row

HXL = Path(__file__).parents[3].parent / "shared" / "data" / "hxl"


def rows(*lines: str) -> list[Row]:
    return [Row(number, line.split(",")) for number, line in enumerate(lines, start=1)]


def fields(layout: Layout) -> list[str | None]:
    return [column.field for column in layout.columns]


@pytest.mark.parametrize(
    ("tag", "field"),
    [
        ("#org", "implementer"),
        ("#org +funder +en", "funder"),
        ("#org+funder", "funder"),
        ("#ORG+ID", "implementer_id"),
        ("#sector+cluster", "sector"),
        ("#adm1+name", "region"),
        ("#adm2", "county"),
        ("#activity", "title"),
        ("#activity+id", "identifier"),
        ("#activity_id", "identifier"),
        ("#date+start", "starts_on"),
        ("#date+end", "ends_on"),
        ("#value+usd", "amount"),
        ("#lat_deg", "latitude"),
        ("#org+url", None),
        ("#affected+f", None),
        ("not a tag", None),
    ],
)
def test_a_tag_says_what_its_column_holds(tag: str, field: str | None) -> None:
    assert field_of_tag(tag) == field


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Organisation name", "implementer"),
        ("ProjectCode", "identifier"),
        ("WOJEWÓDZTWO", "region"),
        ("Data rozpoczęcia", "starts_on"),
        ("Донар", "funder"),
        ("Назва проєкту", "title"),
        ("Дата окончания", "ends_on"),
        ("المنظمة", "implementer"),
        ("Admin_Level_1", "region"),
        ("Favourite colour", None),
    ],
)
def test_a_heading_says_what_its_column_holds(heading: str, field: str | None) -> None:
    assert field_of_heading(heading) == field


@pytest.mark.parametrize("above", [0, 1, 7, 22])
def test_the_row_of_tags_is_found_wherever_the_table_begins(above: int) -> None:
    lines = [f"A remark {number}" for number in range(above)]
    layout = propose(rows(*lines, "Who,What,Where", "#org,#activity,#adm1", "Fund,School,Brest"))
    assert (layout.first_row, fields(layout)) == (above + 3, ["implementer", "title", "region"])
    assert [column.heading for column in layout.columns] == ["Who", "What", "Where"]


def test_without_tags_the_row_with_the_most_known_headings_counts() -> None:
    layout = propose(
        rows("A report of ours", ",,", "Organizacja,Nazwa projektu,Województwo", "Fundacja,Szkoła,Śląskie")
    )
    assert (layout.first_row, fields(layout)) == (4, ["implementer", "title", "region"])


def test_a_column_that_cannot_hold_what_its_tag_claims_is_left_out() -> None:
    layout = propose(rows("#org,#date", "Fund,June", "Fund,May"))
    assert fields(layout) == ["implementer", None]


def test_two_columns_may_name_organisations_but_only_one_the_start() -> None:
    layout = propose(rows("#org,#org+impl,#date+start,#date+start", "A,B,2008,2009"))
    assert fields(layout) == ["implementer", "implementer", "starts_on", None]


def test_a_sheet_without_rows_is_refused() -> None:
    for empty in ([], rows("#org,#sector")):
        with pytest.raises(Refused):
            propose(empty)


def test_whoever_knows_better_decides() -> None:
    layout = propose(rows("One,Two", "Fund,School"))
    assert (fields(layout), layout.missing) == ([None, None], ["implementer"])
    decided = chosen(layout, Choices(language="pl", columns=[Choice(number=0, field="funder")]))
    assert (fields(decided), decided.language, decided.missing) == (["funder", None], "pl", [])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("unhcr-3w.csv", ["country", "region", "latitude", "longitude", "sector", None, None, "implementer"]),
        (
            "rowca-3w-hxl.csv",
            ["sector", "implementer", *[None] * 5, "identifier", "title", *[None] * 3, "country", "region", "county"]
            + [None] * 5,
        ),
    ],
)
def test_the_columns_of_real_sheets_are_understood(name: str, said: list[str | None]) -> None:
    if not HXL.is_dir():
        pytest.skip("../shared/data/hxl is not here: real sheets are not tried")
    path = HXL / name
    layout = propose(beginning_of(path, format_of(path), 50))
    assert (layout.first_row, fields(layout)) == (3, said)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2008-10-14", date(2008, 10, 14)),
        ("14.10.2008", date(2008, 10, 14)),
        ("14/10/2008", date(2008, 10, 14)),
        ("14.10.2008 r.", date(2008, 10, 14)),
        ("2008-10-14 00:00:00", date(2008, 10, 14)),
        ("2008-10", date(2008, 10, 1)),
        ("2008", date(2008, 1, 1)),
    ],
)
def test_a_day_is_read_as_it_is_written_here(cell: str, day: date) -> None:
    assert cells.day(cell) == day


@pytest.mark.parametrize("cell", ["June", "31.02.2008", "14.13.2008", "0008-01-01", "tomorrow"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(Wrong):
        cells.day(cell)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1234.5", "1234.5"),
        ("1 234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234", "1234"),
        ("1.234.567", "1234567"),
        ("€ 1200", "1200"),
        ("12 000 zł", "12000"),
        ("USD 5", "5"),
    ],
)
def test_an_amount_is_read_as_it_is_written_here(cell: str, amount: str) -> None:
    assert cells.amount(cell) == Decimal(amount)


@pytest.mark.parametrize("cell", ["about 5", "", "1..2", "=1+1", "1e99999", "#DIV/0!"])
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(Wrong):
        cells.amount(cell)


@pytest.mark.parametrize(
    "cell", ["BY", "by", "BLR", "Belarus", "Białoruś", "Беларусь", "Білорусь", "Republic of Belarus"]
)
def test_a_country_is_known_in_five_languages(cell: str) -> None:
    assert cells.country(cell) == "BY"


def test_what_is_no_country_is_nobodys() -> None:
    assert cells.country("Thailand-Myanmar") is None


def test_a_status_is_known_by_word_or_code() -> None:
    assert [cells.status(each) for each in ("2", "On-going", "zakończone", "Отменено")] == ["2", "2", "3", "5"]


COLUMNS = "#org,#activity,#adm1,#date+start,#date+end,#value,#value+currency"


def said(line: str, header: str = COLUMNS) -> Said | list[RowProblem]:
    layout = propose(rows(header, header.replace("#", "x").replace("x", "#"), "Fund,School,Brest,2008,2009,5,EUR"))
    return read_row(Row(7, line.split(",")), columns_of(layout), "en")


def test_a_row_says_who_does_what_where() -> None:
    found = said("Fund; Other,School,Brest,2008-10-14,,1200,EUR")
    assert isinstance(found, Said)
    assert (found.implementers, found.titles, found.where.region) == (("Fund", "Other"), {"en": "School"}, "Brest")
    assert (found.starts_on, found.amount, found.currency) == (date(2008, 10, 14), Decimal(1200), "EUR")


def test_everything_that_is_wrong_with_a_row_is_said_at_once() -> None:
    found = said("Fund,School,Brest,June,2009,many,XXQ")
    assert isinstance(found, list)
    assert [(each.row, each.column, each.code) for each in found] == [
        (7, "D #date+start", "date-not-valid"),
        (7, "F #value", "amount-not-valid"),
        (7, "G #value+currency", "currency-not-known"),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",School,Brest,2008,2009,5,EUR", "organisation-missing"),
        ("Fund,,Brest,2008,2009,5,EUR", "activity-missing"),
        ("Fund,School,Brest,2009,2008,5,EUR", "ends-before-it-starts"),
        ("Fund,School,Brest,2008,2009,-5,EUR", "amount-negative"),
        (f"Fund,School,{'x' * 201},2008,2009,5,EUR", "cell-too-long"),
        (f"Fund,School,{'x' * 5_001},2008,2009,5,EUR", "row-too-long"),
    ],
    ids=["nobody", "nothing", "backwards", "negative", "long", "endless"],
)
def test_a_row_that_makes_no_sense_is_refused(line: str, code: str) -> None:
    found = said(line)
    assert isinstance(found, list)
    assert [each.code for each in found] == [code]


def a_row(number: int = 1, **values: object) -> Said:
    return Said(row=number, titles={"en": "School"}, implementers=("Fund",), **values)  # type: ignore[arg-type]


def test_an_activity_is_recognised_in_another_spelling_and_with_another_amount() -> None:
    one = Said(row=1, titles={"en": "School in Łódź"}, implementers=("Fundacja Świt",))
    other = Said(row=2, titles={"en": "SCHOOL IN LODZ"}, implementers=("Fundacja  Swit",), amount=Decimal(5))
    assert (one.key, one.content == other.content) == (other.key, False)


def test_a_row_that_repeats_another_is_known_and_one_that_differs_is_another_activity() -> None:
    seen = Seen()
    first, again, different = a_row(1), a_row(2), a_row(3, amount=Decimal(5))
    key = first.key
    assert [seen.look(each) for each in (first, again, different)] == [(key, None), (key, 1), (f"{key}.2", None)]


def test_columns_have_the_letters_of_spreadsheets() -> None:
    assert [letter_of(each) for each in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
