"""An invitation as a file that a calendar program opens (RFC 5545, RFC 5546 PUBLISH), in one person's language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vUri

from services.meetings.meetings.domain import Meeting
from shared.events.meetings import calendar_uid
from shared.model import Language, in_language

PRODUCT = "-//Zgoda//Meetings//EN"


def calendar_file(meeting: Meeting, *, language: Language, organiser: str, now: datetime) -> bytes:
    """Return a calendar that holds ``meeting`` alone.  ``organiser`` is an address; nobody invited is named."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_zone(meeting))
    calendar.add_component(_event(meeting, language, organiser, now))
    whole: bytes = calendar.to_ical()
    return whole


def _event(meeting: Meeting, language: Language, organiser: str, now: datetime) -> Event:
    zone = ZoneInfo(meeting.time_zone)
    event = Event()
    event.add("uid", calendar_uid(meeting.id))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now)
    event.add("last-modified", meeting.changed_at)
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    event.add("summary", in_language(meeting.title, language))
    event.add("description", _description(meeting, language))
    event.add("location", meeting.place or meeting.link)
    event.add("class", "PRIVATE")  # whoever shares a calendar shows that the time is taken, not by what
    event.add("status", "CANCELLED" if meeting.state == "cancelled" else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{organiser}"))
    if meeting.link:
        event.add("url", vUri(meeting.link))
    return event


def _description(meeting: Meeting, language: Language) -> str:
    zone = ZoneInfo(meeting.time_zone)
    agenda = [f"{item.starts_at.astimezone(zone):%H:%M} {in_language(item.title, language)}" for item in meeting.agenda]
    return "\n".join(part for part in (in_language(meeting.text, language), *agenda) if part)


def _zone(meeting: Meeting) -> Timezone:
    """Define the zone for the years of the meeting: both its standard and its summer time."""
    first, last = date(meeting.starts_at.year, 1, 1), date(meeting.ends_at.year, 12, 31)
    zone = Timezone.from_tzinfo(ZoneInfo(meeting.time_zone), first_date=first, last_date=last)
    zone.pop("COMMENT", None)
    return zone
