"""The pages of imports: a sheet goes from the form over its columns and its trial to its report."""

from typing import Any

import pytest

from shared.ids import new_id, utc_now
from tests.portal.fake import Portal, problem

SHEET = new_id()
COLUMNS = [
    {"number": 0, "heading": "Who", "tag": "#org", "examples": ["Fund"], "field": "implementer"},
    {"number": 1, "heading": "Colour", "examples": ["blue"], "field": None},
]


def a_sheet(state: str, **values: Any) -> dict[str, Any]:
    """Return an import as the registry shows it."""
    return {
        "id": SHEET,
        "revision": 3,
        "kind": "activities",
        "file_name": "sheet.csv",
        "state": state,
        "format": {"workbook": False, "encoding": "utf-8", "delimiter": ","},
        "layout": {"first_row": 3, "language": "en", "columns": COLUMNS},
        "uploaded_at": utc_now().isoformat(),
        "found": {"counts": {}},
        **values,
    }


def found(**counts: int) -> dict[str, Any]:
    """Return what the rows came to."""
    first = {"row": 3, "outcome": "created", "title": "School", "organisations": [{"name": "Fund", "part": "funding"}]}
    return {"counts": counts, "new_organisations": ["Fund"], "new_organisations_count": 1, "preview": [first]}


def plays(portal: Portal, sheet: dict[str, Any], *problems: dict[str, Any]) -> None:
    portal.services.plays[f"GET /imports/sheets/{SHEET}"] = sheet
    portal.services.plays[f"GET /imports/sheets/{SHEET}/rows"] = {"items": list(problems), "next": None}
    portal.services.plays["GET /imports/sheets"] = {"items": [sheet], "next": None}


async def page(portal: Portal, path: str = "") -> str:
    async with portal.browser("coordinator") as browser:
        answer = await browser.get(f"/en/imports/{SHEET}{path}")
    assert answer.status_code == 200
    return answer.text


async def test_a_sheet_is_uploaded_as_it_is(portal: Portal) -> None:
    portal.services.plays["POST /imports/sheets"] = a_sheet("uploaded")
    async with portal.browser("coordinator") as browser:
        answer = await browser.post(
            "/en/imports/sheets", data={"kind": "communes"}, files={"sheet": ("C:\\my sheet.csv", b"Who\nFund\n")}
        )
    assert answer.headers["location"] == f"/en/imports/{SHEET}"
    (request,) = portal.services.changes()
    assert dict(request.url.params) == {"kind": "communes", "file_name": "my sheet.csv"}
    assert request.content == b"Who\nFund\n"


@pytest.mark.parametrize(
    ("status", "code", "text"),
    [(422, "not-a-sheet", "save it again as CSV or XLSX"), (413, "file-too-large", "larger than 50 MB")],
)
async def test_why_a_file_is_not_taken_is_said_at_its_field(portal: Portal, status: int, code: str, text: str) -> None:
    plays(portal, a_sheet("recorded"))
    portal.services.plays["POST /imports/sheets"] = problem(status, code)
    async with portal.browser("coordinator") as browser:
        answer = await browser.post("/en/imports/sheets", files={"sheet": ("a.pdf", b"%PDF")})
        nothing = await browser.post("/en/imports/sheets", data={"kind": "activities"})
    assert (answer.status_code, text in answer.text) == (status, True)
    assert '<a href="#sheet">Choose a file first.</a>' in nothing.text


