"""What the matrix keeps: cells, one for each activity and group of readers, and the lines they add up to."""

from collections.abc import Collection, Iterable

from services.registry.activities.activity import Activity
from services.registry.matrix import cells, lines
from shared.storage import Document, Reader, from_document

COLLECTIONS = [cells.SPEC, lines.SPEC]


async def kinds(reader: Reader, organisation_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the kinds of organisations, by id."""
    return {id: each.get("kinds", []) for id, each in (await _some(reader, organisation_ids, "kinds")).items()}


async def names(reader: Reader, organisation_ids: Iterable[str]) -> dict[str, Document]:
    """Return ``{names, acronym}`` of organisations, by id."""
    return await _some(reader, organisation_ids, "names", "acronym")


async def activities(reader: Reader, ids: Collection[str]) -> list[Activity]:
    """Return the activities with ``ids`` (at most 1,000), in no order."""
    found = await reader["activities"].find({"_id": {"$in": list(ids)}}, limit=max(len(ids), 1))
    return [from_document(Activity, each) for each in found]


async def _some(reader: Reader, organisation_ids: Iterable[str], *fields: str) -> dict[str, Document]:
    wanted = list(dict.fromkeys(organisation_ids))
    if not wanted:
        return {}
    projection = dict.fromkeys(fields, 1)
    found = await reader["organisations"].find({"_id": {"$in": wanted}}, projection=projection, limit=len(wanted))
    return {each["_id"]: each for each in found}
