"""The pages of the matrix: marks in words, numbers that lead to their activities, files without formulas, pictures."""

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.portal.matrix.sectors import SECTORS
from services.portal.matrix.sheets import BEGINS_A_FORMULA, Sheet, Value, as_csv, as_xlsx
from services.portal.matrix.tiles import shades, tiles_of
from shared.ids import new_id
from shared.sectors import categories
from tests.portal.fake import Portal

DONOR = new_id()


def played(**values: Any) -> dict[str, Any]:
    """Return what the registry says of two donors and two themes."""
    money = [{"currency": "EUR", "budget": "1500.50", "committed": "0", "spent": "7"}]
    some = {"count": 3, "money": money}
    return {
        "rows": "donor",
        "columns": "theme",
        "chosen": {},
        "whole": some,
        "lines": [
            {"value": DONOR, "names": {"en": "=Donor & Sons"}, "reported": False, **some},
            {"value": "withheld", "count": None, "money": []},
        ],
        "across": [{"value": "media-freedom", **some}, {"value": "other", **some}],
        "cells": [
            {"row": DONOR, "column": "media-freedom", "mark": "some", **some},
            {"row": DONOR, "column": "other", "mark": "no-data", "count": None, "money": []},
            {"row": "withheld", "column": "media-freedom", "mark": "withheld", "count": None, "money": []},
        ],
        **values,
    }


async def test_the_matrix_says_numbers_and_marks(portal: Portal) -> None:
    portal.services.plays["GET /matrix"] = played()
    text = (await portal.browser().get("/en/matrix")).text
    assert f'<a href="/en/matrix/activities?donor={DONOR}&amp;theme=media-freedom">3</a>' in text
    assert '<td class="no-data">?</td>' in text
    assert '<td class="withheld">×</td>' in text
    assert '<td class="none">–</td>' in text
    assert "Withheld: there is something that you may not know." in text
    assert "has not reported yet" in text


async def test_sectors_are_called_by_their_names(portal: Portal) -> None:
    assert set(SECTORS) == categories()
    across: list[dict[str, Any]] = [{"value": each, "count": 3, "money": []} for each in ("151", "777")]
    portal.services.plays["GET /matrix"] = played(columns="sector", across=across, cells=[])
    text = (await portal.browser().get("/be/matrix", params={"columns": "sector"})).text
    said = ("Дзяржаўнае кіраванне і грамадзянская супольнасць", "CRS 151", "CRS 777")
    assert [each in text for each in said] == [True, False, True]


async def test_what_cannot_be_asked_is_passed_over(portal: Portal) -> None:
    portal.services.plays["GET /matrix"] = played()
    answer = await portal.browser().get(
        "/en/matrix", params={"rows": "theme", "columns": "theme", "year": "x", "region": "$where", "show": "hide"}
    )
    asked = dict(portal.services.asked[-1].url.params)
    assert (answer.status_code, asked) == (200, {"rows": "theme", "columns": "region", "limit": "20"})


async def test_money_is_shown_by_currency(portal: Portal) -> None:
    portal.services.plays["GET /matrix"] = played()
    text = (await portal.browser().get("/en/matrix?show=budget")).text
    assert ">1,500 EUR</a>" in text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_file_holds_what_is_on_the_screen_and_no_formula(portal: Portal, kind: str) -> None:
    portal.services.plays["GET /matrix"] = played()
    answer = await portal.browser().get(f"/en/matrix.{kind}?show=count")
    assert answer.headers["content-disposition"] == f'attachment; filename="zgoda-matrix.{kind}"'
    rows = read(kind, answer.content)
    donor = "'=Donor & Sons" if kind == "csv" else "=Donor & Sons"
    assert rows[0] == ["Who pays / Theme", "Media freedom", "something else", "Together"]
    assert rows[1] == [donor, "3", "?", "3"]
    assert rows[2] == ["withheld", "×", "–", "×"]
    assert any("Withheld: there is something" in row[0] for row in rows)


def read(kind: str, content: bytes) -> list[list[str]]:
    """Return the texts of a file."""
    if kind == "csv":
        assert content.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert page is not None
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}
    return [["" if each is None else str(each) for each in row] for row in page.iter_rows(values_only=True)]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "=cmd|' /C calc'!A0", "'=1", 'a"b', "a,b\nc"]
)
values: st.SearchStrategy[Value] = texts | st.integers(-(10**9), 10**9) | st.decimals(-(10**9), 10**9, places=2)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.lists(values, min_size=1, max_size=4), max_size=4))
def test_no_cell_of_csv_begins_like_a_formula_and_every_text_comes_back(rows: list[list[Value]]) -> None:
    sheet = Sheet("t", ["=heading"], rows)
    found = read("csv", as_csv(sheet))
    every: list[list[Value]] = [["=heading"], *rows]
    for row, written in zip(every, found, strict=True):
        for value, text in zip(row, written, strict=True):
            if isinstance(value, str):
                assert not text.lstrip(" \u00a0").startswith(BEGINS_A_FORMULA)
                assert text.removeprefix("'") == value.removeprefix("'").replace("\0", "") or text == value
            else:
                assert Decimal(text) == value


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(texts, min_size=1, max_size=3), max_size=3))
def test_no_cell_of_xlsx_is_a_formula_or_a_link(rows: list[list[Value]]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(Sheet("t", ["=heading", "https://example.org"], rows))))
    page = book.active
    assert page is not None
    cells = [cell for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell for cell in cells if cell.hyperlink] == []


