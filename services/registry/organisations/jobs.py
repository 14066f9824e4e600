"""What organisations do by themselves: old records are found by what is new, and likely duplicates are looked for."""

from datetime import timedelta

from services.registry.organisations import store
from services.registry.organisations.duplicates import actions as duplicates
from shared.service import Context, Job

AT_ONCE = 100
ROUNDS = 50  # batches in one go: others want the database too


async def index_outdated(context: Context) -> None:
    """Write anew what records are found by that were written before they were found by it."""
    while ids := await store.outdated(context.storage.reader, limit=AT_ONCE):
        await context.storage.transact(store.index_again, ids)


async def compare(context: Context) -> None:
    """Compare records that were written since they were compared with those that are like them."""
    for _ in range(ROUNDS):
        if await duplicates.compare_some(context.storage.reader, limit=AT_ONCE) < AT_ONCE:
            return


JOBS = [
    Job("organisation-index", index_outdated, every=timedelta(minutes=1)),
    Job("organisation-duplicates", compare, every=timedelta(seconds=5)),
]
