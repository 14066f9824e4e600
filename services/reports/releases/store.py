"""The collection of releases: one for each report of which anything is planned or cleared."""

from datetime import datetime

from services.reports.releases.domain import Release
from shared.paging import Page
from shared.storage import Aggregates, CollectionSpec, Index, Reader, Tx, from_document

RELEASES = Aggregates("releases", Release, "release")
COLLECTIONS = [
    CollectionSpec(
        "releases",
        [
            Index([("publish_at", 1), ("_id", 1)], partial={"state": "planned"}),
            Index([("state", 1), ("_id", 1)]),
            Index([("planned_by", 1)]),
            Index([("cleared.cleared_by", 1)]),
        ],
    )
]


async def find(reader: Reader, report_id: str) -> Release | None:
    """Return what is planned for a report, if anything ever was."""
    return await RELEASES.find(reader, report_id)


async def save(tx: Tx, before: Release | None, release: Release) -> None:
    """Write the next revision of a release, or its first where there was none ``before``."""
    if before is None:
        await RELEASES.add(tx, release)
    elif release is not before:
        await RELEASES.put(tx, release)


async def cleared(reader: Reader, report_id: str) -> frozenset[str]:
    """Return the marks of the lines of a report that may be in print."""
    release = await find(reader, report_id)
    return frozenset() if release is None else frozenset(each.mark for each in release.cleared)


async def due_ids(reader: Reader, *, now: datetime, limit: int) -> list[str]:
    """Return reports whose time has come, the first due first."""
    where = {"state": "planned", "publish_at": {"$lte": now}}
    rows = await reader["releases"].find(where, projection={"_id": 1}, sort=[("publish_at", 1)], limit=limit)
    return [row["_id"] for row in rows]


async def held(reader: Reader, *, after: str | None, limit: int) -> Page[Release]:
    """Return a page of what is held back, oldest report first."""
    return await RELEASES.page(reader, {"state": "held"}, after=after, limit=limit)


async def of_person(reader: Reader, person_id: str) -> list[Release]:
    """Return the releases in which a person did anything."""
    where = {"$or": [{"planned_by": person_id}, {"cleared.cleared_by": person_id}]}
    return [from_document(Release, each) async for each in reader["releases"].stream(where)]
