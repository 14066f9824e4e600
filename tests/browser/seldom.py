"""What else has pages: a sheet, a period, an unknown place, a Book, a report of two editions and a withdrawn one."""

import json
from datetime import timedelta
from typing import Any

import httpx2

from deploy.sample import SAMPLE
from shared.ids import utc_now
from tests.browser.world import INVITED, World
from tests.registry.activity_bodies import activity_body

SHEET = (
    "#org,#org+funder,#activity,#sector,#country,#adm1,#date+start,#date+end,#value,#value+currency\n"
    "Common Table,Embassy of Sweden,School of journalism,15153,Poland,Mazowieckie,2008-10-14,2009-10-14,1000,EUR\n"
    "Common Table,Embassy of Sweden,A club,15153,Poland,Mazowieckie,2009-10-14,2008-10-14,1000,EUR\n"
)
MESSAGE = {
    "whom": ["all"],
    "subject": {"en": "The entrance is in the courtyard", "be": "Уваход з двара"},
    "text": {"en": "The gate is open from 8:30.\n\nPlease bring a card.", "be": "Брама адчынена з 8:30."},
}
PRACTICE = {
    "kind": "project",
    "region": "PL-20",
    "title": {"en": "A club of two languages", "pl": "Klub dwóch języków"},
    "place": {"en": "Bielsk Podlaski", "pl": "Bielsk Podlaski"},
    "carried_out_by": {"en": "The town and the school", "pl": "Miasto i szkoła"},
    "text": {"en": "Every **week**.", "pl": "Co **tydzień**."},
}


async def add(world: World) -> None:
    """Add it all to ``world.links``, by the names of pages."""
    async with world.coordinator.at("registry") as registry:
        await _registry(world, registry)
    async with world.coordinator.at("reports") as reports:
        await _book(world, reports)
        await _withdrawn(world, reports)
        await _second_edition(world, reports)
    async with world.coordinator.at("meetings") as meetings:
        path = f"/meetings/{world.meeting_id}/invitations"
        invited = (await ask(meetings, "GET", path))["items"]
        world.links["invited-instead"] = f"{path}/{invited[0]['id']}/instead"
        await ask(meetings, "POST", f"/meetings/{world.meeting_id}/messages", json=MESSAGE)
    async with world.coordinator.at("notifications") as notifications:
        letters = await ask(notifications, "GET", "/letters")
        world.links["letter"] = f"/letters/{letters['items'][0]['id']}"


async def ask(client: httpx2.AsyncClient, method: str, path: str, **parts: Any) -> Any:
    """Return the JSON of an answer that is a success."""
    answer = await client.request(method, path, **parts)
    assert answer.is_success, answer.text
    return answer.json()


async def _registry(world: World, registry: httpx2.AsyncClient) -> None:
    kind = {"kind": "activities", "file_name": "sheet.csv"}
    sheet = await ask(registry, "POST", "/imports/sheets", params=kind, content=SHEET.encode())
    world.links["import"] = f"/imports/{sheet['id']}"
    now = utc_now()
    period = {
        "title": {"en": "Second half of 2008", "pl": "Druga połowa 2008 roku"},
        "from_on": "2008-07-01",
        "to_on": "2008-12-31",
        "opens_at": (now - timedelta(minutes=1)).isoformat(),
        "closes_at": (now + timedelta(days=30)).isoformat(),
        "organisation_ids": [world.organisation_id],
    }
    opened = await ask(registry, "POST", "/periods", json=period)
    world.links["period"] = f"/periods/{opened['id']}"
    nowhere: dict[str, Any] = {"countries": [{"code": "PL"}], "locations": [{"name": {"pl": "Wioska Nieznana"}}]}
    await ask(registry, "POST", "/activities", json=activity_body(world.organisation_id, **nowhere))
    place = (await ask(registry, "GET", "/places/unmatched"))["items"][0]
    world.links["place"] = f"/places/{place['id']}"
    people = (await ask(registry, "GET", "/people", params={"q": INVITED}))["items"]
    world.links["person"] = f"/people/{people[0]['id']}"


async def _book(world: World, reports: httpx2.AsyncClient) -> None:
    """Publish a Book with a practice, and begin another practice of it."""
    about = {
        "kind": "book-of-good-practices",
        "title": {"en": "Good practices", "pl": "Dobre praktyki"},
        "summary": {"en": "What is worth doing elsewhere.", "pl": "Co warto robić gdzie indziej."},
        "country": "PL",
        "period_from_on": "2008-01-01",
        "period_to_on": "2008-12-31",
        "languages": ["en", "pl"],
    }
    book = await ask(reports, "POST", "/reports", json=about)
    await _write(reports, book, {"en": "What frames them.", "pl": "Co je łączy."})
    practice = await ask(reports, "POST", f"/reports/{book['id']}/practices", json=PRACTICE)
    await ask(reports, "POST", f"/reports/{book['id']}/publication")
    world.links["book"] = f"/reports/{book['id']}"
    world.links["practice"] = f"/practices/{practice['id']}"
    world.links["practice-written"] = f"/reports/{book['id']}/practices/{practice['id']}"


