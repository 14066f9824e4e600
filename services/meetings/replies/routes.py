"""Answers of calendar programs over HTTP: what was received and what came of it, and times proposed instead."""

from datetime import datetime

from fastapi import APIRouter

from services.meetings.meetings.store import MEETINGS
from services.meetings.replies import actions, store
from services.meetings.replies.domain import Reply
from shared.auth import Coordinator
from shared.ids import Id
from shared.model import Model
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter(tags=["invitations"])


class ReplyView(Model):
    """An answer from a calendar program, as coordinators see it."""

    id: Id
    revision: int
    person_id: Id
    invitation_id: Id | None
    method: str
    participation: str
    replied_at: datetime
    received_at: datetime
    outcome: str
    """What it meant; *obsolete* and *crasher* answers had no effect."""
    refused: str | None
    """The code of the rule that kept it from having effect."""
    comment: str
    proposal: str | None
    """*open* until a coordinator decides; then *accepted* or *declined*; *replaced* by a later one."""
    proposed_starts_at: datetime | None
    proposed_ends_at: datetime | None


def view(reply: Reply) -> ReplyView:
    """Return ``reply`` as coordinators see it."""
    return ReplyView.model_construct(**{name: getattr(reply, name) for name in ReplyView.model_fields})


@router.get("/meetings/{meeting_id}/replies")
async def list_replies(
    meeting_id: Id, actor: Coordinator, storage: StorageOf, paging: PagingOf, proposals: bool = False
) -> Page[ReplyView]:
    """List what calendar programs answered, newest first; ``proposals``: only times that are still to be decided."""
    await MEETINGS.get(storage.reader, meeting_id)
    page = await store.page(storage.reader, meeting_id, proposals=proposals, paging=paging)
    return Page(items=[view(each) for each in page.items], next=page.next)


@router.post("/meetings/{meeting_id}/replies/{reply_id}/acceptance")
async def accept_proposal(meeting_id: Id, reply_id: Id, actor: Coordinator, storage: StorageOf) -> ReplyView:
    """Move the meeting to the time that was proposed, and tell everybody invited."""
    return view(await storage.transact(actions.accept_proposal, meeting_id, reply_id))


@router.post("/meetings/{meeting_id}/replies/{reply_id}/refusal")
async def decline_proposal(meeting_id: Id, reply_id: Id, actor: Coordinator, storage: StorageOf) -> ReplyView:
    """Stay with the meeting's time, and tell whoever proposed another."""
    return view(await storage.transact(actions.decline_proposal, meeting_id, reply_id))
