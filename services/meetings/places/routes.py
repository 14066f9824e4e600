"""Places over HTTP: how many people have room."""

from fastapi import APIRouter, Request

from services.meetings.invitations import store as invitations
from services.meetings.invitations.domain import Summary
from services.meetings.places import actions
from services.meetings.places.domain import SetCapacity
from shared.auth import Coordinator
from shared.ids import Id
from shared.web import StorageOf

router = APIRouter(tags=["invitations"])


@router.put("/meetings/{meeting_id}/capacity")
async def set_capacity(
    meeting_id: Id, command: SetCapacity, actor: Coordinator, storage: StorageOf, request: Request
) -> Summary:
    """Say how many people have room; whoever comes beyond that waits, and is offered what becomes free."""
    await storage.transact(actions.set_capacity, meeting_id, command)
    request.app.state.context.wake(actions.FILLING)
    return await invitations.summary(storage.reader, meeting_id)
