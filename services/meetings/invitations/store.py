"""The collections of invitations and of the audiences still being invited."""

from collections.abc import Sequence
from datetime import datetime

from services.meetings.invitations.domain import Expansion, Invitation, Summary
from services.meetings.meetings import store as meetings
from services.meetings.meetings.domain import Meeting
from services.meetings.meetings.store import When
from shared.events.meetings import Answer
from shared.paging import Page, Paging, page_of
from shared.storage import (
    Aggregates,
    CollectionSpec,
    Document,
    Index,
    Reader,
    Tx,
    UpdateOne,
    from_document,
    to_document,
)

COLLECTIONS = [
    CollectionSpec(
        "invitations",
        [
            Index([("meeting_id", 1), ("person_id", 1)], unique=True),
            Index([("meeting_id", 1), ("withdrawn", 1), ("answer", 1), ("_id", 1)]),
            Index([("person_id", 1), ("withdrawn", 1)]),
        ],
    ),
    CollectionSpec(
        "expansions",
        [
            Index([("done", 1), ("_id", 1)], partial={"done": False}),
            Index([("meeting_id", 1)], partial={"done": False}),
        ],
    ),
]
INVITATIONS = Aggregates("invitations", Invitation, "invitation")
EXPANSIONS = Aggregates("expansions", Expansion, "expansion")
ANSWERS: tuple[Answer, ...] = ("accepted", "declined", "pending", "tentative")


async def add_many(tx: Tx, invitations: Sequence[Invitation]) -> None:
    """Add new invitations.  Raises `Duplicate` when one of the people is invited already."""
    await tx["invitations"].insert_many([to_document(each) for each in invitations])


async def put_many(tx: Tx, invitations: Sequence[Invitation]) -> None:
    """Write the next revisions of invitations that were read in this transaction."""
    await tx["invitations"].bulk_write(
        [UpdateOne({"_id": each.id}, {"$set": to_document(each)}) for each in invitations]
    )


async def invited_among(reader: Reader, meeting_id: str, person_ids: Sequence[str]) -> set[str]:
    """Return those of ``person_ids`` who have an invitation, withdrawn or not."""
    if not person_ids:
        return set()
    where = {"meeting_id": meeting_id, "person_id": {"$in": list(person_ids)}}
    found = await reader["invitations"].find(where, limit=len(person_ids), projection={"person_id": 1})
    return {document["person_id"] for document in found}


async def withdrawn_among(reader: Reader, meeting_id: str, person_ids: Sequence[str]) -> list[Invitation]:
    """Return the withdrawn invitations of ``person_ids``."""
    if not person_ids:
        return []
    where = {"meeting_id": meeting_id, "withdrawn": True, "person_id": {"$in": list(person_ids)}}
    found = await reader["invitations"].find(where, limit=len(person_ids))
    return [from_document(Invitation, document) for document in found]


async def of_person(reader: Reader, meeting_id: str, person_id: str) -> Invitation | None:
    """Return a person's invitation to a meeting, unless there is none or it was withdrawn."""
    where = {"meeting_id": meeting_id, "person_id": person_id, "withdrawn": False}
    document = await reader["invitations"].find_one(where)
    return None if document is None else from_document(Invitation, document)


async def page(
    reader: Reader, meeting_id: str, *, answer: Answer | None, withdrawn: bool, paging: Paging
) -> Page[Invitation]:
    """Return a page of a meeting's invitations, oldest first."""
    answers = ANSWERS if answer is None else (answer,)
    where: Document = {"meeting_id": meeting_id, "withdrawn": withdrawn, "answer": {"$in": list(answers)}}
    return await INVITATIONS.page(reader, where, after=paging.after, limit=paging.limit)


async def summary(reader: Reader, meeting_id: str) -> Summary:
    """Return how many people gave each answer, and whether more are still being invited."""
    groups = await reader["invitations"].aggregate(
        [
            {"$match": {"meeting_id": meeting_id, "withdrawn": False}},
            {"$group": {"_id": "$answer", "people": {"$sum": 1}}},
        ]
    )
    counts: dict[str, int] = {each["_id"]: each["people"] for each in groups}
    expanding = await reader["expansions"].count({"meeting_id": meeting_id, "done": False}, limit=1)
    return Summary(invited=sum(counts.values()), expanding=bool(expanding), **counts)


async def mine(
    reader: Reader, person_id: str, when: When, *, now: datetime, paging: Paging
) -> Page[tuple[Invitation, Meeting]]:
    """Return a page of a person's invitations with their meetings, in the order of the meetings."""
    found = await reader["invitations"].aggregate(
        [
            {"$match": {"person_id": person_id, "withdrawn": False}},
            {"$lookup": {"from": "meetings", "localField": "meeting_id", "foreignField": "_id", "as": "meeting"}},
            {"$project": {"_id": 0, "meeting": {"$first": "$meeting"}, "invitation": "$$ROOT"}},
            {"$replaceWith": {"$mergeObjects": ["$meeting", {"invitation": "$invitation"}]}},
            {"$match": {"$and": [meetings.over(when, now), meetings.after(when, paging)]}},
            {"$sort": meetings.order(when)},
            {"$limit": paging.limit + 1},
        ]
    )
    items = [(from_document(Invitation, each["invitation"]), from_document(Meeting, each)) for each in found]
    return page_of(items, paging.limit, key=lambda item: meetings.place_in_time(item[1]))


async def next_expansions(reader: Reader, *, limit: int) -> list[str]:
    """Return the ids of the oldest audiences that are not fully invited."""
    found = await reader["expansions"].find({"done": False}, sort=[("_id", 1)], limit=limit, projection={"_id": 1})
    return [document["_id"] for document in found]
