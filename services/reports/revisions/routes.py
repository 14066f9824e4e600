"""Revisions, comparisons, previews and unsaved texts over HTTP, for those who write a report."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status

from services.reports.access import part_of
from services.reports.authors import AuthorView, seen_as
from services.reports.comments import store as threads
from services.reports.commissions import store as commissions
from services.reports.images import actions as images
from services.reports.publication.around import Around, images_at
from services.reports.publication.html import to_html
from services.reports.reports import store as reports
from services.reports.reports.domain import Markdown
from services.reports.reports.routes import KeyOf, Seen
from services.reports.reports.views import SectionView, section_view
from services.reports.revisions import actions, store
from services.reports.revisions.compare import Piece, compare
from services.reports.revisions.domain import CompareText, KeepUnsaved, Revision, Unsaved
from services.reports.writing import store as works
from services.reports.writing.domain import OPEN
from shared.auth import Actor, Member
from shared.ids import Id
from shared.model import Command, Language, Model, Time, in_language
from shared.paging import Page, PagingOf
from shared.problems import NotFound
from shared.storage import Reader
from shared.web import StorageOf, versioned

router = APIRouter(prefix="/reports/{report_id}/sections/{key}/{language}", tags=["revisions"])
Number = Annotated[int, Path(ge=1, le=1_000_000)]


class RevisionView(Model):
    """A revision of a section, as one of those who write the report may know it."""

    number: int
    saved_at: Time
    saved_by: AuthorView
    restored_from: int | None


class OlderText(RevisionView):
    """A revision with its text, and how it came from the one before it, or from the one that was asked for."""

    title: str
    text: str
    compared_with: int | None
    changes: list[Piece]


class UnsavedText(Model):
    """What the caller has typed and not saved; ``revision`` is the section's newest, ``seen`` that below it."""

    title: str
    text: str
    seen: int
    kept_at: Time
    revision: int


class WritingDesk(Model):
    """Everything that somebody needs who writes or reads one section of a draft."""

    section: SectionView
    report_title: dict[Language, str]
    guidance: str
    """What belongs in the section, in its language or the next best one; may be empty."""
    may_write: bool
    under_review: bool
    """Whether its editors have it, so that contributors change nothing now."""
    open_threads: int
    unsaved: UnsavedText | None
    """What the caller has typed and not saved."""


class Comparison(Model):
    """Three texts: ``base`` is what both began with; ``joined`` is nothing where both changed the same lines."""

    base: str
    theirs: SectionView
    their_changes: list[Piece]
    my_changes: list[Piece]
    joined: str | None


class PreviewText(Command):
    """Show a text as it would be published."""

    text: Markdown


class Preview(Model):
    """Sanitised HTML, made as that of a published page."""

    html: str


@router.get("/desk")
async def show_desk(report_id: Id, key: KeyOf, language: Language, actor: Member, storage: StorageOf) -> WritingDesk:
    """Show a section with what its writers need beside it: what belongs there, what waits, what they never saved."""
    reader = storage.reader
    part = await part_of(reader, actor, report_id)
    report = await reports.get(reader, report_id)
    section = await reports.get_section(reader, report_id, key, language)
    unsaved = await store.unsaved_of(reader, section, actor.person_id)
    work = await works.find(reader, report_id, key)
    return WritingDesk(
        section=section_view(report, section),
        report_title=report.title,
        guidance=in_language(report.planned(key).guidance, language),
        may_write=part.writes(key),
        under_review=work is not None and work.state not in OPEN and not part.edits,
        open_threads=await threads.count_open(reader, report_id, key, language),
        unsaved=unsaved and _unsaved(unsaved, section.revision),
    )


@router.get("/revisions")
async def list_revisions(
    *, report_id: Id, key: KeyOf, language: Language, actor: Member, storage: StorageOf, paging: PagingOf
) -> Page[RevisionView]:
    """List the saves of a section, newest first, without their texts."""
    seen = await _seen(storage.reader, report_id, actor)
    found = await store.page(storage.reader, report_id, key, language, after=paging.after, limit=paging.limit)
    return Page(items=[_view(each, seen) for each in found.items], next=found.next)


