"""The library over HTTP, for everybody: published reports by words and facets, counted, and one with all it says."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.reports.library import store, views
from services.reports.library.domain import Filter
from services.reports.library.views import LibraryCounts, LibraryItem
from services.reports.publication import store as editions
from services.reports.regions import Region
from services.reports.settings import SettingsOf
from shared.auth import Anyone
from shared.events.reports import ReportKind, Theme
from shared.ids import Id
from shared.model import Country, Language
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter(prefix="/library", tags=["library"])
A_MINUTE = {"Cache-Control": "public, max-age=60"}

Question = Annotated[
    str | None, Query(alias="q", max_length=200, description="Beginnings of words, in any script and spelling.")
]
Kind = Annotated[ReportKind | None, Query(alias="format", description="The kind of report.")]
Source = Annotated[str | None, Query(max_length=200, description="An author's name, as `/library/counts` gives it.")]
Year = Annotated[int | None, Query(ge=1900, le=2199, description="The year of the newest edition.")]
ShownIn = Annotated[Language | None, Query(description="In which language to give titles and names.")]


def filter_of(
    *,
    question: Question = None,
    theme: Theme | None = None,
    country: Country | None = None,
    region: Region | None = None,
    language: Language | None = None,
    kind: Kind = None,
    source: Source = None,
    year: Year = None,
) -> Filter:
    """Return what is looked for."""
    return Filter(
        question=question,
        theme=theme,
        country=country,
        region=region,
        language=language,
        format=kind,
        source=source,
        year=year,
    )


FilterOf = Annotated[Filter, Depends(filter_of)]


@router.get("")
async def list_library(
    *,
    response: Response,
    actor: Anyone,
    storage: StorageOf,
    settings: SettingsOf,
    wanted: FilterOf,
    paging: PagingOf,
    shown_in: ShownIn = None,
) -> Page[LibraryItem]:
    """List published reports, newest first, with the fields that ReliefWeb's API has."""
    response.headers.update(A_MINUTE)
    found = await store.page(storage.reader, wanted, paging)
    items = [
        views.item_of(
            card,
            language=shown_in or wanted.language,
            publisher=settings.publisher_name,
            portal_url=settings.portal_url,
        )
        for card in found.items
    ]
    return Page(items=items, next=found.next)


@router.get("/counts")
async def count_library(response: Response, actor: Anyone, storage: StorageOf, wanted: FilterOf) -> LibraryCounts:
    """Count the reports that a list with the same filters shows, and what each other value would find."""
    response.headers.update(A_MINUTE)
    total, facets = await store.count(storage.reader, wanted)
    return LibraryCounts(total=total, facets=facets)


@router.get("/{report_id}")
async def show_in_library(
    *,
    report_id: Id,
    response: Response,
    actor: Anyone,
    storage: StorageOf,
    settings: SettingsOf,
    shown_in: ShownIn = None,
) -> LibraryItem:
    """Show one published report with its whole text, in one language."""
    response.headers.update(A_MINUTE)
    card = await store.get(storage.reader, report_id)
    edition = await editions.get(storage.reader, report_id, card.edition)
    return views.item_of(
        card,
        language=shown_in,
        publisher=settings.publisher_name,
        portal_url=settings.portal_url,
        content=edition.read(),
    )
