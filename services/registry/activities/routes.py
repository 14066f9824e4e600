"""Activities over HTTP: everybody may read; they come from files (see imports)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.registry.activities import domain, store
from services.registry.activities.domain import Activity, ActivityLine
from shared.auth import Anyone
from shared.ids import Id
from shared.model import Country
from shared.paging import Page, Paging
from shared.web import StorageOf, versioned

router = APIRouter(prefix="/activities", tags=["activities"])

Question = Annotated[
    str | None, Query(alias="q", max_length=200, description="Beginnings of words of the title, or the identifier.")
]
Sector = Annotated[
    str | None, Query(max_length=240, description="A code of the OECD DAC, or ``vocabulary:code`` of another list.")
]


@router.get("")
async def list_activities(
    *,
    actor: Anyone,
    storage: StorageOf,
    paging: Annotated[Paging, Depends()],
    question: Question = None,
    organisation_id: Id | None = None,
    country: Country | None = None,
    sector: Sector = None,
) -> Page[ActivityLine]:
    """List activities, or find them by title, identifier, organisation, country or sector."""
    page = await store.page(
        storage.reader,
        question=question,
        organisation_id=organisation_id,
        country=country,
        sector=sector,
        paging=paging,
    )
    return Page(items=[domain.line_of(each) for each in page.items], next=page.next)


@router.get("/{activity_id}")
async def show_activity(activity_id: Id, actor: Anyone, storage: StorageOf, response: Response) -> Activity:
    """Show one activity with its budgets and transactions."""
    activity = await store.activities.get(storage.reader, activity_id)
    versioned(response, activity)
    return activity
