"""Corrections over HTTP, for coordinators."""

from fastapi import APIRouter, Response

from services.meetings.corrections import actions, store
from services.meetings.corrections.domain import Correction, CorrectMeeting
from services.meetings.meetings.store import MEETINGS
from services.meetings.meetings.views import MeetingView, view
from shared.auth import Coordinator
from shared.ids import Id
from shared.paging import Page, PagingOf
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(tags=["meetings"])


@router.post("/meetings/{meeting_id}/correction")
async def correct_meeting(
    *,
    meeting_id: Id,
    command: CorrectMeeting,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> MeetingView:
    """Correct title, text, languages or series of a meeting; its time and everybody's answers stay as they are."""
    meeting = await storage.transact(actions.correct_meeting, meeting_id, command, by=actor, seen=seen)
    versioned(response, meeting)
    return view(meeting)


@router.get("/meetings/{meeting_id}/corrections")
async def list_corrections(
    meeting_id: Id, actor: Coordinator, storage: StorageOf, paging: PagingOf
) -> Page[Correction]:
    """List who corrected what a meeting says, and how it was before, newest first."""
    await MEETINGS.get(storage.reader, meeting_id)
    return await store.page(storage.reader, meeting_id, paging)
