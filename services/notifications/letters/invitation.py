"""The calendar part of a letter about a meeting (iTIP, RFC 5546): what a calendar program offers to answer.

It is an alternative of the letter, not an attachment: with ``method`` in its content type Gmail, Outlook, Apple Mail
and Thunderbird all show their answer buttons, and a second copy as a file makes some of them show the meeting twice.
The personal link is left out on purpose: calendars are shared with colleagues, and the link answers in one's name.
"""

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from services.notifications.letters.encoding import mail_uri, many_lines, one_line, parameter
from services.notifications.letters.facts import MeetingFacts, Sender
from services.notifications.letters.language import spoken
from shared.events.meetings import calendar_uid
from shared.model import Language

Method = Literal["REQUEST", "CANCEL", "DECLINECOUNTER"]

PRODUCT = "-//Zgoda//Letters//EN"
END = b"\r\nEND:VEVENT\r\n"  # no such line can be written by others: theirs are escaped, and folded behind a space


def calendar(
    facts: MeetingFacts,
    language: Language,
    sender: Sender,
    *,
    title: str,
    method: Method,
    called_off: bool,
    now: datetime,
) -> tuple[bytes, bytes]:
    """Return the calendar up to and from the lines of ORGANIZER and its one ATTENDEE, which are each reader's own.

    ``called_off`` says that nobody will meet; a withdrawn invitation must not say so (RFC 5546 3.2.5).
    """
    event = _event(facts, language, sender, title=title, now=now)
    if method == "REQUEST" or called_off:
        event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", method)
    whole.add_component(event)
    _add_zone(whole, event.start, event.end)
    before, after = whole.to_ical().split(END)
    return before + b"\r\n", END.lstrip() + after


def _event(facts: MeetingFacts, language: Language, sender: Sender, *, title: str, now: datetime) -> Event:
    zone = ZoneInfo(facts.time_zone)
    event = Event()
    event.add("uid", calendar_uid(facts.meeting_id))
    event.add("sequence", facts.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", facts.starts_at.astimezone(zone))
    event.add("dtend", facts.ends_at.astimezone(zone))
    event.add("summary", title)
    event.add("class", "PRIVATE")  # whoever shares a calendar shows that the time is taken, not by what
    if description := _description(facts, language):
        event.add("description", description)
    if location := one_line(facts.notice.place) or one_line(facts.notice.link):
        event.add("location", location)
    return event


def _description(facts: MeetingFacts, language: Language) -> str:
    text, _ = spoken(facts.notice.text, language)
    return "\n\n".join(filter(None, (many_lines(text), one_line(facts.notice.link))))


def _add_zone(whole: Calendar, starts_on: date, ends_on: date) -> None:
    """Define the zone for the years of the meeting: both its standard and its summer time."""
    whole.add_missing_timezones(first_date=date(starts_on.year, 1, 1), last_date=date(ends_on.year, 12, 31))
    for zone in whole.timezones:
        zone.pop("COMMENT", None)


def organiser(address: str, name: str) -> str:
    """Return the ORGANIZER to whom a calendar program answers, not yet folded.

    It is the same for one reader as long as the meeting is in their calendar: programs distrust an update by another.
    """
    return f"ORGANIZER;CN={parameter(name)}:{mail_uri(address)}"


def attendee(address: str, display_name: str, *, method: Method, asks: bool = True) -> str:
    """Return the one ATTENDEE of a reader's calendar, not yet folded; ``asks`` says whether an answer is wanted."""
    name = f";CN={parameter(display_name)}" if one_line(display_name) else ""
    asked = ""
    if method == "REQUEST":
        wanted = ";PARTSTAT=NEEDS-ACTION;RSVP=TRUE" if asks else ";RSVP=FALSE"
        asked = f";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT{wanted}"
    return f"ATTENDEE{name}{asked}:{mail_uri(address)}"
