"""The only module that knows the collections of webhooks and their messages; where they lead is sealed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_json

from services.reports.webhooks.domain import Destination, Webhook
from shared.paging import Page, Paging, page_of
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

MESSAGES = "webhook_messages"
SECRETS = "webhook_secrets"
KEPT = timedelta(days=30)
CLAIMED_FOR = timedelta(minutes=2)  # longer than one call may take; a dead replica's message is tried again then

WEBHOOKS = Aggregates("webhooks", Webhook, "webhook")

COLLECTIONS = [
    CollectionSpec("webhooks", [Index([("state", 1)])]),
    CollectionSpec(SECRETS),
    CollectionSpec(
        MESSAGES,
        [
            Index([("due_at", 1)], partial={"due_at": {"$exists": True}}),
            Index([("webhook_id", 1), ("_id", -1)]),
            Index([("created_at", 1)], expire_after=KEPT),
        ],
    ),
]


# Webhooks


async def add(tx: Tx, webhook: Webhook, to: Destination) -> None:
    """Add a webhook; where it leads is encrypted under a key of its own."""
    await WEBHOOKS.add(tx, webhook)
    key = tx.vault.new_key()
    cipher = tx.vault.encrypt(key, to_json(to).decode())
    await tx[SECRETS].insert_one({"_id": webhook.id, "key": key, "cipher": cipher})


async def destination(reader: Reader, webhook_id: str) -> Destination | None:
    """Return where a webhook leads; `None` when it was removed."""
    row = await reader[SECRETS].find_one({"_id": webhook_id})
    if row is None:
        return None
    return Destination.model_validate_json(reader.vault.decrypt(bytes(row["key"]), bytes(row["cipher"])))


async def count(reader: Reader) -> int:
    """Return how many webhooks there are."""
    return await reader["webhooks"].count({})


async def active(reader: Reader, *, limit: int) -> list[Webhook]:
    """Return the webhooks that are told of reports."""
    return [from_document(Webhook, row) for row in await reader["webhooks"].find({"state": "active"}, limit=limit)]


async def registered_by(reader: Reader, person_id: str, *, limit: int) -> list[Webhook]:
    """Return the webhooks that somebody has registered."""
    rows = await reader["webhooks"].find({"registered_by": person_id}, limit=limit)
    return [from_document(Webhook, row) for row in rows]


async def remove(tx: Tx, webhook_id: str) -> None:
    """Delete a webhook, the key to where it leads, and what waits for it."""
    await tx["webhooks"].delete_one({"_id": webhook_id})
    await tx[SECRETS].delete_one({"_id": webhook_id})
    await tx[MESSAGES].delete_many({"webhook_id": webhook_id})


# Messages


async def owe(tx: Tx, rows: Sequence[Document]) -> None:
    """Owe messages."""
    await tx[MESSAGES].insert_many(rows)


async def due(reader: Reader, *, now: datetime, limit: int) -> list[str]:
    """Return the webhooks for which messages are due."""
    rows = await reader[MESSAGES].aggregate(
        [{"$match": {"due_at": {"$lte": now}}}, {"$group": {"_id": "$webhook_id"}}, {"$limit": limit}]
    )
    return [row["_id"] for row in rows]


async def claim(reader: Reader, webhook_id: str, *, now: datetime) -> Document | None:
    """Take the next message that is due for a webhook; nobody else has it for two minutes."""
    claimed = {"$set": {"due_at": now + CLAIMED_FOR}, "$inc": {"attempts": 1}}
    where: Document = {"webhook_id": webhook_id, "due_at": {"$lte": now}}
    return await reader[MESSAGES].find_one_and_update(where, claimed, sort=[("due_at", 1), ("_id", 1)])


async def settle(tx: Tx, message_id: str, *, code: str, now: datetime, due_at: datetime | None) -> None:
    """Write down what became of a message, and when it is tried again, if ever; what was dropped is not."""
    values: dict[str, Any] = {"code": code, "tried_at": now}
    if due_at is None:
        await tx[MESSAGES].update_one({"_id": message_id}, {"$set": values, "$unset": {"due_at": ""}})
    else:
        waiting: Document = {"_id": message_id, "due_at": {"$exists": True}}
        await tx[MESSAGES].update_one(waiting, {"$set": {**values, "due_at": due_at}})


async def postpone(tx: Tx, webhook_id: str, *, until: datetime) -> None:
    """Let whatever waits for a webhook wait until then at least: it fails just now."""
    await tx[MESSAGES].update_many({"webhook_id": webhook_id, "due_at": {"$lt": until}}, {"$set": {"due_at": until}})


async def drop(tx: Tx, webhook_id: str, *, code: str) -> None:
    """Send nothing more of what waits for a webhook."""
    waiting: Document = {"webhook_id": webhook_id, "due_at": {"$exists": True}}
    await tx[MESSAGES].update_many(waiting, {"$set": {"code": code}, "$unset": {"due_at": ""}})


async def drop_report(tx: Tx, report_id: str, *, code: str) -> None:
    """Send nothing more of what waits for any webhook about a report, and keep none of its words."""
    waiting: Document = {"due_at": {"$exists": True}, "data.report_id": report_id}
    await tx[MESSAGES].update_many(waiting, {"$set": {"code": code, "data": {}}, "$unset": {"due_at": ""}})


async def page(reader: Reader, webhook_id: str, paging: Paging) -> Page[Document]:
    """Return the rows of a webhook's messages, the newest first."""
    where: Document = {"webhook_id": webhook_id}
    if (key := paging.key(str)) is not None:
        where["_id"] = {"$lt": key[0]}
    rows = await reader[MESSAGES].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    return page_of(rows, paging.limit, key=lambda row: (row["_id"],))
