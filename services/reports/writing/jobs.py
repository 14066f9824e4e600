"""Reminding those who are late with their sections, with signing them off, or with reading them."""

from datetime import timedelta

from services.reports.commissions import store as commissions
from services.reports.writing import actions
from shared.ids import utc_now
from shared.service import Context, Job

LEASE = timedelta(seconds=60)  # a report takes some milliseconds; the lease spares replicas the same walk
AT_ONCE = 100
REMINDERS = "remind-of-sections"


async def remind_of_sections(context: Context) -> None:
    """Remind of every report that others write, published or not, each in its own transaction."""
    storage, holder, after = context.storage, context.settings.instance, ""
    while not context.stopping.is_set():
        if not await storage.lease(REMINDERS, holder, LEASE):
            return
        found = await commissions.after(storage.reader, after, limit=AT_ONCE)
        for commission in found:
            await storage.transact(actions.remind, commission.report_id, now=utc_now())
        if len(found) < AT_ONCE:
            break
        after = found[-1].id
    await storage.release(REMINDERS, holder)


JOBS = [Job(REMINDERS, remind_of_sections, every=timedelta(minutes=15))]
