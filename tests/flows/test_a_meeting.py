"""Flow 1: a meeting is scheduled, told to 200 people, answered, moved and called off."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import icalendar
import pytest_asyncio

from shared.testing.accepted import AcceptedMail
from shared.testing.stack import until
from tests.system import Session, System, link_in, people_csv, times_delivered

PEOPLE = 200
ORGANISATION = "Two Hundred Implementers"
TITLES = {
    "pl": "Spotkanie wykonawców: Zażółć gęślą jaźń",
    "en": "Implementers' meeting",
    "be": "Сустрэча выканаўцаў: ўсе разам",
    "uk": "Зустріч виконавців: ґанок, їжак",
    "ru": "Встреча исполнителей",
}
LANGUAGES = ("pl", "en", "be", "uk", "ru")
ZONES = ("Europe/Warsaw", "Europe/Minsk", "America/New_York")
STARTS_AT = (datetime.now(UTC) + timedelta(days=40)).replace(hour=8, minute=0, second=0, microsecond=0)
MOVED_TO = STARTS_AT + timedelta(days=1, hours=2)


def calendar_of(mail: AcceptedMail) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(mail.text("text/calendar"))


def event_of(mail: AcceptedMail) -> Any:
    (event,) = calendar_of(mail).walk("VEVENT")
    return event


def number_of(mail: AcceptedMail) -> int:
    return int(mail.recipient.removeprefix("person").split("@")[0])


def method_of(mail: AcceptedMail) -> str:
    return str(calendar_of(mail)["METHOD"])


def about_meeting(system: System, method: str, sequence: int) -> list[AcceptedMail]:
    mails = [mail for mail in system.mails() if mail.recipient.startswith("person")]
    return [
        mail
        for mail in mails
        if b"text/calendar" in mail.content
        and method_of(mail) == method
        and int(event_of(mail)["SEQUENCE"]) == sequence
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def meeting(system: System, coordinator: Session) -> dict[str, Any]:
    """A meeting that 200 people have been told of."""
    async with coordinator.at("registry") as registry:
        answer = await registry.post(
            "/imports/people?create_organisations=true",
            content=people_csv(PEOPLE, organisation=ORGANISATION).encode(),
            headers={"Content-Type": "text/csv"},
        )
        assert answer.status_code == 200, answer.text
        assert (answer.json()["created"], answer.json()["refused"]) == (PEOPLE, 0), answer.text
        found = (await registry.get("/organisations", params={"q": ORGANISATION})).json()["items"]
    audience = {"organisation_ids": [found[0]["id"]]}
    async with coordinator.at("meetings") as meetings:

        async def everybody_is_known() -> bool:
            preview = (await meetings.post("/audiences/preview", json={"audience": audience})).json()
            return bool(preview.get("people") == PEOPLE)

        await until(everybody_is_known, "meetings knows the 200 people", within=60)
        command = {
            "title": TITLES,
            "text": {"en": "We agree on a joint strategy.", "pl": "Uzgadniamy wspólną strategię."},
            "place": "Warszawa, ul. Przykładowa 1",
            "time_zone": "Europe/Warsaw",
            "starts_at": STARTS_AT.isoformat(),
            "ends_at": (STARTS_AT + timedelta(hours=8)).isoformat(),
            "agenda": [{"starts_at": STARTS_AT.isoformat(), "title": {"en": "Opening", "pl": "Otwarcie"}}],
            "languages": list(LANGUAGES),
            "series": "Flow",
            "audience": audience,
        }
        answer = await meetings.post("/meetings", json=command, headers={"Idempotency-Key": "flow-1"})
        assert answer.status_code == 201, answer.text
    await until(lambda: len(about_meeting(system, "REQUEST", 0)) >= PEOPLE, "200 invitations", within=60)
    found_meeting: dict[str, Any] = answer.json()
    return found_meeting


async def test_every_person_gets_one_mail_alone_on_its_to_line(system: System, meeting: dict[str, Any]) -> None:
    mails = about_meeting(system, "REQUEST", 0)
    assert times_delivered(mails) == Counter({f"person{number}@example.org": 1 for number in range(PEOPLE)})
    for mail in mails:
        assert [address.addr_spec for address in mail.message["To"].addresses] == [mail.recipient]
        others = {f"person{number}@example.org".encode() for number in range(PEOPLE)} - {mail.recipient.encode()}
        assert not any(other in mail.content for other in others if other not in mail.recipient.encode())


async def test_every_mail_speaks_the_readers_language(system: System, meeting: dict[str, Any]) -> None:
    for mail in about_meeting(system, "REQUEST", 0):
        language = LANGUAGES[number_of(mail) % 5]
        assert mail.message["Content-Language"] == language
        assert TITLES[language] in str(mail.message["Subject"])
        assert TITLES[language] in mail.text()
        assert TITLES[language] in mail.text("text/html").replace("&#39;", "'")


async def test_every_mail_tells_the_readers_time_and_the_meetings(system: System, meeting: dict[str, Any]) -> None:
    meetings_hour = STARTS_AT.astimezone(ZoneInfo("Europe/Warsaw")).hour
    for mail in about_meeting(system, "REQUEST", 0):
        local = STARTS_AT.astimezone(ZoneInfo(ZONES[number_of(mail) % 3]))
        text = mail.text().replace("\u202f", " ").replace("\u00a0", " ")
        hours = {f"{local:%H:%M}", f"{local.hour}:{local:%M}", f"{int(local.strftime('%I'))}:{local:%M}"}
        assert any(hour in text for hour in hours), (local, text)
        there = {f"{meetings_hour:02}:00", f"{meetings_hour}:00", f"{(meetings_hour - 1) % 12 + 1}:00"}
        assert any(hour in text for hour in there), text


async def test_every_calendar_part_is_an_answerable_request(system: System, meeting: dict[str, Any]) -> None:
    uids = set()
    for mail in about_meeting(system, "REQUEST", 0):
        event = event_of(mail)
        attendee = event["ATTENDEE"]
        assert str(attendee).lower() == f"mailto:{mail.recipient}"
        assert (attendee.params["PARTSTAT"], attendee.params["RSVP"]) == ("NEEDS-ACTION", "TRUE")
        assert event["DTSTART"].dt.astimezone(UTC) == STARTS_AT
        assert str(event["ORGANIZER"]).lower().startswith("mailto:")
        uids.add(str(event["UID"]))
    assert len(uids) == 1


async def test_a_person_answers_by_the_link_without_an_account_and_changes_the_answer(
    system: System, coordinator: Session, meeting: dict[str, Any]
) -> None:
    mail = next(mail for mail in about_meeting(system, "REQUEST", 0) if number_of(mail) == 1)
    link = link_in(mail, "answer")
    assert link.startswith(system.url("portal"))
    async with httpx2.AsyncClient(headers={"Origin": system.url("portal")}, follow_redirects=True) as browser:
        page = await browser.get(link)
        assert page.status_code == 200, page.text
        assert TITLES["en"] in page.text.replace("&#39;", "'")
        answer = await browser.post(link, data={"answer": "tentative", "comment": "Perhaps."})
        assert answer.status_code == 200, answer.text
        answer = await browser.post(link, data={"answer": "accepted", "comment": ""})
        assert answer.status_code == 200, answer.text
    async with coordinator.at("meetings") as meetings:
        summary = (await meetings.get(f"/meetings/{meeting['id']}/summary")).json()
        accepted = (await meetings.get(f"/meetings/{meeting['id']}/invitations", params={"answer": "accepted"})).json()
    assert (summary["invited"], summary["accepted"], summary["pending"]) == (PEOPLE, 1, PEOPLE - 1)
    assert len(accepted["items"]) == 1


async def test_every_mail_is_accountable_to_its_event(
    system: System, coordinator: Session, meeting: dict[str, Any]
) -> None:
    async with coordinator.at("notifications") as notifications:
        summary = (await notifications.get("/letters/summary", params={"about": meeting["id"]})).json()
        page = (await notifications.get("/letters", params={"about": meeting["id"], "limit": 200})).json()
    assert sum(summary["states"].values() if "states" in summary else summary.values()) == PEOPLE
    assert {letter["state"] for letter in page["items"]} == {"sent"}
    assert len({letter["event_id"] for letter in page["items"]}) == 1


async def test_a_move_reaches_everybody_with_the_same_uid_and_a_higher_sequence(
    system: System, coordinator: Session, meeting: dict[str, Any]
) -> None:
    command = {
        "starts_at": MOVED_TO.isoformat(),
        "ends_at": (MOVED_TO + timedelta(hours=8)).isoformat(),
        "reason": {"en": "The hall is taken."},
    }
    async with coordinator.at("meetings") as meetings:
        answer = await meetings.post(f"/meetings/{meeting['id']}/rescheduling", json=command)
        assert answer.status_code == 200, answer.text
    await until(lambda: len(about_meeting(system, "REQUEST", 1)) >= PEOPLE, "200 notices of the move", within=60)
    moved = about_meeting(system, "REQUEST", 1)
    assert set(times_delivered(moved).values()) == {1}
    assert {str(event_of(mail)["UID"]) for mail in moved} == {
        str(event_of(mail)["UID"]) for mail in about_meeting(system, "REQUEST", 0)
    }
    assert {event_of(mail)["DTSTART"].dt.astimezone(UTC) for mail in moved} == {MOVED_TO}


async def test_a_cancellation_reaches_everybody_as_a_cancel(
    system: System, coordinator: Session, meeting: dict[str, Any]
) -> None:
    async with coordinator.at("meetings") as meetings:
        answer = await meetings.post(f"/meetings/{meeting['id']}/cancellation", json={"reason": {"en": "No funds."}})
        assert answer.status_code == 200, answer.text
    await until(lambda: len(about_meeting(system, "CANCEL", 2)) >= PEOPLE, "200 cancellations", within=60)
    cancelled = about_meeting(system, "CANCEL", 2)
    assert set(times_delivered(cancelled).values()) == {1}
    assert {str(event_of(mail)["STATUS"]) for mail in cancelled} == {"CANCELLED"}


async def test_after_the_cancellation_the_link_no_longer_answers(system: System, meeting: dict[str, Any]) -> None:
    link = link_in(about_meeting(system, "REQUEST", 0)[0], "answer")
    async with httpx2.AsyncClient(headers={"Origin": system.url("portal")}, follow_redirects=True) as browser:
        answer = await browser.post(link, data={"answer": "accepted", "comment": ""})
    assert answer.status_code in (409, 410)
