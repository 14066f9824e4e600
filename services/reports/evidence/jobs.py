"""Deleting files that were received and never became an exhibit's, or whose exhibit was deleted."""

from datetime import timedelta

from services.reports.evidence.exhibits.store import FILES
from shared.ids import utc_now
from shared.service import Context, Job


async def sweep(context: Context) -> None:
    """Delete the files that nobody keeps."""
    await FILES.sweep(context.storage, now=utc_now())


JOBS = [Job("sweep-exhibits", sweep, every=timedelta(hours=1))]
