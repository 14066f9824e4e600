"""Flow 2: a meeting decides, twelve organisations write and sign off, readers are told once, also of a correction."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest_asyncio

from services.reports.themes import THEMES
from shared.testing.accepted import AcceptedMail
from shared.testing.stack import until
from tests.flows import writing_together as together
from tests.flows.test_a_report import press, subscribe
from tests.system import Running, Session

PEOPLE = {"watcher.pl@example.org": "pl", "watcher.en@example.org": "en"}
SUBSCRIBERS = {"reader.of.decisions@example.org": "en", "czytelnik@example.org": "pl"}
TITLE = {"en": "Media in Belarus, commissioned in Warsaw", "pl": "Media na Białorusi, raport zamówiony w Warszawie"}
SUMMARY = {"en": "Six themes, twelve organisations.", "pl": "Sześć tematów, dwanaście organizacji."}
ERRATUM = {"en": "The paper was closed in May.", "pl": "Gazetę zamknięto w maju."}
TEXT = {"en": "Monitor the freedom of the media.", "pl": "Monitorować wolność mediów."}
STARTS_AT = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
DUE_ON = (date.today() + timedelta(days=90)).isoformat()


def mails_about(system: Running, address: str, words: str) -> list[AcceptedMail]:
    """Return the mails to an address in whose text stand these words."""
    return [mail for mail in system.mails_to(address) if words in mail.text()]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def organisation_ids(system: Running, coordinator: Session) -> list[str]:
    """Twelve organisations with a person each; the first has two more, in two languages."""
    async with coordinator.at("registry") as registry:
        answer = await registry.post(
            "/imports/people?create_organisations=true",
            content=together.people_of_all(PEOPLE).encode(),
            headers={"Content-Type": "text/csv"},
        )
        assert answer.status_code == 200, answer.text
        found = [(await registry.get("/organisations", params={"q": name})).json() for name in together.ORGANISATIONS]
    return [
        str(next(each["id"] for each in page["items"] if name in each["names"].values()))
        for name, page in zip(together.ORGANISATIONS, found, strict=True)
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def organisation_id(organisation_ids: list[str]) -> str:
    """The organisation that answers for the decision."""
    return organisation_ids[0]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def meeting_id(coordinator: Session, organisation_id: str) -> str:
    """A meeting in two days to which the first organisation is invited."""
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
            return answer.status_code == 200 and answer.json()["people"] == len(PEOPLE) + 1

        await until(known, "meetings knows the people", within=30)
        answer = await meetings.post("/meetings", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def decision(coordinator: Session, meeting_id: str, organisation_ids: list[str]) -> dict[str, Any]:
    """A decision of the meeting that commissions a report, after minutes that were approved."""
    commission = {
        "title": TITLE,
        "country": "BY",
        "period_from_on": "2026-01-01",
        "period_to_on": "2026-12-31",
        "languages": ["en", "pl"],
        "contributor_ids": organisation_ids,
        "due_on": DUE_ON,
    }
    async with coordinator.at("meetings") as meetings:
        minutes = f"/meetings/{meeting_id}/minutes/general"
        answer = await meetings.put(minutes, json={"text": {"en": "We agreed to *watch*."}})
        for state in ("proposed", "approved"):
            assert answer.status_code == 200, answer.text
            answer = await meetings.put(f"{minutes}/state", json={"state": state})
        assert answer.json()["state"] == "approved", answer.text
        body = {"text": TEXT, "owner_id": organisation_ids[0], "commission": commission}
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
    coordinator: Session, decision: dict[str, Any], report_id: str, organisation_ids: list[str]
) -> None:
    async with coordinator.at("reports") as reports:
        report = (await reports.get(f"/reports/{report_id}")).json()
        commission = (await reports.get(f"/reports/{report_id}/commission")).json()
    assert (report["title"], report["state"], sorted(report["sections"])) == (TITLE, "draft", sorted(THEMES))
    assert (commission["decision_id"], commission["number"]) == (decision["id"], decision["number"])
    assert [each["organisation_id"] for each in commission["contributors"]] == organisation_ids


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def writers(system: Running, organisation_ids: list[str]) -> list[Session]:
    """A person of each organisation, signed in."""
    return await together.sign_in_all(system)


async def test_twelve_organisations_write_six_sections_and_each_signs_off_or_dissents(
    system: Running, coordinator: Session, writers: list[Session], report_id: str, organisation_ids: list[str]
) -> None:
    async with coordinator.at("reports") as reports:
        await together.plan(reports, report_id, organisation_ids)
        await system.mail_to(together.writer_of(1), lambda mail: f"/reports/{report_id}" in mail.text())
        await asyncio.gather(
            *(together.submit(writer, report_id, key) for writer, key in zip(writers, THEMES, strict=False))
        )
        assert "section-not-accepted" in await together.codes_of(reports, report_id)
        await together.accept(reports, report_id, *THEMES)
        await summarise(reports, report_id)
        assert await together.codes_of(reports, report_id) == ["sign-off-missing"]
        refused = await reports.post(f"/reports/{report_id}/publication")
        assert (refused.status_code, refused.json()["code"]) == (422, "report-not-complete")
        for number, writer in enumerate(writers):
            dissent = together.DISSENT if number == together.DISSENTER else None
            await together.sign(writer, report_id, together.keys_of(number), dissent)
        assert await together.codes_of(reports, report_id) == []


async def summarise(reports: httpx2.AsyncClient, report_id: str) -> None:
    """Write the report's summary in both languages."""
    report = (await reports.get(f"/reports/{report_id}")).json()
    about = {name: report[name] for name in ("title", "country", "period_from_on", "period_to_on", "languages")}
    etag = {"If-Match": f'"{report["revision"]}"'}
    changed = await reports.put(f"/reports/{report_id}", json={**about, "summary": SUMMARY}, headers=etag)
    assert changed.status_code == 200, changed.text


