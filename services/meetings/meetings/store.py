"""The collection of meetings, and its lists in the order of time."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from services.meetings.meetings.domain import Meeting
from shared.paging import Page, Paging, page_of
from shared.problems import Invalid
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

COLLECTIONS = [
    CollectionSpec(
        "meetings",
        [
            Index([("starts_at", 1), ("_id", 1)]),
            Index([("ends_at", 1)]),
            Index([("state", 1), ("ends_at", 1)], partial={"state": "scheduled"}),
            Index([("audience.person_ids", 1)]),
            Index([("series_id", 1), ("starts_at", 1), ("_id", 1)]),
        ],
    )
]
MEETINGS = Aggregates("meetings", Meeting, "meeting")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

When = Literal["upcoming", "past", "all"]
"""Upcoming: not over, or postponed; soonest first.  Past: over, latest first.  All: latest first."""


async def count_invited(tx: Tx, meeting_id: str, people: int) -> None:
    """Count ``people`` more as invited.

    Writing to the meeting also makes this transaction conflict with one that moves the meeting, or invites to it, at
    the same time: whoever comes second sees the first one's work.
    """
    await tx["meetings"].update_one({"_id": meeting_id}, {"$inc": {"invited": people}})


async def page(
    reader: Reader, when: When, *, now: datetime, paging: Paging, series_id: str | None = None
) -> Page[Meeting]:
    """Return a page of the meetings, of one series or of any, that are upcoming, past, or of all."""
    where = {"$and": [over(when, now), after(when, paging), {"series_id": series_id} if series_id else {}]}
    found = await reader["meetings"].find(where, sort=list(order(when).items()), limit=paging.limit + 1)
    items = [from_document(Meeting, document) for document in found]
    return page_of(items, paging.limit, key=place_in_time)


def over(when: When, now: datetime) -> Document:
    """Return the filter of the meetings that are upcoming or past ``now``."""
    filters: dict[str, Document] = {
        "upcoming": {"$or": [{"ends_at": {"$gt": now}}, {"state": "postponed"}]},
        "past": {"ends_at": {"$lte": now}, "state": {"$ne": "postponed"}},
    }
    return filters.get(when, {})


def order(when: When) -> dict[str, int]:
    """Return the order of a list: soonest first for what is to come, latest first otherwise."""
    direction = 1 if when == "upcoming" else -1
    return {"starts_at": direction, "_id": direction}


def after(when: When, paging: Paging) -> Document:
    """Return the filter of what comes after the page's cursor.  Raises `Invalid` when that is not one of ours."""
    key = paging.key(int, str)
    if key is None:
        return {}
    try:
        starts_at = EPOCH + timedelta(milliseconds=key[0])
    except OverflowError:
        raise Invalid("cursor-not-valid", "Begin again from the first page, without `after`.") from None
    beyond = "$gt" if when == "upcoming" else "$lt"
    return {"$or": [{"starts_at": {beyond: starts_at}}, {"starts_at": starts_at, "_id": {beyond: key[1]}}]}


def place_in_time(meeting: Meeting) -> tuple[int, str]:
    """Return the sort key of a meeting in a list: its beginning in milliseconds since 1970, and its id."""
    return (meeting.starts_at - EPOCH) // timedelta(milliseconds=1), meeting.id


async def over_and_not_noted(reader: Reader, *, now: datetime, limit: int) -> list[str]:
    """Return the ids of meetings that are over and not yet noted as held, longest over first."""
    where = {"state": "scheduled", "ends_at": {"$lte": now}}
    found = await reader["meetings"].find(where, sort=[("ends_at", 1)], limit=limit, projection={"_id": 1})
    return [document["_id"] for document in found]
