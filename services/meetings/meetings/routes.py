"""Meetings over HTTP."""

from fastapi import APIRouter, Request, Response

from services.meetings.invitations.actions import EXPANSION
from services.meetings.meetings import actions, store
from services.meetings.meetings.domain import (
    CancelMeeting,
    CloseMeeting,
    PostponeMeeting,
    RescheduleMeeting,
    ScheduleMeeting,
)
from services.meetings.meetings.store import When
from services.meetings.meetings.views import MeetingView, view
from shared.auth import Coordinator, Member
from shared.ids import Id, utc_now
from shared.paging import Page, PagingOf
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/meetings", tags=["meetings"])


@router.post("", status_code=201)
async def schedule_meeting(
    command: ScheduleMeeting, actor: Coordinator, storage: StorageOf, request: Request, response: Response
) -> MeetingView:
    """Schedule a meeting and invite its audience: 500 people at once, the rest within moments."""
    meeting = await storage.transact(actions.schedule_meeting, command, by=actor)
    request.app.state.context.wake(EXPANSION)
    versioned(response, meeting)
    response.headers["Location"] = f"/meetings/{meeting.id}"
    return view(meeting)


@router.get("")
async def list_meetings(
    actor: Coordinator, storage: StorageOf, paging: PagingOf, when: When = "upcoming"
) -> Page[MeetingView]:
    """List the meetings that are upcoming, soonest first; past, latest first; or all, latest first."""
    page = await store.page(storage.reader, when, now=utc_now(), paging=paging)
    return Page(items=[view(meeting) for meeting in page.items], next=page.next)


@router.get("/{meeting_id}")
async def read_meeting(meeting_id: Id, actor: Member, storage: StorageOf, response: Response) -> MeetingView:
    """Show a meeting to a coordinator or to somebody who is invited."""
    meeting = await actions.read_meeting(storage.reader, meeting_id, by=actor)
    versioned(response, meeting)
    return view(meeting)


@router.post("/{meeting_id}/rescheduling")
async def reschedule_meeting(
    *,
    meeting_id: Id,
    command: RescheduleMeeting,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> MeetingView:
    """Move a meeting and tell everybody invited."""
    meeting = await storage.transact(actions.reschedule_meeting, meeting_id, command, seen=seen)
    versioned(response, meeting)
    return view(meeting)


@router.post("/{meeting_id}/cancellation")
async def cancel_meeting(
    *, meeting_id: Id, command: CancelMeeting, actor: Coordinator, storage: StorageOf, seen: IfMatch, response: Response
) -> MeetingView:
    """Call a meeting off and tell everybody invited."""
    meeting = await storage.transact(actions.cancel_meeting, meeting_id, command, seen=seen)
    versioned(response, meeting)
    return view(meeting)


@router.post("/{meeting_id}/postponement")
async def postpone_meeting(
    *,
    meeting_id: Id,
    command: PostponeMeeting,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> MeetingView:
    """Take the date from a meeting and tell everybody invited; rescheduling gives it a new one."""
    meeting = await storage.transact(actions.postpone_meeting, meeting_id, command, seen=seen)
    versioned(response, meeting)
    return view(meeting)


@router.put("/{meeting_id}/closed")
async def close_meeting(
    *, meeting_id: Id, command: CloseMeeting, actor: Coordinator, storage: StorageOf, seen: IfMatch, response: Response
) -> MeetingView:
    """Put a meeting under the Chatham House rule, or no longer; what calendars hold of it is replaced."""
    meeting = await storage.transact(actions.close_meeting, meeting_id, command, seen=seen)
    versioned(response, meeting)
    return view(meeting)


@router.post("/{meeting_id}/conclusion")
async def hold_meeting(
    meeting_id: Id, actor: Coordinator, storage: StorageOf, seen: IfMatch, response: Response
) -> MeetingView:
    """Note by hand that a meeting took place; by itself it is noted when the meeting is over."""
    meeting = await storage.transact(actions.hold_meeting, meeting_id, seen=seen)
    versioned(response, meeting)
    return view(meeting)
