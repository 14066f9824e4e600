"""The collection of drafts."""

from services.meetings.drafts.domain import Draft
from shared.paging import Page, Paging
from shared.storage import Aggregates, CollectionSpec, Index, Reader, Tx

COLLECTIONS = [CollectionSpec("drafts", [Index([("audience.person_ids", 1)])])]
DRAFTS = Aggregates("drafts", Draft, "draft")


async def page(reader: Reader, paging: Paging) -> Page[Draft]:
    """Return a page of the drafts, oldest first."""
    return await DRAFTS.page(reader, {}, after=paging.after, limit=paging.limit)


async def remove(tx: Tx, draft_id: str) -> None:
    """Take a draft away: it has become a meeting, or nothing."""
    await tx["drafts"].delete_one({"_id": draft_id})


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person out of every audience that is kept to be copied."""
    for name in ("drafts", "meetings"):
        named = {"audience.person_ids": person_id}
        await tx[name].update_many(named, {"$pull": named})
