"""Offering places where more became free than one transaction gives out, or a process died before it did."""

from datetime import timedelta

from services.meetings.places import actions, store
from shared import logs
from shared.service import Context, Job

log = logs.get(__name__)

AT_ONCE = 100  # meetings looked at in one run


async def fill_places(context: Context) -> None:
    """Offer free places at every meeting where somebody waits; each hundred is one transaction."""
    for meeting_id in await store.to_be_filled(context.storage.reader, limit=AT_ONCE):
        more = True
        while more and not context.stopping.is_set():
            more = await context.storage.transact(actions.fill, meeting_id)


JOBS = [Job(actions.FILLING, fill_places, every=timedelta(seconds=15))]
