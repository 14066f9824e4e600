"""The matrix over HTTP: each reader gets what they may know, and cannot find out the rest by asking around."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest
import pytest_asyncio

from services.registry.activities import actions as activities
from services.registry.activities import jobs as activity_jobs
from services.registry.activities.commands import RecordActivity
from services.registry.matrix import jobs
from services.registry.matrix.domain import AXES
from services.registry.periods import actions as periods
from services.registry.periods.domain import OpenPeriod
from shared.ids import new_id
from shared.testing.stack import Running


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def _nothing_else(registry: Running) -> AsyncIterator[None]:
    """Begin with nothing on record."""
    for name in ("activities", "cells", "lines", "periods", "period_reports"):
        await registry.storage.reader[name].delete_many({})
    yield


async def an_organisation(registry: Running, name: str, *kinds: str, **more: Any) -> str:
    """Register an organisation and return its id."""
    body = {"names": {"en": f"{name} {new_id()[-6:]}"}, "kinds": list(kinds), **more}
    answer = await registry.as_("coordinator").post("/organisations", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def record(registry: Running, *donors: str, identifier: str = "", **fields: Any) -> None:
    """Record an activity; a donor written with a star before its id is withheld."""
    funding = [
        {"part": "funding", "organisation_id": each.removeprefix("*"), "audience": {"level": "coordinators"}}
        if each.startswith("*")
        else {"part": "funding", "organisation_id": each}
        for each in donors
    ]
    implementing = [{"part": "implementing", "organisation_id": each} for each in fields.pop("implementers", [])]
    said = {
        "iati_identifier": identifier or f"XX-{new_id()}",
        "title": {"en": "Free press"},
        "description": {},
        "reporting": {},
        "participations": [*funding, *implementing],
        "status": "2",
        "dates": [
            {"kind": "actual-start", "happens_on": "2008-03-01"},
            {"kind": "planned-end", "happens_on": "2008-11-30"},
        ],
        "sectors": [{"code": "15153"}],
        "countries": [{"code": "BY"}],
        "locations": [{"country": "BY", "region": "BY-HR"}],
        "budgets": [
            {"money": {"amount": "100", "currency": "EUR"}, "starts_on": "2008-01-01", "ends_on": "2008-12-31"}
        ],
        **fields,
    }
    await registry.storage.transact(activities.record_activities, [RecordActivity.model_validate(said)])


async def get(registry: Running, path: str, *roles: Any, **params: Any) -> Any:
    """Return what somebody with ``roles`` is told."""
    answer = await registry.as_(*roles).get(f"/matrix{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def marks(matrix: dict[str, Any]) -> dict[tuple[str, str], tuple[str, int | None]]:
    """Return the cells of a matrix."""
    return {(each["row"], each["column"]): (each["mark"], each["count"]) for each in matrix["cells"]}


async def test_a_matrix_counts_activities_and_their_money(registry: Running) -> None:
    one, other = await an_organisation(registry, "One", "donor"), await an_organisation(registry, "Other", "donor")
    await record(registry, one)
    await record(registry, one, other, sectors=[{"code": "33110"}])
    found = await get(registry, "", rows="donor", columns="theme")
    assert marks(found) == {
        (one, "media-freedom"): ("some", 1),
        (one, "economic-liberalisation"): ("some", 1),
        (other, "economic-liberalisation"): ("some", 1),
    }
    assert found["whole"] == {
        "count": 2,
        "money": [{"currency": "EUR", "budget": "200", "committed": "0", "spent": "0"}],
    }
    assert [(each["value"], each["count"]) for each in found["lines"]] == [(one, 2), (other, 1)]
    assert [each["value"] for each in found["across"]] == ["media-freedom", "economic-liberalisation"]
    assert found["lines"][0]["names"]["en"].startswith("One")


async def test_behind_a_cell_are_its_activities(registry: Running) -> None:
    donor = await an_organisation(registry, "One", "donor")
    for _ in range(3):
        await record(registry, donor)
    await record(registry, donor, sectors=[{"code": "33110"}])
    first = await get(registry, "/activities", donor=donor, theme="media-freedom", limit=2)
    second = await get(registry, "/activities", donor=donor, theme="media-freedom", limit=2, after=first["next"])
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
    assert {each["title"]["en"] for each in first["items"]} == {"Free press"}


CHANGES = re.compile(r'"(revision|changed_at)":("[^"]*"|\d+),?')


async def everything(registry: Running, *roles: Any) -> list[str]:
    """Return all that somebody can be told by the matrix, but when an activity was changed."""
    pairs = list(combinations(AXES, 2))
    queries = [f"?rows={rows}&columns={columns}" for rows, columns in pairs]
    queries += [f"?rows={columns}&columns={rows}&year=2008" for rows, columns in pairs[::4] if columns != "year"]
    paths = [*queries, "/activities", "/activities?donor=withheld", "/gaps?country=BY", "/overlaps?from_on=2008-01-01"]
    client = registry.as_(*roles)
    return [CHANGES.sub("", (await client.get(f"/matrix{path}")).text) for path in paths]


async def test_nobody_can_tell_by_the_matrix_who_a_withheld_donor_is(registry: Running) -> None:
    """Whichever of two donors is withheld, every answer is the same to the letter, so nothing can be subtracted."""
    one, other = [await an_organisation(registry, name, "donor", "eu-body") for name in ("One", "Other")]
    third = await an_organisation(registry, "Third", "donor", "government")
    implementer = await an_organisation(registry, "Implementer", "implementer")
    for donor in (one, other):
        await record(registry, donor, implementers=[implementer])
    told: dict[tuple[str, ...], list[list[str]]] = {(): [], ("member",): [], ("coordinator",): []}
    for withheld in (one, other, third):
        await record(registry, f"*{withheld}", identifier="XX-SECRET", implementers=[implementer])
        for roles, answers in told.items():
            answers.append([each.replace(one, "1").replace(other, "2") for each in await everything(registry, *roles)])
    assert told[()][0] == told[()][1] == told[()][2]
    assert told[("member",)][0] == told[("member",)][1] == told[("member",)][2]
    assert told[("coordinator",)][0] != told[("coordinator",)][1], "who may know is not told either: nothing is tested"
    assert any('"mark":"withheld"' in each for each in told[()][0])
    assert third not in "".join(told[()][2] + told[("member",)][2])


async def test_an_activity_that_is_not_for_them_does_not_count(registry: Running) -> None:
    donor = await an_organisation(registry, "One", "donor")
    await record(registry, donor, audience={"activity": {"level": "members"}})
    counts = [(await get(registry, "", *roles))["whole"]["count"] for roles in ((), ("member",), ("operator",))]
    assert counts == [0, 1, 1]


async def test_what_is_withheld_has_a_mark_and_no_number(registry: Running) -> None:
    donor = await an_organisation(registry, "One", "donor")
    await record(registry, f"*{donor}")
    found = await get(registry, "")
    assert marks(found) == {("withheld", "media-freedom"): ("withheld", None)}
    assert [(each["value"], each["count"], each["money"]) for each in found["lines"]] == [("withheld", None, [])]


async def test_a_withdrawn_activity_counts_no_longer_for_anybody(registry: Running) -> None:
    donor = await an_organisation(registry, "One", "donor")
    await record(registry, donor)
    (line,) = (await get(registry, "/activities"))["items"]
    client = registry.as_("coordinator")
    answer = await client.post(
        f"/activities/{line['id']}/withdrawal", json={"reason": "A mistake"}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 200, answer.text
    assert (await get(registry, "", "coordinator"))["whole"]["count"] == 0


async def test_no_data_is_another_mark_than_no_activity(registry: Running) -> None:
    said, silent = [await an_organisation(registry, name, "donor") for name in ("Said", "Silent")]
    for donor in (said, silent):
        await record(registry, donor)
    await record(registry, sectors=[{"code": "33110"}])
    await _ask(registry, said, silent)
    found = marks(await get(registry, "", rows="donor", columns="theme", year="2008"))
    assert found[(silent, "economic-liberalisation")] == ("no-data", None)
    assert (said, "economic-liberalisation") not in found
    lines = (await get(registry, "", rows="donor", columns="theme", year="2008"))["lines"]
    assert {each["value"]: each["reported"] for each in lines} == {said: True, silent: False, "unsaid": None}


async def _ask(registry: Running, said: str, silent: str) -> None:
    now = datetime.now(UTC)
    command = OpenPeriod.model_validate(
        {
            "title": {"en": "2008"},
            "from_on": "2008-01-01",
            "to_on": "2008-12-31",
            "opens_at": now.isoformat(),
            "closes_at": now.replace(year=now.year + 1).isoformat(),
            "organisation_ids": [said, silent],
        }
    )
    await registry.storage.transact(periods.open_period, command, by=new_id())
    await registry.storage.reader["periods"].update_many({}, {"$set": {"state": "open"}})
    where = {"organisation_id": said}
    assert await registry.storage.reader["period_reports"].update_one(where, {"$set": {"state": "reported"}})


async def test_before_and_after_what_is_on_record_nothing_is_known(registry: Running) -> None:
    early, late = [await an_organisation(registry, name, "donor") for name in ("Early", "Late")]
    await record(registry, early)
    dates = [{"kind": "actual-start", "happens_on": "2010-01-01"}, {"kind": "actual-end", "happens_on": "2010-02-01"}]
    await record(registry, late, dates=dates, budgets=[])
    found = marks(await get(registry, "", rows="donor", columns="year"))
    assert found[(early, "2010")] == ("no-data", None)
    assert found[(late, "2008")] == ("no-data", None)


async def test_two_donors_in_one_region_for_one_theme_at_one_time_are_told(registry: Running) -> None:
    one, other = [await an_organisation(registry, name, "donor") for name in ("One", "Other")]
    for donor in (one, other, f"*{one}"):
        await record(registry, donor)
    for roles, pairs in (((), 1), (("coordinator",), 2)):
        found = await get(registry, "/overlaps", *roles, from_on="2008-01-01", theme="media-freedom")
        (here,) = found["items"]
        assert (here["region"], len(here["overlaps"])) == ("BY-HR", pairs)
        assert set(found["names"]) == {one, other}
        assert all(each["donor_ids"] == sorted([one, other]) for each in here["overlaps"])
    nothing = await get(registry, "/overlaps", from_on="2009-01-01")
    assert nothing["items"] == []


async def test_gaps_are_told_beside_the_countrys_other_regions(registry: Running) -> None:
    donor = await an_organisation(registry, "One", "donor")
    await record(registry, donor)
    found = await get(registry, "/gaps", country="BY")
    media = [each for each in found["gaps"] if each["theme"] == "media-freedom"]
    assert (len(found["regions"]), len(media)) == (7, 6)
    assert {(each["mark"], each["active_regions"]) for each in media} == {("no-data", 1)}
    assert found["counts"]["media-freedom"]["BY-HR"] == 1


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"rows": "donor", "columns": "donor"}, "axis-named-twice"),
        ({"rows": "donor", "columns": "year", "year": "2008"}, "axis-named-twice"),
        ({"after": "x"}, "cursor-not-valid"),
        ({"theme": "$where"}, "input-not-valid"),
        ({"year": "8"}, "input-not-valid"),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else value,
)
async def test_what_cannot_be_asked_is_refused(registry: Running, query: dict[str, str], code: str) -> None:
    answer = await registry.as_().get("/matrix", params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_the_job_changes_no_answer(registry: Running) -> None:
    donor = await an_organisation(registry, "One", "donor")
    await record(registry, donor)
    await record(registry, f"*{donor}")
    before = await everything(registry, "member")
    await jobs.add_up(registry.context)
    assert await everything(registry, "member") == before


async def test_what_was_merged_counts_as_one_organisation_and_as_two_when_that_is_taken_back(
    registry: Running,
) -> None:
    one, other = [await an_organisation(registry, name, "donor") for name in ("One", "Other")]
    for donor in (one, other):
        await record(registry, donor)
    client = registry.as_("coordinator")
    answer = await client.post(f"/organisations/{one}/merging", json={"organisation_ids": [other]})
    assert answer.status_code == 201, answer.text
    await activity_jobs.index_outdated(registry.context)
    assert [each["value"] for each in (await get(registry, ""))["lines"]] == [one]
    taken_back = await client.post(f"/organisations/{one}/merging/undo", json={})
    assert taken_back.status_code < 300, taken_back.text
    await activity_jobs.index_outdated(registry.context)
    assert {each["value"] for each in (await get(registry, ""))["lines"]} == {one, other}


async def test_an_organisation_of_another_kind_counts_as_that(registry: Running) -> None:
    donor = await an_organisation(registry, "One", "donor")
    await record(registry, donor)
    client = registry.as_("coordinator")
    now = await client.get(f"/organisations/{donor}")
    said = {"names": now.json()["names"], "kinds": ["eu-body"]}
    answer = await client.put(f"/organisations/{donor}", json=said, headers={"If-Match": now.headers["etag"]})
    assert answer.status_code == 200, answer.text
    await activity_jobs.index_outdated(registry.context)
    found = await get(registry, "", rows="kind", columns="year")
    assert [each["value"] for each in found["lines"]] == ["eu-body"]
