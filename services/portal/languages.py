"""The five languages of the pages: their texts, dates and names, and which one a browser prefers."""

import datetime as calendar
import gettext
import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from shared.model import LANGUAGES, Language

LOCALES = Path(__file__).parent / "locales"

NAMES: dict[Language, str] = {
    "pl": "Polski",
    "en": "English",
    "be": "Беларуская",
    "uk": "Українська",
    "ru": "Русский",
}
"""What each language calls itself, in the order in which the pages offer them."""

_YEAR = re.compile(r"\s[гр]{1,2}\.")
"""What Belarusian, Russian and Ukrainian may say after a year: left off, since a date often ends a sentence."""

_TERRITORY: dict[str, str] = {"en": "GB"}  # day before month, 24 hours


def N_(message: str) -> str:
    """Mark ``message`` for translation where it is written; it is translated where it is shown."""
    return message


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """Return the texts of ``language``, of all its areas.  English is what the pages are written in."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def catalogue(language: Language) -> Catalog:
    """Return what is translated into ``language``: one file for each area of the pages, joined."""
    joined = Catalog(locale=language)
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                joined[message.id] = message
    return joined


def preferred(accept_language: str | None) -> Language:
    """Return the first of our languages in an ``Accept-Language`` header (RFC 9110 12.5.4), else English."""
    wishes: list[tuple[float, int, str]] = []
    for order, part in enumerate((accept_language or "")[:500].split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), order, name.partition("-")[0].lower()))
        except ValueError:
            continue
    wanted = (name for weight, _, name in sorted(wishes) if weight < 0)
    return next((language for name in wanted for language in LANGUAGES if language == name), "en")


class Speech:
    """How the pages speak one language.  Times are handed over aware; every method returns text for a reader."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.translations = translations(language)
        self._locale = Locale(language, _TERRITORY.get(language))

    def text(self, message: str, **values: object) -> str:
        """Return ``message`` in this language with ``values`` put in."""
        translated = self.translations.gettext(message)
        return translated % values if values else translated

    def day(self, moment: datetime, zone: str) -> str:
        """Return the day with its weekday: *Tuesday 14 October 2008*."""
        return self._date(moment.astimezone(_zone(zone)).date(), "full")

    def short_day(self, moment: datetime, zone: str) -> str:
        """Return the day without its weekday: *14 Oct 2008*."""
        return self._date(moment.astimezone(_zone(zone)).date(), "medium")

    def date(self, on: calendar.date) -> str:
        """Return a date: *14 October 2008*."""
        return self._date(on, "long")

    def period(self, from_on: calendar.date, to_on: calendar.date) -> str:
        """Return from which month to which: *October – December 2008*."""
        return _YEAR.sub("", dates.format_interval(from_on, to_on, skeleton="yMMMM", locale=self._locale))

    def _date(self, on: calendar.date, length: Literal["full", "long", "medium"]) -> str:
        return _YEAR.sub("", dates.format_date(on, format=length, locale=self._locale))

    def clock(self, moment: datetime, zone: str) -> str:
        """Return the time of day: *09:00*."""
        return dates.format_time(moment.astimezone(_zone(zone)), format="HH:mm", locale=self._locale)

    def moment(self, moment: datetime, zone: str) -> str:
        """Return day and time of day: *Tuesday 14 October 2008, 09:00*."""
        return f"{self.day(moment, zone)}, {self.clock(moment, zone)}"

    def short_moment(self, moment: datetime, zone: str) -> str:
        """Return day and time of day: *14 Oct 2008, 09:00*."""
        return f"{self.short_day(moment, zone)}, {self.clock(moment, zone)}"

    def span(self, starts_at: datetime, ends_at: datetime, zone: str) -> str:
        """Return from when to when, the day said once when it is one day."""
        if self.day(starts_at, zone) == self.day(ends_at, zone):
            return f"{self.moment(starts_at, zone)}–{self.clock(ends_at, zone)}"
        return f"{self.moment(starts_at, zone)} – {self.moment(ends_at, zone)}"

    def zone(self, zone: str, at: datetime | None = None) -> str:
        """Return a time zone by its city and its distance from UTC at that moment: *Warsaw (UTC+2)*."""
        city = dates.get_timezone_location(_zone(zone), locale=self._locale, return_city=True)
        return f"{city} ({_offset(zone, at or datetime.now(UTC))})" if zone != "UTC" else "UTC"

    def country(self, code: str | None) -> str:
        """Return the name of a country by its ISO 3166-1 alpha-2 code."""
        return str(self._locale.territories.get(code or "", code or ""))

    def countries(self) -> list[tuple[str, str]]:
        """Return code and name of every country, by name."""
        found = [(code, name) for code, name in self._locale.territories.items() if _is_country(code)]
        return sorted(found, key=lambda pair: pair[1].casefold())

    def number(self, number: int) -> str:
        """Return a whole number with its thousands kept apart."""
        return numbers.format_decimal(number, locale=self._locale)

    def decimal(self, value: str | None) -> str:
        """Return a number given as decimal text; a dash where none is known."""
        return "–" if value is None else numbers.format_decimal(Decimal(value), locale=self._locale)


def _is_country(code: str) -> bool:
    # CLDR also lists regions (three digits), the EU, the UN, unknown and pseudo territories.
    return len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}


def _offset(zone: str, at: datetime) -> str:
    distance = at.astimezone(_zone(zone)).utcoffset() or timedelta()
    hours, minutes = divmod(int(abs(distance).total_seconds()) // 60, 60)
    sign = "−" if distance < timedelta() else "+"
    return "UTC" if not distance else f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


@cache
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)


@cache
def speech_of(language: Language) -> Speech:
    """Return how ``language`` is spoken."""
    return Speech(language)
