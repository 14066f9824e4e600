"""What comes out by itself when its time has come."""

from datetime import timedelta

from services.reports.releases import actions, store
from shared import logs
from shared.ids import utc_now
from shared.problems import Problem
from shared.service import Context, Job

log = logs.get(__name__)

LEASE = timedelta(seconds=60)  # a report takes some seconds; the lease spares replicas the same work
AT_ONCE = 20
PUBLISHING = "publish-planned-reports"


async def publish_planned_reports(context: Context) -> None:
    """Publish every report that is due, each in its own transaction, or write down why it is held back.

    What keeps one from coming out twice is that its plan is done in the very transaction that publishes it.
    """
    storage, holder = context.storage, context.settings.instance
    while not context.stopping.is_set():
        if not await storage.lease(PUBLISHING, holder, LEASE):
            return
        due = await store.due_ids(storage.reader, now=utc_now(), limit=AT_ONCE)
        for report_id in due:
            await _publish(context, report_id)
        if len(due) < AT_ONCE:
            break
    await storage.release(PUBLISHING, holder)


async def _publish(context: Context, report_id: str) -> None:
    try:
        await context.storage.transact(actions.publish_planned, report_id)
    except Problem as problem:
        log.warning("release-held-back", report_id=report_id, code=problem.code)
        await context.storage.transact(actions.hold_back, report_id, problem)


JOBS = [Job(PUBLISHING, publish_planned_reports, every=timedelta(seconds=15))]
