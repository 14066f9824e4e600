"""The collection of answers from calendar programs; what people wrote in them is encrypted under their own keys."""

from collections.abc import Sequence
from datetime import timedelta

from services.meetings.invitations import words
from services.meetings.replies.domain import Reply
from shared.paging import Page, Paging, page_of
from shared.problems import Conflict, NotFound
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, from_document, to_document

KEPT = timedelta(days=400)  # beyond the year of a series: why was this answer not heeded?

COLLECTIONS = [
    CollectionSpec(
        "replies",
        [
            Index([("meeting_id", 1), ("_id", -1)]),
            Index([("meeting_id", 1), ("person_id", 1)], partial={"proposal": "open"}),
            Index([("person_id", 1)]),
            Index([("received_at", 1)], expire_after=KEPT),
        ],
    )
]


async def is_known(reader: Reader, reply_id: str) -> bool:
    """Whether this mail was received before."""
    return await reader["replies"].find_one({"_id": reply_id}, {"_id": 1}) is not None


async def add(tx: Tx, reply: Reply) -> None:
    """Keep a new record.  Raises `Duplicate`."""
    await tx["replies"].insert_one(await _sealed(tx, reply))


async def put(tx: Tx, reply: Reply) -> None:
    """Write the next revision of one.  Raises `Conflict` when another was written in between."""
    expected = {"_id": reply.id, "revision": reply.revision - 1}
    if not await tx["replies"].replace_one(expected, await _sealed(tx, reply)):
        raise Conflict("changed-meanwhile", "The proposal was decided by somebody else: read it and try again.")


async def get(reader: Reader, meeting_id: str, reply_id: str) -> Reply:
    """Return one of a meeting.  Raises `NotFound`."""
    document = await reader["replies"].find_one({"_id": reply_id, "meeting_id": meeting_id})
    if document is None:
        raise NotFound("reply-not-found", "There is no such answer.")
    return (await _opened(reader, [document]))[0]


async def replace_open(tx: Tx, meeting_id: str, person_id: str) -> None:
    """Let a newer proposal of the same person take the place of the open one."""
    where = {"meeting_id": meeting_id, "person_id": person_id, "proposal": "open"}
    await tx["replies"].update_many(where, {"$set": {"proposal": "replaced"}, "$inc": {"revision": 1}})


async def page(reader: Reader, meeting_id: str, *, proposals: bool, paging: Paging) -> Page[Reply]:
    """Return a page of a meeting's answers by calendar, newest first; of ``proposals`` alone, those to be decided."""
    where: Document = {"meeting_id": meeting_id, **({"proposal": "open"} if proposals else {})}
    if key := paging.key(str):
        where["_id"] = {"$lt": key[0]}
    found = await reader["replies"].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    return page_of(await _opened(reader, found), paging.limit, key=lambda item: (item.id,))


async def forget(tx: Tx, person_id: str) -> None:
    """Delete every answer of a person: what came of it stands in the invitation."""
    await tx["replies"].delete_many({"person_id": person_id})


async def _sealed(tx: Tx, reply: Reply) -> Document:
    cipher = await words.seal(tx, reply.person_id, reply.comment)
    return {**to_document(reply), "comment": "", "comment_cipher": cipher}


async def _opened(reader: Reader, documents: Sequence[Document]) -> list[Reply]:
    texts = await words.unseal(reader, [(each["person_id"], each.get("comment_cipher")) for each in documents])
    return [from_document(Reply, {**each, "comment": text}) for each, text in zip(documents, texts, strict=True)]
