"""Asking the silent when it is time, each at nine o'clock of their own day."""

from datetime import timedelta

from services.meetings.meetings.store import MEETINGS
from services.meetings.reminders import actions, store
from shared.batches import in_chunks, one_by_one
from shared.ids import utc_now
from shared.service import Context, Job

AT_ONCE = 100  # plans, and rounds, looked at in one go


async def remind_the_silent(context: Context) -> None:
    """Reckon anew the rounds of meetings that were moved, then ask in every round that is due.

    The lease only spares replicas the same work: what keeps anybody from being asked twice is that the mark and the
    event are written in one transaction.
    """
    await _lay_out(context)
    due = await store.due(context.storage.reader, now=utc_now(), limit=AT_ONCE)
    await one_by_one(context, due, _remind, failed_as="reminder-failed", named="round_id")


async def _lay_out(context: Context) -> None:
    reader, after = context.storage.reader, ""
    while plans := await store.plans(reader, after=after, limit=AT_ONCE):
        for plan in plans:
            meeting = await MEETINGS.find(reader, plan.id)
            if meeting is not None and (plan.laid_out_for != meeting.starts_at or not meeting.is_open(utc_now())):
                await context.storage.transact(actions.lay_out, plan.id)
        after = plans[-1].id


async def _remind(context: Context, round_id: str) -> None:
    await in_chunks(context, f"reminders:{round_id}", actions.remind, round_id)


JOBS = [Job(actions.REMINDING, remind_the_silent, every=timedelta(seconds=30))]
