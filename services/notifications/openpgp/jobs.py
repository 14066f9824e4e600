"""Telling people that their key expires, while they can still read it: a month before, and a week before."""

from datetime import timedelta

from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import facts
from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import Recipient
from services.notifications.openpgp import store
from services.notifications.openpgp.domain import LETTERS_BEFORE, PublicKey, warning_id
from shared.ids import utc_now
from shared.service import Context, Job
from shared.storage import Tx

AT_ONCE = 200


async def warn_of_expiry(context: Context) -> None:
    """Write to everybody whose key expires before long; each once for each time before, whoever else tries."""
    now, nearer = utc_now(), timedelta()
    for before in sorted(LETTERS_BEFORE):
        keys = await store.expiring(
            context.storage.reader, after=now + nearer, until=now + before, warned=before, limit=AT_ONCE
        )
        for key in keys:
            await context.storage.transact(warn, key, before)
            if context.stopping.is_set():
                return
        nearer = before


async def warn(tx: Tx, key: PublicKey, before: timedelta) -> None:
    """Owe the owner of a key the news that it expires."""
    if key.expires_at is None or not await store.mark_warned(tx, key, before):
        return
    event_id = warning_id(key.id, key.expires_at, before)
    await letters.keep_facts(tx, event_id, facts.facts_of_key(key.expires_at))
    owner = Recipient(key.id, key.id)
    await deliveries.owe_letters(tx, "key-expiring", [owner], event_id=event_id, about_id=key.id)


JOBS = [Job("keys-expiring", warn_of_expiry, timedelta(hours=1))]
