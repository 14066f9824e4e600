"""The log of custody over HTTP: read by editors, verified by editors and by operators."""

from fastapi import APIRouter, Response

from services.reports.access import check_edits
from services.reports.evidence.custody import actions, store
from services.reports.evidence.custody.domain import CustodyRow, Kind, Verification, What
from services.reports.evidence.incidents.routes import NO_STORE
from services.reports.evidence.looking import looker
from shared.auth import Member, Operator
from shared.ids import Id
from shared.model import Model, Time
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter(tags=["evidence"])


class CustodyView(Model):
    """One row of the log; ``by`` is nobody when they wanted to be forgotten."""

    seq: int
    at: Time
    what: What
    kind: Kind
    subject_id: Id
    sha256: str | None
    by: Id | None
    note: str
    hash: str


@router.get("/reports/{report_id}/custody")
async def list_custody(
    report_id: Id, actor: Member, storage: StorageOf, paging: PagingOf, response: Response
) -> Page[CustodyView]:
    """List who had which evidence in hand and why, newest first; for the report's editors."""
    check_edits((await looker(storage.reader, actor, report_id)).part)
    response.headers.update(NO_STORE)
    found = await store.page(storage.reader, report_id, paging=paging)
    return Page(items=[_view(each) for each in found.items], next=found.next)


@router.get("/reports/{report_id}/custody/verification")
async def verify_custody(report_id: Id, actor: Member, storage: StorageOf, response: Response) -> Verification:
    """Say whether log and files are as they were left: a row or file that was altered is named.  Editors, operators."""
    if not actor.may("operator"):
        check_edits((await looker(storage.reader, actor, report_id)).part)
    response.headers.update(NO_STORE)
    return await actions.verify(storage.reader, report_id)


@router.get("/custody/reports")
async def list_reports_with_evidence(actor: Operator, storage: StorageOf) -> list[Id]:
    """List the reports whose evidence can be verified, by id, at most 1,000."""
    return await store.report_ids(storage.reader)


def _view(row: CustodyRow) -> CustodyView:
    return CustodyView(**{name: getattr(row, name) for name in CustodyView.model_fields})
