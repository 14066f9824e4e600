"""The collection of feeds, and which meetings are in one."""

from datetime import datetime

from services.meetings.feeds.domain import MAX_MEETINGS, SHOWN_AFTER, Feed, Kind
from services.meetings.meetings.model import Meeting
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

COLLECTIONS = [CollectionSpec("feeds", [Index([("kind", 1), ("owner_id", 1)], unique=True)])]
FEEDS = Aggregates("feeds", Feed, "feed")


async def of(reader: Reader, kind: Kind, owner_id: str) -> Feed | None:
    """Return the feed of a person or series, if it has one."""
    document = await reader["feeds"].find_one({"kind": kind, "owner_id": owner_id})
    return None if document is None else from_document(Feed, document)


async def remove(tx: Tx, kind: Kind, owner_id: str) -> None:
    """Take a feed away: its address is no longer good."""
    await tx["feeds"].delete_one({"kind": kind, "owner_id": owner_id})


async def meetings_in(reader: Reader, feed: Feed, *, now: datetime) -> list[Meeting]:
    """Return the meetings of a feed in the order of time, the latest 500: those postponed are at no time."""
    shown = {"ends_at": {"$gt": now - SHOWN_AFTER}, "state": {"$ne": "postponed"}}
    find = _of_person if feed.kind == "person" else _of_series
    found = await find(reader, feed.owner_id, shown)
    return [from_document(Meeting, document) for document in reversed(found)]


async def _of_series(reader: Reader, series_id: str, shown: Document) -> list[Document]:
    order = [("starts_at", -1), ("_id", -1)]
    return await reader["meetings"].find({"series_id": series_id, **shown}, sort=order, limit=MAX_MEETINGS)


async def _of_person(reader: Reader, person_id: str, shown: Document) -> list[Document]:
    return await reader["invitations"].aggregate(
        [
            {"$match": {"person_id": person_id, "withdrawn": False, "answer": {"$ne": "declined"}}},
            {"$lookup": {"from": "meetings", "localField": "meeting_id", "foreignField": "_id", "as": "meeting"}},
            {"$replaceWith": {"$first": "$meeting"}},
            {"$match": shown},
            {"$sort": {"starts_at": -1, "_id": -1}},
            {"$limit": MAX_MEETINGS},
        ]
    )
