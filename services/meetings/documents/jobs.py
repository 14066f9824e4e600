"""Letting go of documents that were removed long ago, and of files that nothing refers to."""

from datetime import timedelta

from services.meetings.documents import actions, store
from services.meetings.documents.store import FILES
from shared.ids import utc_now
from shared.service import Context, Job


async def sweep(context: Context) -> None:
    """Forget what was removed a month ago, then delete the files that nobody keeps."""
    now = utc_now()
    for document in await store.long_removed(context.storage.reader, now=now):
        await context.storage.transact(actions.forget_document, document)
    await FILES.sweep(context.storage, now=now)


JOBS = [Job("sweep-documents", sweep, every=timedelta(hours=1))]
