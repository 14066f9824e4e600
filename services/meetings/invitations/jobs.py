"""Inviting the rest of large audiences, 500 people at a time; telling of withdrawals that were not undone."""

from datetime import timedelta

from services.meetings.invitations import actions, store
from shared import logs
from shared.ids import utc_now
from shared.service import Context, Job

log = logs.get(__name__)

LEASE = timedelta(seconds=30)  # a chunk takes a tenth of a second; after a crash another replica goes on this soon
AT_ONCE = 100  # audiences looked at in one run


async def expand_audiences(context: Context) -> None:
    """Invite the rest of every audience that no other replica is busy with.

    The lease only spares replicas the same work: what keeps anybody from being invited twice is that a chunk and the
    place reached are written in one transaction.
    """
    failed: Exception | None = None
    for expansion_id in await store.next_expansions(context.storage.reader, limit=AT_ONCE):
        try:
            await _expand(context, expansion_id)
        except Exception as error:  # one bad row must not keep the others waiting
            log.error("expansion-failed", expansion_id=expansion_id, exc_info=error)
            failed = error
    if failed is not None:
        raise failed


async def _expand(context: Context, expansion_id: str) -> None:
    lease, holder, more = f"expansion:{expansion_id}", context.settings.instance, True
    while more and not context.stopping.is_set():
        if not await context.storage.lease(lease, holder, LEASE):
            return
        more = await context.storage.transact(actions.expand, expansion_id)
    await context.storage.release(lease, holder)


async def carry_out_withdrawals(context: Context) -> None:
    """Tell of every withdrawal whose two minutes are over; each is one transaction, so replicas do no harm."""
    storage, failed = context.storage, None
    for invitation_id in await store.withdrawals_due(storage.reader, now=utc_now(), limit=AT_ONCE):
        try:
            await storage.transact(actions.carry_out_withdrawal, invitation_id)
        except Exception as error:  # one bad row must not keep the others waiting
            log.error("withdrawal-failed", invitation_id=invitation_id, exc_info=error)
            failed = error
    if failed is not None:
        raise failed


JOBS = [
    Job(actions.EXPANSION, expand_audiences, every=timedelta(seconds=5)),
    Job(actions.WITHDRAWALS, carry_out_withdrawals, every=timedelta(seconds=5)),
]
