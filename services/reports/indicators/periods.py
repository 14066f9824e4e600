"""Periods by which indicators count: years, halves, quarters and months, their codes and what they are called."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from babel.dates import format_skeleton

from services.reports.evidence.incidents.parts import When
from shared.model import LANGUAGES, Language

Step = Literal["year", "half-year", "quarter", "month"]
MONTHS: dict[Step, int] = {"year": 12, "half-year": 6, "quarter": 3, "month": 1}
_HALVES: dict[Language, tuple[str, str]] = {
    "pl": ("I poł. {}", "II poł. {}"),
    "en": ("H1 {}", "H2 {}"),
    "be": ("1-е паўг. {}", "2-е паўг. {}"),
    "uk": ("1-ше півр. {}", "2-ге півр. {}"),
    "ru": ("1-е полуг. {}", "2-е полуг. {}"),
}
_ODD_SPACES = str.maketrans({"\u202f": " ", "\u00a0": " "})


def codes(from_on: date, to_on: date, step: Step) -> Iterator[str]:
    """Yield the codes of the periods that the time from one day to another touches, in their order."""
    month = (from_on.year * 12 + from_on.month - 1) // MONTHS[step] * MONTHS[step]
    while month <= to_on.year * 12 + to_on.month - 1:
        yield code(date(month // 12, month % 12 + 1, 1), step)
        month += MONTHS[step]


def code(day: date, step: Step) -> str:
    """Return the code of the period that a day is in: 2008, 2008-H2, 2008-Q4, 2008-10."""
    if step == "year":
        return f"{day.year:04}"
    if step == "month":
        return f"{day.year:04}-{day.month:02}"
    letter = "H" if step == "half-year" else "Q"
    return f"{day.year:04}-{letter}{(day.month - 1) // MONTHS[step] + 1}"


def of(when: When, step: Step) -> str | None:
    """Return the period in which something is counted, or `None` when its day is not known that exactly."""
    known = {"day": 1, "about": 1, "month": 1, "year": 12}[when.precision]
    return None if known > MONTHS[step] else code(when.counted_on, step)


def names(period: str) -> dict[Language, str]:
    """Return what the period of a code is called in each language."""
    return {each: _name(period, each).translate(_ODD_SPACES) for each in LANGUAGES}


def _name(period: str, language: Language) -> str:
    year, _, part = period.partition("-")
    if not part:
        return year
    if part.startswith("H"):
        return _HALVES[language][int(part[1]) - 1].format(year)
    if part.startswith("Q"):
        return str(format_skeleton("yQQQ", date(int(year), int(part[1]) * 3, 1), locale=language))
    return str(format_skeleton("yMMM", date(int(year), int(part), 1), locale=language))
