"""Coalitions over HTTP: coordinators form them, members see them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.registry.coalitions import actions, store
from services.registry.coalitions.domain import ChangeMembers, Coalition, FormCoalition
from shared.auth import Coordinator, Member
from shared.ids import Id
from shared.paging import Page, Paging
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/coalitions", tags=["coalitions"])


@router.post("", status_code=201)
async def form_coalition(
    command: FormCoalition, actor: Coordinator, storage: StorageOf, response: Response
) -> Coalition:
    """Give a group of organisations a name."""
    coalition = await storage.transact(actions.form_coalition, command)
    versioned(response, coalition)
    return coalition


@router.get("")
async def list_coalitions(actor: Member, storage: StorageOf, paging: Annotated[Paging, Depends()]) -> Page[Coalition]:
    """List coalitions."""
    return await store.coalitions.page(storage.reader, {}, after=paging.after, limit=paging.limit)


@router.get("/{coalition_id}")
async def show_coalition(coalition_id: Id, actor: Member, storage: StorageOf, response: Response) -> Coalition:
    """Show one coalition."""
    coalition = await store.coalitions.get(storage.reader, coalition_id)
    versioned(response, coalition)
    return coalition


@router.put("/{coalition_id}/members")
async def change_members(
    *,
    coalition_id: Id,
    command: ChangeMembers,
    actor: Coordinator,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> Coalition:
    """Replace a coalition's members; ``If-Match`` names the revision that was read."""
    coalition = await storage.transact(actions.change_members, coalition_id, command, revision=revision)
    versioned(response, coalition)
    return coalition
