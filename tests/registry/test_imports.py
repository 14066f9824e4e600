"""Imports: what is right is kept once, what is wrong is said by line, on the real database."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.registry.imports.actions import import_iati, import_people
from services.registry.imports.domain import ImportReport
from shared.events.registry import Role
from shared.ids import new_id
from shared.testing.stack import Running
from tests.registry.builders import SHOWN_ONLY, an_activity, an_address, an_iati_file

COORDINATOR: tuple[Role, ...] = ("coordinator",)


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.read, report.created, report.updated, report.unchanged, report.refused


async def count(registry: Running, collection: str) -> int:
    return await registry.storage.reader[collection].count({})


async def activity(registry: Running, identifier: str) -> dict[str, Any]:
    (line,) = (await registry.as_().get("/activities", params={"q": identifier})).json()["items"]
    answer = await registry.as_().get(f"/activities/{line['id']}")
    body: dict[str, Any] = answer.json()
    return body


async def test_activities_are_imported_once_and_again_when_they_say_something_new(registry: Running) -> None:
    one, other = f"PL-{new_id()}", f"PL-{new_id()}"
    content = an_iati_file(an_activity(one), an_activity(other))
    assert counts(await import_iati(registry.storage, content)) == (2, 2, 0, 0, 0)
    before = await count(registry, "outbox"), await count(registry, "organisations")
    assert counts(await import_iati(registry.storage, content)) == (2, 0, 0, 2, 0)
    assert (await count(registry, "outbox"), await count(registry, "organisations")) == before
    newer = an_iati_file(an_activity(one, status="3"), an_activity(other))
    assert counts(await import_iati(registry.storage, newer)) == (2, 0, 1, 1, 0)
    shown = await activity(registry, one)
    assert (shown["revision"], shown["status"]) == (2, "3")


async def test_an_imported_activity_is_told_and_found(registry: Running) -> None:
    identifier = f"PL-{new_id()}"
    await import_iati(registry.storage, an_iati_file(an_activity(identifier, title="Zażółć gęślą")))
    shown = await activity(registry, identifier)
    (event,) = [each["event"] for each in await registry.published() if each["subject"] == shown["id"]]
    assert (event.sectors, event.countries) == (["1:15153", "1:15160"], ["BY"])
    everybody = registry.as_()
    for query in (
        {"q": "zazolc"},
        {"q": "presse", "country": "BY"},
        {"sector": "15153"},
        {"sector": "1:15160"},
        {"organisation_id": event.organisation_ids[0]},
    ):
        found = (await everybody.get("/activities", params={**query, "limit": "200"})).json()["items"]
        assert shown["id"] in [each["id"] for each in found]
    for query in ({"q": "absent"}, {"country": "SE"}, {"sector": "2:15153"}, {"organisation_id": new_id()}):
        assert (await everybody.get("/activities", params=query)).json()["items"] == []


async def test_organisations_are_recognised_by_identifier_then_by_name(registry: Running) -> None:
    coordinator, name = registry.as_("coordinator"), f"Fundacja {new_id()}"
    known = (await coordinator.post("/organisations", json={"names": {"pl": name}})).json()
    ref = f"PL-KRS-{new_id()}"
    narrative = f'<narrative xml:lang="pl">{name.upper()}</narrative>'
    part = f'<participating-org role="2" ref="{ref}">{narrative}</participating-org>'
    content = an_activity(f"PL-{new_id()}").replace("<activity-status", f"{part}<activity-status")
    await import_iati(registry.storage, an_iati_file(content))
    after = (await coordinator.get(f"/organisations/{known['id']}")).json()
    assert (after["revision"], after["identifiers"]) == (2, [{"scheme": "iati", "value": ref}])
    renamed = content.replace(name.upper(), "Renamed").replace("<iati-identifier>", "<iati-identifier>X")
    await import_iati(registry.storage, an_iati_file(renamed))
    found = (await coordinator.get("/activities", params={"organisation_id": known["id"]})).json()["items"]
    assert len(found) == 2


async def test_one_organisation_under_two_names_in_a_file_is_one_record(registry: Running) -> None:
    identifier = f"PL-{new_id()}"
    await import_iati(registry.storage, an_iati_file(an_activity(identifier)))
    shown = await activity(registry, identifier)
    assert shown["participations"][1]["organisation_id"] == shown["reporting_id"]


async def test_one_bad_activity_loses_no_good_one(registry: Running) -> None:
    identifiers = [f"PL-{new_id()}" for _ in range(250)]
    activities = [an_activity(each) for each in identifiers]
    activities[120] = activities[120].replace('<activity-status code="2"/>', "")
    content = an_iati_file(*activities)
    report = await import_iati(registry.storage, content)
    assert counts(report) == (250, 249, 0, 0, 1)
    (error,) = report.errors
    assert (error.code, content.decode().splitlines()[error.line - 1].strip()[:14]) == ("schema", "<activity-date")


async def test_a_file_that_is_wrong_as_a_whole_imports_nothing(registry: Running) -> None:
    before = await count(registry, "activities")
    report = await import_iati(registry.storage, an_iati_file(an_activity(f"PL-{new_id()}"), "<broken>"))
    assert (counts(report), report.errors[0].code) == ((0, 0, 0, 0, 1), "not-in-the-standard")
    assert await count(registry, "activities") == before


async def test_two_imports_at_once_make_no_doubles(registry: Running) -> None:
    identifiers = [f"PL-{new_id()}" for _ in range(20)]
    ref = f"DE-1-{new_id()}"
    content = an_iati_file(*(an_activity(each).replace("SE-0", ref) for each in identifiers))
    reports = await asyncio.gather(*(import_iati(registry.storage, content) for _ in range(4)))
    assert sum(each.created for each in reports) == 20
    assert [each.read for each in reports] == [20] * 4
    assert await registry.storage.reader["organisations"].count({"identifier_keys": f"iati:{ref}".casefold()}) == 1


async def test_the_standard_s_files_import_once_or_are_refused(registry: Running, iati_files: Path) -> None:
    example = (iati_files / "activity-standard-example-annotated.xml").read_bytes()
    assert counts(await import_iati(registry.storage, example)) == (1, 1, 0, 0, 0)
    assert counts(await import_iati(registry.storage, example)) == (1, 0, 0, 1, 0)
    for path in sorted((iati_files / "should-pass").glob("*.xml")):
        report = await import_iati(registry.storage, path.read_bytes())
        assert (path.name, report.read, report.refused, report.errors) == (path.name, 1, 0, [])
    before = await count(registry, "activities"), await count(registry, "organisations")
    for path in sorted((iati_files / "should-fail").glob("*.xml")):
        report = await import_iati(registry.storage, path.read_bytes())
        assert (path.name, report.created, report.refused) == (path.name, 0, 1)
        assert all(error.line > 0 and error.detail for error in report.errors)
    assert (await count(registry, "activities"), await count(registry, "organisations")) == before


async def test_files_are_imported_over_http_by_coordinators_only(registry: Running) -> None:
    content = an_iati_file(an_activity(f"PL-{new_id()}"))
    headers = {"Content-Type": "application/xml"}
    answer = await registry.as_("coordinator").post("/imports/iati", content=content, headers=headers)
    assert (answer.status_code, answer.json()) == (
        200,
        {"read": 1, "created": 1, "updated": 0, "unchanged": 0, "refused": 0, "errors": [], "more_errors": 0},
    )
    statuses = [
        (await client.post("/imports/iati", content=content, headers=headers)).status_code
        for client in (registry.as_(), registry.as_("member"), registry.as_("operator"))
    ]
    assert statuses == [401, 403, 403]


@pytest.mark.parametrize(("path", "limit"), [("/imports/iati", 20_000_000), ("/imports/people", 5_000_000)])
async def test_a_file_over_the_limit_is_refused(registry: Running, path: str, limit: int) -> None:
    answer = await registry.as_("coordinator").post(path, content=b"x" * (limit + 1))
    assert (answer.status_code, answer.json()["max_bytes"]) == (413, limit)


def people_file(*rows: str) -> bytes:
    header = "display_name,address,language,time_zone,organisation,roles,no_contact"
    return "\n".join([header, *rows]).encode()


async def person(registry: Running, address: str) -> dict[str, Any]:
    coordinator = registry.as_("coordinator")
    (line,) = (await coordinator.get("/people", params={"q": address})).json()["items"]
    body: dict[str, Any] = (await coordinator.get(f"/people/{line['id']}")).json()
    return body


async def test_people_are_imported_once_and_updated_where_a_row_says_something_new(registry: Running) -> None:
    one, other = an_address(), an_address()
    content = people_file(f"Ola,{one},uk,Europe/Kyiv,,editor|member,", f"Jan,{other},,,,,yes")
    report = await import_people(registry.storage, content, by=COORDINATOR)
    assert counts(report) == (2, 2, 0, 0, 0)
    ola, jan = await person(registry, one), await person(registry, other)
    assert (ola["language"], ola["time_zone"], ola["roles"]) == ("uk", "Europe/Kyiv", ["editor", "member"])
    assert (jan["language"], jan["time_zone"], jan["roles"], jan["no_contact"]) == (
        "en", "Europe/Warsaw", ["member"], True,
    )  # fmt: skip
    before = await count(registry, "outbox")
    again = await import_people(registry.storage, content, by=COORDINATOR)
    assert (counts(again), await count(registry, "outbox")) == ((2, 0, 0, 2, 0), before)
    newer = people_file(f"Ola Nowa,{one.upper()},,,,,", f"Jan,{other},,,,,")
    assert counts(await import_people(registry.storage, newer, by=COORDINATOR)) == (2, 0, 1, 1, 0)
    ola = await person(registry, one)
    assert (ola["display_name"], ola["language"], ola["revision"]) == ("Ola Nowa", "uk", 2)


async def test_each_bad_row_is_refused_by_itself_with_its_line_and_reason(registry: Running) -> None:
    good, secret = an_address(), f"secret{new_id()}"
    content = people_file(
        f"Good,{good},,,,,",
        f"Bad address,{secret},,,,,",
        f",{an_address()},,,,,",
        f"Bad language,{an_address()},{secret},,,,",
        f"Bad zone,{an_address()},,{secret},,,",
        f"Bad role,{an_address()},,,,{secret},",
        f"Bad truth,{an_address()},,,,,{secret}",
        f"No organisation,{an_address()},,,{secret},,",
        f"Again,{good},,,,,",
        f"Operator,{an_address()},,,,operator,",
        "Alone",
    )
    report = await import_people(registry.storage, content, by=COORDINATOR)
    assert counts(report) == (11, 1, 0, 0, 10)
    assert [(error.line, error.code) for error in report.errors] == [
        (3, "cell-not-valid"),
        (4, "cell-missing"),
        (5, "cell-not-valid"),
        (6, "cell-not-valid"),
        (7, "cell-not-valid"),
        (8, "no-contact-not-valid"),
        (9, "organisation-unknown"),
        (10, "address-repeated"),
        (11, "role-not-yours-to-give"),
        (12, "cell-missing"),
    ]
    assert secret not in report.model_dump_json()


async def test_organisations_of_people_are_known_by_any_name_or_begun_when_asked(registry: Running) -> None:
    coordinator, number = registry.as_("coordinator"), new_id()
    body = {"names": {"be": f"Вясна {number}"}, "acronym": f"W{number}"}
    known = (await coordinator.post("/organisations", json=body)).json()
    one, two, three = an_address(), an_address(), an_address()
    rows = (f"A,{one},,,VIASNA {number},,", f"B,{two},,,w{number},,", f"C,{three},,,Nowa {number}|Viasna {number},,")
    report = await import_people(registry.storage, people_file(*rows), by=COORDINATOR)
    assert counts(report) == (3, 2, 0, 0, 1)
    path = "/imports/people?create_organisations=true"
    answer = await coordinator.post(path, content=people_file(*rows), headers={"Content-Type": "text/csv"})
    assert [answer.json()[name] for name in ("read", "created", "unchanged", "refused")] == [3, 1, 2, 0]
    assert [(await person(registry, each))["organisation_ids"] for each in (one, two)] == [[known["id"]]] * 2
    ids = (await person(registry, three))["organisation_ids"]
    assert (len(ids), ids[1]) == (2, known["id"])


async def test_whoever_reviews_organisations_is_told_in_which_file_they_were_read(registry: Running) -> None:
    coordinator, words = registry.as_("coordinator"), [f"Free{new_id()[-12:]}", f"Press{new_id()[-12:]}"]
    for word in words:
        await coordinator.post("/organisations", json={"names": {"en": f"Association {word}"}})
    narrative = f'<participating-org role="2"><narrative>Foundation {words[0]}</narrative></participating-org>'
    content = an_activity(f"PL-{new_id()}").replace("<activity-status", f"{narrative}<activity-status")
    xml, csv = {"Content-Type": "application/xml"}, {"Content-Type": "text/csv"}
    await coordinator.post("/imports/iati?file_name=sida.xml", content=an_iati_file(content), headers=xml)
    rows = people_file(f"A,{an_address()},,,Foundation {words[1]},,")
    path = "/imports/people?file_name=staff.csv&create_organisations=true"
    await coordinator.post(path, content=rows, headers=csv)
    found = await registry.storage.reader["organisation_proposals"].find(
        {"name": {"$in": [f"Foundation {each}" for each in words]}}, limit=3
    )
    assert sorted(each["source"] for each in found) == ["sida.xml", "staff.csv"]


async def test_a_name_of_several_organisations_is_refused(registry: Running) -> None:
    name = f"Ministry {new_id()}"
    for country in ("PL", "LT"):
        body = {"names": {"en": name}, "country": country}
        await registry.as_("coordinator").post("/organisations", json=body)
    report = await import_people(registry.storage, people_file(f"A,{an_address()},,,{name},,"), by=COORDINATOR)
    assert [error.code for error in report.errors] == ["organisation-ambiguous"]


async def test_a_removed_person_does_not_come_back_by_a_file(registry: Running) -> None:
    address = an_address()
    await import_people(registry.storage, people_file(f"Ola,{address},,,,,"), by=COORDINATOR)
    ola = await person(registry, address)
    fields = {name: value for name, value in ola.items() if name not in SHOWN_ONLY}
    await registry.as_("coordinator").put(
        f"/people/{ola['id']}", json={**fields, "active": False}, headers={"If-Match": '"1"'}
    )
    report = await import_people(registry.storage, people_file(f"Ola,{address},,,,,"), by=COORDINATOR)
    assert [(error.line, error.code) for error in report.errors] == [(2, "person-inactive")]


async def test_many_people_are_imported_in_batches(registry: Running) -> None:
    content = people_file(*(f"Person {number},{an_address()},,,,," for number in range(250)))
    assert counts(await import_people(registry.storage, content, by=COORDINATOR)) == (250, 250, 0, 0, 0)
