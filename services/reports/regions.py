"""Parts of countries that reports, practices and incidents are about."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared.model import Language, in_language
from shared.regions import is_region, names_of_region

MAX_REGIONS = 100  # of one report: more than nearly every country has


def _known_region(code: str) -> str:
    if not is_region(code):
        raise ValueError("must be a code of ISO 3166-2, as in BY-HR")
    return code


def _sorted(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))


Region = Annotated[str, StringConstraints(pattern="^[A-Z]{2}-[A-Z0-9]{1,3}$"), AfterValidator(_known_region)]
"""A part of a country by ISO 3166-2."""

Regions = Annotated[tuple[Region, ...], Field(max_length=MAX_REGIONS), AfterValidator(_sorted)]
"""The regions that something is about, each once, in the order of their codes; none: the whole country."""


def region_name(code: str, language: Language) -> str:
    """Return what a region is called in ``language``, or in the next one in which that is known."""
    return in_language(names_of_region(code), language)
