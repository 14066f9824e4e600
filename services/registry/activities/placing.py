"""Where an activity takes place: its locations are looked up, and what nobody knows is put on the review list."""

from collections.abc import Sequence
from typing import Any

from services.registry.activities.parts import Location, Share
from services.registry.places import domain as places
from services.registry.places.actions import known_places, resolve_places
from services.registry.places.domain import Asked, Place
from shared.storage import Reader, Tx

MAX_ASKED = 1_000  # places in one look-up


def asked_of(location: Location, countries: Sequence[Share]) -> Asked | None:
    """Return what is to be looked up of a location, or `None` when it says itself where it is."""
    if location.region or location.commune:
        return None
    only = countries[0].code.upper() if len(countries) == 1 else None
    names = [*location.name.values(), *location.other_names.values()]
    asked = places.asked(names, country=location.country or only, code=location.ref)
    return asked if asked.key else None


def settled(location: Location, place: Place | None) -> Location:
    """Return a location with the ``place`` that was found; `None` when nobody knows it."""
    changes: dict[str, Any] = {"unplaced": place is None}
    if place is not None:
        changes |= {"country": place.country or location.country, "region": place.region, "commune": place.commune}
    return location.model_copy(update=changes)


def complete(location: Location) -> Location:
    """Return a location that says where it is with what follows from that."""
    if not location.region and not location.commune:
        return location
    place = places.place(country=location.country, region=location.region, commune=location.commune)
    return settled(location, place)


Located = tuple[Sequence[Location], Sequence[Share]]
"""The locations of an activity and the countries it goes to."""


async def place_all(tx: Tx, activities: Sequence[Located]) -> list[list[Location]]:
    """Return the locations of activities with what is known of them; unknown names go to the review list."""
    return await _place_all(tx, activities, resolve=True)


async def place_again(reader: Reader, activities: Sequence[Located]) -> list[list[Location]]:
    """Return the locations of activities with what is known of them by now."""
    return await _place_all(reader, activities, resolve=False)


async def _place_all(reader: Reader, activities: Sequence[Located], *, resolve: bool) -> list[list[Location]]:
    wanted = [asked_of(each, countries) for locations, countries in activities for each in locations]
    asked = list({each.model_dump_json(): each for each in wanted if each is not None}.values())
    found: dict[Asked, Place | None] = {}
    for start in range(0, len(asked), MAX_ASKED):
        some = asked[start : start + MAX_ASKED]
        known = await (
            resolve_places(reader, some) if isinstance(reader, Tx) and resolve else known_places(reader, some)
        )
        found.update(zip(some, known, strict=True))
    answers = iter(wanted)
    placed: list[list[Location]] = []
    for locations, _ in activities:
        own = [(each, next(answers)) for each in locations]
        placed.append([complete(each) if ask is None else settled(each, found[ask]) for each, ask in own])
    return placed
