"""Which addresses are given up, and what an operator does about it; never the addresses themselves."""

from datetime import datetime

from fastapi import APIRouter, status

from services.notifications.suppressions import actions, store
from services.notifications.suppressions.domain import Reason, SuppressAddress, Suppression
from shared.auth import Coordinator, Operator
from shared.ids import Id
from shared.model import Model
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter(tags=["suppressions"])


class SuppressionView(Model):
    """Why nothing is sent to somebody, since when, and whether it is again."""

    person_id: Id
    reason: Reason
    code: str
    lifted: bool
    since: datetime
    lifted_at: datetime | None = None


def _view(suppression: Suppression) -> SuppressionView:
    return SuppressionView(person_id=suppression.id, **suppression.model_dump(exclude={"id", "revision"}))


@router.get("/suppressions", response_model_exclude_none=True)
async def list_suppressions(actor: Coordinator, storage: StorageOf, paging: PagingOf) -> Page[SuppressionView]:
    """List the people to whom nothing is sent because their address does not work or they complained."""
    page = await store.page(storage.reader, paging)
    return Page(items=[_view(each) for each in page.items], next=page.next)


@router.post("/suppressions", status_code=status.HTTP_201_CREATED, response_model_exclude_none=True)
async def suppress_address(command: SuppressAddress, actor: Operator, storage: StorageOf) -> SuppressionView:
    """Send nothing to a person any more."""
    return _view(await storage.transact(actions.suppress_address, command))


@router.post("/suppressions/{person_id}/lifting", response_model_exclude_none=True)
async def lift_suppression(person_id: Id, actor: Operator, storage: StorageOf) -> SuppressionView:
    """Send to a person again; what was withheld meanwhile is not sent later."""
    return _view(await storage.transact(actions.lift_suppression, person_id))
