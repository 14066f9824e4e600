"""What the library catches up on: reports published before it was there, or before they were found by as much."""

from datetime import timedelta

from services.reports.library import actions, store
from shared.service import Context, Job

AT_ONCE = 50


async def catch_up(context: Context) -> None:
    """Write the cards that are missing or were written when reports were found by less, each in its transaction."""
    storage = context.storage
    while not context.stopping.is_set():
        behind = await store.behind(storage.reader, limit=AT_ONCE)
        for report_id in behind:
            await storage.transact(actions.shelve_again, report_id)
        if len(behind) < AT_ONCE:
            return


JOBS = [Job("library", catch_up, every=timedelta(minutes=5))]
