"""Mails that came back as rows: what each says and what was done, and the mail itself under its person's own key.

They leave by themselves after thirty days, and cannot be read any more as soon as the person's key is gone.
"""

from datetime import datetime, timedelta
from typing import Any

from services.notifications.intake.domain import Fault, Sort
from shared.ids import Id
from shared.model import Model
from shared.paging import Page, Paging, page_of
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

RECEIVED = "received"
KEPT = timedelta(days=30)

COLLECTIONS = [
    CollectionSpec(
        RECEIVED,
        [
            Index([("fingerprint", 1)], unique=True),
            Index([("recipient_id", 1), ("_id", -1)]),
            Index([("outcome", 1), ("_id", -1)]),
            Index([("received_at", 1)], expire_after=KEPT),
        ],
    )
]


class Received(Model):
    """A mail that came back, without what it says: ``outcome`` is what was done about it, in kebab-case."""

    id: Id
    recipient_id: Id
    letter_id: Id | None = None
    about_id: Id | None = None
    sort: Sort
    fault: Fault
    permanent: bool
    status: str
    outcome: str
    size: int
    received_at: datetime


async def known(reader: Reader, fingerprint: str) -> bool:
    """Whether this very mail was received before: whoever hears no answer sends it again."""
    return await reader[RECEIVED].find_one({"fingerprint": fingerprint}, {"_id": 1}) is not None


async def keep(tx: Tx, received: Received, *, fingerprint: str, cipher: bytes | None) -> None:
    """Keep a mail.  Raises `Duplicate` when it was received before."""
    row: Document = {**received.model_dump(exclude={"id"}), "_id": received.id, "fingerprint": fingerprint}
    if cipher is not None:
        row["cipher"] = cipher
    await tx[RECEIVED].insert_one(row)


def _received(row: Document) -> Received:
    return Received.model_validate(
        {name: row[name] for name in Received.model_fields if name in row} | {"id": row["_id"]}
    )


async def page(reader: Reader, *, outcome: str | None, recipient_id: str | None, paging: Paging) -> Page[Received]:
    """Return mails that came back, the newest first."""
    asked: dict[str, Any] = {"outcome": outcome, "recipient_id": recipient_id}
    where: Document = {name: value for name, value in asked.items() if value is not None}
    if (key := paging.key(str)) is not None:
        where["_id"] = {"$lt": key[0]}
    rows = await reader[RECEIVED].find(where, sort=[("_id", -1)], limit=paging.limit + 1, projection={"cipher": 0})
    return page_of([_received(row) for row in rows], paging.limit, key=lambda each: (each.id,))


async def forget(tx: Tx, recipient_id: str) -> None:
    """Delete what came back from a person."""
    await tx[RECEIVED].delete_many({"recipient_id": recipient_id})
