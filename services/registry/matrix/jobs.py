"""What the matrix does by itself: it adds up the activities that were recorded since it last did."""

from datetime import timedelta

from services.registry.matrix import actions, cells
from shared.ids import new_id
from shared.service import Context, Job

LEASE = "matrix"
LEASE_LASTS = timedelta(seconds=60)


async def add_up(context: Context) -> None:
    """Add up what is pending, until nothing is; one replica at a time, others would only conflict."""
    holder = new_id()
    while (ids := await cells.pending(context.storage.reader, limit=actions.AT_ONCE)) and not context.stopping.is_set():
        if not await context.storage.lease(LEASE, holder, LEASE_LASTS):
            return
        await context.storage.transact(actions.add_up, ids)
    await context.storage.release(LEASE, holder)


JOBS = [Job("matrix", add_up, every=timedelta(seconds=1))]
