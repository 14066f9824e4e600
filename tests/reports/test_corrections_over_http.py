"""Corrections and withdrawals as readers and editors meet them."""

from typing import Any

import httpx2

from shared.testing.stack import Running
from tests.reports.builders import TITLES, published, write

READERS = ("", "/editions", "/editions/1", "/editions/1/content", "/editions/1/pdf")


async def post(reports: Running, report: dict[str, Any], what: str, body: dict[str, Any]) -> httpx2.Response:
    """Send a command about a report as its editor."""
    async with reports.as_("editor") as editor:
        return await editor.post(f"/reports/{report['id']}/{what}", json=body)


async def told(reports: Running, name: str, report: dict[str, Any]) -> list[Any]:
    """Return the events of one name about a report."""
    return [each["event"] for each in await reports.published(name) if each["subject"] == report["id"]]


async def test_a_correction_is_read_first_and_the_edition_before_stays(reports: Running) -> None:
    report = await published(reports, "en", "pl")
    await write(reports, report, "What *was*.", "en")
    answer = await post(reports, report, "correction", {"erratum": {"en": "It was otherwise."}})
    assert (answer.status_code, answer.json()["edition"]) == (201, 2)
    async with reports.as_() as reader:
        face = (await reader.get(f"/reports/{report['id']}")).json()
        listed = (await reader.get(f"/reports/{report['id']}/editions")).json()["items"]
        pages = [(await reader.get(f"/reports/{report['id']}/editions/{number}")).json() for number in (1, 2)]
    assert (face["edition"], face["corrects"]) == (2, 1)
    assert [(each["edition"], (each["erratum"] or {}).get("corrects")) for each in listed] == [(2, 1), (1, None)]
    assert [page["sections"][0]["html"]["en"] for page in pages] == [
        "<p>What was <em>observed</em>.</p>\n",
        "<p>What <em>was</em>.</p>\n",
    ]
    (event,) = await told(reports, "report-corrected", report)
    assert (event.edition, event.corrects, event.notice.erratum) == (2, 1, {"en": "It was otherwise."})
    assert len(await told(reports, "report-published", report)) == 1


async def test_a_withdrawn_report_is_gone_and_says_why(reports: Running) -> None:
    report = await published(reports, "en")
    why = {"en": "A source is in danger."}
    answer = await post(reports, report, "withdrawal", {"reason": why})
    assert answer.status_code == 200, answer.text
    async with reports.as_() as reader:
        answers = [await reader.get(f"/reports/{report['id']}{path}") for path in READERS]
        feed = (await reader.get("/feed.atom")).text
        library = (await reader.get("/library", params={"limit": 200})).text
    assert [each.status_code for each in answers] == [410] * len(READERS)
    assert {each.json()["code"] for each in answers} == {"report-withdrawn"}
    assert (answers[0].json()["reason"], answers[0].json()["title"]) == (why, {"en": TITLES["en"]})
    assert [report["id"] in each for each in (feed, library)] == [False, False]
    (event,) = await told(reports, "report-withdrawn", report)
    assert event.notice.reason == why


async def test_what_was_never_published_is_neither_corrected_nor_withdrawn(reports: Running) -> None:
    report = await published(reports, "en")
    await post(reports, report, "withdrawal", {"reason": {"en": "For good."}})
    answers = [
        await post(reports, report, "withdrawal", {"reason": {"en": "Again."}}),
        await post(reports, report, "correction", {"erratum": {"en": "Wrong."}}),
        await post(reports, report, "withdrawal", {"reason": {"en": " "}}),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers[:2]] == [(409, "not-published")] * 2
    assert answers[2].status_code == 422
