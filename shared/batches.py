"""What jobs have in common: row after row, of which one that fails holds up no other, and chunk after chunk."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any

from shared import logs
from shared.service import Context
from shared.storage import Tx

log = logs.get(__name__)

LEASE = timedelta(seconds=30)  # a chunk takes a tenth of a second; after a crash another replica goes on this soon


async def one_by_one(
    context: Context, ids: Iterable[str], work: Callable[[Context, str], Awaitable[Any]], *, failed_as: str, named: str
) -> None:
    """Carry out ``work`` for each of ``ids`` until the service stops.  Raises the last fault when all were tried.

    Each fault is logged as ``failed_as``, with the id as ``named``.
    """
    failed: Exception | None = None
    for id in ids:
        if context.stopping.is_set():
            return
        try:
            await work(context, id)
        except Exception as error:  # one bad row must not keep the others waiting
            log.error(failed_as, exc_info=error, **{named: id})
            failed = error
    if failed is not None:
        raise failed


async def in_chunks(context: Context, lease: str, action: Callable[[Tx, str], Awaitable[bool]], id: str) -> None:
    """Carry out ``action`` in one transaction after the other while it says that there is more.

    The lease only spares replicas the same work: that nothing is done twice is for the transaction to see to.
    """
    storage, holder, more = context.storage, context.settings.instance, True
    while more and not context.stopping.is_set():
        if not await storage.lease(lease, holder, LEASE):
            return
        more = await storage.transact(action, id)
    await storage.release(lease, holder)
