"""A decision commissions one report, however often it is heard; its writers and deadlines can be planned."""

from datetime import date
from typing import Any

import httpx2

from services.reports.commissions import actions
from services.reports.consumers import consumer
from shared.events.meetings import Commissioning, DecisionNotice, DecisionTaken
from shared.events.registry import PersonRegistered
from shared.events.reports import ReportCommissioned, ReportPublished
from shared.ids import new_id
from shared.testing.stack import Running
from tests.reports.builders import create, publish_over_http, write


def decision(*, writers: int = 2, **changes: Any) -> DecisionTaken:
    """Return the news of a decision that commissions a report, written by so many organisations."""
    wanted = Commissioning(
        country="BY",
        regions=["BY-HR"],
        period_from_on=date(2008, 1, 1),
        period_to_on=date(2008, 12, 31),
        languages=["en"],
        contributor_ids=[new_id() for _ in range(writers)],
        due_on=date(2030, 2, 1),
    )
    values: dict[str, Any] = {
        "decision_id": new_id(),
        "revision": 1,
        "meeting_id": new_id(),
        "taken_by": new_id(),
        "commission": wanted,
        "notice": DecisionNotice(number="2008-10/3", text={"en": "Monitor."}, report={"en": "Monitoring report"}),
    }
    return DecisionTaken(**{**values, **changes})


async def commissioned(reports: Running, **changes: Any) -> tuple[DecisionTaken, ReportCommissioned]:
    """Let the service hear of a decision; return it and the news of its report."""
    event = decision(**changes)
    await reports.deliver(consumer, event)
    (told,) = await told_of(reports, event)
    return event, told


async def told_of(reports: Running, event: DecisionTaken) -> list[ReportCommissioned]:
    found = [each["event"] for each in await reports.published("report-commissioned")]
    return [each for each in found if each.decision_id == event.decision_id]


async def shown(reports: Running, report_id: str) -> httpx2.Response:
    return await reports.as_("editor").get(f"/reports/{report_id}/commission")


async def test_a_decision_becomes_a_report_with_its_six_sections(reports: Running) -> None:
    event, told = await commissioned(reports)
    report = (await reports.as_("editor").get(f"/reports/{told.report_id}")).json()
    assert (report["title"], report["state"], len(report["sections"])) == ({"en": "Monitoring report"}, "draft", 6)
    assert (report["country"], report["regions"]) == ("BY", ["BY-HR"])
    assert event.commission is not None
    commission = (await shown(reports, told.report_id)).json()
    assert (commission["number"], commission["due_on"]) == ("2008-10/3", "2030-02-01")
    assert [each["organisation_id"] for each in commission["contributors"]] == event.commission.contributor_ids


async def test_the_same_decision_heard_again_begins_no_second_report(reports: Running) -> None:
    event, _ = await commissioned(reports)
    await reports.deliver(consumer, event)
    await reports.deliver(consumer, event.model_copy(update={"revision": 2}))
    assert len(await told_of(reports, event)) == 1


async def test_a_decision_without_a_commission_begins_nothing(reports: Running) -> None:
    event = decision(commission=None)
    await reports.deliver(consumer, event)
    assert await told_of(reports, event) == []


async def test_the_edition_names_the_decision_and_closes_the_commission(reports: Running) -> None:
    event, told = await commissioned(reports, writers=0)
    report = (await reports.as_("editor").get(f"/reports/{told.report_id}")).json()
    await write(reports, report, "What was observed.")
    etag = {"If-Match": f'"{report["revision"]}"'}
    about = {
        **{name: report[name] for name in ("title", "country", "period_from_on", "period_to_on", "languages")},
        "summary": {"en": "In short."},
    }
    changed = await reports.as_("editor").put(f"/reports/{told.report_id}", json=about, headers=etag)
    assert changed.status_code == 200, changed.text
    assert (await publish_over_http(reports, told.report_id)).status_code == 201
    (published,) = (
        each["event"] for each in await reports.published("report-published") if each["subject"] == told.report_id
    )
    assert isinstance(published, ReportPublished)
    assert published.decision_id == event.decision_id
    assert (await shown(reports, told.report_id)).json()["closed_by"] == 1


