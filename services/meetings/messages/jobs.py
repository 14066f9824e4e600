"""Telling of messages to everybody they go to."""

from datetime import timedelta

from services.meetings.messages import actions, store
from shared.batches import in_chunks, one_by_one
from shared.service import Context, Job

AT_ONCE = 20  # messages looked at in one go


async def tell_of_messages(context: Context) -> None:
    """Tell of every message that has not gone to everybody.

    The lease only spares replicas the same work: what keeps anybody from being told twice is that the mark and the
    event are written in one transaction.
    """
    found = await store.undone(context.storage.reader, limit=AT_ONCE)
    await one_by_one(context, found, _tell, failed_as="message-not-told", named="message_id")


async def _tell(context: Context, message_id: str) -> None:
    await in_chunks(context, f"message:{message_id}", actions.tell, message_id)


JOBS = [Job(actions.MESSAGES, tell_of_messages, every=timedelta(seconds=5))]
