"""What is done with activities in the background: what was decided of places, and what activities are found by."""

from datetime import timedelta

from services.registry.activities import actions, store
from services.registry.places import store as places
from shared.service import Context, Job

INDEXED_AT_ONCE = 200


async def apply_places(context: Context) -> None:
    """Let everything on record say what was decided of unknown places."""
    storage = context.storage
    if not (entries := await places.not_applied(storage.reader)):
        return
    after: str | None = ""
    while after is not None:
        after = await storage.transact(actions.settle_places, after=after)
    await storage.transact(actions.places_applied, entries)


async def index_outdated(context: Context) -> None:
    """Write anew what activities are found by that were recorded before they were found by it."""
    while found := await store.outdated(context.storage.reader, limit=INDEXED_AT_ONCE):
        await context.storage.transact(actions.index_again, found)


JOBS = [
    Job("unmatched-places", apply_places, every=timedelta(seconds=20)),
    Job("activity-index", index_outdated, every=timedelta(minutes=1)),
]
