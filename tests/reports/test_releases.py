"""A report comes out when it was planned, as it was looked at, once; and never before its embargo ends."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from services.reports.consumers import consumer
from services.reports.releases.domain import Release
from services.reports.releases.jobs import publish_planned_reports
from services.reports.releases.telling import held_back
from services.reports.reports import domain
from services.reports.reports.domain import CreateReport
from shared.events.registry import PersonErased
from shared.ids import new_id, utc_now
from shared.problems import FieldError
from shared.testing.stack import Running
from tests.reports.builders import create, publish_over_http, write
from tests.reports.writers import Writer, told
from tests.reports.writers import plan as plan_commission

SOON = (datetime.now(UTC) + timedelta(days=1)).isoformat()
LATER = (datetime.now(UTC) + timedelta(days=2)).isoformat()


async def finished(reports: Running, *languages: Any) -> dict[str, Any]:
    """Return a report that could be published."""
    report = await create(reports, *languages)
    await write(reports, report, "What was observed.")
    return report


async def plan(reports: Running, report: dict[str, Any], *, by: str | None = None, **command: Any) -> httpx2.Response:
    """Say when a report comes out."""
    address = f"/reports/{report['id']}/release"
    async with reports.as_("editor", person_id=by) as editor:
        etag = (await editor.get(address)).headers.get("etag")
        return await editor.put(address, json=command, headers={"If-Match": etag} if etag else {})


async def let_it_be_time(reports: Running, report: dict[str, Any]) -> None:
    """Move the time that was planned into the past, and have what is due published by two replicas at once."""
    past = {"$set": {"publish_at": utc_now() - timedelta(minutes=1)}}
    await reports.storage.reader["releases"].update_one({"_id": report["id"]}, past)
    await asyncio.gather(publish_planned_reports(reports.context), publish_planned_reports(reports.context))


async def release_of(reports: Running, report: dict[str, Any]) -> dict[str, Any]:
    """Return what is planned for a report."""
    async with reports.as_("editor") as editor:
        return dict((await editor.get(f"/reports/{report['id']}/release")).json())


async def editions(reports: Running, report: dict[str, Any]) -> list[int]:
    """Return the numbers of its editions as everybody sees them."""
    async with reports.as_() as reader:
        answer = await reader.get(f"/reports/{report['id']}/editions")
    return [each["edition"] for each in answer.json().get("items", [])]


async def test_a_planned_report_comes_out_once_when_its_time_has_come(reports: Running) -> None:
    report = await finished(reports)
    planned = (await plan(reports, report, publish_at=SOON)).json()
    await publish_planned_reports(reports.context)
    assert (planned["state"], await editions(reports, report)) == ("planned", [])
    await let_it_be_time(reports, report)
    found = await release_of(reports, report)
    assert (await editions(reports, report), found["state"], found["edition"]) == ([1], "done", 1)
    told = [each for each in await reports.published("report-published") if each["subject"] == report["id"]]
    assert len(told) == 1


async def test_what_was_changed_after_it_was_planned_is_held_back(reports: Running) -> None:
    report = await finished(reports)
    await plan(reports, report, publish_at=SOON)
    await write(reports, report, "Something that nobody has looked at.")
    await let_it_be_time(reports, report)
    found = await release_of(reports, report)
    assert (found["state"], found["held_because"]) == ("held", ["changed-since-planned"])
    assert await editions(reports, report) == []
    async with reports.as_("editor") as editor, reports.as_("member") as member:
        listed = (await editor.get("/releases/held", params={"limit": 100})).json()["items"]
        assert (await member.get("/releases/held")).status_code == 403
    assert [each["held_because"] for each in listed if each["report_id"] == report["id"]] == [["changed-since-planned"]]


async def test_who_planned_it_and_its_editors_are_told_once_why_and_where_it_is_held_back(reports: Running) -> None:
    report = await finished(reports, "en", "be")
    planner, editor = await Writer(reports, roles=("editor",)).known(), await Writer(reports, roles=("editor",)).known()
    ours = await Writer(reports).known()
    await plan(reports, report, by=planner.person_id, publish_at=SOON)
    people = {"editor_ids": [editor.person_id]}
    await plan_commission(reports, report["id"], ours.contributor("media-freedom"), **people)
    await let_it_be_time(reports, report)
    await publish_planned_reports(reports.context)
    (event,) = await told(reports, "release-held-back", report["id"])
    assert event.person_ids == sorted([planner.person_id, editor.person_id])
    assert event.planned_for < utc_now()
    assert event.notice.report == report["title"]
    assert [(each.code, each.part, each.section.get("en"), each.languages) for each in event.notice.reasons] == [
        ("credit-missing", "contributors", None, ["en", "be"]),
        ("section-not-accepted", "sections", "Media freedom", []),
    ]


async def test_a_title_that_names_somebody_protected_is_not_repeated_in_the_letter() -> None:
    report, _ = domain.create(
        CreateReport(
            title={"en": "On Jan Kowalski", "pl": "Raport"},
            country="BY",
            period_from_on="2008-01-01",
            period_to_on="2008-12-31",
            languages=("en", "pl"),
        ),
        now=utc_now(),
        by=new_id(),
    )
    errors = [
        FieldError(code="protected-name", field=field, detail="…")
        for field in ("title.en", "sections.media-freedom.title.en", "sections.media-freedom.text.en")
    ]
    notice = held_back(report, Release(id=report.id), errors, to=[new_id()]).notice
    assert notice is not None
    assert (notice.report, "en" in notice.reasons[1].section) == ({"pl": "Raport"}, False)


async def test_nothing_comes_out_before_the_embargo_ends(reports: Running) -> None:
    report = await finished(reports)
    assert (await plan(reports, report, embargo_until=LATER)).status_code == 200
    early = await publish_over_http(reports, report["id"])
    refused = await plan(reports, report, embargo_until=LATER, publish_at=SOON)
    assert (early.status_code, early.json()["code"]) == (409, "under-embargo")
    assert (refused.status_code, refused.json()["code"]) == (422, "before-the-embargo-ends")
    assert (await plan(reports, report)).json()["embargo_until"] is None
    assert (await publish_over_http(reports, report["id"])).status_code == 201


async def test_only_what_could_be_published_now_is_planned_and_only_for_a_time_to_come(reports: Running) -> None:
    unwritten, written = await create(reports), await finished(reports)
    incomplete = await plan(reports, unwritten, publish_at=SOON)
    late = await plan(reports, written, publish_at="2009-01-01T00:00:00Z")
    assert (incomplete.status_code, incomplete.json()["code"]) == (422, "report-not-complete")
    assert (late.status_code, late.json()["code"]) == (422, "time-is-over")


async def test_a_plan_of_somebody_who_was_erased_waits_for_somebody_else(reports: Running) -> None:
    report, person_id = await finished(reports), new_id()
    await plan(reports, report, by=person_id, publish_at=SOON)
    editor = await Writer(reports, roles=("editor",)).known()
    await plan_commission(reports, report["id"], editor_ids=[editor.person_id])
    await reports.deliver(consumer, PersonErased(person_id=person_id, revision=3))
    found = await release_of(reports, report)
    assert (found["planned_by"], found["state"], found["held_because"]) == (None, "held", ["planner-erased"])
    (event,) = await told(reports, "release-held-back", report["id"])
    assert (event.person_ids, [each.code for each in event.notice.reasons]) == ([editor.person_id], ["planner-erased"])


async def test_a_withdrawn_report_does_not_come_out_again_by_itself(reports: Running) -> None:
    report = await finished(reports)
    assert (await publish_over_http(reports, report["id"])).status_code == 201
    await write(reports, report, "What was found later.")
    assert (await plan(reports, report, publish_at=SOON)).json()["state"] == "planned"
    async with reports.as_("editor") as editor:
        taken_back = await editor.post(f"/reports/{report['id']}/withdrawal", json={"reason": {"en": "A danger."}})
    assert taken_back.status_code == 200, taken_back.text
    await let_it_be_time(reports, report)
    found = await release_of(reports, report)
    assert (found["state"], found["held_because"], await editions(reports, report)) == ("held", ["withdrawn"], [])
    assert (await plan(reports, report, publish_at=LATER)).json()["state"] == "planned"  # once somebody looked again


async def test_publishing_twice_at_once_publishes_once(reports: Running) -> None:
    report = await finished(reports)
    answers = await asyncio.gather(*(publish_over_http(reports, report["id"]) for _ in range(3)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409]
    told = [each for each in await reports.published("report-published") if each["subject"] == report["id"]]
    assert (await editions(reports, report), len(told)) == ([1], 1)
