"""Telling of comments when some time has passed since the first of which nobody was told."""

from datetime import timedelta

from services.reports.comments import gathering, store
from services.reports.comments.news import GATHERED_FOR
from shared.ids import utc_now
from shared.service import Context, Job

LEASE = timedelta(seconds=60)  # a report takes some milliseconds; the lease spares replicas the same work
AT_ONCE = 50
TELLING = "tell-of-comments"


async def tell_of_comments(context: Context) -> None:
    """Tell of every report on which comments wait to be told of, each in its own transaction."""
    storage, holder = context.storage, context.settings.instance
    while not context.stopping.is_set():
        if not await storage.lease(TELLING, holder, LEASE):
            return
        found = await store.due_reports(storage.reader, before=utc_now() - GATHERED_FOR, limit=AT_ONCE)
        for report_id in found:
            await storage.transact(gathering.tell, report_id)
        if len(found) < AT_ONCE:
            break
    await storage.release(TELLING, holder)


JOBS = [Job(TELLING, tell_of_comments, every=timedelta(minutes=1))]
