"""Activities over HTTP: everybody reads what is for them; coordinators write, and members for their organisation."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.registry.activities import actions, store, views, writing
from services.registry.activities.activity import Activity
from services.registry.activities.asking import FilterOf, may_ask, writer_of
from services.registry.activities.commands import WithdrawActivity, WriteActivity
from services.registry.activities.naming import guards_of
from services.registry.activities.views import ActivityCounts, ActivityLine, ActivityView
from services.registry.audiences import viewer_of
from shared.auth import Actor, Anyone, Member
from shared.ids import Id
from shared.paging import Page, Paging
from shared.storage import Reader
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/activities", tags=["activities"])


@router.get("")
async def list_activities(
    actor: Anyone, storage: StorageOf, paging: Annotated[Paging, Depends()], wanted: FilterOf
) -> Page[ActivityLine]:
    """List activities, or find them by title, identifier, organisation, place, sector, theme, status or year."""
    viewer = viewer_of(actor)
    if not await may_ask(storage.reader, wanted, viewer):
        return Page(items=[])
    page = await store.page(storage.reader, wanted, viewer=viewer, paging=paging)
    guards = await guards_of(storage.reader, page.items)
    lines = (views.line_of(each, viewer, guards=guards) for each in page.items)
    return Page(items=[each for each in lines if each is not None], next=page.next)


@router.get("/counts")
async def count_activities(actor: Anyone, storage: StorageOf, wanted: FilterOf) -> ActivityCounts:
    """Count the activities that a list with the same filters shows, by theme, place, status and year.

    Counted to 10,000, and by their values where there are at most 2,000: the same time whatever there is.
    """
    viewer = viewer_of(actor)
    if not await may_ask(storage.reader, wanted, viewer):
        return views.counts_of(0, {})
    total = await store.count(storage.reader, wanted, viewer=viewer)
    if total > store.COUNTED_BY_VALUE:
        return views.counts_of(min(total, store.COUNTED), None, more=total > store.COUNTED)
    counted = await store.count_by_facet(storage.reader, wanted, viewer=viewer, names=list(views.COUNTED))
    return views.counts_of(total, counted)


@router.post("", status_code=201)
async def write_activity(command: WriteActivity, actor: Member, storage: StorageOf, response: Response) -> ActivityView:
    """Record an activity: coordinators any, others what their own organisation reports."""
    activity = await storage.transact(writing.write_activity, command, by=writer_of(actor))
    return await _shown(activity, actor, storage.reader, response)


@router.get("/{activity_id}")
async def show_activity(activity_id: Id, actor: Anyone, storage: StorageOf, response: Response) -> ActivityView:
    """Show one activity, as far as it is for whoever asks."""
    activity = await store.activities.get(storage.reader, activity_id)
    return await _shown(activity, actor, storage.reader, response)


@router.put("/{activity_id}")
async def correct_activity(
    *,
    activity_id: Id,
    command: WriteActivity,
    actor: Member,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> ActivityView:
    """Write what an activity is now; ``If-Match`` names the revision that was read.

    What the caller may not see stays as it is.
    """
    activity = await storage.transact(
        writing.correct_activity, activity_id, command, revision=revision, by=writer_of(actor)
    )
    return await _shown(activity, actor, storage.reader, response)


@router.post("/{activity_id}/withdrawal")
async def withdraw_activity(
    *,
    activity_id: Id,
    command: WithdrawActivity,
    actor: Member,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> ActivityView:
    """Take an activity off the record; it can be put back."""
    activity = await storage.transact(
        actions.withdraw_activity, activity_id, command, revision=revision, by=writer_of(actor)
    )
    return await _shown(activity, actor, storage.reader, response)


@router.delete("/{activity_id}/withdrawal")
async def restore_activity(
    *, activity_id: Id, actor: Member, storage: StorageOf, revision: IfMatch, response: Response
) -> ActivityView:
    """Put a withdrawn activity back on the record."""
    activity = await storage.transact(actions.restore_activity, activity_id, revision=revision, by=writer_of(actor))
    return await _shown(activity, actor, storage.reader, response)


async def _shown(activity: Activity, actor: Actor | None, reader: Reader, response: Response) -> ActivityView:
    guards = await guards_of(reader, [activity])
    view = views.view_of(activity, viewer_of(actor), writer=writer_of(actor), guards=guards)
    versioned(response, activity)
    return view
