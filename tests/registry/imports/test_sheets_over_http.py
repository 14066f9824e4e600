"""A sheet is uploaded, tried, confirmed and recorded once, row by row, whatever dies on the way."""

import asyncio
import csv
import io
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.registry.imports.sheets import actions, jobs
from shared.events.registry import Role
from shared.ids import new_id
from shared.testing.stack import Running

DATA = Path(__file__).parents[3].parent / "shared" / "data"
HEADER = "#org,#org+funder,#activity,#sector,#country,#adm1,#date+start,#date+end,#value,#value+currency\n"


def a_sheet(*rows: str) -> bytes:
    return (HEADER + "\n".join(rows) + "\n").encode()


def a_name() -> str:
    return f"Fund {new_id()[-12:]}"


def a_row(who: str, **cells: str) -> str:
    said = {
        "funder": "Embassy of Sweden",
        "what": "School of journalism",
        "sector": "15153",
        "country": "Poland",
        "region": "Mazowieckie",
        "start": "2008-10-14",
        "end": "2009-10-14",
        "value": "1000",
        "currency": "EUR",
        **cells,
    }
    return ",".join([who, *said.values()])


def coordinator(registry: Running) -> httpx2.AsyncClient:
    return registry.as_("coordinator")


async def upload(registry: Running, content: bytes, *, kind: str = "activities") -> dict[str, Any]:
    answer = await coordinator(registry).post(
        "/imports/sheets", params={"kind": kind, "file_name": "sheet.csv"}, content=content
    )
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def shown(registry: Running, sheet: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = (await coordinator(registry).get(f"/imports/sheets/{sheet['id']}")).json()
    return body


async def tried(registry: Running, content: bytes, *, kind: str = "activities") -> dict[str, Any]:
    sheet = await upload(registry, content, kind=kind)
    answer = await coordinator(registry).post(f"/imports/sheets/{sheet['id']}/trial")
    assert answer.status_code == 202, answer.text
    await jobs.read_sheets(registry.context)
    return await shown(registry, sheet)


async def confirmed(registry: Running, sheet: dict[str, Any], **command: Any) -> dict[str, Any]:
    answer = await coordinator(registry).post(
        f"/imports/sheets/{sheet['id']}/confirmation", json=command, headers={"If-Match": f'"{sheet["revision"]}"'}
    )
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def imported(registry: Running, content: bytes, *, kind: str = "activities", **command: Any) -> dict[str, Any]:
    sheet = await confirmed(registry, await tried(registry, content, kind=kind), **command)
    await jobs.read_sheets(registry.context)
    return await shown(registry, sheet)


def counts(sheet: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in sheet["found"]["counts"].items() if count}


async def activities(registry: Running, name: str) -> list[dict[str, Any]]:
    found = await registry.storage.reader["activities"].find({"reporting.name.en": name}, limit=1_000)
    return list(found)


async def test_nothing_is_recorded_before_somebody_confirms(registry: Running) -> None:
    name = a_name()
    sheet = await tried(registry, a_sheet(a_row(name), a_row(name, what="Library")))
    assert (sheet["state"], sheet["rows"], counts(sheet)) == ("checked", 2, {"created": 2})
    assert await activities(registry, name) == []
    assert name in sheet["found"]["new_organisations"]
    first = sheet["found"]["preview"][0]
    assert (first["title"], first["place"], first["organisations"][0]["name"]) == (
        "School of journalism",
        "PL-14",
        name,
    )
    sheet = await confirmed(registry, sheet)
    await jobs.read_sheets(registry.context)
    sheet = await shown(registry, sheet)
    assert (sheet["state"], counts(sheet)) == ("recorded", {"created": 2})
    assert len(await activities(registry, name)) == 2


async def test_an_activity_says_what_its_row_said(registry: Running) -> None:
    name, funder = a_name(), a_name()
    await imported(registry, a_sheet(a_row(name, funder=funder)), audience="public")
    (row,) = await activities(registry, name)
    shown = (await registry.as_().get(f"/activities/{row['_id']}")).json()
    assert shown["title"] == {"en": "School of journalism"}
    assert [(each["part"], each["name"]["en"]) for each in shown["participations"]] == [
        ("implementing", name),
        ("funding", funder),
    ]
    assert [(each["code"], each["vocabulary"]) for each in shown["sectors"]] == [("15153", "1")]
    assert [(each["country"], each["region"]) for each in shown["locations"]] == [("PL", "PL-14")]
    assert [(each["kind"], each["happens_on"]) for each in shown["dates"]] == [
        ("actual-start", "2008-10-14"),
        ("actual-end", "2009-10-14"),
    ]
    assert [(each["money"]["amount"], each["money"]["currency"]) for each in shown["budgets"]] == [("1000", "EUR")]


async def told_of(registry: Running, name: str) -> list[bool]:
    """Return whether nobody in particular, a member and a coordinator find an organisation by its name."""
    found = [await registry.as_(*roles).get("/organisations", params={"q": name}) for roles in _LOOKING]
    return [name in [each["names"].get("en") for each in answer.json()["items"]] for answer in found]


_LOOKING: list[tuple[Role, ...]] = [(), ("member",), ("coordinator",)]


@pytest.mark.parametrize(
    ("audience", "told"),
    [("public", [True, True, True]), ("members", [False, True, True]), ("coordinators", [False, False, True])],
)
async def test_organisations_that_a_sheet_begins_are_for_those_who_may_know_of_it(
    registry: Running, audience: str, told: list[bool]
) -> None:
    name, funder = a_name(), a_name()
    await imported(registry, a_sheet(a_row(name, funder=funder)), audience=audience)
    assert [await told_of(registry, each) for each in (name, funder)] == [told, told]


async def test_what_is_not_said_to_be_public_is_not(registry: Running) -> None:
    name = a_name()
    await imported(registry, a_sheet(a_row(name)))
    (row,) = await activities(registry, name)
    assert (await registry.as_().get(f"/activities/{row['_id']}")).status_code == 404
    assert (await registry.as_("member").get(f"/activities/{row['_id']}")).status_code == 200


async def test_a_second_import_adds_nothing_and_a_changed_amount_changes_one(registry: Running) -> None:
    name = a_name()
    rows = [a_row(name, what=f"Project {number}") for number in range(5)]
    assert counts(await imported(registry, a_sheet(*rows))) == {"created": 5}
    published = len(await registry.published())
    assert counts(await imported(registry, a_sheet(*rows))) == {"unchanged": 5}
    assert len(await registry.published()) == published
    rows[3] = a_row(name, what="Project 3", value="2000")
    assert counts(await imported(registry, a_sheet(*rows))) == {"updated": 1, "unchanged": 4}
    assert sorted(each["revision"] for each in await activities(registry, name)) == [1, 1, 1, 1, 2]


async def test_every_wrong_row_is_reported_by_number_and_reason_and_the_others_are_kept(registry: Running) -> None:
    name = a_name()
    content = a_sheet(
        a_row(name),
        a_row(name, what="B", start="soon"),
        a_row("", funder=""),
        a_row(name),
        a_row(name, what="C", value="-1"),
    )
    sheet = await imported(registry, content)
    assert counts(sheet) == {"created": 1, "repeated": 1, "refused": 3}
    page = await coordinator(registry).get(f"/imports/sheets/{sheet['id']}/rows", params={"problems_only": True})
    assert [(each["row"], each["problems"][0]["code"]) for each in page.json()["items"]] == [
        (3, "date-not-valid"),
        (4, "organisation-missing"),
        (6, "amount-negative"),
    ]


async def test_the_report_can_be_downloaded_row_by_row(registry: Running) -> None:
    name = a_name()
    sheet = await imported(registry, a_sheet(a_row(name), a_row(name), a_row(name, what="B", start="soon")))
    (activity,) = await activities(registry, name)
    as_csv = await coordinator(registry).get(f"/imports/sheets/{sheet['id']}/report.csv")
    lines = list(csv.DictReader(io.StringIO(as_csv.text)))
    assert [(each["row"], each["outcome"], each["record_id"], each["repeats_row"]) for each in lines] == [
        ("2", "created", activity["_id"], ""),
        ("3", "repeated", "", "2"),
        ("4", "refused", "", ""),
    ]
    assert (lines[2]["column"], lines[2]["code"]) == ("G #date+start", "date-not-valid")
    as_json = (await coordinator(registry).get(f"/imports/sheets/{sheet['id']}/report.json")).json()
    assert [each["outcome"] for each in as_json["rows"]] == ["created", "repeated", "refused"]
    assert as_json["import"]["id"] == sheet["id"]


async def test_organisations_with_known_names_resolve_to_one(registry: Running) -> None:
    name, alias = a_name(), f"Другая назва {new_id()[-8:]}"
    body = {"names": {"en": name}, "aliases": [alias], "acronym": f"X{new_id()[-6:]}"}
    known = (await coordinator(registry).post("/organisations", json=body)).json()
    rows = [a_row(each, what=f"Project {n}") for n, each in enumerate([name, name.upper(), alias, alias.casefold()])]
    sheet = await imported(registry, a_sheet(*rows))
    assert counts(sheet)["created"] == 4
    found = await registry.storage.reader["activities"].find({"reporting_id": known["id"]}, limit=10)
    assert len(found) == 4
    assert name not in sheet["found"]["new_organisations"]


async def test_a_place_that_nobody_knows_is_on_the_review_list_and_the_row_is_kept(registry: Running) -> None:
    name, place = a_name(), f"Nowhere {new_id()[-8:]}"
    sheet = await imported(registry, a_sheet(a_row(name, region=place)))
    assert counts(sheet) == {"created": 1, "noted": 1}
    assert sheet["found"]["unknown_places"] == [f"{place}, Poland"]
    (row,) = await activities(registry, name)
    assert [(each["country"], each["region"], each["unplaced"]) for each in row["locations"]] == [("PL", None, True)]
    listed = (await coordinator(registry).get("/places/unmatched", params={"limit": 200})).json()["items"]
    assert place in [name for each in listed for name in each["names"]]


async def test_columns_are_chosen_by_whoever_knows_better(registry: Running) -> None:
    name = a_name()
    sheet = await upload(registry, f"Alpha;Beta\n{name};Szkoła\n".encode("windows-1250"))
    assert (sheet["format"]["encoding"], sheet["format"]["delimiter"]) == ("windows-1250", ";")
    path, seen = f"/imports/sheets/{sheet['id']}", {"If-Match": f'"{sheet["revision"]}"'}
    refused = await coordinator(registry).post(f"{path}/trial")
    assert (refused.status_code, refused.json()["code"]) == (422, "columns-needed")
    columns = [{"number": 0, "field": "implementer"}, {"number": 1, "field": "title"}]
    command = {"language": "pl", "columns": columns}
    answer = await coordinator(registry).put(f"{path}/columns", json=command, headers=seen)
    assert [each["field"] for each in answer.json()["layout"]["columns"]] == ["implementer", "title"]
    stale = await coordinator(registry).put(f"{path}/columns", json=command, headers=seen)
    assert stale.status_code == 412
    await coordinator(registry).post(f"{path}/trial")
    await jobs.read_sheets(registry.context)
    assert (await shown(registry, sheet))["found"]["preview"][0]["title"] == "Szkoła"


async def test_an_import_that_is_cancelled_records_nothing_more(registry: Running) -> None:
    name = a_name()
    sheet = await confirmed(registry, await tried(registry, a_sheet(a_row(name))))
    answer = await coordinator(registry).post(f"/imports/sheets/{sheet['id']}/cancellation")
    assert answer.json()["state"] == "cancelled"
    await jobs.read_sheets(registry.context)
    assert await activities(registry, name) == []
    again = await coordinator(registry).post(f"/imports/sheets/{sheet['id']}/cancellation")
    assert (again.status_code, again.json()["code"]) == (409, "import-state")


async def test_an_import_goes_on_from_its_cursor_when_its_process_dies(
    registry: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each chunk dies once before and once after its commit; every row is recorded once all the same."""
    monkeypatch.setattr(jobs, "CHUNK", 3)
    name = a_name()
    rows = [a_row(name, what=f"Project {number}") for number in range(10)]
    rows[4] = rows[1]
    sheet = await confirmed(registry, await tried(registry, a_sheet(*rows)))
    real, calls = actions.settle, 0

    async def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls % 2:
            raise OSError("killed")
        return await real(*args, **kwargs)

    monkeypatch.setattr(actions, "settle", dying)
    for _ in range(20):
        try:
            await jobs.read_sheets(registry.context)
        except OSError:
            continue
        break
    sheet = await shown(registry, sheet)
    assert (sheet["state"], counts(sheet)) == ("recorded", {"created": 9, "repeated": 1})
    assert len(await activities(registry, name)) == 9
    listed = await coordinator(registry).get(f"/imports/sheets/{sheet['id']}/rows")
    assert [each["row"] for each in listed.json()["items"]] == list(range(2, 12))


async def test_two_replicas_record_every_row_once(registry: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CHUNK", 2)
    name = a_name()
    rows = [a_row(name, what=f"Project {number}") for number in range(9)]
    await confirmed(registry, await tried(registry, a_sheet(*rows)))
    await asyncio.gather(jobs.read_sheets(registry.context), jobs.read_sheets(registry.context), return_exceptions=True)
    await jobs.read_sheets(registry.context)
    assert len(await activities(registry, name)) == 9


async def test_what_is_no_sheet_is_refused_and_nothing_stays_of_it(registry: Running) -> None:
    for content, code in (
        (b"%PDF-1.7 ...", "file-type-not-allowed"),
        (b"PK\x03\x04 broken", "not-a-sheet"),
        (b"one", "sheet-empty"),
    ):
        answer = await coordinator(registry).post("/imports/sheets", content=content)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_only_coordinators_see_imports(registry: Running) -> None:
    sheet = await upload(registry, a_sheet(a_row(a_name())))
    for path in ("", f"/{sheet['id']}", f"/{sheet['id']}/rows", f"/{sheet['id']}/report.csv"):
        assert (await registry.as_("member").get(f"/imports/sheets{path}")).status_code == 403


async def test_who_uploaded_a_sheet_is_forgotten(registry: Running) -> None:
    person_id = new_id()
    answer = await registry.as_("coordinator", person_id=person_id).post("/imports/sheets", content=a_sheet(a_row("A")))
    await registry.storage.transact(actions.forget_person, person_id)
    assert (await shown(registry, answer.json()))["uploaded_by"] is None


async def test_a_sheet_that_nobody_confirms_is_put_aside(registry: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = await upload(registry, a_sheet(a_row(a_name())))
    monkeypatch.setattr(jobs, "KEPT", -jobs.KEPT)
    await jobs.tidy(registry.context)
    assert (await shown(registry, sheet))["state"] == "cancelled"


@pytest.mark.parametrize(("name", "rows", "refused"), [("unhcr-3w.csv", 2_250, 0), ("rowca-3w-hxl.csv", 244, 0)])
async def test_real_sheets_import_and_a_second_time_add_nothing(
    registry: Running, name: str, rows: int, refused: int
) -> None:
    path = DATA / "hxl" / name
    if not path.is_file():
        pytest.skip("../shared/data/hxl is not here: real sheets are not tried")
    content = await asyncio.to_thread(path.read_bytes)
    first = counts(await imported(registry, content))
    assert (first["created"] + first.get("repeated", 0), first.get("refused", 0)) == (rows, refused)
    again = counts(await imported(registry, content))
    assert (again.pop("unchanged"), again.get("created")) == (first.pop("created"), None)
    assert again == first


async def test_the_register_of_communes_is_imported_and_known_afterwards(registry: Running) -> None:
    path = DATA / "places" / "TERC_Urzedowy_2021-12-08.csv"
    if not path.is_file():
        pytest.skip("../shared/data/places is not here: the register is not tried")
    content = await asyncio.to_thread(path.read_bytes)
    first = counts(await imported(registry, content, kind="communes"))
    assert first == {"created": 2_477, "passed_over": 1_737}
    assert counts(await imported(registry, content, kind="communes")) == {"unchanged": 2_477, "passed_over": 1_737}
    name = a_name()
    await imported(registry, a_sheet(a_row(name, region="Warta Bolesławiecka")))
    (row,) = await activities(registry, name)
    assert row["locations"][0]["commune"] == "0201062"