@pytest.mark.parametrize("country", ["PL", "BY"])
async def test_pictures_have_words_and_tables(portal: Portal, country: str) -> None:
    regions = {f"{country}-{code}": {"en": f"Region {code}"} for code in ("14", "HM", "VI")}
    years = [{"value": year, "count": 3} for year in ("2008", "2010")]
    cells = [{"row": DONOR, "column": "2008", "mark": "some", "count": 3}]
    by_year = played(columns="year", across=years, cells=cells)
    by_region = played(rows="region", lines=[{"value": f"{country}-14", "count": 5}], cells=[])

    def play(request: Any) -> Any:
        return by_year if request.url.params["rows"] == "donor" else by_region

    portal.services.plays["GET /matrix"] = play
    portal.services.plays["GET /matrix/gaps"] = {"country": country, "regions": regions, "counts": {}, "gaps": []}
    text = (await portal.browser().get(f"/en/matrix/pictures?country={country}")).text
    assert text.count('role="img"') == 2
    assert "Region 14: 5." in text
    assert "=Donor &amp; Sons: 2008 3" in text
    assert text.count("<table>") == 2


async def test_overlaps_and_gaps_are_told(portal: Portal) -> None:
    activity, other = new_id(), new_id()
    portal.services.plays["GET /matrix/overlaps"] = {
        "from_on": "2008-01-01",
        "to_on": "2008-12-31",
        "items": [
            {
                "theme": "media-freedom",
                "region": "BY-HR",
                "region_names": {"en": "Hrodna Region"},
                "count": 2,
                "overlaps": [
                    {"activity_ids": [activity, other], "donor_ids": [DONOR], "from_on": "2008-03-01", "to_on": None}
                ],
            }
        ],
        "names": {DONOR: {"en": "The Donor"}},
        "titles": {activity: {"en": "Free press"}},
    }
    text = (await portal.browser().get("/en/matrix/overlaps")).text
    assert "Media freedom · Hrodna Region" in text
    assert f'<a href="/en/activities/{other}">An activity whose title you may not know</a>' in text
    rows = read("csv", (await portal.browser().get("/en/matrix/overlaps.csv?year=2008")).content)
    untold = "An activity whose title you may not know"
    assert rows[0][:3] == ["Theme", "Region", "Donors"]
    assert rows[1] == ["Media freedom", "Hrodna Region", "The Donor", "Free press", untold, "2008-03-01", ""]
    gap = {
        "theme": "media-freedom",
        "region": "BY-HR",
        "mark": "withheld",
        "active_regions": 2,
        "other_regions": 6,
        "usual": 1,
    }
    regions = {"BY-HR": {"en": "Hrodna Region"}}
    found = {"country": "BY", "regions": regions, "counts": {}, "gaps": [gap]}
    portal.services.plays["GET /matrix/gaps"] = found
    assert "2 of 6" in (await portal.browser().get("/en/matrix/gaps")).text
    rows = read("csv", (await portal.browser().get("/en/matrix/gaps.csv")).content)
    assert rows[1] == [
        "Media freedom",
        "Hrodna Region",
        "Withheld: there is something that you may not know.",
        "2",
        "6",
    ]


async def test_behind_a_number_are_its_activities(portal: Portal) -> None:
    line = {"id": new_id(), "title": {}, "status": "2", "country_codes": ["BY"]}
    portal.services.plays["GET /matrix/activities"] = {"items": [line], "next": None}
    text = (await portal.browser().get("/en/matrix/activities?theme=media-freedom&donor=withheld")).text
    assert "An activity whose title you may not know" in text
    assert "Who pays: withheld" in text
    assert "Theme: Media freedom" in text


@pytest.mark.parametrize("country", ["PL", "BY", "LT"])
def test_every_region_has_a_tile_of_its_own(country: str) -> None:
    import pycountry

    database: Any = pycountry.subdivisions
    found = database.get(country_code=country) or []
    regions = [each.code for each in found if each.parent_code is None]
    tiles = tiles_of(country, regions)
    assert sorted(region for region, _, _ in tiles) == sorted(regions)
    assert len({(x, y) for _, x, y in tiles}) == len(regions)


def test_shades_are_by_the_greatest() -> None:
    assert (shades([0, 1, 50, 100]), shades([])) == ([0, 1, 2, 4], [])
