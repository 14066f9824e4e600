"""The collections of invitations and of the audiences still being invited."""

from collections.abc import Sequence
from datetime import datetime

from services.meetings.invitations import words
from services.meetings.invitations.domain import Expansion, Invitation, Standing, Summary
from services.meetings.meetings import store as meetings
from services.meetings.meetings.domain import Meeting
from services.meetings.meetings.store import When
from shared.events.meetings import Answer
from shared.ids import new_id
from shared.paging import Page, Paging, page_of, read_cursor
from shared.problems import Conflict
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
            Index([("delegated_to", 1)], partial={"delegated_to": {"$type": "string"}}),
            Index([("delegated_from", 1)], partial={"delegated_from": {"$type": "string"}}),
            Index([("noted.by", 1)], partial={"noted.by": {"$type": "string"}}),
            Index([("meeting_id", 1), ("waiting_number", 1)], partial={"place": "waiting"}),
            Index([("withdrawing_at", 1)], partial={"withdrawing_at": {"$type": "date"}}),
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


class Invitations(Aggregates[Invitation]):
    """Invitations whose comments are encrypted under the key of whoever wrote them."""

    async def find(self, reader: Reader, id: str) -> Invitation | None:
        """Return one, or `None`."""
        document = await reader[self.name].find_one({"_id": id})
        return None if document is None else (await opened(reader, [document]))[0]

    async def add(self, tx: Tx, aggregate: Invitation) -> None:
        """Add a new one.  Raises `Duplicate`."""
        await tx[self.name].insert_one(await _sealed(tx, aggregate))

    async def put(self, tx: Tx, aggregate: Invitation) -> None:
        """Write the next revision of one.  Raises `Conflict` when another was written in between."""
        expected = {"_id": aggregate.id, "revision": aggregate.revision - 1}
        if not await tx[self.name].replace_one(expected, await _sealed(tx, aggregate)):
            raise Conflict("changed-meanwhile", "The invitation was changed by somebody else: read it and try again.")

    async def page(self, reader: Reader, where: Document, *, after: str | None, limit: int) -> Page[Invitation]:
        """Return the page of those that fit, in the order of their ids."""
        wanted = where if after is None else {"$and": [where, {"_id": {"$gt": read_cursor(after, str)[0]}}]}
        found = await reader[self.name].find(wanted, sort=[("_id", 1)], limit=limit + 1)
        return page_of(await opened(reader, found), limit, key=lambda item: (item.id,))


async def opened(reader: Reader, documents: Sequence[Document]) -> list[Invitation]:
    """Return invitations as they were stored, with their comments in clear."""
    texts = await words.unseal(reader, [(each["person_id"], each.get("comment_cipher")) for each in documents])
    return [
        from_document(Invitation, {**each, "comment": text or each.get("comment", "")})
        for each, text in zip(documents, texts, strict=True)
    ]


async def _sealed(tx: Tx, invitation: Invitation) -> Document:
    cipher = await words.seal(tx, invitation.person_id, invitation.comment)
    return {**to_document(invitation), "comment": "", "comment_cipher": cipher}


INVITATIONS = Invitations("invitations", Invitation, "invitation")
EXPANSIONS = Aggregates("expansions", Expansion, "expansion")
MAX_OF_A_PERSON = 10_000
ANSWERS: tuple[Answer, ...] = ("accepted", "declined", "pending", "tentative")


async def add_many(tx: Tx, invitations: Sequence[Invitation]) -> None:
    """Add new invitations.  Raises `Duplicate` when one of the people is invited already."""
    await tx["invitations"].insert_many([await _sealed(tx, each) for each in invitations])


async def put_many(tx: Tx, invitations: Sequence[Invitation]) -> None:
    """Write the next revisions of invitations that were read in this transaction."""
    await tx["invitations"].bulk_write(
        [UpdateOne({"_id": each.id}, {"$set": await _sealed(tx, each)}) for each in invitations]
    )


async def invited_among(reader: Reader, meeting_id: str, person_ids: Sequence[str]) -> set[str]:
    """Return those of ``person_ids`` who have an invitation, withdrawn or not."""
    if not person_ids:
        return set()
    where = {"meeting_id": meeting_id, "person_id": {"$in": list(person_ids)}}
    found = await reader["invitations"].find(where, limit=len(person_ids), projection={"person_id": 1})
    return {document["person_id"] for document in found}


