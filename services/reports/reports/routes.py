"""Writing reports over HTTP, and finding published ones."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response, status

from services.reports import access
from services.reports.reports import actions, store
from services.reports.reports.domain import CreateReport, State, UpdateReport, WriteSection
from services.reports.reports.views import ReportView, SectionView, for_editors, for_readers, section_view
from services.reports.templates.domain import Key
from shared.auth import Actor, Anyone, Editor, Member
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Country, Language
from shared.paging import Page, Paging
from shared.problems import PreconditionRequired
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/reports", tags=["reports"])
FOR_READERS = {"Cache-Control": "public, max-age=60", "Vary": "Authorization"}
FOR_EDITORS = {"Cache-Control": "no-store", "Vary": "Authorization"}


def edits(actor: Actor | None) -> bool:
    """Return whether the caller sees drafts."""
    return actor is not None and actor.may("editor")


def seen_revision(revision: IfMatch) -> int:
    """Return the revision that the caller saw.  Raises `PreconditionRequired`."""
    if revision is None:
        raise PreconditionRequired("if-match-needed", "Send If-Match with the revision you saw (its ETag).")
    return revision


Seen = Annotated[int, Depends(seen_revision)]
KeyOf = Annotated[Key, Path(description="The key of the section.")]


@router.post("", status_code=status.HTTP_201_CREATED, response_model_exclude_unset=True)
async def create_report(command: CreateReport, response: Response, actor: Editor, storage: StorageOf) -> ReportView:
    """Begin a report: the sections of its template are there, empty, in each of its languages."""
    report, sections = await storage.transact(actions.create_report, command, by=actor.person_id)
    versioned(response, report)
    response.headers["Location"] = f"/reports/{report.id}"
    return for_editors(report, sections)


@router.get("", response_model_exclude_unset=True)
async def list_reports(
    *,
    response: Response,
    actor: Anyone,
    storage: StorageOf,
    paging: Annotated[Paging, Depends()],
    theme: Annotated[Theme | None, Query()] = None,
    language: Annotated[Language | None, Query()] = None,
    country: Annotated[Country | None, Query()] = None,
    state: Annotated[
        State | Literal["unpublished"] | None,
        Query(description="For editors; *unpublished*: drafts and withdrawn ones."),
    ] = None,
) -> Page[ReportView]:
    """List published reports; for editors those in any state, without their sections."""
    if edits(actor):
        response.headers.update(FOR_EDITORS)
        found = await store.page_for_editors(
            storage.reader,
            theme=theme,
            state=state,
            language=language,
            country=country,
            after=paging.after,
            limit=paging.limit,
        )
        return Page(items=[for_editors(report) for report in found.items], next=found.next)
    response.headers.update(FOR_READERS)
    found = await store.page_for_readers(
        storage.reader, theme=theme, language=language, country=country, after=paging.after, limit=paging.limit
    )
    return Page(items=[for_readers(report) for report in found.items], next=found.next)


@router.get("/{report_id}", response_model_exclude_unset=True)
async def show_report(report_id: Id, response: Response, actor: Anyone, storage: StorageOf) -> ReportView:
    """Show a report: to readers its latest edition's face, to editors and contributors the draft with its sections."""
    if await access.find_part(storage.reader, actor, report_id) is None:
        response.headers.update(FOR_READERS)
        report = await store.get_published(storage.reader, report_id)
        return for_readers(report)
    report = await store.get(storage.reader, report_id)
    response.headers.update(FOR_EDITORS)
    versioned(response, report)
    return for_editors(report, await store.sections_of(storage.reader, report_id))


@router.put("/{report_id}", response_model_exclude_unset=True)
async def update_report(
    *, report_id: Id, command: UpdateReport, response: Response, actor: Editor, storage: StorageOf, seen: Seen
) -> ReportView:
    """Replace what a report says of itself.  ``If-Match`` is the report's revision, which sections do not raise."""
    report, sections = await storage.transact(actions.update_report, report_id, command, seen=seen, by=actor.person_id)
    versioned(response, report)
    return for_editors(report, sections)


@router.get("/{report_id}/sections/{key}/{language}")
async def show_section(
    *, report_id: Id, key: KeyOf, language: Language, response: Response, actor: Member, storage: StorageOf
) -> SectionView:
    """Show one section in one language as it is being written, to editors and contributors."""
    await access.part_of(storage.reader, actor, report_id)
    report = await store.get(storage.reader, report_id)
    section = await store.get_section(storage.reader, report_id, key, language)
    versioned(response, section)
    return section_view(report, section)


@router.put("/{report_id}/sections/{key}/{language}")
async def write_section(
    *,
    report_id: Id,
    key: KeyOf,
    language: Language,
    command: WriteSection,
    response: Response,
    actor: Member,
    storage: StorageOf,
    seen: Seen,
) -> SectionView:
    """Save one section in one language.  ``If-Match`` is this section's own revision, so nobody else's saves matter.

    The same save sent twice succeeds twice; 412 names the revision and time of what somebody else saved.
    """
    report, section = await storage.transact(
        actions.write_section, report_id, key, language, command, seen=seen, by=actor
    )
    versioned(response, section)
    return section_view(report, section)
