"""Times as people read them: in their language, on their clocks, with the meeting's own clocks beside."""

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import format_date

from services.notifications.letters.facts import Slot
from services.notifications.letters.language import locale, translations
from shared.model import Language


def day(moment: datetime, language: Language, time_zone: str, *, style: str = "long") -> str:
    """Return the date of ``moment`` on the clocks of ``time_zone``; ``style`` is one of Babel's, or a pattern."""
    text = format_date(moment.astimezone(ZoneInfo(time_zone)), style, locale=locale(language))
    return text.replace("\u202f", "\u00a0")  # the narrow one is missing from many fonts


def clock(moment: datetime, time_zone: str) -> str:
    """Return the time of day, as in 13:00."""
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%H:%M")


def place_of_clock(moment: datetime, language: Language, time_zone: str) -> str:
    """Return whose clock it is, as in ``Minsk time, UTC+3``."""
    name, offset = city(time_zone, language), utc_offset(moment, time_zone)
    if not name:
        return offset
    text = translations(language).gettext("%(city)s time, %(offset)s")
    return text % {"city": name, "offset": offset}


def point(moment: datetime, language: Language, time_zone: str) -> str:
    """Return one moment in full, as in ``Tuesday, 14 October 2008, 13:00 (Warsaw time, UTC+2)``."""
    date, time = day(moment, language, time_zone, style="full"), clock(moment, time_zone)
    return f"{date}, {time} ({place_of_clock(moment, language, time_zone)})"


class Span(NamedTuple):
    """A stretch of time as it is written: ``hours`` is never broken across lines, ``whose`` names the clock."""

    date: str
    hours: str
    whose: str


def span(slot: Slot, language: Language, time_zone: str) -> Span:
    """Return ``slot`` on the clocks of ``time_zone``; the date is repeated only if it ends on another one."""
    first, last = (day(each, language, time_zone, style="full") for each in (slot.starts_at, slot.ends_at))
    start, end = clock(slot.starts_at, time_zone), clock(slot.ends_at, time_zone)
    whose = place_of_clock(slot.starts_at, language, time_zone)
    if first == last:
        return Span(f"{first},", f"{start}–{end}", whose)
    return Span(f"{first}, {start} – {last},", end, whose)


def spans(slot: Slot, language: Language, time_zone: str) -> list[Span]:
    """Return ``slot`` on the reader's clocks, then on the meeting's own, if these are others."""
    mine, theirs = span(slot, language, time_zone), span(slot, language, slot.time_zone)
    return [mine] if mine == theirs else [mine, theirs]


def utc_offset(moment: datetime, time_zone: str) -> str:
    """Return the offset of ``time_zone`` at ``moment``, as in ``UTC+5:30``."""
    offset = moment.astimezone(ZoneInfo(time_zone)).utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02d}" if rest else "")


@cache
def city(time_zone: str, language: Language) -> str:
    """Return what ``language`` calls the city a zone is named after; ``""`` for zones such as UTC.

    CLDR keeps some cities under the zone's former name (Europe/Kiev), so both are looked up.
    """
    if "/" not in time_zone or time_zone.startswith("Etc/"):
        return ""
    aliases = get_global("zone_aliases")
    current: str = aliases.get(time_zone, time_zone)
    former = [old for old, new in aliases.items() if new == current]
    known = locale(language).time_zones
    found = (known[each].get("city") for each in (time_zone, current, *former) if each in known)
    return next(filter(None, found), current.rsplit("/", 1)[-1].replace("_", " "))
