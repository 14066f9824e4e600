"""Publishing over HTTP, and reading editions: as data, as the exact bytes of their hash, as PDF."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status

from services.reports.caching import FOREVER, headers, not_modified
from services.reports.publication import actions, domain, store
from services.reports.publication.domain import EditionFacts, LanguageChecklist, PublishReport
from services.reports.publication.page import EditionPage, page_etag
from services.reports.publication.pdf import pdf_etag, pdf_name
from services.reports.publication.press import Press, press_of
from services.reports.reports import store as reports
from shared.auth import Anyone, Editor
from shared.ids import Id
from shared.model import Language
from shared.paging import Page
from shared.problems import NotFound
from shared.web import IfMatch, StorageOf

router = APIRouter(prefix="/reports/{report_id}", tags=["publication"])
Number = Annotated[int, Path(ge=1, le=1_000_000)]
PressOf = Annotated[Press, Depends(press_of)]
ReadIn = Annotated[Language | None, Query(description="One language of the edition.")]


@router.get("/publication")
async def show_checklist(report_id: Id, actor: Editor, storage: StorageOf) -> list[LanguageChecklist]:
    """Say for each language of a report what is missing before it can be published."""
    report = await reports.get(storage.reader, report_id)
    return domain.checklist(report, await reports.sections_of(storage.reader, report_id))


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
    response.headers["Location"] = f"/reports/{report_id}/editions/{edition.edition}"
    return EditionFacts.model_validate(edition.model_dump())


@router.get("/editions")
async def list_editions(report_id: Id, actor: Anyone, storage: StorageOf) -> Page[EditionFacts]:
    """List a report's editions, newest first."""
    await reports.get_published(storage.reader, report_id)
    return Page(items=await store.editions_of(storage.reader, report_id))


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
    facts = _in_language(await store.facts(storage.reader, report_id, number), language)
    etag = page_etag(facts.sha256)
    if (unchanged := not_modified(request, etag, modified_at=facts.published_at)) is not None:
        return unchanged
    body = await press.page(
        f"{report_id} {number} {etag}", lambda: store.get(storage.reader, report_id, number), language
    )
    return Response(body, headers=headers(etag, facts.published_at), media_type="application/json")


@router.get("/editions/{number}/content")
async def show_content(report_id: Id, number: Number, request: Request, actor: Anyone, storage: StorageOf) -> Response:
    """Give the bytes that the edition's SHA-256 is of: canonical JSON (RFC 8785) with the Markdown as written."""
    edition = await store.get(storage.reader, report_id, number)
    etag = f'"{edition.sha256}"'
    unchanged = not_modified(request, etag, modified_at=edition.published_at, cache_control=FOREVER)
    if unchanged is not None:
        return unchanged
    kept = headers(etag, edition.published_at, FOREVER)
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
    facts = _in_language(await store.facts(storage.reader, report_id, number), language)
    chosen: Language = language or ("en" if "en" in facts.languages else facts.languages[0])
    etag = pdf_etag(facts, chosen)
    if (unchanged := not_modified(request, etag, modified_at=facts.published_at)) is not None:
        return unchanged
    body = await press.pdf(f"{report_id} {etag}", lambda: store.get(storage.reader, report_id, number), chosen)
    named = {"Content-Disposition": f'inline; filename="{pdf_name(report_id, facts, chosen)}"'}
    return Response(body, headers=headers(etag, facts.published_at) | named, media_type="application/pdf")


def _in_language(facts: EditionFacts, language: Language | None) -> EditionFacts:
    if language is not None and language not in facts.languages:
        raise NotFound(
            "language-not-published",
            "This edition was not published in this language.",
            languages=list(facts.languages),
        )
    return facts
