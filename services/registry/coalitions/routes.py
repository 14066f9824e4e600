"""Coalitions over HTTP: coordinators form them, members see them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.registry.audiences import viewer_of
from services.registry.coalitions import actions, store, views
from services.registry.coalitions.domain import ChangeMembers, Coalition, FormCoalition, RenameCoalition
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
    """List coalitions, with the organisations of which the caller may know."""
    page = await store.coalitions.page(storage.reader, {}, after=paging.after, limit=paging.limit)
    return Page(items=await views.seen_by(storage.reader, page.items, viewer_of(actor)), next=page.next)


@router.get("/{coalition_id}")
async def show_coalition(coalition_id: Id, actor: Member, storage: StorageOf, response: Response) -> Coalition:
    """Show one coalition, with the organisations of which the caller may know."""
    coalition = await store.coalitions.get(storage.reader, coalition_id)
    versioned(response, coalition)
    (seen,) = await views.seen_by(storage.reader, [coalition], viewer_of(actor))
    return seen


@router.put("/{coalition_id}/name")
async def rename_coalition(
    *,
    coalition_id: Id,
    command: RenameCoalition,
    actor: Coordinator,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> Coalition:
    """Call a coalition something else; ``If-Match`` names the revision that was read."""
    coalition = await storage.transact(actions.rename_coalition, coalition_id, command, revision=revision)
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
