"""The forms of meetings, read: local times become moments, agenda lines become items, errors find their fields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from starlette.datastructures import FormData

from services.portal.clients.base import FieldError
from services.portal.clients.meetings import Meeting
from services.portal.languages import N_
from services.portal.pages import Visit
from shared.model import LANGUAGES

MAX_LINE = 200  # characters of a title or a place
MAX_TEXT = 20_000
MAX_PLACES = 100_000
ZONES = [
    "Europe/Amsterdam",
    "Europe/Athens",
    "Europe/Belgrade",
    "Europe/Berlin",
    "Europe/Bratislava",
    "Europe/Brussels",
    "Europe/Bucharest",
    "Europe/Budapest",
    "Europe/Chisinau",
    "Europe/Copenhagen",
    "Europe/Dublin",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Europe/Kyiv",
    "Europe/Lisbon",
    "Europe/Ljubljana",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Minsk",
    "Europe/Moscow",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Prague",
    "Europe/Riga",
    "Europe/Rome",
    "Europe/Sarajevo",
    "Europe/Skopje",
    "Europe/Sofia",
    "Europe/Stockholm",
    "Europe/Tallinn",
    "Europe/Tirane",
    "Europe/Vienna",
    "Europe/Vilnius",
    "Europe/Warsaw",
    "Europe/Zagreb",
    "Europe/Zurich",
    "America/Chicago",
    "America/Los_Angeles",
    "America/New_York",
    "America/Toronto",
    "Asia/Almaty",
    "Asia/Baku",
    "Asia/Bishkek",
    "Asia/Jerusalem",
    "Asia/Tashkent",
    "Asia/Tbilisi",
    "Asia/Tokyo",
    "Asia/Yerevan",
    "UTC",
]
"""The zones offered, those of the people this is made for; a meeting's own zone is offered beside them."""

DATED = ("starts_at", "ends_at", "agenda-", "capacity")  # what a draft has not: fields that begin like this

_ITEM = re.compile(r"^(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)\s+(?P<title>\S.*)$")


