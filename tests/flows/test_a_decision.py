"""Flow 2: a meeting decides, the decision commissions a report, the report is published, the decision is closed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest_asyncio

from services.reports.themes import THEMES
from shared.testing.accepted import AcceptedMail
from shared.testing.stack import until
from tests.flows.test_a_report import press, subscribe
from tests.system import Running, Session

ORGANISATION = "The Watchers of the Media"
PEOPLE = {"watcher.pl@example.org": "pl", "watcher.en@example.org": "en"}
SUBSCRIBER = "reader.of.decisions@example.org"
TITLE = {"en": "Media in Belarus, commissioned in Warsaw"}
TEXT = {"en": "Monitor the freedom of the media.", "pl": "Monitorować wolność mediów."}
STARTS_AT = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
DUE_ON = (date.today() + timedelta(days=90)).isoformat()


def mails_about(system: Running, address: str, words: str) -> list[AcceptedMail]:
    """Return the mails to an address in whose text stand these words."""
    return [mail for mail in system.mails_to(address) if words in mail.text()]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def organisation_id(system: Running, coordinator: Session) -> str:
    """An organisation with two people, in two languages."""
    rows = [
        f"Watcher,{address},{language},Europe/Warsaw,{ORGANISATION},member,no" for address, language in PEOPLE.items()
    ]
    head = "display_name,address,language,time_zone,organisation,roles,no_contact"
    async with coordinator.at("registry") as registry:
        answer = await registry.post(
            "/imports/people?create_organisations=true",
            content="\n".join([head, *rows, ""]).encode(),
            headers={"Content-Type": "text/csv"},
        )
        assert answer.status_code == 200, answer.text
        found = (await registry.get("/organisations", params={"q": ORGANISATION})).json()["items"]
    return str(found[0]["id"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def meeting_id(coordinator: Session, organisation_id: str) -> str:
    """A meeting in two days to which the two are invited."""
    body = {
        "title": {"en": "Implementers' meeting on the media"},
        "time_zone": "Europe/Warsaw",
        "place": "Warsaw",
        "starts_at": STARTS_AT.isoformat(),
        "ends_at": (STARTS_AT + timedelta(hours=4)).isoformat(),
        "languages": ["en", "pl"],
        "audience": {"organisation_ids": [organisation_id]},
    }
    async with coordinator.at("meetings") as meetings:

        async def known() -> bool:
            answer = await meetings.post("/audiences/preview", json={"audience": body["audience"]})
            return answer.status_code == 200 and answer.json()["people"] == len(PEOPLE)

        await until(known, "meetings knows the two people", within=30)
        answer = await meetings.post("/meetings", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def decision(coordinator: Session, meeting_id: str, organisation_id: str) -> dict[str, Any]:
    """A decision of the meeting that commissions a report, after minutes that were approved."""
    commission = {
        "title": TITLE,
        "country": "BY",
        "period_from_on": "2026-01-01",
        "period_to_on": "2026-12-31",
        "languages": ["en"],
        "contributor_ids": [organisation_id],
        "due_on": DUE_ON,
    }
    async with coordinator.at("meetings") as meetings:
        minutes = f"/meetings/{meeting_id}/minutes/general"
        answer = await meetings.put(minutes, json={"text": {"en": "We agreed to *watch*."}})
        for state in ("proposed", "approved"):
            assert answer.status_code == 200, answer.text
            answer = await meetings.put(f"{minutes}/state", json={"state": state})
        assert answer.json()["state"] == "approved", answer.text
        body = {"text": TEXT, "owner_id": organisation_id, "commission": commission}
        taken = await meetings.post(f"/meetings/{meeting_id}/decisions", json=body)
    assert taken.status_code == 201, taken.text
    found: dict[str, Any] = taken.json()
    return found


async def current(meetings: httpx2.AsyncClient, decision_id: str) -> dict[str, Any]:
    """Return a decision as it is now."""
    answer = await meetings.get(f"/decisions/{decision_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def report_id(coordinator: Session, decision: dict[str, Any]) -> str:
    """The report that was begun for the decision."""
    async with coordinator.at("meetings") as meetings:

        async def begun() -> Any:
            return (await current(meetings, decision["id"]))["report_id"]

        return str(await until(begun, "the report is begun and known to the decision", within=90))


async def test_whoever_answers_for_the_decision_is_told_once_in_their_language(
    system: Running, decision: dict[str, Any]
) -> None:
    for address, language in PEOPLE.items():
        await system.mail_to(address, lambda mail: f"/decisions/{decision['id']}" in mail.text())
        (mail,) = mails_about(system, address, f"/decisions/{decision['id']}")
        assert TEXT[language] in mail.text()
        assert f"/{language}/decisions/" in mail.text()


async def test_the_report_is_begun_with_its_sections_and_its_writers(
    coordinator: Session, decision: dict[str, Any], report_id: str, organisation_id: str
) -> None:
    async with coordinator.at("reports") as reports:
        report = (await reports.get(f"/reports/{report_id}")).json()
        commission = (await reports.get(f"/reports/{report_id}/commission")).json()
    assert (report["title"], report["state"], sorted(report["sections"])) == (TITLE, "draft", sorted(THEMES))
    assert (commission["decision_id"], commission["number"]) == (decision["id"], decision["number"])
    assert [each["organisation_id"] for each in commission["contributors"]] == [organisation_id]


async def test_its_publication_closes_the_decision_and_tells_a_subscriber_once(
    system: Running, coordinator: Session, decision: dict[str, Any], report_id: str
) -> None:
    link = await subscribe(system, SUBSCRIBER, ["media-freedom"], "en")
    assert (await press(link, system.url("portal"))).status_code == 200
    async with coordinator.at("reports") as reports:
        report = (await reports.get(f"/reports/{report_id}")).json()
        about = {name: report[name] for name in ("title", "country", "period_from_on", "period_to_on", "languages")}
        etag = {"If-Match": f'"{report["revision"]}"'}
        changed = await reports.put(
            f"/reports/{report_id}", json={**about, "summary": {"en": "In short."}}, headers=etag
        )
        assert changed.status_code == 200, changed.text
        for theme in THEMES:
            address = f"/reports/{report_id}/sections/{theme}/en"
            etag = {"If-Match": (await reports.get(address)).headers["ETag"]}
            written = await reports.put(address, json={"text": "What was observed."}, headers=etag)
            assert written.status_code == 200, written.text
        published = await reports.post(f"/reports/{report_id}/publication")
        assert published.status_code == 201, published.text

    async with coordinator.at("meetings") as meetings:

        async def closed() -> bool:
            return bool((await current(meetings, decision["id"]))["state"] == "done")

        await until(closed, "the decision is closed", within=90)
        found = await current(meetings, decision["id"])
    assert (found["edition"], found["history"][-1]["what"], found["history"][-1]["edition"]) == (
        1,
        "report-published",
        1,
    )
    await system.mail_to(SUBSCRIBER, lambda mail: f"/reports/{report_id}" in mail.text())
    assert len(mails_about(system, SUBSCRIBER, f"/reports/{report_id}")) == 1


async def test_everybody_invited_gets_one_brief_that_knows_of_it(
    system: Running, coordinator: Session, meeting_id: str, report_id: str
) -> None:
    async with coordinator.at("meetings") as meetings:
        asked = await meetings.post(f"/meetings/{meeting_id}/briefs")
        assert asked.status_code == 200, asked.text
    for address, language in PEOPLE.items():
        page = f"/{language}/meetings/{meeting_id}/brief"
        mail = await system.mail_to(address, lambda mail, page=page: page in mail.text())  # type: ignore[misc]
        assert TITLE["en"] in mail.text()
        assert len(mails_about(system, address, page)) == 1
