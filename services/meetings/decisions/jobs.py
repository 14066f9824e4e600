"""Reminding the owners of what is late: the day after it was due, and then once a week."""

from datetime import timedelta

from services.meetings.decisions import actions, store
from shared.ids import utc_now
from shared.service import Context, Job

LEASE = timedelta(seconds=60)  # a decision takes some milliseconds; the lease spares replicas the same walk
AT_ONCE = 100
REMINDERS = "remind-of-decisions"


async def remind_of_decisions(context: Context) -> None:
    """Remind of everything late, each decision in its own transaction."""
    storage, holder, after = context.storage, context.settings.instance, ""
    while not context.stopping.is_set():
        if not await storage.lease(REMINDERS, holder, LEASE):
            return
        now = utc_now()
        found = await store.overdue_ids(storage.reader, today=now.date(), after=after, limit=AT_ONCE)
        for decision_id in found:
            await storage.transact(actions.remind, decision_id, now=now)
        if len(found) < AT_ONCE:
            break
        after = found[-1]
    await storage.release(REMINDERS, holder)


JOBS = [Job(REMINDERS, remind_of_decisions, every=timedelta(minutes=15))]
