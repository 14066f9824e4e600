"""The Book's practices over HTTP: those who edit it write them, everybody reads the published ones."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.reports.access import part_of
from services.reports.book import actions, store, views
from services.reports.book.domain import PracticeKind, WritePractice, chapters
from services.reports.book.views import PracticeCard, PracticeView, PublishedPracticeView
from services.reports.publication.reading import edition_for_readers
from services.reports.regions import Region
from shared.auth import Anyone, Member
from shared.ids import Id
from shared.model import Country
from shared.paging import Page, PagingOf
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/reports/{report_id}/practices", tags=["book"])
readers = APIRouter(prefix="/practices", tags=["book"])
A_MINUTE = {"Cache-Control": "public, max-age=60"}
Question = Annotated[
    str | None, Query(alias="q", max_length=200, description="Beginnings of words, in any script and spelling.")
]
Kind = Annotated[PracticeKind | None, Query(description="What it is.")]


@router.post("", status_code=201)
async def add_practice(
    report_id: Id, command: WritePractice, actor: Member, storage: StorageOf, response: Response
) -> PracticeView:
    """Add a practice to a Book."""
    part = await part_of(storage.reader, actor, report_id)
    practice = await storage.transact(actions.add_practice, report_id, command, by=part)
    versioned(response, practice)
    response.headers["Location"] = f"/reports/{report_id}/practices/{practice.id}"
    return views.view(practice)


@router.get("")
async def list_practices(
    report_id: Id, actor: Member, storage: StorageOf, response: Response, removed: bool = False
) -> list[PracticeView]:
    """List the practices of a Book that is being made, by chapter; at most 500, or those that were removed."""
    await part_of(storage.reader, actor, report_id)
    response.headers["Cache-Control"] = "no-store"
    found = await store.of_report(storage.reader, report_id, removed=removed)
    return [views.view(each) for each in chapters(found)]


@router.get("/{practice_id}")
async def show_practice(
    report_id: Id, practice_id: Id, actor: Member, storage: StorageOf, response: Response
) -> PracticeView:
    """Show one practice of a Book that is being made."""
    await part_of(storage.reader, actor, report_id)
    practice = await store.get(storage.reader, report_id, practice_id)
    response.headers["Cache-Control"] = "no-store"
    versioned(response, practice)
    return views.view(practice)


@router.put("/{practice_id}")
async def change_practice(
    *,
    report_id: Id,
    practice_id: Id,
    command: WritePractice,
    actor: Member,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> PracticeView:
    """Say anew what a practice is.  ``If-Match`` is its own revision."""
    part = await part_of(storage.reader, actor, report_id)
    practice = await storage.transact(actions.change_practice, report_id, practice_id, command, seen=seen, by=part)
    versioned(response, practice)
    return views.view(practice)


@router.post("/{practice_id}/removal")
async def remove_practice(report_id: Id, practice_id: Id, actor: Member, storage: StorageOf) -> PracticeView:
    """Take a practice out of the Book; it can be had back."""
    part = await part_of(storage.reader, actor, report_id)
    return views.view(await storage.transact(actions.remove_practice, report_id, practice_id, removed=True, by=part))


@router.post("/{practice_id}/restoration")
async def restore_practice(report_id: Id, practice_id: Id, actor: Member, storage: StorageOf) -> PracticeView:
    """Have a removed practice back."""
    part = await part_of(storage.reader, actor, report_id)
    return views.view(await storage.transact(actions.remove_practice, report_id, practice_id, removed=False, by=part))


@readers.get("")
async def list_published_practices(
    *,
    response: Response,
    actor: Anyone,
    storage: StorageOf,
    paging: PagingOf,
    book: Annotated[Id | None, Query(description="The report that is the Book.")] = None,
    question: Question = None,
    kind: Kind = None,
    region: Region | None = None,
    country: Country | None = None,
) -> Page[PracticeCard]:
    """List the practices that the newest editions of Books hold."""
    response.headers.update(A_MINUTE)
    found = await store.page_for_readers(
        storage.reader, report_id=book, kind=kind, region=region, country=country, question=question, paging=paging
    )
    return Page(items=[views.card(each) for each in found.items], next=found.next)


@readers.get("/{practice_id}")
async def show_published_practice(
    practice_id: Id, response: Response, actor: Anyone, storage: StorageOf
) -> PublishedPracticeView:
    """Show a published practice as the newest edition that holds it has it: its address stays.

    410 says why it is gone, when its Book was withdrawn.
    """
    response.headers.update(A_MINUTE)
    found = await store.PUBLISHED.get(storage.reader, practice_id)
    edition, _ = await edition_for_readers(storage.reader, found.report_id, found.edition)
    return views.for_readers(found, edition.read())