async def test_coordinators_plan_who_writes_what_until_when(reports: Running) -> None:
    event, told = await commissioned(reports)
    assert event.commission is not None
    first, second = event.commission.contributor_ids
    address, client = f"/reports/{told.report_id}/commission", reports.as_("coordinator")
    plan = {
        "contributors": [
            {"organisation_id": first, "sections": ["media-freedom"], "due_on": "2030-01-01"},
            {"organisation_id": second},
        ],
        "editor_ids": [new_id()],
        "due_on": "2030-03-01",
    }
    assert (await client.put(address, json=plan)).status_code == 428
    planned = await client.put(address, json=plan, headers={"If-Match": '"1"'})
    assert (planned.status_code, planned.json()["contributors"][0]["sections"]) == (200, ["media-freedom"])
    twice = {**plan, "contributors": [{"organisation_id": first}, {"organisation_id": first}]}
    late = {**plan, "contributors": [{"organisation_id": first, "due_on": "2031-01-01"}]}
    codes = [
        (await client.put(address, json=body, headers={"If-Match": '"2"'})).json()["code"] for body in (twice, late)
    ]
    assert codes == ["contributor-twice", "due-after-the-report"]
    listed = await client.get("/commissions", params={"organisation_id": first})
    assert [each["report_id"] for each in listed.json()["items"]] == [told.report_id]
    assert (await reports.as_("member").get(address)).status_code == 403


async def test_whoever_is_forgotten_edits_no_commission(reports: Running) -> None:
    _, told = await commissioned(reports)
    person = new_id()
    plan = {"contributors": [], "editor_ids": [person], "due_on": "2030-03-01"}
    address = f"/reports/{told.report_id}/commission"
    answer = await reports.as_("coordinator").put(address, json=plan, headers={"If-Match": '"1"'})
    assert answer.json()["editor_ids"] == [person]
    await reports.storage.transact(actions.forget_person, person)
    assert (await shown(reports, told.report_id)).json()["editor_ids"] == []


async def test_coordinators_name_editors_one_by_one_and_take_that_back(reports: Running) -> None:
    person, gone = await registered(reports), await registered(reports, active=False)
    _, told = await commissioned(reports)
    here = f"/reports/{told.report_id}/editors"
    async with reports.as_("member", person_id=person) as named:
        workshop = f"/reports/{told.report_id}/workshop"
        strange = await named.get(workshop)
        async with reports.as_("coordinator") as coordinator:
            added = [(await coordinator.put(f"{here}/{person}")).json() for _ in range(2)]
            unknown = [await coordinator.put(f"{here}/{each}") for each in (gone, new_id())]
            edits = (await named.get(workshop)).json()["edits"]
            back = [(await coordinator.delete(f"{here}/{person}")).json() for _ in range(2)]
        again = await named.get(workshop)
    assert [(each["editor_ids"], each["revision"]) for each in added] == [([person], 2)] * 2
    assert [(each["editor_ids"], each["revision"]) for each in back] == [([], 3)] * 2
    assert [each.json()["code"] for each in unknown] == ["editor-not-known"] * 2
    assert (strange.status_code, edits, again.status_code) == (404, True, 404)


async def test_editors_are_named_by_coordinators_where_a_report_is_planned_and_fifty_at_most(reports: Running) -> None:
    person = await registered(reports)
    _, told = await commissioned(reports)
    here = f"/reports/{told.report_id}/editors/{person}"
    unplanned = (await create(reports))["id"]
    refused = await reports.as_("editor").put(here)
    early = await reports.as_("coordinator").put(f"/reports/{unplanned}/editors/{person}")
    etag = {"If-Match": '"1"'}
    plan = {"contributors": [], "editor_ids": [new_id() for _ in range(50)], "due_on": "2030-03-01"}
    await reports.as_("editor").put(f"/reports/{told.report_id}/commission", json=plan, headers=etag)
    full = await reports.as_("coordinator").put(here)
    found = [(each.status_code, each.json()["code"]) for each in (refused, early, full)]
    assert found == [(403, "role-needed"), (404, "commission-not-found"), (409, "too-many-editors")]


async def registered(reports: Running, *, active: bool = True) -> str:
    """Let the service hear of somebody in the registry; return their id."""
    event = PersonRegistered(
        person_id=new_id(), revision=1, organisation_ids=[], roles=["member"], active=active, no_contact=False
    )
    await reports.deliver(consumer, event)
    return event.person_id
