"""Writing together over HTTP: the workshop of a report, the steps of a section, and one's own desk."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.reports import access
from services.reports.templates.domain import Key
from services.reports.writing import actions, desk, views
from services.reports.writing.domain import RequestChanges, SectionWork, SignOff, State
from services.reports.writing.draft import draft_of
from services.reports.writing.readings import ReadingView, reading
from services.reports.writing.views import DeskItem, WorkshopView
from shared.auth import Member
from shared.ids import Id, utc_now
from shared.model import Model
from shared.paging import Page, PagingOf
from shared.web import StorageOf, versioned

router = APIRouter(tags=["writing"])
KeyOf = Annotated[Key, Path(description="The key of the section.")]


class StateView(Model):
    """How far a section is after a step."""

    key: Key
    state: State
    revision: int


@router.get("/writing")
async def show_desk(actor: Member, storage: StorageOf, paging: PagingOf) -> Page[DeskItem]:
    """List the reports that the caller writes or edits, each with what waits: those in writing first, newest first."""
    return await desk.page(storage.reader, actor, paging=paging, today=utc_now().date())


@router.get("/reports/{report_id}/workshop")
async def show_workshop(report_id: Id, actor: Member, storage: StorageOf, response: Response) -> WorkshopView:
    """Show who writes which section of a report, how far each is, by when it is due and who has signed it off."""
    response.headers["Cache-Control"] = "no-store"
    part = await access.part_of(storage.reader, actor, report_id)
    return views.workshop(await draft_of(storage.reader, report_id), part, today=utc_now().date())


@router.get("/reports/{report_id}/readings/{key}")
async def read_section(report_id: Id, key: KeyOf, actor: Member, storage: StorageOf, response: Response) -> ReadingView:
    """Show a section as it would be published, numbers and words of pictures included, to read before signing."""
    response.headers["Cache-Control"] = "no-store"
    await access.part_of(storage.reader, actor, report_id)
    draft = await draft_of(storage.reader, report_id)
    draft.report.planned(key)
    return await asyncio.to_thread(reading, draft, key)


@router.post("/reports/{report_id}/writing/{key}/submission")
async def submit_section(report_id: Id, key: KeyOf, actor: Member, storage: StorageOf, response: Response) -> StateView:
    """Hand a section to its editors: until they have read it, its writers change nothing."""
    return _shown(await storage.transact(actions.submit, report_id, key, by=actor), response)


@router.delete("/reports/{report_id}/writing/{key}/submission")
async def take_section_back(
    report_id: Id, key: KeyOf, actor: Member, storage: StorageOf, response: Response
) -> StateView:
    """Take a section back from its editors, to go on writing."""
    return _shown(await storage.transact(actions.take_back, report_id, key, by=actor), response)


@router.post("/reports/{report_id}/writing/{key}/changes")
async def request_changes(
    *, report_id: Id, key: KeyOf, command: RequestChanges, actor: Member, storage: StorageOf, response: Response
) -> StateView:
    """Send a section back to those who write it, and say what to change; for the report's editors."""
    return _shown(await storage.transact(actions.request_changes, report_id, key, command, by=actor), response)


@router.post("/reports/{report_id}/writing/{key}/acceptance")
async def accept_section(report_id: Id, key: KeyOf, actor: Member, storage: StorageOf, response: Response) -> StateView:
    """Take a section, and ask those who wrote it to sign it off; again when its text has changed; for editors."""
    return _shown(await storage.transact(actions.accept, report_id, key, by=actor), response)


@router.post("/reports/{report_id}/writing/{key}/sign-offs")
async def sign_section_off(
    *, report_id: Id, key: KeyOf, command: SignOff, actor: Member, storage: StorageOf, response: Response
) -> StateView:
    """Sign a section off for one's organisation, or record its dissent, which readers will see."""
    return _shown(await storage.transact(actions.sign_off, report_id, key, command, by=actor), response)


def _shown(work: SectionWork, response: Response) -> StateView:
    versioned(response, work)
    return StateView(key=work.key, state=work.state, revision=work.revision)
