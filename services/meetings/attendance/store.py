"""The collections of attendance and of the codes shown at venues."""

from collections.abc import Sequence

from services.meetings.attendance.domain import Attendance, VenueCode
from shared.ids import new_id
from shared.paging import Page, Paging, page_of
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

COLLECTIONS = [
    CollectionSpec(
        "attendance", [Index([("meeting_id", 1), ("person_id", 1)], unique=True), Index([("person_id", 1)])]
    ),
    CollectionSpec("venue_codes"),
]
ATTENDANCE = Aggregates("attendance", Attendance, "attendance")
CODES = Aggregates("venue_codes", VenueCode, "code")
MAX_WALK_INS = 500


async def of(reader: Reader, meeting_id: str, person_id: str) -> Attendance | None:
    """Return what is recorded of one person."""
    document = await reader["attendance"].find_one({"meeting_id": meeting_id, "person_id": person_id})
    return None if document is None else from_document(Attendance, document)


async def of_people(reader: Reader, meeting_id: str, person_ids: Sequence[str]) -> dict[str, Attendance]:
    """Return what is recorded of some people, by person."""
    if not person_ids:
        return {}
    where = {"meeting_id": meeting_id, "person_id": {"$in": list(person_ids)}}
    found = await reader["attendance"].find(where, limit=len(person_ids))
    return {each["person_id"]: from_document(Attendance, each) for each in found}


async def of_person(reader: Reader, person_id: str, meeting_ids: Sequence[str]) -> dict[str, bool]:
    """Return whether a person came, by meeting, for those of which it is recorded."""
    where = {"person_id": person_id, "meeting_id": {"$in": list(meeting_ids)}}
    found = await reader["attendance"].find(where, limit=len(meeting_ids) or 1)
    return {each["meeting_id"]: each["present"] for each in found}


async def present(reader: Reader, meeting_id: str) -> int:
    """Return how many people came."""
    return await reader["attendance"].count({"meeting_id": meeting_id, "present": True})


async def expected(reader: Reader, meeting_id: str, paging: Paging) -> Page[tuple[str, str]]:
    """Return a page of (invitation, person) of those invited, oldest invitation first."""
    where: Document = {"meeting_id": meeting_id, "withdrawn": False}
    if key := paging.key(str):
        where["_id"] = {"$gt": key[0]}
    found = await reader["invitations"].find(
        where, sort=[("_id", 1)], limit=paging.limit + 1, projection={"person_id": 1}
    )
    return page_of([(each["_id"], each["person_id"]) for each in found], paging.limit, key=lambda each: (each[0],))


async def walk_ins(reader: Reader, meeting_id: str) -> list[Attendance]:
    """Return what is recorded of people who came without an invitation, at most 500."""
    found = await reader["attendance"].aggregate(
        [
            {"$match": {"meeting_id": meeting_id, "present": True}},
            {
                "$lookup": {
                    "from": "invitations",
                    "localField": "person_id",
                    "foreignField": "person_id",
                    "as": "invited",
                    "pipeline": [{"$match": {"meeting_id": meeting_id, "withdrawn": False}}, {"$project": {"_id": 1}}],
                }
            },
            {"$match": {"invited": []}},
            {"$sort": {"_id": 1}},
            {"$limit": MAX_WALK_INS},
        ]
    )
    return [from_document(Attendance, each) for each in found]


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep that somebody came and forget who: each of their marks becomes that of nobody in particular."""
    for row in await tx["attendance"].find({"person_id": person_id}, limit=10_000, projection={"_id": 1}):
        await tx["attendance"].update_one({"_id": row["_id"]}, {"$set": {"person_id": new_id()}})
    await tx["attendance"].update_many({"recorded_by": person_id}, {"$set": {"recorded_by": None}})
