"""The only module that knows the collection of subscriptions."""

from datetime import datetime, timedelta

from services.reports.subscriptions.domain import State, Subscription
from shared.storage import Aggregates, CollectionSpec, Index, Reader, Tx, from_document

ENDED_KEPT = timedelta(days=90)  # so that an old link still says that it has ended

SUBSCRIPTIONS = Aggregates("subscriptions", Subscription, "subscription")

COLLECTIONS = [
    CollectionSpec(
        "subscriptions",
        [
            Index([("address_index", 1), ("state", 1)], unique=True, partial={"address_index": {"$type": "string"}}),
            Index([("state", 1), ("expires_at", 1)], partial={"state": "requested"}),
            Index([("ended_at", 1)], expire_after=ENDED_KEPT),
        ],
    )
]


async def find(reader: Reader, subscription_id: str) -> Subscription | None:
    """Return a subscription, or `None` where it was forgotten."""
    return await SUBSCRIPTIONS.find(reader, subscription_id)


async def get(reader: Reader, subscription_id: str) -> Subscription:
    """Return a subscription.  Raises `NotFound`."""
    return await SUBSCRIPTIONS.get(reader, subscription_id)


async def of_address(reader: Reader, address_index: str, state: State) -> Subscription | None:
    """Return the subscription of an address that is in ``state``: there is at most one."""
    found = await reader["subscriptions"].find_one({"address_index": address_index, "state": state})
    return None if found is None else from_document(Subscription, found)


async def put(tx: Tx, subscription: Subscription) -> None:
    """Write a subscription's next revision, or its first."""
    if subscription.revision == 1:
        await SUBSCRIPTIONS.add(tx, subscription)
    else:
        await SUBSCRIPTIONS.put(tx, subscription)


async def expired_ids(reader: Reader, *, now: datetime, limit: int) -> list[str]:
    """Return unconfirmed subscriptions whose time is over."""
    found = await reader["subscriptions"].find(
        {"state": "requested", "expires_at": {"$lte": now}}, projection={"_id": 1}, limit=limit
    )
    return [document["_id"] for document in found]