async def _write(reports: httpx2.AsyncClient, report: dict[str, Any], texts: dict[str, str]) -> None:
    for key in report["sections"]:
        for language, text in texts.items():
            path = f"/reports/{report['id']}/sections/{key}/{language}"
            answer = await reports.get(path)
            await ask(reports, "PUT", path, json={"text": text}, headers={"If-Match": answer.headers["etag"]})


async def _withdrawn(world: World, reports: httpx2.AsyncClient) -> None:
    sample = json.loads((SAMPLE / "report.json").read_text())
    sample.pop("sections")
    report = await ask(reports, "POST", "/reports", json=sample)
    await _write(reports, report, {"en": "What was seen.", "pl": "Co widziano."})
    await ask(reports, "POST", f"/reports/{report['id']}/publication")
    reason = {"reason": {"en": "A number was of another year.", "pl": "Liczba była z innego roku."}}
    await ask(reports, "POST", f"/reports/{report['id']}/withdrawal", json=reason)
    world.links["withdrawn"] = f"/reports/{report['id']}"


async def _second_edition(world: World, reports: httpx2.AsyncClient) -> None:
    """Correct the published report, so that its first edition is an older one."""
    erratum = {"erratum": {"en": "The year of one number was wrong.", "pl": "Rok jednej liczby był błędny."}}
    path = f"/reports/{world.report_id}/sections/media-freedom/en"
    answer = await reports.get(path)
    text = {"text": answer.json()["text"] + "\n\nCorrected."}
    await ask(reports, "PUT", path, json=text, headers={"If-Match": answer.headers["etag"]})
    await ask(reports, "POST", f"/reports/{world.report_id}/correction", json=erratum)


def pages_for_all(world: World) -> dict[str, str]:
    """Return more pages that need no sign-in, by name."""
    return {
        "book": world.links["book"],
        "practice": world.links["practice"],
        "practices-found": "/practices",
        "withdrawn": world.links["withdrawn"],
        "older-edition": f"/reports/{world.report_id}?edition=1",
        "corrected": f"/reports/{world.report_id}",
        "unsubscribe": world.links["unsubscribe"],
    }


def pages_for_coordinators(world: World) -> dict[str, str]:
    """Return more pages that coordinators see, by name."""
    draft, book, period = f"/reports/{world.draft_id}", world.links["book"], world.links["period"]
    return {
        "import": world.links["import"],
        "period": period,
        "place": world.links["place"],
        "person": world.links["person"],
        "person-correct": f"{world.links['person']}/correct",
        "person-new": "/people/new",
        "letter": world.links["letter"],
        "letter-preview": f"{world.links['letter']}/preview",
        "wording": f"/meetings/{world.meeting_id}/wording",
        "messages": f"/meetings/{world.meeting_id}/messages",
        "invited-instead": world.links["invited-instead"],
        "draft-audience": f"/meetings/{world.copy_id}/audience",
        "practices-written": f"{book}/practices",
        "practice-new": f"{book}/practices/new",
        "practice-written": world.links["practice-written"],
        "incident-new": f"{draft}/evidence/incidents/new",
        "evidence-file": world.links["exhibits"].replace("/exhibits/", "/files/"),
        "indicator": world.links["indicators"].replace("/evidence/indicators/", "/indicators/"),
    }


def pages_for_members(world: World) -> dict[str, str]:
    """Return the pages of somebody whose organisation writes, reports and is invited, by name."""
    draft, meeting = f"/reports/{world.draft_id}", f"/meetings/{world.meeting_id}"
    return {
        "member-desk": "/desk",
        "member-meetings": "/my/meetings?when=past",
        "member-meeting": meeting,
        "member-minutes": f"{meeting}/minutes",
        "member-instead": f"{meeting}/instead",
        "member-decision": f"/decisions/{world.decision_id}",
        "member-report-of-period": f"{world.links['period']}/report",
        "member-writing": "/writing",
        "member-workshop": f"{draft}/workshop",
        "member-section": f"{draft}/sections/freedom-of-assembly/en",
        "member-comments": f"{draft}/sections/freedom-of-assembly/en/comments",
        "member-sign-off": f"{draft}/workshop/media-freedom/sign-off",
        "member-pictures": f"{draft}/images",
        "me": "/me",
        "my-preferences": "/preferences",
        "my-calendar": "/calendar",
    }
