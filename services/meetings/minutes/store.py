"""The collections of minutes and of every version of their texts."""

from services.meetings.minutes.domain import Minutes, Version
from shared.problems import NotFound
from shared.storage import Aggregates, CollectionSpec, Index, Reader, Tx, from_document, to_document

COLLECTIONS = [
    CollectionSpec("minutes", [Index([("meeting_id", 1), ("item", 1)], unique=True)]),
    CollectionSpec("minutes_versions", [Index([("minutes_id", 1), ("version", -1)], unique=True), Index([("by", 1)])]),
]
MINUTES = Aggregates("minutes", Minutes, "minutes")
ITEMS_AT_MOST = 200  # of one meeting: an agenda has at most 100, and items may have left it
VERSIONS_AT_MOST = 200  # in one list; the versions themselves are not limited


async def find(reader: Reader, meeting_id: str, item: str) -> Minutes | None:
    """Return the minutes of one item, if there are any."""
    found = await reader["minutes"].find_one({"meeting_id": meeting_id, "item": item})
    return None if found is None else from_document(Minutes, found)


async def get(reader: Reader, meeting_id: str, item: str) -> Minutes:
    """Return the minutes of one item.  Raises `NotFound`."""
    found = await find(reader, meeting_id, item)
    if found is None:
        raise NotFound("minutes-not-found", "There are no such minutes.")
    return found


async def of_meeting(reader: Reader, meeting_id: str) -> list[Minutes]:
    """Return the minutes of every item of a meeting."""
    found = await reader["minutes"].find({"meeting_id": meeting_id}, sort=[("_id", 1)], limit=ITEMS_AT_MOST)
    return [from_document(Minutes, each) for each in found]


async def any_approved(reader: Reader, meeting_id: str) -> bool:
    """Return whether something of a meeting's minutes is approved."""
    where = {"meeting_id": meeting_id, "approved_version": {"$ne": None}}
    return await reader["minutes"].find_one(where, {"_id": 1}) is not None


async def add_version(tx: Tx, version: Version) -> None:
    """Keep one more version of a text."""
    await tx["minutes_versions"].insert_one(to_document(version))


async def version(reader: Reader, minutes_id: str, number: int) -> Version:
    """Return one version.  Raises `NotFound`."""
    found = await reader["minutes_versions"].find_one({"minutes_id": minutes_id, "version": number})
    if found is None:
        raise NotFound("minutes-not-found", "There is no such version of these minutes.")
    return from_document(Version, found)


async def versions(reader: Reader, minutes_id: str) -> list[Version]:
    """Return the versions of a text, newest first."""
    found = await reader["minutes_versions"].find(
        {"minutes_id": minutes_id}, sort=[("version", -1)], limit=VERSIONS_AT_MOST
    )
    return [from_document(Version, each) for each in found]


async def of_person(reader: Reader, person_id: str) -> list[Minutes]:
    """Return the minutes that name a person as writer or speaker."""
    found = reader["minutes"].stream({"$or": [{"changed_by": person_id}, {"speaker_ids": person_id}]})
    return [from_document(Minutes, each) async for each in found]


async def forget_in_versions(tx: Tx, person_id: str, *, nobody: str) -> None:
    """Take a person out of every version: its text stays, for it is the meeting's."""
    await tx["minutes_versions"].update_many({"by": person_id}, {"$set": {"by": nobody}})
    await tx["minutes_versions"].update_many({"speaker_ids": person_id}, {"$pull": {"speaker_ids": person_id}})
