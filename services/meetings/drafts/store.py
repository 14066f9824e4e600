"""The collection of drafts."""

from services.meetings.drafts.domain import Draft
from shared.paging import Page, Paging
from shared.storage import Aggregates, CollectionSpec, Reader, Tx

COLLECTIONS = [CollectionSpec("drafts")]
DRAFTS = Aggregates("drafts", Draft, "draft")


async def page(reader: Reader, paging: Paging) -> Page[Draft]:
    """Return a page of the drafts, oldest first."""
    return await DRAFTS.page(reader, {}, after=paging.after, limit=paging.limit)


async def remove(tx: Tx, draft_id: str) -> None:
    """Take a draft away: it has become a meeting, or nothing."""
    await tx["drafts"].delete_one({"_id": draft_id})
