"""Regions and countries on the pages: their names, choices of them, and the review list of unknown places."""

import asyncio
import time

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.activities import words
from services.portal.clients.activities import Region
from services.portal.clients.base import Down, Refused
from services.portal.numbers import whole
from services.portal.pages import Coordinator, Viewer, Visit, local
from shared.ids import Id

router = APIRouter()

AT_HOME = ("BY", "PL", "UA", "LT")
"""The countries whose regions are offered in every form."""
KEPT = 86_400  # seconds: regions change once in years
ON_A_PAGE = 50

_known: dict[str, tuple[float, list[Region]]] = {}


async def regions_of(visit: Visit, country: str) -> list[Region]:
    """Return the regions of a country; none when they cannot be asked."""
    now = time.monotonic()
    if country not in _known or _known[country][0] < now:
        try:
            _known[country] = (now + KEPT, await visit.anonymous.activities.regions(country))
        except (Refused, Down):
            return []
    return _known[country][1]


async def region_names(visit: Visit, codes: list[str]) -> dict[str, str]:
    """Return what regions are called, by code; the code itself where that is not known."""
    countries = sorted({code[:2] for code in codes})
    found = await asyncio.gather(*(regions_of(visit, each) for each in countries))
    names = {each.code: local(each.names, visit.language) for group in found for each in group}
    return {code: names.get(code, code) for code in codes}


async def region_choices(visit: Visit, countries: list[str]) -> list[tuple[str, str]]:
    """Return regions to choose from, each with its country."""
    wanted = list(dict.fromkeys([*AT_HOME, *countries]))
    found = await asyncio.gather(*(regions_of(visit, each) for each in wanted))
    pairs = [
        (each.code, f"{visit.speech.country(country)}: {local(each.names, visit.language)}")
        for country, group in zip(wanted, found, strict=True)
        for each in group
    ]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


async def region_offer(visit: Visit, country: str, chosen: list[str]) -> list[tuple[str, str]]:
    """Return a country's regions to choose from, or those at home, and every one that is ``chosen`` already."""
    found = await region_choices(visit, [country] if country else [])
    offered = {code: name for code, name in found if not country or code.startswith(f"{country}-") or code in chosen}
    missing = [each for each in chosen if each not in offered]
    return [*offered.items(), *(await region_names(visit, missing)).items()]


@router.get("/{language}/places")
async def unknown_places(visit: Viewer, state: str = "open", after: str = "", done: str = "") -> HTMLResponse:
    """Show the names of places that nobody knows."""
    state = state if state in ("open", "decided") else "open"
    found = await visit.services.activities.unmatched(state=state, after=after, limit=ON_A_PAGE)
    decided = [each.place.region for each in found.items if each.place and each.place.region]
    names = await region_names(visit, decided)
    return visit.page("activities/places.html", found=found, state=state, names=names, terms=words, done=done)


@router.get("/{language}/places/{place_id}")
async def unknown_place(visit: Coordinator, place_id: Id) -> HTMLResponse:
    """Ask what one name means."""
    return await _page(visit, place_id, {})


@router.post("/{language}/places/{place_id}")
async def decide(visit: Coordinator, place_id: Id) -> Response:
    """Say what a name means."""
    form = await visit.form()
    said = {name: str(form.get(name, "")).strip()[:10] for name in ("country", "region", "commune")}
    decision = {} if form.get("step") == "nowhere" else {name: value for name, value in said.items() if value}
    if not decision and form.get("step") != "nowhere":
        wrong = visit.say("Choose a region, a country, or write the code of a commune.")
        return await _page(visit, place_id, {"region": wrong}, status=422)
    try:
        seen = whole(form.get("revision", ""))
        await visit.services.activities.decide(place_id, decision, revision=seen)
    except Refused as refused:
        if refused.status not in (409, 412, 422):
            raise
        field = refused.errors[0].field if refused.errors else None
        where = (field or "region").removeprefix("body.")
        text = visit.say(words.WRONG.get(refused.code, "This cannot be accepted as it is."))
        return await _page(visit, place_id, {where if where in said else "region": text}, status=refused.status)
    return visit.go("/places", done="decided")


async def _page(visit: Visit, place_id: str, errors: dict[str, str], *, status: int = 200) -> HTMLResponse:
    place = await visit.services.activities.place(place_id)
    regions = await region_choices(visit, [place.country] if place.country else [])
    return visit.page("activities/place.html", status, place=place, regions=regions, errors=errors)
