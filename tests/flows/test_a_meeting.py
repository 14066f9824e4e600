"""Flow 1: a meeting is scheduled, told to 200 people, answered, moved and called off."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import icalendar
import pytest_asyncio

from shared.testing.accepted import AcceptedMail
from shared.testing.stack import until
from tests.system import Running, Session, link_in, people_csv, times_delivered

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


@dataclass(frozen=True)
class Told:
    """A mail about a meeting, parsed once."""

    mail: AcceptedMail
    method: str
    event: Any

    @property
    def number(self) -> int:
        """The number of the person it went to."""
        return int(self.mail.recipient.removeprefix("person").split("@")[0])


parsed: dict[str, Told | None] = {}


def told(mail: AcceptedMail) -> Told | None:
    """Return what a mail tells of a meeting, or nothing for a mail of another kind."""
    if mail.message_id not in parsed:
        calendar = b"text/calendar" in mail.content and icalendar.Calendar.from_ical(mail.text("text/calendar"))
        found = Told(mail, str(calendar["METHOD"]), calendar.walk("VEVENT")[0]) if calendar else None
        parsed[mail.message_id] = found
    return parsed[mail.message_id]


def about_meeting(system: Running, method: str, sequence: int) -> list[Told]:
    """Return the mails to our 200 people with this METHOD and SEQUENCE."""
    known = [told(mail) for mail in system.mails() if mail.recipient.startswith("person")]
    return [each for each in known if each and (each.method, int(each.event["SEQUENCE"])) == (method, sequence)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def meeting(system: Running, coordinator: Session) -> dict[str, Any]:
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


async def test_every_person_gets_one_mail_alone_on_its_to_line(system: Running, meeting: dict[str, Any]) -> None:
    mails = [each.mail for each in about_meeting(system, "REQUEST", 0)]
    assert times_delivered(mails) == Counter({f"person{number}@example.org": 1 for number in range(PEOPLE)})
    for mail in mails:
        assert [address.addr_spec for address in mail.message["To"].addresses] == [mail.recipient]
        assert set(re.findall(rb"person\d+@example\.org", mail.content)) <= {mail.recipient.encode()}


async def test_every_mail_speaks_the_readers_language(system: Running, meeting: dict[str, Any]) -> None:
    for each in about_meeting(system, "REQUEST", 0):
        language = LANGUAGES[each.number % 5]
        assert str(each.mail.message["Content-Language"]).split(",")[0] == language
        assert TITLES[language] in str(each.mail.message["Subject"])
        assert TITLES[language] in each.mail.text()
        assert TITLES[language] in unescape(each.mail.text("text/html"))


async def test_every_mail_tells_the_readers_time_and_the_meetings(system: Running, meeting: dict[str, Any]) -> None:
    for each in about_meeting(system, "REQUEST", 0):
        text = each.mail.text().replace("\u202f", " ").replace("\u00a0", " ")
        for zone in (ZONES[each.number % 3], "Europe/Warsaw"):
            local = STARTS_AT.astimezone(ZoneInfo(zone))
            ways = {f"{local:%H:%M}", f"{local.hour}:{local:%M}", f"{int(local.strftime('%I'))}:{local:%M}"}
            assert any(way in text for way in ways), (zone, text)


async def test_every_calendar_part_is_an_answerable_request(system: Running, meeting: dict[str, Any]) -> None:
    for each in about_meeting(system, "REQUEST", 0):
        attendee = each.event["ATTENDEE"]
        assert str(attendee).lower() == f"mailto:{each.mail.recipient}"
        assert (attendee.params["PARTSTAT"], attendee.params["RSVP"]) == ("NEEDS-ACTION", "TRUE")
        assert each.event["DTSTART"].dt.astimezone(UTC) == STARTS_AT
        assert str(each.event["ORGANIZER"]).lower().startswith("mailto:")
    assert len(uids(system, "REQUEST", 0)) == 1


def uids(system: Running, method: str, sequence: int) -> set[str]:
    return {str(each.event["UID"]) for each in about_meeting(system, method, sequence)}


async def test_a_person_answers_by_the_link_without_an_account_and_changes_the_answer(
    system: Running, coordinator: Session, meeting: dict[str, Any]
) -> None:
    mail = next(each.mail for each in about_meeting(system, "REQUEST", 0) if each.number == 1)
    link = link_in(mail, "answer")
    assert link.startswith(system.url("portal"))
    async with httpx2.AsyncClient(headers={"Origin": system.url("portal")}, follow_redirects=True) as browser:
        page = await browser.get(link)
        assert page.status_code == 200, page.text
        assert TITLES["en"] in unescape(page.text)
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
    system: Running, coordinator: Session, meeting: dict[str, Any]
) -> None:
    async with coordinator.at("notifications") as notifications:
        summary = (await notifications.get("/letters/summary", params={"about": meeting["id"]})).json()
        page = (await notifications.get("/letters", params={"about": meeting["id"], "limit": 200})).json()
    assert sum(summary["states"].values() if "states" in summary else summary.values()) == PEOPLE
    assert {letter["state"] for letter in page["items"]} == {"sent"}
    assert len({letter["event_id"] for letter in page["items"]}) == 1


async def test_a_move_reaches_everybody_with_the_same_uid_and_a_higher_sequence(
    system: Running, coordinator: Session, meeting: dict[str, Any]
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
    assert set(times_delivered(each.mail for each in moved).values()) == {1}
    assert uids(system, "REQUEST", 1) == uids(system, "REQUEST", 0)
    assert {each.event["DTSTART"].dt.astimezone(UTC) for each in moved} == {MOVED_TO}


async def test_a_cancellation_reaches_everybody_as_a_cancel(
    system: Running, coordinator: Session, meeting: dict[str, Any]
) -> None:
    async with coordinator.at("meetings") as meetings:
        answer = await meetings.post(f"/meetings/{meeting['id']}/cancellation", json={"reason": {"en": "No funds."}})
        assert answer.status_code == 200, answer.text
    await until(lambda: len(about_meeting(system, "CANCEL", 2)) >= PEOPLE, "200 cancellations", within=60)
    cancelled = about_meeting(system, "CANCEL", 2)
    assert set(times_delivered(each.mail for each in cancelled).values()) == {1}
    assert {str(each.event["STATUS"]) for each in cancelled} == {"CANCELLED"}
    assert uids(system, "CANCEL", 2) == uids(system, "REQUEST", 0)


async def test_after_the_cancellation_the_link_no_longer_answers(system: Running, meeting: dict[str, Any]) -> None:
    link = link_in(about_meeting(system, "REQUEST", 0)[0].mail, "answer")
    async with httpx2.AsyncClient(headers={"Origin": system.url("portal")}, follow_redirects=True) as browser:
        answer = await browser.post(link, data={"answer": "accepted", "comment": ""})
    assert answer.status_code in (409, 410)