async def standing_among(reader: Reader, meeting_id: str, person_ids: Sequence[str]) -> set[str]:
    """Return those of ``person_ids`` who have an invitation that was not withdrawn."""
    if not person_ids:
        return set()
    where = {"meeting_id": meeting_id, "withdrawn": False, "person_id": {"$in": list(person_ids)}}
    found = await reader["invitations"].find(where, limit=len(person_ids), projection={"person_id": 1})
    return {document["person_id"] for document in found}


async def withdrawn_among(reader: Reader, meeting_id: str, person_ids: Sequence[str]) -> list[Invitation]:
    """Return the withdrawn invitations of ``person_ids``."""
    if not person_ids:
        return []
    where = {"meeting_id": meeting_id, "withdrawn": True, "person_id": {"$in": list(person_ids)}}
    found = await reader["invitations"].find(where, limit=len(person_ids))
    return await opened(reader, found)


async def next_in_queue(reader: Reader, meeting_id: str, *, but: str, limit: int) -> list[Invitation]:
    """Return those who have waited longest for a place, without the invitation ``but``."""
    where = {"meeting_id": meeting_id, "place": "waiting", "withdrawn": False, "_id": {"$ne": but}}
    return await opened(reader, await reader["invitations"].find(where, sort=[("waiting_number", 1)], limit=limit))


async def of_person(reader: Reader, meeting_id: str, person_id: str) -> Invitation | None:
    """Return a person's invitation to a meeting, unless there is none or it was withdrawn."""
    where = {"meeting_id": meeting_id, "person_id": person_id, "withdrawn": False}
    document = await reader["invitations"].find_one(where)
    return None if document is None else (await opened(reader, [document]))[0]


async def any_of_person(reader: Reader, meeting_id: str, person_id: str) -> Invitation | None:
    """Return a person's invitation to a meeting, withdrawn or not."""
    document = await reader["invitations"].find_one({"meeting_id": meeting_id, "person_id": person_id})
    return None if document is None else (await opened(reader, [document]))[0]


NOT_DELEGATED: Document = {"delegated_to": None, "delegate_wanted": {"$ne": True}}
STANDING: dict[Standing, Document] = {
    "delegated": {"$or": [{"delegated_to": {"$ne": None}}, {"delegate_wanted": True}]},
    "waiting": {**NOT_DELEGATED, "place": "waiting"},
    "unreachable": {**NOT_DELEGATED, "place": {"$ne": "waiting"}, "answer": "pending", "unreachable": {"$ne": None}},
    "pending": {**NOT_DELEGATED, "place": {"$ne": "waiting"}, "answer": "pending", "unreachable": None},
    "accepted": {**NOT_DELEGATED, "place": {"$ne": "waiting"}, "answer": "accepted"},
    "declined": {**NOT_DELEGATED, "place": {"$ne": "waiting"}, "answer": "declined"},
    "tentative": {**NOT_DELEGATED, "place": {"$ne": "waiting"}, "answer": "tentative"},
}
"""The filter of each standing: together they are everybody, and nobody is in two (`Invitation.standing`)."""


async def page(
    reader: Reader,
    meeting_id: str,
    *,
    answer: Answer | None,
    withdrawn: bool,
    paging: Paging,
    standing: Standing | None = None,
    moved_to: datetime | None = None,
) -> Page[Invitation]:
    """Return a page of a meeting's invitations, oldest first; those who wait in the order of the queue.

    With ``moved_to``, when the meeting now begins: of those alone who answered for another beginning.
    """
    answers = ANSWERS if answer is None else (answer,)
    where: Document = {"meeting_id": meeting_id, "withdrawn": withdrawn, "answer": {"$in": list(answers)}}
    if moved_to is not None:
        where = {**where, **_for_another_time(moved_to)}
    if standing is not None:
        where = {"$and": [where, STANDING[standing]]}
    if standing == "waiting":
        return await _queue(reader, where, paging)
    return await INVITATIONS.page(reader, where, after=paging.after, limit=paging.limit)


async def _queue(reader: Reader, where: Document, paging: Paging) -> Page[Invitation]:
    key = paging.key(int)
    beyond = {"waiting_number": {"$gt": key[0]}} if key else {}
    found = await reader["invitations"].find(
        {"$and": [where, beyond]}, sort=[("waiting_number", 1)], limit=paging.limit + 1
    )
    return page_of(await opened(reader, found), paging.limit, key=lambda item: (item.waiting_number,))


