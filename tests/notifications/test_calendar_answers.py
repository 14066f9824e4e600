"""What calendar programs answer, read: each writes it in its own way."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.notifications.intake.calendar import MAX_BYTES, Attendee, CalendarMessage, read
from shared.events.meetings import calendar_uid
from shared.ids import new_id

MEETING = new_id()
FILES = Path(__file__).parents[3] / "shared" / "data" / "ics"

GOOGLE = f"""BEGIN:VCALENDAR\r
PRODID:-//Google Inc//Google Calendar 70.9054//EN\r
VERSION:2.0\r
CALSCALE:GREGORIAN\r
METHOD:REPLY\r
BEGIN:VEVENT\r
DTSTART:20261014T070000Z\r
DTEND:20261014T150000Z\r
DTSTAMP:20261001T101500Z\r
ORGANIZER;CN=Secretariat:mailto:secretariat@zgoda.example\r
UID:{calendar_uid(MEETING)}\r
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Alena Example\r
 ;X-NUM-GUESTS=0;X-RESPONSE-COMMENT="Happy to come":mailto:alena@example.org\r
X-MICROSOFT-CDO-OWNERAPPTID:-1\r
CREATED:20260930T090000Z\r
DESCRIPTION:\r
SEQUENCE:1\r
STATUS:CONFIRMED\r
TRANSP:OPAQUE\r
END:VEVENT\r
END:VCALENDAR\r
"""
OUTLOOK = f"""BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:COUNTER
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=TENTATIVE:MAILTO:Alena@Example.org
COMMENT;LANGUAGE=en-US:Could we begin later?\\n
UID:{calendar_uid(MEETING)}
DTSTART;TZID=W. Europe Standard Time:20261014T110000
DTEND;TZID=W. Europe Standard Time:20261014T170000
DTSTAMP:20261001T101500Z
SEQUENCE:2
X-MS-OLK-ORIGINALSTART:20261014T070000Z
END:VEVENT
END:VCALENDAR
"""
APPLE = f"""BEGIN:VCALENDAR
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 15//EN
BEGIN:VEVENT
UID:{calendar_uid(MEETING)}
DTSTAMP:20261001T101500Z
ATTENDEE;CN="Alena";CUTYPE=INDIVIDUAL;EMAIL="alena@example.org";PARTSTAT=declined:/aMTIzNDU2/principal/
END:VEVENT
END:VCALENDAR
"""


def only(text: str, **values: str) -> CalendarMessage:
    """Return the one event in ``text``."""
    (message,) = read(text.encode(), **values)
    return message


def test_google_answers_with_a_comment_in_a_parameter() -> None:
    message = only(GOOGLE)
    assert (message.method, message.is_answer, message.meeting_id, message.sequence) == ("REPLY", True, MEETING, 1)
    assert message.stamped_at == datetime(2026, 10, 1, 10, 15, tzinfo=UTC)
    assert message.said_by("Alena@example.org") == Attendee("alena@example.org", "accepted", comment="Happy to come")
    assert (message.organiser, message.comment) == ("secretariat@zgoda.example", "Happy to come")


def test_outlook_proposes_a_time_in_a_zone_that_only_windows_knows() -> None:
    message = only(OUTLOOK)
    assert (message.method, message.comment) == ("COUNTER", "Could we begin later?")
    assert (message.starts_at, message.ends_at) == (
        datetime(2026, 10, 14, 9, 0, tzinfo=UTC),
        datetime(2026, 10, 14, 15, 0, tzinfo=UTC),
    )


def test_apple_names_the_attendee_by_a_number_and_leaves_the_sequence_out() -> None:
    message = only(APPLE)
    assert (message.sequence, message.attendees) == (0, (Attendee("alena@example.org", "declined"),))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (("END:VEVENT\r\nEND:VCALENDAR\r\n", ""), "accepted"),
        (("VERSION:2.0", "no colon here\r\n:::\r\n\x01;=\r\nVERSION:2.0"), "accepted"),
        (("SEQUENCE:1", "SEQUENCE:one"), "accepted"),
        (("DTSTAMP:20261001T101500Z", "DTSTAMP:yesterday"), "accepted"),
        (("DTSTART:20261014T070000Z", "DTSTART;TZID=Nowhere/Nothing:20261014T070000"), "accepted"),
        (("\r\n", "\n"), "accepted"),
        (("PARTSTAT=ACCEPTED", "PARTSTAT=X-OTHER"), "needs-action"),
        ((";PARTSTAT=ACCEPTED", ""), "needs-action"),
    ],
    ids=["cut off", "other lines", "sequence", "stamp", "zone", "line ends", "unknown answer", "no answer"],
)
def test_what_is_broken_is_left_out_and_the_rest_counts(damage: tuple[str, str], said: str) -> None:
    (attendee,) = only(GOOGLE.replace(*damage)).attendees
    assert (attendee.address, attendee.participation) == ("alena@example.org", said)


def test_the_method_of_the_content_type_serves_where_the_calendar_has_none() -> None:
    without = GOOGLE.replace("METHOD:REPLY\r\n", "")
    assert (only(without).is_answer, only(without, method="reply").is_answer) == (False, True)


@pytest.mark.parametrize(
    "uid",
    ["x@example.org", f"{MEETING}@zgoda.example", f"{MEETING}", "@zgoda", f"{MEETING.upper()}@zgoda"],
    ids=["other", "other host", "no host", "no id", "upper case"],
)
def test_an_event_of_another_house_is_no_meeting_of_ours(uid: str) -> None:
    assert only(GOOGLE.replace(calendar_uid(MEETING), uid)).meeting_id is None


def test_a_delegation_names_who_comes_instead() -> None:
    text = GOOGLE.replace("PARTSTAT=ACCEPTED", 'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:Jan@example.org"')
    (attendee,) = only(text).attendees
    assert (attendee.participation, attendee.delegated_to) == ("delegated", "jan@example.org")


@pytest.mark.parametrize(
    "part", [b"", b"\xff\xfe\x00", b"BEGIN:VCALENDAR", b"x" * (MAX_BYTES + 1), b"\r\n" * 1000], ids=range(5)
)
def test_what_is_no_calendar_says_nothing(part: bytes) -> None:
    assert read(part) == []


@pytest.mark.skipif(not FILES.is_dir(), reason="the calendar files of other programs are not here")
def test_no_calendar_file_of_other_programs_breaks_the_reader() -> None:
    found = {path.name: len(read(path.read_bytes())) for path in sorted(FILES.glob("*.ics"))}
    assert (found["incoming.ics"], found["broken_dtstart.ics"], found["example.ics"]) == (15, 1, 3)
