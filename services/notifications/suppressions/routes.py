"""Which addresses are given up, and what an operator does about it; never the addresses themselves."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, status

from services.notifications.suppressions import actions, store
from services.notifications.suppressions.domain import (
    LIFTED_TOGETHER,
    REASONS,
    Code,
    LiftSuppressions,
    Reason,
    SuppressAddress,
    Suppression,
    Which,
)
from shared.auth import Coordinator, Operator
from shared.ids import Id
from shared.model import Model, Time
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


class Summary(Model):
    """How many addresses are given up, by the reason; lifting what was asked for takes up ``liftable`` of them."""

    reasons: dict[Reason, int]
    suppressions: int
    liftable: int


class Lifted(Model):
    """How many addresses were taken up again."""

    count: int


def which_of(
    reason: Reason | None = None, code: Code | None = None, since: Time | None = None, until: Time | None = None
) -> Which:
    """Return which suppressions are asked for: all that is named must fit."""
    return Which((reason,) if reason else REASONS, code, since, until)


WhichOf = Annotated[Which, Depends(which_of)]


def _view(suppression: Suppression) -> SuppressionView:
    return SuppressionView(person_id=suppression.id, **suppression.model_dump(exclude={"id", "revision"}))


@router.get("/suppressions", response_model_exclude_none=True)
async def list_suppressions(
    actor: Coordinator, storage: StorageOf, paging: PagingOf, which: WhichOf
) -> Page[SuppressionView]:
    """List the people to whom nothing is sent because their address does not work or they complained."""
    page = await store.page(storage.reader, which, paging)
    return Page(items=[_view(each) for each in page.items], next=page.next)


@router.get("/suppressions/summary")
async def summarise_suppressions(actor: Coordinator, storage: StorageOf, which: WhichOf) -> Summary:
    """Count them, and those of them to whom letters go again when these are lifted together."""
    reasons = await store.count(storage.reader, which)
    lifted = which.reasons if len(which.reasons) == 1 else LIFTED_TOGETHER
    return Summary(reasons=reasons, suppressions=sum(reasons.values()), liftable=sum(reasons[each] for each in lifted))


@router.post("/suppressions", status_code=status.HTTP_201_CREATED, response_model_exclude_none=True)
async def suppress_address(command: SuppressAddress, actor: Operator, storage: StorageOf) -> SuppressionView:
    """Send nothing to a person any more."""
    return _view(await storage.transact(actions.suppress_address, command))


@router.post("/suppressions/lifting")
async def lift_suppressions(command: LiftSuppressions, actor: Operator, storage: StorageOf) -> Lifted:
    """Send again to all who fit; complaints and what operators gave up only where that is the reason named."""
    return Lifted(count=await actions.lift_suppressions(storage, command))


@router.post("/suppressions/{person_id}/lifting", response_model_exclude_none=True)
async def lift_suppression(person_id: Id, actor: Operator, storage: StorageOf) -> SuppressionView:
    """Send to a person again; what was withheld meanwhile is not sent later."""
    return _view(await storage.transact(actions.lift_suppression, person_id))
