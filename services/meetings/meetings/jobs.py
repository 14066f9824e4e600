"""Noting that meetings were held, when they are over."""

from datetime import timedelta

from services.meetings.meetings import actions, store
from shared.ids import utc_now
from shared.problems import Conflict
from shared.service import Context, Job

EVERY = timedelta(minutes=1)
AT_ONCE = 100  # meetings noted in one run


async def note_held(context: Context) -> None:
    """Note every meeting that is over as held; two replicas at once note it once."""
    for meeting_id in await store.over_and_not_noted(context.storage.reader, now=utc_now(), limit=AT_ONCE):
        try:
            await context.storage.transact(actions.hold_meeting, meeting_id)
        except Conflict:  # it was moved or called off at this moment
            continue


JOBS = [Job("note-held", note_held, every=EVERY)]
