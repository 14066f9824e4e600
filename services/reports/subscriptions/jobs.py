"""What happens to subscriptions when nobody does anything."""

from datetime import timedelta

from services.reports.subscriptions import actions, store
from shared.ids import utc_now
from shared.service import Context, Job

AT_ONCE = 100


async def expire_unconfirmed(context: Context) -> None:
    """Forget every wish that was not confirmed in time, each in its own transaction."""
    storage = context.storage
    while not context.stopping.is_set():
        expired = await store.expired_ids(storage.reader, now=utc_now(), limit=AT_ONCE)
        for subscription_id in expired:
            await storage.transact(actions.expire_subscription, subscription_id)
        if len(expired) < AT_ONCE:
            return


JOBS = [Job("expire-subscriptions", expire_unconfirmed, every=timedelta(minutes=10))]
