"""Messages over HTTP: written by coordinators, read again by those to whom they went."""

from fastapi import APIRouter, Request, Response

from services.meetings.meetings.store import MEETINGS
from services.meetings.messages import actions, store
from services.meetings.messages.domain import (
    Addressee,
    MessageView,
    Reach,
    ReceivedMessage,
    WhoIsMeant,
    WriteMessage,
    view,
)
from shared.auth import AnswerLink, Coordinator, Member
from shared.ids import Id
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter(tags=["invitations"])


@router.post("/meetings/{meeting_id}/messages/preview")
async def preview_message(meeting_id: Id, command: WhoIsMeant, actor: Coordinator, storage: StorageOf) -> Reach:
    """Say how many a message would go to, and in which languages they read.  Changes nothing."""
    return await actions.reach(storage.reader, meeting_id, command)


@router.post("/meetings/{meeting_id}/messages/people")
async def list_addressees(
    meeting_id: Id, command: WhoIsMeant, actor: Coordinator, storage: StorageOf, paging: PagingOf
) -> Page[Addressee]:
    """List exactly whom a message would go to.  Changes nothing."""
    await MEETINGS.get(storage.reader, meeting_id)
    return await store.addressees(storage.reader, meeting_id, command.whom, paging)


@router.post("/meetings/{meeting_id}/messages", status_code=201)
async def write_message(
    meeting_id: Id, command: WriteMessage, actor: Coordinator, storage: StorageOf, request: Request
) -> MessageView:
    """Write to those invited who stand so, each alone and once; an ``Idempotency-Key`` makes a repetition harmless."""
    message = await storage.transact(actions.write, meeting_id, command, by=actor.person_id)
    request.app.state.context.wake(actions.MESSAGES)
    return view(message)


@router.get("/meetings/{meeting_id}/messages")
async def list_messages(meeting_id: Id, actor: Coordinator, storage: StorageOf, paging: PagingOf) -> Page[MessageView]:
    """List what was written to those invited, newest first."""
    await MEETINGS.get(storage.reader, meeting_id)
    page = await store.page(storage.reader, meeting_id, paging)
    return Page(items=[view(each) for each in page.items], next=page.next)


@router.get("/answer/messages")
async def read_messages(link: AnswerLink, storage: StorageOf, response: Response) -> Page[ReceivedMessage]:
    """Show the bearer of a link what the organisers wrote to them, newest first."""
    response.headers["Cache-Control"] = "no-store"
    return Page(items=await actions.received_by_link(storage.reader, link))


@router.get("/my/invitations/{invitation_id}/messages")
async def list_my_messages(invitation_id: Id, actor: Member, storage: StorageOf) -> Page[ReceivedMessage]:
    """List what the organisers wrote to the caller about a meeting, newest first."""
    return Page(items=await actions.received(storage.reader, invitation_id, person_id=actor.person_id))
