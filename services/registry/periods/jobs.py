"""What periods do by themselves: open, ask, remind the silent once, lock; nothing is doubled by a crash."""

from datetime import timedelta

from services.registry.periods import actions, store
from shared.batches import LEASE, one_by_one
from shared.service import Context, Job


async def turn_periods(context: Context) -> None:
    """Move every period on by the clock, and tell those who are to be told."""
    found = await store.unsettled(context.storage.reader)
    await one_by_one(context, found, _turn, failed_as="period-not-turned", named="period_id")


async def _turn(context: Context, period_id: str) -> None:
    """Turn one period; the lease only spares replicas the same work."""
    storage, lease, holder = context.storage, f"period:{period_id}", context.settings.instance
    if not await storage.lease(lease, holder, LEASE):
        return
    await storage.transact(actions.move_on, period_id)
    for tell in (actions.ask, actions.remind):
        more = True
        while more and not context.stopping.is_set():
            more = await storage.transact(tell, period_id)
            await storage.lease(lease, holder, LEASE)
    await storage.release(lease, holder)


JOBS = [Job(actions.ASKING, turn_periods, every=timedelta(seconds=15))]
