"""Drafts over HTTP, for coordinators."""

from fastapi import APIRouter, Request, Response

from services.meetings.drafts import actions, store
from services.meetings.drafts.domain import DraftMeeting, ScheduleDraft
from services.meetings.drafts.store import DRAFTS
from services.meetings.drafts.views import DraftView, view
from services.meetings.invitations.actions import EXPANSION
from services.meetings.meetings.views import MeetingView
from services.meetings.meetings.views import view as view_meeting
from shared.auth import Coordinator
from shared.ids import Id
from shared.paging import Page, PagingOf
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(tags=["drafts"])


@router.post("/drafts", status_code=201)
async def draft_meeting(command: DraftMeeting, actor: Coordinator, storage: StorageOf, response: Response) -> DraftView:
    """Begin a meeting that has no date yet: nobody is invited."""
    draft = await storage.transact(actions.draft_meeting, command, by=actor)
    versioned(response, draft)
    response.headers["Location"] = f"/drafts/{draft.id}"
    return view(draft)


@router.post("/meetings/{meeting_id}/copy", status_code=201)
async def copy_meeting(meeting_id: Id, actor: Coordinator, storage: StorageOf, response: Response) -> DraftView:
    """Begin the next meeting as a draft like this one: agenda, audience and languages, but no date and no speakers."""
    draft = await storage.transact(actions.copy_meeting, meeting_id, by=actor)
    versioned(response, draft)
    response.headers["Location"] = f"/drafts/{draft.id}"
    return view(draft)


@router.get("/drafts")
async def list_drafts(actor: Coordinator, storage: StorageOf, paging: PagingOf) -> Page[DraftView]:
    """List the drafts, oldest first."""
    page = await store.page(storage.reader, paging)
    return Page(items=[view(draft) for draft in page.items], next=page.next)


@router.get("/drafts/{draft_id}")
async def read_draft(draft_id: Id, actor: Coordinator, storage: StorageOf, response: Response) -> DraftView:
    """Show a draft."""
    draft = await DRAFTS.get(storage.reader, draft_id)
    versioned(response, draft)
    return view(draft)


@router.put("/drafts/{draft_id}")
async def change_draft(
    *,
    draft_id: Id,
    command: DraftMeeting,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """Change what a draft says."""
    draft = await storage.transact(actions.change_draft, draft_id, command, seen=seen)
    versioned(response, draft)
    return view(draft)


@router.post("/drafts/{draft_id}/scheduling", status_code=201)
async def schedule_draft(
    *,
    draft_id: Id,
    command: ScheduleDraft,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    request: Request,
    response: Response,
) -> MeetingView:
    """Give a draft its date: it becomes a meeting with the same id, and its audience is invited."""
    meeting = await storage.transact(actions.schedule_draft, draft_id, command, by=actor, seen=seen)
    request.app.state.context.wake(EXPANSION)
    versioned(response, meeting)
    response.headers["Location"] = f"/meetings/{meeting.id}"
    return view_meeting(meeting)


@router.delete("/drafts/{draft_id}", status_code=204)
async def discard_draft(draft_id: Id, actor: Coordinator, storage: StorageOf, seen: IfMatch) -> None:
    """Take a draft away, with its agenda; nobody had been told of it."""
    await storage.transact(actions.discard_draft, draft_id, seen=seen)
