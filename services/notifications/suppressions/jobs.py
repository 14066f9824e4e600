"""What is done again and again about letters that failed: telling of them, and judging their addresses."""

from datetime import timedelta

from services.notifications.deliveries import store as letters
from services.notifications.suppressions import actions
from shared.service import Context, Job

AT_ONCE = 50  # failures told in one transaction


async def tell_failures(context: Context) -> None:
    """Tell of every letter that has failed since the last time."""
    while failed := await letters.untold(context.storage.reader, limit=AT_ONCE):
        await context.storage.transact(actions.tell_failures, failed)
        if context.stopping.is_set() or len(failed) < AT_ONCE:
            return


JOBS = [Job("failures-told", tell_failures, timedelta(seconds=5))]
