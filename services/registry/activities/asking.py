"""Who asks for which activities over HTTP: filters, how somebody looks, and how they write."""

from typing import Annotated

from fastapi import Depends, Query

from services.registry.activities.finding import Filter
from services.registry.activities.parts import Part
from services.registry.audiences import Audience, Viewer, viewer_of
from services.registry.organisations import store as organisations
from services.registry.places.domain import RegionCode
from shared.auth import Actor
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Country
from shared.storage import Reader

Question = Annotated[
    str | None, Query(alias="q", max_length=200, description="Beginnings of words of the title, or the identifier.")
]
Sector = Annotated[
    str | None, Query(max_length=240, description="A code of the OECD DAC, or ``vocabulary:code`` of another list.")
]
Status = Annotated[str | None, Query(max_length=10, description="A code of IATI's list ActivityStatus.")]
Year = Annotated[int | None, Query(ge=1900, le=2199, description="A year in which it goes on.")]
HasPart = Annotated[Part | None, Query(description="With organisation_id: the part that the organisation has.")]


def filter_of(
    *,
    question: Question = None,
    organisation_id: Id | None = None,
    part: HasPart = None,
    country: Country | None = None,
    region: RegionCode | None = None,
    sector: Sector = None,
    theme: Theme | None = None,
    status: Status = None,
    year: Year = None,
    withdrawn: bool = False,
) -> Filter:
    """Return what is looked for."""
    return Filter(
        question=question,
        organisation_id=organisation_id,
        part=part,
        country=country,
        region=region,
        sector=sector,
        theme=theme,
        status=status,
        year=year,
        withdrawn=withdrawn,
    )


FilterOf = Annotated[Filter, Depends(filter_of)]


def writer_of(actor: Actor | None) -> Viewer:
    """Return how somebody writes: operators look as coordinators do, and write for their own organisations alone."""
    viewer = viewer_of(actor)
    if actor is None or actor.may("coordinator") or viewer.standing == "public":
        return viewer
    return Viewer("members", viewer.person_id, viewer.organisation_ids)


async def may_ask(reader: Reader, wanted: Filter, viewer: Viewer) -> bool:
    """Say whether ``viewer`` may know of the organisation that is asked for: else nothing fits."""
    if wanted.organisation_id is None:
        return True
    found = await organisations.with_ids(reader, [wanted.organisation_id])
    own = wanted.organisation_id in viewer.organisation_ids
    return all(viewer.may_see(Audience(level=each.audience), own=own) for each in found)