@router.get("/revisions/{number}")
async def show_revision(
    *,
    report_id: Id,
    key: KeyOf,
    language: Language,
    number: Number,
    actor: Member,
    storage: StorageOf,
    since: Annotated[
        int | None, Query(ge=1, description="Compare with this revision, not with the one before.")
    ] = None,
) -> OlderText:
    """Show a section as it was saved, and what changed in it."""
    seen = await _seen(storage.reader, report_id, actor)
    found = await store.get(storage.reader, report_id, key, language, number)
    before = await store.find(storage.reader, report_id, key, language, since or number - 1)
    changes = await asyncio.to_thread(compare, "" if before is None else before.text, found.text)
    return OlderText(
        **_view(found, seen).model_dump(),
        title=found.title,
        text=found.text,
        compared_with=before and before.number,
        changes=changes,
    )


@router.post("/revisions/{number}/restoration")
async def restore_revision(
    *,
    report_id: Id,
    key: KeyOf,
    language: Language,
    number: Number,
    actor: Member,
    storage: StorageOf,
    seen: Seen,
    response: Response,
) -> SectionView:
    """Save an older revision anew; what is saved now stays among the revisions."""
    report, section = await storage.transact(actions.restore, report_id, key, language, number, seen=seen, by=actor)
    versioned(response, section)
    return section_view(report, section)


@router.post("/comparison")
async def compare_texts(
    *, report_id: Id, key: KeyOf, language: Language, command: CompareText, actor: Member, storage: StorageOf
) -> Comparison:
    """Compare what was typed with what somebody else saved meanwhile, from the text that both began with."""
    await part_of(storage.reader, actor, report_id)
    found = await actions.three(storage.reader, report_id, key, language, command)
    theirs, mine, joined = await asyncio.to_thread(actions.differences, found)
    report = await reports.get(storage.reader, report_id)
    return Comparison(
        base=found.started,
        theirs=section_view(report, found.section),
        their_changes=theirs,
        my_changes=mine,
        joined=joined,
    )


@router.post("/preview")
async def preview(
    *, report_id: Id, key: KeyOf, language: Language, command: PreviewText, actor: Member, storage: StorageOf
) -> Preview:
    """Show a text as it would be published, with the pictures of the draft."""
    await part_of(storage.reader, actor, report_id)
    known = await images.known_to(storage.reader, report_id)
    around = Around(language=language, key=key, pictures=known, images_at=images_at(report_id, language))
    return Preview(html=await asyncio.to_thread(to_html, command.text, around))


@router.get("/unsaved")
async def show_unsaved(report_id: Id, key: KeyOf, language: Language, actor: Member, storage: StorageOf) -> UnsavedText:
    """Show what the caller has typed and not saved.  404 when there is nothing."""
    await part_of(storage.reader, actor, report_id)
    section = await reports.get_section(storage.reader, report_id, key, language)
    found = await store.unsaved_of(storage.reader, section, actor.person_id)
    if found is None:
        raise NotFound("nothing-unsaved", "Everything you typed here is saved.")
    return _unsaved(found, section.revision)


@router.put("/unsaved")
async def keep_unsaved(
    *, report_id: Id, key: KeyOf, language: Language, command: KeepUnsaved, actor: Member, storage: StorageOf
) -> UnsavedText:
    """Keep what the caller is typing, for them alone and for thirty days; the section stays as it is."""
    text, section = await storage.transact(actions.keep_unsaved, report_id, key, language, command, by=actor)
    return _unsaved(text, section.revision)


@router.delete("/unsaved", status_code=status.HTTP_204_NO_CONTENT)
async def drop_unsaved(report_id: Id, key: KeyOf, language: Language, actor: Member, storage: StorageOf) -> None:
    """Forget what the caller has typed and not saved."""
    await storage.transact(actions.drop_unsaved, report_id, key, language, by=actor)


def _unsaved(text: Unsaved, revision: int) -> UnsavedText:
    return UnsavedText(**text.model_dump(include={"title", "text", "seen", "kept_at"}), revision=revision)


async def _seen(reader: Reader, report_id: str, actor: Actor) -> Callable[[Revision], AuthorView]:
    part = await part_of(reader, actor, report_id)
    commission = await commissions.of_report(reader, report_id)
    return lambda revision: seen_as(revision.saved_by, by=actor, part=part, commission=commission)


def _view(revision: Revision, seen: Callable[[Revision], AuthorView]) -> RevisionView:
    facts = revision.model_dump(include={"number", "saved_at", "restored_from"})
    return RevisionView(**facts, saved_by=seen(revision))