async def summary(reader: Reader, meeting_id: str) -> Summary:
    """Return how many people stand where, how many have room, and whether more are still being invited."""
    groups = await reader["invitations"].aggregate(
        [
            {"$match": {"meeting_id": meeting_id, "withdrawn": False}},
            {"$group": {"_id": _STANDS, "people": {"$sum": 1}}},
        ]
    )
    counts: dict[str, int] = {each["_id"]: each["people"] for each in groups}
    expanding = await reader["expansions"].count({"meeting_id": meeting_id, "done": False}, limit=1)
    places = await reader["places"].find_one({"_id": meeting_id}, {"capacity": 1})
    capacity = None if places is None else places["capacity"]
    meeting = await meetings.MEETINGS.get(reader, meeting_id)
    comes = {"meeting_id": meeting_id, "withdrawn": False, **STANDING["accepted"]}
    joining = {}
    if meeting.held_as == "hybrid":
        joining = {
            name: await reader["invitations"].count({**comes, "joining": said})
            for name, said in (("in_room", "room"), ("online", "online"))
        }
    moved = {"meeting_id": meeting_id, "withdrawn": False, **_for_another_time(meeting.starts_at)}
    return Summary(
        invited=sum(counts.values()),
        expanding=bool(expanding),
        capacity=capacity,
        moved_since=await reader["invitations"].count(moved) if meeting.moved_from else 0,
        **joining,
        **counts,
    )


def _for_another_time(starts_at: datetime) -> Document:
    """Return the filter of those who answered for another beginning than this (`domain.moved_since`)."""
    return {"answered_for": {"$nin": [None, starts_at]}}


_NOT_NONE = {"$gt": ["$delegated_to", None]}
_STANDS: Document = {
    "$switch": {
        "branches": [
            {"case": {"$or": [_NOT_NONE, {"$eq": ["$delegate_wanted", True]}]}, "then": "delegated"},
            {"case": {"$eq": ["$place", "waiting"]}, "then": "waiting"},
            {
                "case": {"$and": [{"$eq": ["$answer", "pending"]}, {"$gt": ["$unreachable", None]}]},
                "then": "unreachable",
            },
        ],
        "default": "$answer",
    }
}
"""`Invitation.standing`, reckoned by the database."""


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
    invitations = await opened(reader, [each["invitation"] for each in found])
    items = [(one, from_document(Meeting, each)) for one, each in zip(invitations, found, strict=True)]
    return page_of(items, paging.limit, key=lambda item: meetings.place_in_time(item[1]))


async def of_anybody(reader: Reader, person_id: str) -> list[Invitation]:
    """Return every invitation of a person, to meetings past and to come, withdrawn or not."""
    return await opened(reader, await reader["invitations"].find({"person_id": person_id}, limit=MAX_OF_A_PERSON))


async def forget_delegate(tx: Tx, person_id: str) -> None:
    """Let nobody's invitation say any more that this person came instead, or was to be stood in for."""
    somebody = new_id()
    for name in ("delegated_to", "delegated_from"):
        await tx["invitations"].update_many({name: person_id}, {"$set": {name: somebody}})


async def forget_noter(tx: Tx, person_id: str) -> None:
    """Let nobody's invitation say any more that this person noted something for them."""
    nobody = {"$mergeObjects": ["$$each", {"by": None}]}
    each = {"$cond": [{"$eq": ["$$each.by", person_id]}, nobody, "$$each"]}
    noted = {"$map": {"input": "$noted", "as": "each", "in": each}}
    await tx["invitations"].update_many({"noted.by": person_id}, [{"$set": {"noted": noted}}])


async def withdrawals_due(reader: Reader, *, now: datetime, limit: int) -> list[str]:
    """Return the ids of invitations whose withdrawal can no longer be undone, and is to be told."""
    where = {"withdrawing_at": {"$lte": now}}
    found = await reader["invitations"].find(where, sort=[("withdrawing_at", 1)], limit=limit, projection={"_id": 1})
    return [document["_id"] for document in found]


async def next_expansions(reader: Reader, *, limit: int) -> list[str]:
    """Return the ids of the oldest audiences that are not fully invited."""
    found = await reader["expansions"].find({"done": False}, sort=[("_id", 1)], limit=limit, projection={"_id": 1})
    return [document["_id"] for document in found]