async def test_its_publication_closes_the_decision_and_tells_each_subscriber_once(
    system: Running, coordinator: Session, decision: dict[str, Any], report_id: str
) -> None:
    for address, language in SUBSCRIBERS.items():
        link = await subscribe(system, address, ["media-freedom", "freedom-of-assembly"], language)
        assert (await press(link, system.url("portal"))).status_code == 200
    async with coordinator.at("reports") as reports:
        published = await reports.post(f"/reports/{report_id}/publication", json={"translation_of": {"pl": "en"}})
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
    for address, language in SUBSCRIBERS.items():
        await system.mail_to(address, lambda mail: f"/reports/{report_id}" in mail.text())
        (mail,) = mails_about(system, address, f"/reports/{report_id}")
        assert TITLE[language] in mail.text()


async def test_readers_see_who_wrote_who_dissents_and_nobody_who_is_hidden(system: Running, report_id: str) -> None:
    async with httpx2.AsyncClient(base_url=system.url("reports"), timeout=60) as reader:
        content = await reader.get(f"/reports/{report_id}/editions/1/content")
        page = await reader.get(f"/reports/{report_id}/editions/1")
    said = content.json()
    sections = {each["key"]: each for each in said["sections"]}
    assert (said["languages"], said["translation_of"]) == (["en", "pl"], {"pl": "en"})
    assert [len(sections[key]["authors"]) for key in THEMES] == [2] * len(THEMES)
    ((key, dissent),) = [(key, each) for key, found in sections.items() for each in found["dissents"]]
    assert (key, dissent["text"]) == (together.keys_of(together.DISSENTER), together.DISSENT)
    assert dissent["author"]["name"]["en"] == together.ORGANISATIONS[together.DISSENTER]
    assert [each["name"]["en"][:13] for each in sections[THEMES[5]]["authors"] if each["pseudonym"]] == [
        "Organisation "
    ]
    assert [together.HIDDEN in answer.text for answer in (content, page)] == [False, False]


async def test_a_correction_is_signed_off_again_stands_on_top_and_is_told_to_the_same_readers_once(
    system: Running, coordinator: Session, writers: list[Session], report_id: str
) -> None:
    key = THEMES[1]
    async with coordinator.at("reports") as reports:
        await together.write(reports, report_id, key, {"en": "Closed in *May*.", "pl": "Zamknięto *w maju*."})
        assert await together.codes_of(reports, report_id) == ["sign-off-outdated"]
        await together.accept(reports, report_id, key)
        for number in (1, 7):
            await together.sign(writers[number], report_id, key)
        corrected = await reports.post(f"/reports/{report_id}/correction", json={"erratum": ERRATUM})
        assert (corrected.status_code, corrected.json()["edition"]) == (201, 2), corrected.text
    for address, language in SUBSCRIBERS.items():
        await system.mail_to(address, lambda mail, said=ERRATUM[language]: said in mail.text())  # type: ignore[misc]
        assert len(mails_about(system, address, ERRATUM[language])) == 1
        assert len(mails_about(system, address, f"/reports/{report_id}")) == 2
    async with httpx2.AsyncClient(base_url=system.url("reports"), timeout=60) as reader:
        contents = [(await reader.get(f"/reports/{report_id}/editions/{number}/content")).json() for number in (1, 2)]
    assert [each["erratum"] for each in contents] == [None, {"corrects": 1, "text": ERRATUM}]
    assert [each["sections"][1]["text"]["en"] for each in contents] == ["What was *observed* (en).", "Closed in *May*."]


async def test_everybody_invited_gets_one_brief_that_knows_of_it(
    system: Running, coordinator: Session, meeting_id: str, report_id: str
) -> None:
    async with coordinator.at("meetings") as meetings:
        asked = await meetings.post(f"/meetings/{meeting_id}/briefs")
        assert asked.status_code == 200, asked.text
    for address, language in PEOPLE.items():
        page = f"/{language}/meetings/{meeting_id}/brief"
        mail = await system.mail_to(address, lambda mail, page=page: page in mail.text())  # type: ignore[misc]
        assert TITLE[language] in mail.text()
        assert len(mails_about(system, address, page)) == 1
