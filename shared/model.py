"""The words every model is made of: languages, zones, lines of text, aggregates with a revision."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.ids import Id

Language = Literal["pl", "en", "be", "uk", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

FIRST_YEAR, LAST_YEAR = 1900, 2199  # whatever is reckoned from a time, in any zone, is still a date

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u2028\u2029]")
_ZONES = frozenset(available_timezones())


def _one_line(value: str) -> str:
    if "\n" in value or "\r" in value or "\t" in value or _CONTROL.search(value):
        raise ValueError("must be one line without control characters")
    return value


def _many_lines(value: str) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(value):
        raise ValueError("must not hold control characters")
    return value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("must say its offset from UTC, as in 2008-10-14T09:00:00+02:00")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"must be in the years {FIRST_YEAR} to {LAST_YEAR}")
    value = value.astimezone(UTC)
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


def _known_zone(value: str) -> str:
    if value not in _ZONES:
        raise ValueError("must be a name of the IANA time zone database, as in Europe/Warsaw")
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_one_line)]
"""One line of 1 to 200 characters; no control characters, so it can stand in a header or a property."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000), AfterValidator(_many_lines)]
"""Text of up to 20,000 characters in any number of lines."""

Time = Annotated[datetime, AfterValidator(_aware)]
"""A moment of the years 1900 to 2199: aware, kept in UTC, in whole milliseconds."""

ZoneName = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_zone)]
"""A name of the IANA time zone database."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""

LocalLine = Annotated[dict[Language, Line], Field(min_length=1)]
"""One line in one or more languages."""

LocalText = dict[Language, Text]
"""A text in any number of languages."""


def in_language(texts: Mapping[Language, str], language: Language) -> str:
    """Return the text in ``language``, or in the first of en, pl, ru, uk, be that has one, or ``""``."""
    order: tuple[Language, ...] = (language, "en", "pl", "ru", "uk", "be")
    return next((texts[each] for each in order if texts.get(each)), "")


class Model(BaseModel):
    """A value that is never changed in place."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Command(Model):
    """What somebody asks for: the body of a request.  Unknown fields are refused."""


class Aggregate(Model):
    """A thing with an identity that changes as one; ``revision`` counts its changes from 1."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Id
    revision: int = Field(default=1, ge=1)

    def evolve(self, **changes: Any) -> Self:
        """Return the next revision of this aggregate with ``changes`` made."""
        return self.model_copy(update={**changes, "revision": self.revision + 1})
