"""Minutes over HTTP: written and approved by coordinators, read by the invited."""

from fastapi import APIRouter, Response

from services.meetings.decisions.domain import ItemKey
from services.meetings.meetings.store import MEETINGS
from services.meetings.minutes import actions, store
from services.meetings.minutes.domain import Minutes, MoveMinutes, WriteMinutes
from services.meetings.minutes.views import MinutesView, VersionView, view, view_version
from shared.auth import Actor, Coordinator, Member
from shared.ids import Id
from shared.paging import Page
from shared.problems import NotFound
from shared.storage import Storage
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/meetings/{meeting_id}/minutes", tags=["minutes"])


@router.get("")
async def list_minutes(meeting_id: Id, actor: Member, storage: StorageOf) -> Page[MinutesView]:
    """List a meeting's minutes: the newest for coordinators, what is approved or proposed for the invited."""
    found = await actions.readable(storage.reader, meeting_id, by=actor)
    return Page(items=[view(minutes, version, actor) for minutes, version in found])


@router.get("/{item}")
async def read_minutes(
    meeting_id: Id, item: ItemKey, actor: Member, storage: StorageOf, response: Response
) -> MinutesView:
    """Show the minutes of one item."""
    for minutes, version in await actions.readable(storage.reader, meeting_id, by=actor):
        if minutes.item == item:
            versioned(response, minutes)
            return view(minutes, version, actor)
    raise NotFound("minutes-not-found", "There are no such minutes.")


@router.put("/{item}")
async def write_minutes(
    *,
    meeting_id: Id,
    item: ItemKey,
    command: WriteMinutes,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> MinutesView:
    """Save the minutes of one item as a new version; the first ones need no ``If-Match``, all others do."""
    minutes = await storage.transact(actions.write_minutes, meeting_id, item, command, seen=seen, by=actor)
    return await _newest(storage, minutes, actor, response)


@router.put("/{item}/state")
async def move_minutes(
    *,
    meeting_id: Id,
    item: ItemKey,
    command: MoveMinutes,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> MinutesView:
    """Propose minutes to the invited, take them back, or approve them."""
    minutes = await storage.transact(actions.move_minutes, meeting_id, item, command, seen=seen)
    return await _newest(storage, minutes, actor, response)


@router.get("/{item}/versions")
async def list_versions(meeting_id: Id, item: ItemKey, actor: Coordinator, storage: StorageOf) -> Page[VersionView]:
    """List every text that the minutes of one item ever had, newest first: who wrote it, when, and why."""
    await MEETINGS.get(storage.reader, meeting_id)
    minutes = await store.get(storage.reader, meeting_id, item)
    return Page(items=[view_version(each) for each in await store.versions(storage.reader, minutes.id)])


async def _newest(storage: Storage, minutes: Minutes, actor: Actor, response: Response) -> MinutesView:
    versioned(response, minutes)
    return view(minutes, await store.version(storage.reader, minutes.id, minutes.version), actor)
