"""The collection of messages, and who of those invited each goes to."""

from collections.abc import Sequence

from services.meetings.invitations.store import NOT_DELEGATED, STANDING
from services.meetings.messages.domain import MAX_MESSAGES, Addressee, Message, Reach, Whom
from shared.events.meetings import Invitee
from shared.paging import Page, Paging, page_of
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

COLLECTIONS = [
    CollectionSpec(
        "messages",
        [
            Index([("meeting_id", 1), ("_id", -1)]),
            Index([("done", 1), ("_id", 1)], partial={"done": False}),
            Index([("written_by", 1)]),
        ],
    )
]
MESSAGES = Aggregates("messages", Message, "message")

STANDS: dict[Whom, Document] = {
    "accepted": STANDING["accepted"],
    "tentative": STANDING["tentative"],
    "pending": {**NOT_DELEGATED, "place": {"$ne": "waiting"}, "answer": "pending"},
    "waiting": STANDING["waiting"],
    "all": NOT_DELEGATED,
}
"""The filter of each standing, whether or not letters reach those who stand so."""
REACHED: Document = {"withdrawing_at": None, "unreachable": None}
WANTS_LETTERS: Document = {"person.active": True, "person.no_contact": False}
_PERSON: Document = {"$lookup": {"from": "people", "localField": "person_id", "foreignField": "_id", "as": "person"}}


def _meant(meeting_id: str, whom: Sequence[Whom]) -> Document:
    return {"meeting_id": meeting_id, "withdrawn": False, "$or": [STANDS[each] for each in whom]}


async def reach(reader: Reader, meeting_id: str, whom: Sequence[Whom]) -> Reach:
    """Return how many of those who stand so a message would go to, and how many it would not."""
    meant = _meant(meeting_id, whom)
    groups = await reader["invitations"].aggregate(
        [
            {"$match": {**meant, **REACHED}},
            _PERSON,
            {"$match": WANTS_LETTERS},
            {"$group": {"_id": {"$first": "$person.language"}, "people": {"$sum": 1}}},
            {"$sort": {"_id": 1}},
        ]
    )
    by_language = {each["_id"]: each["people"] for each in groups}
    people = sum(by_language.values())
    return Reach(people=people, by_language=by_language, left_out=await reader["invitations"].count(meant) - people)


async def addressees(reader: Reader, meeting_id: str, whom: Sequence[Whom], paging: Paging) -> Page[Addressee]:
    """Return a page of exactly those whom a message would go to, in the order of their invitations."""
    key = paging.key(str)
    beyond: Document = {"_id": {"$gt": key[0]}} if key else {}
    found = await reader["invitations"].aggregate(
        [
            {"$match": {**_meant(meeting_id, whom), **REACHED, **beyond}},
            {"$sort": {"_id": 1}},
            _PERSON,
            {"$match": WANTS_LETTERS},
            {"$limit": paging.limit + 1},
            {"$project": {"person": {"$first": "$person"}}},
        ]
    )
    page = page_of(found, paging.limit, key=lambda each: (each["_id"],))
    return Page(items=[_addressee(each["person"]) for each in page.items], next=page.next)


def _addressee(person: Document) -> Addressee:
    return Addressee(
        person_id=person["_id"], organisation_ids=person.get("organisation_ids", []), language=person["language"]
    )


async def next_addressed(tx: Tx, message: Message, *, limit: int) -> list[Invitee]:
    """Return the next whom ``message`` goes to and who were not told of it: those invited since get nothing."""
    found = await tx["invitations"].aggregate(
        [
            {
                "$match": {
                    **_meant(message.meeting_id, message.whom),
                    **REACHED,
                    "messages": {"$ne": message.id},
                    "invited_at": {"$lte": message.written_at},
                }
            },
            {"$sort": {"_id": 1}},
            _PERSON,
            {"$match": WANTS_LETTERS},
            {"$limit": limit},
            {"$project": {"person_id": 1, "generation": 1}},
        ]
    )
    return [
        Invitee(invitation_id=each["_id"], person_id=each["person_id"], generation=each["generation"]) for each in found
    ]


async def stamp(tx: Tx, message: Message, invitees: Sequence[Invitee]) -> None:
    """Note that ``message`` goes to these, without a new revision: what they have seen of their invitation is so."""
    ids = [each.invitation_id for each in invitees]
    await tx["invitations"].update_many({"_id": {"$in": ids}}, {"$push": {"messages": message.id}})


async def count(reader: Reader, meeting_id: str) -> int:
    """Return how many messages were written about a meeting."""
    return await reader["messages"].count({"meeting_id": meeting_id})


async def page(reader: Reader, meeting_id: str, paging: Paging) -> Page[Message]:
    """Return a page of a meeting's messages, newest first."""
    where: Document = {"meeting_id": meeting_id}
    if key := paging.key(str):
        where["_id"] = {"$lt": key[0]}
    found = await reader["messages"].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    return page_of([from_document(Message, each) for each in found], paging.limit, key=lambda each: (each.id,))


async def among(reader: Reader, ids: Sequence[str]) -> list[Message]:
    """Return these messages, newest first."""
    if not ids:
        return []
    where = {"_id": {"$in": list(ids)}}
    found = await reader["messages"].find(where, sort=[("_id", -1)], limit=MAX_MESSAGES)
    return [from_document(Message, each) for each in found]


async def undone(reader: Reader, *, limit: int) -> list[str]:
    """Return the ids of the oldest messages that have not been told to everybody they go to."""
    found = await reader["messages"].find({"done": False}, sort=[("_id", 1)], limit=limit, projection={"_id": 1})
    return [document["_id"] for document in found]


async def forget_writer(tx: Tx, person_id: str) -> None:
    """Let no message say any more that this person wrote it."""
    await tx["messages"].update_many({"written_by": person_id}, {"$set": {"written_by": None}})
