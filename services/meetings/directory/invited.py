"""Who of an audience is invited to a meeting already: they are shown, and get no second letter."""

from collections import Counter
from collections.abc import Sequence

from services.meetings.directory import meaning
from services.meetings.directory.domain import Audience
from shared.model import Language
from shared.storage import Document, Reader

AT_ONCE = 5_000  # people counted by one query: about 200 kB of ids


def _gets_nothing(audience: Audience, meeting_id: str) -> Document:
    """Return the filter of the invitations whose people get no letter: all but those withdrawn and named themselves."""
    anew = {"withdrawn": True, "person_id": {"$in": audience.person_ids}}
    return {"meeting_id": meeting_id, "$nor": [anew]}


async def among(reader: Reader, audience: Audience, meeting_id: str, person_ids: Sequence[str]) -> set[str]:
    """Return those of ``person_ids`` who would get no letter, since they have, or had, an invitation."""
    where = {**_gets_nothing(audience, meeting_id), "person_id": {"$in": list(person_ids)}}
    found = await reader["invitations"].find(where, projection={"person_id": 1}, limit=len(person_ids) or 1)
    return {each["person_id"] for each in found}


async def by_language(reader: Reader, audience: Audience, meeting_id: str) -> Counter[Language]:
    """Count, by language, who of ``audience`` could be invited and would get no letter; some thousand at a time."""
    means = {"$and": [await meaning.members(reader, audience)], "active": True, "no_contact": False}
    counted: Counter[Language] = Counter()
    chunk: list[str] = []
    rows = reader["invitations"].stream(_gets_nothing(audience, meeting_id), projection={"person_id": 1})
    async for row in rows:
        chunk.append(row["person_id"])
        if len(chunk) == AT_ONCE:
            counted += await _count(reader, means, chunk)
            chunk = []
    return counted + await _count(reader, means, chunk) if chunk else counted


async def _count(reader: Reader, means: Document, person_ids: Sequence[str]) -> Counter[Language]:
    groups = await reader["people"].aggregate(
        [
            {"$match": {**means, "_id": {"$in": list(person_ids)}}},
            {"$group": {"_id": "$language", "people": {"$sum": 1}}},
        ]
    )
    return Counter({each["_id"]: each["people"] for each in groups})