@dataclass(slots=True)
class Entry:
    """A form that was sent: what was written, the command it becomes, and what is wrong, by field."""

    values: dict[str, str] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    command: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return what was written into a field."""
        return self.values.get(name, "")


def blank(visit: Visit) -> Entry:
    """Return the form as it is offered at first."""
    return Entry(values={"time_zone": visit.zone}, languages=[visit.language])


def read_schedule(visit: Visit, form: FormData) -> Entry:
    """Return the meeting that is to be scheduled, with everything that is wrong with it."""
    entry = Entry(_texts(form), [each for each in LANGUAGES if each in form.getlist("languages")])
    title = _by_language(entry, "title")
    zone, starts_at, ends_at = _times(visit, entry)
    entry.command = {
        "title": title,
        "text": _by_language(entry, "text"),
        "place": entry.value("place"),
        "link": entry.value("link"),
        "time_zone": zone,
        "starts_at": starts_at.isoformat() if starts_at else "",
        "ends_at": ends_at.isoformat() if ends_at else "",
        "agenda": _agenda(visit, entry, starts_at, zone),
        "languages": entry.languages,
        "series": entry.value("series") or None,
        "series_id": entry.value("series_id") or None,
        "closed": entry.value("closed") == "yes",
        "capacity": capacity(visit, entry),
    }
    _check_words(visit, entry, title)
    return entry


def capacity(visit: Visit, entry: Entry) -> int | None:
    """Return how many people have room; `None` when nothing is written, or no number, which is noted as wrong."""
    given = entry.value("capacity").strip()
    if not given:
        return None
    if not (given.isdecimal() and len(given) <= 7 and 1 <= int(given) <= MAX_PLACES):
        entry.errors["capacity"] = visit.say("Write a whole number from 1, or nothing.")
        return None
    return int(given)


def read_draft(visit: Visit, form: FormData) -> Entry:
    """Return the meeting without a date that a form describes, with everything that is wrong with it."""
    entry = read_schedule(visit, form)
    for name in ("starts_at", "ends_at", "agenda", "capacity"):
        del entry.command[name]
    entry.errors = {name: text for name, text in entry.errors.items() if not name.startswith(DATED)}
    return entry


def read_times(visit: Visit, form: FormData, *, zone: str) -> Entry:
    """Return the date that makes a draft a meeting, on the clocks of ``zone``."""
    entry = Entry({**_texts(form), "time_zone": zone})
    _, starts_at, ends_at = _times(visit, entry)
    if starts_at and ends_at:
        entry.command = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    return entry


def read_move(visit: Visit, form: FormData) -> Entry:
    """Return the new time and place of a meeting, with everything that is wrong with them."""
    entry = Entry(_texts(form))
    zone, starts_at, ends_at = _times(visit, entry)
    entry.command = {
        "starts_at": starts_at.isoformat() if starts_at else "",
        "ends_at": ends_at.isoformat() if ends_at else "",
        "time_zone": zone,
        "place": entry.value("place"),
        "link": entry.value("link"),
        "reason": _by_language(entry, "reason"),
    }
    return entry


def read_cancel(form: FormData) -> Entry:
    """Return why a meeting is called off."""
    entry = Entry(_texts(form))
    entry.command = {"reason": _by_language(entry, "reason")}
    return entry


def as_it_is(meeting: Meeting) -> Entry:
    """Return the form for moving ``meeting`` as it is offered at first."""
    zone = ZoneInfo(meeting.time_zone)
    times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    local = {name: at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") for name, at in times.items()}
    return Entry({**local, "time_zone": meeting.time_zone, "place": meeting.place, "link": meeting.link})


def zones_for(entry: Entry) -> list[str]:
    """Return the zones to choose from, with the one that is chosen."""
    return choosable(entry.value("time_zone"))


def choosable(zone: str) -> list[str]:
    """Return the zones to choose from, with ``zone`` when there is one of that name."""
    return sorted({*ZONES, zone} & available_timezones())


def take_errors(visit: Visit, entry: Entry, errors: Sequence[FieldError]) -> None:
    """Bring what a service found wrong to the fields of the form it came from."""
    for error in errors:
        name, _, rest = (error.field or "").removeprefix("body.").partition(".")
        if name == "audience":
            place = "kinds"
        elif name == "agenda":
            place = f"agenda-{visit.language}"
        elif rest.partition(".")[0] in LANGUAGES:
            place = f"{name}-{rest.partition('.')[0]}"
        elif name in ("title", "text", "reason"):
            place = f"{name}-{visit.language}"
        else:
            place = name or "form"
        entry.errors.setdefault(place, visit.why(error.code, N_("This cannot be accepted as it is.")))


def _texts(form: FormData) -> dict[str, str]:
    return {name: value.strip().replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}


def _by_language(entry: Entry, name: str) -> dict[str, str]:
    return {each: text for each in LANGUAGES if (text := entry.value(f"{name}-{each}"))}


def _check_words(visit: Visit, entry: Entry, title: dict[str, str]) -> None:
    if not title:
        entry.errors[f"title-{visit.language}"] = visit.say("Give the meeting a title in at least one language.")
    if not entry.languages:
        entry.errors["languages"] = visit.say("Say which languages are spoken at the meeting.")
    elif title and not set(title) & set(entry.languages):
        first = entry.languages[0]
        entry.errors[f"title-{first}"] = visit.say("Give the title in one of the meeting's languages.")
    lines = {**{f"title-{each}": text for each, text in title.items()}, "place": entry.value("place")}
    for name, text in {**lines, "series": entry.value("series")}.items():
        if len(text) > MAX_LINE:
            entry.errors[name] = visit.say("Write at most %(number)s characters.", number=MAX_LINE)
    if entry.value("link") and not entry.value("link").startswith("https://"):
        entry.errors["link"] = visit.say("The link must begin with https://")


def _times(visit: Visit, entry: Entry) -> tuple[str, datetime | None, datetime | None]:
    zone = entry.value("time_zone")
    if zone not in available_timezones():
        entry.errors["time_zone"] = visit.say("Choose a time zone from the list.")
        zone = "UTC"
    starts_at = _moment(visit, entry, "starts_at", zone)
    ends_at = _moment(visit, entry, "ends_at", zone)
    if starts_at and ends_at and ends_at <= starts_at:
        entry.errors["ends_at"] = visit.say("The end must be later than the beginning.")
    if starts_at and starts_at <= datetime.now(UTC):
        entry.errors["starts_at"] = visit.say("Choose a time that is still to come.")
    return zone, starts_at, ends_at


def _moment(visit: Visit, entry: Entry, name: str, zone: str) -> datetime | None:
    try:
        local = datetime.fromisoformat(entry.value(name)).replace(tzinfo=None)
        aware = local.replace(tzinfo=ZoneInfo(zone))
        back = aware.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        entry.errors[name] = visit.say("Give a day and a time, as in 2026-10-14 09:00.")
        return None
    if back != local:  # the hour that is left out when summer time begins
        entry.errors[name] = visit.say("There is no such time on that day: the clocks go forward. Choose another.")
        return None
    return aware


def _agenda(visit: Visit, entry: Entry, starts_at: datetime | None, zone: str) -> list[dict[str, Any]]:
    """Return the items written line by line in each language, joined by their times."""
    items: dict[datetime, dict[str, str]] = {}
    for language in LANGUAGES:
        name = f"agenda-{language}"
        at = starts_at
        for number, line in enumerate(filter(str.strip, entry.value(name).split("\n")), start=1):
            found = _ITEM.match(line.strip())
            if found is None or len(found["title"]) > MAX_LINE:
                entry.errors[name] = visit.say(
                    "Line %(number)s: begin with the time, then say what, as in “09:30 Opening”.", number=number
                )
                break
            if at is None:
                break  # the meeting's own time is wrong, and said to be
            at = _next(at, int(found["hour"]), int(found["minute"]), zone)
            items.setdefault(at, {})[language] = found["title"]
    return [{"starts_at": at.isoformat(), "title": title} for at, title in sorted(items.items())]


def _next(after: datetime, hour: int, minute: int, zone: str) -> datetime:
    """Return the first such time of day that is not before ``after``: a smaller one is on the next day."""
    local = after.astimezone(ZoneInfo(zone))
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return at if at >= local else (at.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ZoneInfo(zone))
