"""Reminders over HTTP: the plan, and asking the silent now."""

from fastapi import APIRouter, Request

from services.meetings.reminders import actions
from services.meetings.reminders.domain import PlanReminders, RemindersView, RemindNow
from shared.auth import Coordinator
from shared.ids import Id
from shared.web import StorageOf

router = APIRouter(tags=["invitations"])


@router.get("/meetings/{meeting_id}/reminders")
async def show_reminders(meeting_id: Id, actor: Coordinator, storage: StorageOf) -> RemindersView:
    """Show when the silent are asked again, what came of it so far, and how many are silent now."""
    return await actions.show(storage.reader, meeting_id)


@router.put("/meetings/{meeting_id}/reminders")
async def plan_reminders(
    meeting_id: Id, command: PlanReminders, actor: Coordinator, storage: StorageOf, request: Request
) -> RemindersView:
    """Say how many days before the meeting the silent are asked again, each at nine o'clock of their own zone."""
    await storage.transact(actions.plan_reminders, meeting_id, command)
    request.app.state.context.wake(actions.REMINDING)
    return await actions.show(storage.reader, meeting_id)


@router.post("/meetings/{meeting_id}/reminders/now")
async def remind_now(
    meeting_id: Id, actor: Coordinator, storage: StorageOf, request: Request, command: RemindNow | None = None
) -> RemindersView:
    """Ask the silent, or those who answered for an earlier time, at once; nobody twice within 20 hours."""
    await storage.transact(actions.remind_now, meeting_id, command or RemindNow())
    request.app.state.context.wake(actions.REMINDING)
    return await actions.show(storage.reader, meeting_id)
