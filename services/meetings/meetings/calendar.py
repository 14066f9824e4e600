"""Meetings as calendar programs read them (RFC 5545): in one language, with nobody named, closed ones neutral."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vUri

from services.meetings.meetings.model import Meeting
from services.meetings.meetings.telling import notice, told_zone
from shared.events.meetings import Notice, calendar_uid
from shared.model import Language, in_language

PRODUCT = "-//Zgoda//Meetings//EN"


def publish(
    meetings: Sequence[Meeting], *, language: Language, organiser: str, stamp: datetime | None = None
) -> Calendar:
    """Return a calendar of ``meetings`` (RFC 5546 3.2.1 PUBLISH).

    ``organiser`` is an address; ``stamp`` is when it was made, else each is stamped with its last change, so that what
    has not changed looks the same.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for zone in _zones(meetings):
        calendar.add_component(zone)
    for meeting in meetings:
        calendar.add_component(_event(meeting, language, organiser, stamp or meeting.changed_at))
    return calendar


def _event(meeting: Meeting, language: Language, organiser: str, stamp: datetime) -> Event:
    told, zone, event = notice(meeting), ZoneInfo(told_zone(meeting)), Event()
    event.add("uid", calendar_uid(meeting.id))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", stamp)
    event.add("last-modified", meeting.changed_at)
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    event.add("summary", in_language(told.title, language))
    event.add("description", _description(meeting, told, language))
    event.add("location", told.place or told.link)
    event.add("class", "PRIVATE")  # whoever shares a calendar shows that the time is taken, not by what
    event.add("status", "CONFIRMED" if meeting.state in ("scheduled", "held") else "CANCELLED")
    event.add("organizer", vCalAddress(f"mailto:{organiser}"))
    if told.link:
        event.add("url", vUri(told.link))
    return event


def _description(meeting: Meeting, told: Notice, language: Language) -> str:
    zone = ZoneInfo(told_zone(meeting))
    agenda = [f"{item.starts_at.astimezone(zone):%H:%M} {in_language(item.title, language)}" for item in told.agenda]
    return "\n".join(part for part in (in_language(told.text, language), *agenda) if part)


def _zones(meetings: Sequence[Meeting]) -> list[Timezone]:
    """Define each zone once for the years of its meetings: both its standard and its summer time."""
    zones = []
    for name in sorted({told_zone(meeting) for meeting in meetings} - {"UTC"}):
        held = [meeting for meeting in meetings if told_zone(meeting) == name]
        first = date(min(each.starts_at for each in held).year, 1, 1)
        last = date(max(each.ends_at for each in held).year, 12, 31)
        zone = Timezone.from_tzinfo(ZoneInfo(name), first_date=first, last_date=last)
        zone.pop("COMMENT", None)
        zones.append(zone)
    return zones
