"""Asking the silent when it is time, each at nine o'clock of their own day."""

from datetime import timedelta

from services.meetings.meetings.store import MEETINGS
from services.meetings.reminders import actions, store
from shared import logs
from shared.ids import utc_now
from shared.service import Context, Job

log = logs.get(__name__)

LEASE = timedelta(seconds=30)  # a chunk takes a tenth of a second; after a crash another replica goes on this soon
AT_ONCE = 100  # plans, and rounds, looked at in one go


async def remind_the_silent(context: Context) -> None:
    """Reckon anew the rounds of meetings that were moved, then ask in every round that is due.

    The lease only spares replicas the same work: what keeps anybody from being asked twice is that the mark and the
    event are written in one transaction.
    """
    failed: Exception | None = None
    await _lay_out(context)
    for round_id in await store.due(context.storage.reader, now=utc_now(), limit=AT_ONCE):
        try:
            await _remind(context, round_id)
        except Exception as error:  # one bad row must not keep the others waiting
            log.error("reminder-failed", round_id=round_id, exc_info=error)
            failed = error
    if failed is not None:
        raise failed


async def _lay_out(context: Context) -> None:
    reader, after = context.storage.reader, ""
    while plans := await store.plans(reader, after=after, limit=AT_ONCE):
        for plan in plans:
            meeting = await MEETINGS.find(reader, plan.id)
            if meeting is not None and (plan.laid_out_for != meeting.starts_at or not meeting.is_open(utc_now())):
                await context.storage.transact(actions.lay_out, plan.id)
        after = plans[-1].id


async def _remind(context: Context, round_id: str) -> None:
    lease, holder, more = f"reminders:{round_id}", context.settings.instance, True
    while more and not context.stopping.is_set():
        if not await context.storage.lease(lease, holder, LEASE):
            return
        more = await context.storage.transact(actions.remind, round_id)
    await context.storage.release(lease, holder)


JOBS = [Job(actions.REMINDING, remind_the_silent, every=timedelta(seconds=30))]
