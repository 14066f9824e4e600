"""What periods do by themselves: open, ask, remind the silent once, lock; nothing is doubled by a crash."""

from datetime import timedelta

from services.registry.periods import actions, store
from shared import logs
from shared.service import Context, Job

log = logs.get(__name__)

LEASE = timedelta(seconds=30)


async def turn_periods(context: Context) -> None:
    """Move every period on by the clock, and tell those who are to be told."""
    failed: Exception | None = None
    for period_id in await store.unsettled(context.storage.reader):
        if context.stopping.is_set():
            return
        try:
            await _turn(context, period_id)
        except Exception as error:  # one bad row must not keep the others waiting
            log.error("period-not-turned", period_id=period_id, exc_info=error)
            failed = error
    if failed is not None:
        raise failed


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
