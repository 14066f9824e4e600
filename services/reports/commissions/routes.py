"""Commissions over HTTP: which reports were asked for, who writes them, until when."""

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from services.reports.commissions import actions, store
from services.reports.commissions.domain import Commission, Contributor, PlanCommission
from services.reports.reports.domain import Day
from shared.auth import Coordinator, Editor
from shared.ids import Id
from shared.model import Country, Language, Model, Time
from shared.paging import Page, PagingOf
from shared.storage import Document
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(tags=["commissions"])


class CommissionView(Model):
    """A commission, as editors and coordinators see it."""

    id: Id
    revision: int
    decision_id: Id | None
    meeting_id: Id | None
    number: str
    report_id: Id
    country: Country
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    contributors: list[Contributor]
    editor_ids: list[Id]
    deadlines: dict[str, Day]
    due_on: Day
    commissioned_at: Time
    closed_by: int | None


def view(commission: Commission) -> CommissionView:
    """Return ``commission`` as editors and coordinators see it."""
    return CommissionView.model_construct(**{name: getattr(commission, name) for name in CommissionView.model_fields})


@router.get("/commissions")
async def list_commissions(
    actor: Editor,
    storage: StorageOf,
    paging: PagingOf,
    organisation_id: Annotated[Id | None, Query()] = None,
) -> Page[CommissionView]:
    """List commissions, oldest first; those an organisation writes for, when one is named."""
    where: Document = {} if organisation_id is None else {"contributors.organisation_id": organisation_id}
    found = await store.page(storage.reader, where, after=paging.after, limit=paging.limit)
    return Page(items=[view(each) for each in found.items], next=found.next)


@router.get("/reports/{report_id}/commission")
async def show_commission(report_id: Id, actor: Editor, storage: StorageOf, response: Response) -> CommissionView:
    """Show which decision asked for a report, who writes it and until when."""
    commission = await store.get(storage.reader, report_id)
    versioned(response, commission)
    return view(commission)


@router.post("/reports/{report_id}/commission", status_code=status.HTTP_201_CREATED)
async def begin_commission(
    report_id: Id, command: PlanCommission, actor: Editor, storage: StorageOf, response: Response
) -> CommissionView:
    """Say who writes a report that no decision asked for; its writers are told."""
    commission = await storage.transact(actions.begin_commission, report_id, command)
    versioned(response, commission)
    return view(commission)


@router.put("/reports/{report_id}/commission")
async def plan_commission(
    *,
    report_id: Id,
    command: PlanCommission,
    actor: Editor,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> CommissionView:
    """Say who writes what until when, and who edits."""
    commission = await storage.transact(actions.plan_commission, report_id, command, seen=seen)
    versioned(response, commission)
    return view(commission)


@router.put("/reports/{report_id}/editors/{person_id}")
async def name_editor(
    report_id: Id, person_id: Id, actor: Coordinator, storage: StorageOf, response: Response
) -> CommissionView:
    """Let somebody edit a report: letters to its editors go to those who are named, and to nobody else."""
    commission = await storage.transact(actions.name_editor, report_id, person_id)
    versioned(response, commission)
    return view(commission)


@router.delete("/reports/{report_id}/editors/{person_id}")
async def release_editor(
    report_id: Id, person_id: Id, actor: Coordinator, storage: StorageOf, response: Response
) -> CommissionView:
    """Let somebody edit a report no more; while nobody is named, all who have the editor's role are its editors."""
    commission = await storage.transact(actions.release_editor, report_id, person_id)
    versioned(response, commission)
    return view(commission)
