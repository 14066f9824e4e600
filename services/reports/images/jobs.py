"""Letting go of pictures that were removed long ago, and of files that nothing refers to."""

from datetime import timedelta

from services.reports.images import actions, store
from services.reports.images.store import FILES
from shared.ids import utc_now
from shared.service import Context, Job


async def sweep(context: Context) -> None:
    """Forget what was removed a month ago, then delete the files that nobody keeps."""
    now = utc_now()
    for image in await store.long_removed(context.storage.reader, now=now):
        await context.storage.transact(actions.forget_image, image)
    await FILES.sweep(context.storage, now=now)


JOBS = [Job("sweep-images", sweep, every=timedelta(hours=1))]