async def test_the_columns_are_shown_as_they_were_guessed_and_can_be_changed(portal: Portal) -> None:
    plays(portal, a_sheet("uploaded"))
    text = await page(portal)
    assert '<option value="implementer" selected>Who does it</option>' in text
    portal.services.plays[f"PUT /imports/sheets/{SHEET}/columns"] = a_sheet("uploaded")
    portal.services.plays[f"POST /imports/sheets/{SHEET}/trial"] = a_sheet("checking")
    form = {"revision": "3", "column-0": "funder", "column-1": "", "language": "pl", "encoding": "windows-1250"}
    async with portal.browser("coordinator") as browser:
        answer = await browser.post(f"/en/imports/{SHEET}/trial", data=form)
    assert answer.headers["location"] == f"/en/imports/{SHEET}"
    chosen, trial = portal.services.changes()
    assert chosen.headers["if-match"] == '"3"'
    assert portal.services.body(0) == {
        "language": "pl",
        "columns": [{"number": 0, "field": "funder"}],
        "encoding": "windows-1250",
    }
    assert trial.url.path.endswith("/trial")


async def test_a_page_looks_again_by_itself_only_while_rows_are_read(portal: Portal) -> None:
    plays(portal, a_sheet("recording", rows=1_000, found=found(created=250)))
    running = await page(portal)
    assert '<meta http-equiv="refresh" content="3">' in running
    assert '<progress max="1000" value="250"' in running
    plays(portal, a_sheet("recorded", rows=1_000, found=found(created=1_000)))
    assert "http-equiv" not in await page(portal)


async def test_what_is_wrong_is_said_row_by_row_before_anything_is_recorded(portal: Portal) -> None:
    wrong = {"column": "D Start", "code": "date-not-valid", "detail": "", "severity": "refused", "row": 5}
    plays(
        portal,
        a_sheet("checked", found=found(created=1, refused=1)),
        {"row": 5, "outcome": "refused", "problems": [wrong]},
    )
    text = await page(portal)
    assert "Write the day as 2008-10-14 or 14.10.2008." in text
    assert "D Start" in text
    assert "Record these rows" in text


async def test_recording_needs_the_revision_that_was_seen(portal: Portal) -> None:
    plays(portal, a_sheet("checked", found=found(created=1)))
    path = f"/imports/sheets/{SHEET}/confirmation"
    portal.services.plays[f"POST {path}"] = a_sheet("recording")
    form = {"revision": "3", "audience": "public", "correction": "The donor was wrong."}
    async with portal.browser("coordinator") as browser:
        await browser.post(f"/en/imports/{SHEET}/confirmation", data=form)
        portal.services.plays[f"POST {path}"] = problem(412, "changed-meanwhile")
        stale = await browser.post(f"/en/imports/{SHEET}/confirmation", data=form)
    assert portal.services.changes()[0].headers["if-match"] == '"3"'
    assert portal.services.body(0) == {"audience": "public", "correction": "The donor was wrong."}
    assert (stale.status_code, "has moved on meanwhile" in stale.text) == (412, True)


async def test_the_report_can_be_kept(portal: Portal) -> None:
    portal.services.plays[f"GET /imports/sheets/{SHEET}/report.json"] = {"rows": []}
    async with portal.browser("coordinator") as browser:
        answer = await browser.get(f"/en/imports/{SHEET}/report.json")
    assert answer.json() == {"rows": []}
    assert answer.headers["content-disposition"] == f'attachment; filename="import-{SHEET}.json"'


async def test_only_coordinators_read_files_in(portal: Portal) -> None:
    async with portal.browser("member") as browser:
        answers = [await browser.get(f"/en/imports{path}") for path in ("", f"/{SHEET}", f"/{SHEET}/report.csv")]
    assert [each.status_code for each in answers] == [403, 403, 403]


@pytest.mark.parametrize("state", ["uploaded", "checking", "checked", "recording", "recorded", "cancelled", "failed"])
async def test_every_state_has_a_page_in_every_language(portal: Portal, state: str) -> None:
    failure = {"code": "not-readable", "detail": "", "line": 7} if state == "failed" else None
    plays(portal, a_sheet(state, found=found(created=1, noted=1), failure=failure, rows=2))
    async with portal.browser("coordinator") as browser:
        for language in ("pl", "be", "uk", "ru"):
            answer = await browser.get(f"/{language}/imports/{SHEET}")
            assert (answer.status_code, answer.text.count("<h1")) == (200, 1)
