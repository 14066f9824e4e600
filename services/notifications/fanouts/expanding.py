"""Tells many of one event: writes their letters down chunk by chunk, from where the last process stopped."""

import asyncio
import contextlib
from datetime import timedelta

from services.notifications.fanouts import actions, store
from shared import logs
from shared.ids import utc_now
from shared.service import Context
from shared.storage import Unreachable
from shared.supervision import backoff, rest

log = logs.get(__name__)

POLL_SECONDS = 1.0
LEASE = timedelta(seconds=15)  # a dead replica's fan-out is taken over after this long
AT_ONCE = 20
PUT_OFF = timedelta(seconds=30)  # a fan-out that failed


async def expand_fanouts(context: Context) -> None:
    """Expand fan-outs until the service stops."""
    bell, failures = context.storage.bell(store.BELL), 0
    while not context.stopping.is_set():
        bell.clear()
        try:
            for event_id in await store.unfinished(context.storage.reader, now=utc_now(), limit=AT_ONCE):
                await _try(context, event_id)
            failures = 0
        except Exception as error:  # each goes on from its cursor
            failures += 1
            log.error("fan-out-interrupted", exc_info=error)
            await rest(context.stopping, backoff(failures))
            continue
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), POLL_SECONDS)


async def _try(context: Context, event_id: str) -> None:
    """Expand one fan-out; where that fails it is put off, so that the younger ones have their turn."""
    try:
        await _expand(context, event_id)
    except Unreachable:
        raise
    except Exception as error:
        log.error("fan-out-put-off", event_id=event_id, exc_info=error)
        await store.put_off(context.storage.reader, event_id, until=utc_now() + PUT_OFF)


async def _expand(context: Context, event_id: str) -> None:
    lease, holder = f"fan-out:{event_id}", context.settings.instance
    more = True
    while more and not context.stopping.is_set():
        if not await context.storage.lease(lease, holder, LEASE):
            return  # another replica is at it
        more = await context.storage.transact(actions.expand, event_id)
    await context.storage.release(lease, holder)
