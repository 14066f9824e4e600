"""The calendar part of a letter is one event with one attendee, and says what the letter says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.notifications.letters import MeetingFacts
from services.notifications.letters.samples import FACTS, LINKS, MEETING_ID, SENDER
from shared.model import LANGUAGES, Language
from tests.notifications.letters.reading import calendar, calendar_source, fill, prepared, read

MEETINGS = ["people-invited", "meeting-rescheduled", "meeting-postponed", "meeting-cancelled", "invitation-withdrawn"]
MEETINGS += ["proposal-declined", "meeting-updated"]
METHODS = {
    "people-invited": ("REQUEST", "CONFIRMED"),
    "meeting-rescheduled": ("REQUEST", "CONFIRMED"),
    "meeting-updated": ("REQUEST", "CONFIRMED"),
    "meeting-postponed": ("CANCEL", "CANCELLED"),  # at that time nobody meets
    "meeting-cancelled": ("CANCEL", "CANCELLED"),
    "proposal-declined": ("DECLINECOUNTER", None),
    "invitation-withdrawn": ("CANCEL", None),  # RFC 5546 3.2.5: the others still meet
}


def facts_of(kind: str) -> MeetingFacts:
    facts = FACTS[kind]
    assert isinstance(facts, MeetingFacts)
    return facts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MEETINGS)
def test_a_calendar_tells_the_facts(kind: str, language: Language) -> None:
    raw, facts = fill(prepared(kind, language), display_name="Алена Łukasiewicz"), facts_of(kind)
    whole = calendar(raw)
    (event,) = whole.events
    method, status = METHODS[kind]
    assert (whole["METHOD"], event.get("STATUS")) == (method, status)
    (part,) = [each for each in read(raw).walk() if each.get_content_type() == "text/calendar"]
    assert part["Content-Type"].params == {"charset": "utf-8", "method": method}
    assert (event["UID"], event["SEQUENCE"]) == (f"{MEETING_ID}@zgoda", facts.sequence)
    zone = ZoneInfo(facts.time_zone)
    assert event.start == facts.starts_at.astimezone(zone)
    assert event.end == facts.ends_at.astimezone(zone)
    assert event["DTSTART"].params["TZID"] == facts.time_zone
    assert [each.tz_name for each in whole.timezones] == [facts.time_zone]
    assert event["SUMMARY"] == facts.notice.title[language]
    assert event["ORGANIZER"] == f"mailto:{SENDER.reply_to}"
    assert abs(event["DTSTAMP"].dt - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("kind", MEETINGS)
def test_a_calendar_has_one_attendee(kind: str) -> None:
    (event,) = calendar(fill(prepared(kind), display_name="Алена Łukasiewicz")).events
    attendee = event["ATTENDEE"]  # a list if there were several
    assert attendee == "mailto:reader@example.org"
    assert attendee.params["CN"] == "Алена Łukasiewicz"
    asked = {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE", "ROLE": "REQ-PARTICIPANT", "CUTYPE": "INDIVIDUAL"}
    others = {name: value for name, value in attendee.params.items() if name != "CN"}
    if kind == "meeting-updated":  # what was answered still holds: nothing is asked
        asked = {"RSVP": "FALSE", "ROLE": "REQ-PARTICIPANT", "CUTYPE": "INDIVIDUAL"}
    assert others == (asked if METHODS[kind][0] == "REQUEST" else {})


def test_a_moved_meeting_keeps_its_uid_and_raises_its_sequence() -> None:
    (before,), (after,) = (calendar(fill(prepared(kind))).events for kind in ("people-invited", "meeting-rescheduled"))
    assert before["UID"] == after["UID"]
    assert before["SEQUENCE"] < after["SEQUENCE"]


def test_a_calendar_holds_no_personal_link() -> None:
    source = calendar_source(fill(prepared("people-invited"))).replace(b"\r\n ", b"")
    assert [link for link in LINKS.values() if link.encode() in source] == []


@pytest.mark.parametrize("name", ["", "A", "Алена " * 40, 'Jan "Kot" ^n ^^ Kowalski', "a;b,c:d", "x" * 200, "😀" * 60])
def test_no_line_of_a_calendar_is_over_75_bytes_nor_breaks_a_character(name: str) -> None:
    raw = fill(prepared("people-invited", "be"), display_name=name, address=f"{'a' * 60}@example.org")
    source = calendar_source(raw)
    assert source.endswith(b"END:VCALENDAR\r\n")
    for line in source.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    (event,) = calendar(raw).events
    assert event["ATTENDEE"].params.get("CN", "") == " ".join(name.split())


@pytest.mark.parametrize("time_zone", ["Europe/Warsaw", "Europe/Minsk", "America/New_York", "UTC", "Asia/Kolkata"])
@pytest.mark.parametrize("month", [1, 3, 7, 10, 12])
def test_a_meeting_is_at_its_hour_in_any_zone_and_season(time_zone: str, month: int) -> None:
    starts_at = datetime(2027, month, 28, 9, 15, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
    facts = replace(
        facts_of("people-invited"), starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), time_zone=time_zone
    )
    (event,) = calendar(fill(prepared("people-invited", facts=facts))).events
    assert event.start == starts_at
    assert (event.start.hour, event.start.minute) == (9, 15)


def test_an_address_with_signs_of_its_own_stays_one_address() -> None:
    (event,) = calendar(fill(prepared("people-invited"), address="a%b?c#d+e@example.org")).events
    assert event["ATTENDEE"] == "mailto:a%25b%3Fc%23d+e@example.org"
