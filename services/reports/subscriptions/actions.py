"""What is done to a subscription: fetch, decide, write, tell."""

from datetime import timedelta

from services.reports.subscriptions import domain, store
from services.reports.subscriptions.domain import ChangeSubscription, RequestSubscription, Subscription
from shared.ids import Id, utc_now
from shared.storage import Tx
from shared.web import expect


async def request_subscription(
    tx: Tx, command: RequestSubscription, *, resend_after: timedelta, confirm_within: timedelta
) -> None:
    """Have the owner of an address asked whether they want to be told.  Returns nothing: callers learn nothing."""
    address_index = tx.vault.blind_index(command.address)
    waiting = await store.of_address(tx, address_index, "requested")
    asked, event = domain.request(
        waiting,
        command,
        address_index=address_index,
        now=utc_now(),
        resend_after=resend_after,
        confirm_within=confirm_within,
    )
    if asked is not waiting:
        await store.put(tx, asked)
    if event is not None:
        await tx.publish(event)


async def confirm_subscription(tx: Tx, subscription_id: Id) -> Subscription:
    """Take the owner's yes.  What the same address had confirmed before ends with it."""
    subscription = await store.get(tx, subscription_id)
    confirmed, event = domain.confirm(subscription, now=utc_now())
    if event is None:
        return confirmed
    before = await store.of_address(tx, str(subscription.address_index), "confirmed")
    await tx.publish(event)  # before the old one ends, so that no report published in between goes unheard
    if before is not None:
        await _end(tx, before, replaced_by=confirmed.id)
    await store.put(tx, confirmed)
    return confirmed


async def change_subscription(
    tx: Tx, subscription_id: Id, command: ChangeSubscription, *, seen: int | None
) -> Subscription:
    """Be told of what the owner wishes now.  Raises `NotFound`, `Conflict` and `Stale`."""
    subscription = await store.get(tx, subscription_id)
    changed, event = domain.change(subscription, command)
    if event is not None:
        expect(subscription, seen)
        await store.put(tx, changed)
        await tx.publish(event)
    return changed


async def end_subscription(tx: Tx, subscription_id: Id) -> None:
    """Take the owner's no; the second time, and long after, it is no harm."""
    subscription = await store.find(tx, subscription_id)
    if subscription is not None:
        await _end(tx, subscription)


async def expire_subscription(tx: Tx, subscription_id: Id) -> None:
    """Forget a wish that was not confirmed in time."""
    subscription = await store.find(tx, subscription_id)
    if subscription is not None and domain.expired(subscription, now=utc_now()):
        await _end(tx, subscription)


async def _end(tx: Tx, subscription: Subscription, *, replaced_by: Id | None = None) -> None:
    ended, event = domain.end(subscription, now=utc_now(), replaced_by=replaced_by)
    if event is not None:
        await store.put(tx, ended)
        await tx.publish(event)
