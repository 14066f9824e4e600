"""Places over HTTP: everybody may look up regions and communes; coordinators keep the review list."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.registry.places import actions, store
from services.registry.places.domain import Commune, DecidePlace, RegionCode, RegionLine, State, UnmatchedPlace
from shared.auth import Anyone, Coordinator
from shared.ids import Id
from shared.model import Country
from shared.paging import Page, Paging
from shared.regions import names_of_region, region_called, regions_of
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/places", tags=["places"])

Question = Annotated[str | None, Query(alias="q", max_length=200, description="Beginnings of words of the name.")]
RegionName = Annotated[str, Query(max_length=200, description="A name in any of the languages, or a part of it.")]


@router.get("/regions")
async def list_regions(
    actor: Anyone, country: Country | None = None, name: RegionName | None = None
) -> Page[RegionLine]:
    """List the regions of a country by their codes of ISO 3166-2, or the one that is meant by a name."""
    if name is not None:
        found = region_called(name, country=country)
        codes = [found] if found else []
    else:
        codes = regions_of(country) if country else []
    return Page(items=[RegionLine(code=code, names=names_of_region(code)) for code in codes])


@router.get("/communes")
async def list_communes(
    actor: Anyone,
    storage: StorageOf,
    paging: Annotated[Paging, Depends()],
    question: Question = None,
    region: RegionCode | None = None,
) -> Page[Commune]:
    """List the communes of the Polish register, or find them by name."""
    return await store.page_of_communes(storage.reader, question=question, region=region, paging=paging)


@router.get("/unmatched")
async def list_unmatched_places(
    actor: Coordinator, storage: StorageOf, paging: Annotated[Paging, Depends()], state: State = "open"
) -> Page[UnmatchedPlace]:
    """List the names of places that nobody knows, or what was decided about them."""
    return await store.page_of_unmatched(storage.reader, state=state, paging=paging)


@router.get("/unmatched/{place_id}")
async def show_unmatched_place(
    place_id: Id, actor: Coordinator, storage: StorageOf, response: Response
) -> UnmatchedPlace:
    """Show one entry of the review list."""
    entry = await store.unmatched_places.get(storage.reader, place_id)
    versioned(response, entry)
    return entry


@router.put("/unmatched/{place_id}/decision")
async def decide_place(
    *,
    place_id: Id,
    command: DecidePlace,
    actor: Coordinator,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> UnmatchedPlace:
    """Say what a name means; it is remembered for every later file, and what is on record says so within a minute."""
    entry = await storage.transact(actions.decide_place, place_id, command, revision=revision, by=actor.person_id)
    versioned(response, entry)
    return entry
