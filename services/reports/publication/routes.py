"""Publishing over HTTP, and reading editions: as data, as the exact bytes of their hash, as PDF.

Editions never change, and are kept by readers' programs for a minute only: one that is withdrawn must be gone soon.
"""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status

from services.reports.caching import headers, not_modified
from services.reports.publication import actions, checks, store
from services.reports.publication.checks import Checklist
from services.reports.publication.domain import (
    CorrectReport,
    Edition,
    EditionFacts,
    PublishReport,
    WithdrawReport,
)
from services.reports.publication.gathering import gather
from services.reports.publication.page import EditionPage, page_etag
from services.reports.publication.pdf import pdf_etag, pdf_name
from services.reports.publication.press import Press, press_of
from services.reports.publication.reading import facts_for_readers, in_language, shown_in
from services.reports.reports import store as reports
from services.reports.reports.domain import Withdrawn
from shared.auth import Anyone, Editor
from shared.ids import Id
from shared.model import Language
from shared.paging import Page
from shared.web import IfMatch, StorageOf

MINUTE = "public, max-age=60"

router = APIRouter(prefix="/reports/{report_id}", tags=["publication"])
Number = Annotated[int, Path(ge=1, le=1_000_000)]
PressOf = Annotated[Press, Depends(press_of)]
ReadIn = Annotated[Language | None, Query(description="One language of the edition.")]


@router.get("/publication")
async def show_checklist(report_id: Id, actor: Editor, storage: StorageOf) -> Checklist:
    """Say what hinders publication: in the whole report, and in each of its languages; each point names its place."""
    draft = await gather(storage.reader, await reports.get(storage.reader, report_id))
    return await asyncio.to_thread(checks.checklist, draft)


@router.post("/publication", status_code=status.HTTP_201_CREATED)
async def publish_report(
    *,
    report_id: Id,
    response: Response,
    actor: Editor,
    storage: StorageOf,
    seen: IfMatch,
    command: PublishReport | None = None,
) -> EditionFacts:
    """Make the draft an edition that never changes, and tell the subscribers."""
    edition = await storage.transact(
        actions.publish_report, report_id, command or PublishReport(), seen=seen, by=actor.person_id
    )
    return _printed(response, edition)


@router.post("/correction", status_code=status.HTTP_201_CREATED)
async def correct_report(
    *, report_id: Id, command: CorrectReport, response: Response, actor: Editor, storage: StorageOf, seen: IfMatch
) -> EditionFacts:
    """Publish an edition that begins with what was wrong in the one before, and tell everybody who was told of that."""
    edition = await storage.transact(actions.correct_report, report_id, command, seen=seen, by=actor.person_id)
    return _printed(response, edition)


@router.post("/withdrawal")
async def withdraw_report(
    *, report_id: Id, command: WithdrawReport, actor: Editor, storage: StorageOf, seen: IfMatch
) -> Withdrawn:
    """Take all editions back: in their place stands why (410), and everybody who was told of them is told of that."""
    report = await storage.transact(actions.withdraw_report, report_id, command, seen=seen)
    assert report.withdrawn is not None  # noqa: S101 - it has just been withdrawn
    return report.withdrawn


def _printed(response: Response, edition: Edition) -> EditionFacts:
    response.headers["Location"] = f"/reports/{edition.report_id}/editions/{edition.edition}"
    return EditionFacts.model_validate(edition.model_dump())


@router.get("/editions")
async def list_editions(report_id: Id, actor: Anyone, storage: StorageOf) -> Page[EditionFacts]:
    """List a report's editions, newest first, without those that were withdrawn."""
    report = await reports.get_published(storage.reader, report_id)
    gone = 0 if report.withdrawn is None else report.withdrawn.edition
    return Page(items=[each for each in await store.editions_of(storage.reader, report_id) if each.edition > gone])


@router.get("/editions/{number}", response_model=EditionPage)
async def show_edition(
    *,
    report_id: Id,
    number: Number,
    request: Request,
    actor: Anyone,
    storage: StorageOf,
    press: PressOf,
    language: ReadIn = None,
) -> Response:
    """Show an edition, in all its languages or in one: sanitised HTML for each section."""
    facts = in_language(await facts_for_readers(storage.reader, report_id, number), language)
    etag = page_etag(facts.sha256)
    if (unchanged := not_modified(request, etag, modified_at=facts.published_at, cache_control=MINUTE)) is not None:
        return unchanged
    body = await press.page(
        f"{report_id} {number} {etag}", lambda: store.get(storage.reader, report_id, number), language
    )
    return Response(body, headers=headers(etag, facts.published_at, MINUTE), media_type="application/json")


@router.get("/editions/{number}/content")
async def show_content(report_id: Id, number: Number, request: Request, actor: Anyone, storage: StorageOf) -> Response:
    """Give the bytes that the edition's SHA-256 is of: canonical JSON (RFC 8785) with the Markdown as written."""
    await facts_for_readers(storage.reader, report_id, number)
    edition = await store.get(storage.reader, report_id, number)
    etag = f'"{edition.sha256}"'
    if (unchanged := not_modified(request, etag, modified_at=edition.published_at, cache_control=MINUTE)) is not None:
        return unchanged
    kept = headers(etag, edition.published_at, MINUTE)
    return Response(edition.content.encode(), headers=kept, media_type="application/json")


@router.get("/editions/{number}/pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
async def show_pdf(
    *,
    report_id: Id,
    number: Number,
    request: Request,
    actor: Anyone,
    storage: StorageOf,
    press: PressOf,
    language: ReadIn = None,
) -> Response:
    """Give an edition as a tagged PDF in one language; without ``language`` in English or else its first."""
    facts = await facts_for_readers(storage.reader, report_id, number)
    chosen = shown_in(facts, language)
    etag = pdf_etag(facts, chosen)
    if (unchanged := not_modified(request, etag, modified_at=facts.published_at, cache_control=MINUTE)) is not None:
        return unchanged
    body = await press.pdf(f"{report_id} {etag}", lambda: store.get(storage.reader, report_id, number), chosen)
    named = {"Content-Disposition": f'inline; filename="{pdf_name(report_id, facts, chosen)}"'}
    return Response(body, headers=headers(etag, facts.published_at, MINUTE) | named, media_type="application/pdf")
