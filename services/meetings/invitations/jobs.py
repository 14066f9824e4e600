"""Inviting the rest of large audiences, 500 people at a time; telling of withdrawals that were not undone."""

from datetime import timedelta

from services.meetings.invitations import actions, store
from shared.batches import in_chunks, one_by_one
from shared.ids import utc_now
from shared.service import Context, Job

AT_ONCE = 100  # audiences looked at in one run


async def expand_audiences(context: Context) -> None:
    """Invite the rest of every audience that no other replica is busy with.

    The lease only spares replicas the same work: what keeps anybody from being invited twice is that a chunk and the
    place reached are written in one transaction.
    """
    found = await store.next_expansions(context.storage.reader, limit=AT_ONCE)
    await one_by_one(context, found, _expand, failed_as="expansion-failed", named="expansion_id")


async def _expand(context: Context, expansion_id: str) -> None:
    await in_chunks(context, f"expansion:{expansion_id}", actions.expand, expansion_id)


async def carry_out_withdrawals(context: Context) -> None:
    """Tell of every withdrawal whose two minutes are over; each is one transaction, so replicas do no harm."""
    due = await store.withdrawals_due(context.storage.reader, now=utc_now(), limit=AT_ONCE)
    await one_by_one(context, due, _carry_out, failed_as="withdrawal-failed", named="invitation_id")


async def _carry_out(context: Context, invitation_id: str) -> None:
    await context.storage.transact(actions.carry_out_withdrawal, invitation_id)


JOBS = [
    Job(actions.EXPANSION, expand_audiences, every=timedelta(seconds=5)),
    Job(actions.WITHDRAWALS, carry_out_withdrawals, every=timedelta(seconds=5)),
]
