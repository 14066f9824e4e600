"""Telling of messages to everybody they go to."""

from datetime import timedelta

from services.meetings.messages import actions, store
from shared import logs
from shared.service import Context, Job

log = logs.get(__name__)

LEASE = timedelta(seconds=30)  # a chunk takes a tenth of a second; after a crash another replica goes on this soon
AT_ONCE = 20  # messages looked at in one go


async def tell_of_messages(context: Context) -> None:
    """Tell of every message that has not gone to everybody.

    The lease only spares replicas the same work: what keeps anybody from being told twice is that the mark and the
    event are written in one transaction.
    """
    failed: Exception | None = None
    for message_id in await store.undone(context.storage.reader, limit=AT_ONCE):
        try:
            await _tell(context, message_id)
        except Exception as error:  # one bad row must not keep the others waiting
            log.error("message-not-told", message_id=message_id, exc_info=error)
            failed = error
    if failed is not None:
        raise failed


async def _tell(context: Context, message_id: str) -> None:
    lease, holder, more = f"message:{message_id}", context.settings.instance, True
    while more and not context.stopping.is_set():
        if not await context.storage.lease(lease, holder, LEASE):
            return
        more = await context.storage.transact(actions.tell, message_id)
    await context.storage.release(lease, holder)


JOBS = [Job(actions.MESSAGES, tell_of_messages, every=timedelta(seconds=5))]
