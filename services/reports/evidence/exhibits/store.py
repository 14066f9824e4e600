"""The collections of exhibits and of their files."""

from collections.abc import AsyncIterator

from pydantic import ConfigDict

from services.reports.evidence.exhibits.domain import Exhibit
from services.reports.evidence.finding import Finding
from services.reports.evidence.levels import Sight, seen_by
from services.reports.evidence.sealing import SealedAggregates
from shared.ids import Id
from shared.model import Model
from shared.paging import Page
from shared.storage import CollectionSpec, Files, Index, Reader, Tx
from shared.storage.files import collections

BUCKET = "exhibit_files"
FILES = Files(BUCKET)
EXHIBITS = SealedAggregates("exhibits", Exhibit, "exhibit", ("title", "file_name", "notes"))
COLLECTIONS = [
    CollectionSpec("exhibits", [Index([("report_id", 1), ("_id", -1)]), Index([("recorded_by", 1)])]),
    *collections(BUCKET),
]


class Content(Model):
    """Which file an exhibit has, and its hash when it was taken in."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Id
    file_id: Id
    sha256: str


async def page(
    reader: Reader, report_id: str, finding: Finding, sight: Sight, *, after: str | None, limit: int
) -> Page[Exhibit]:
    """Return a page of the exhibits that are wanted, newest first; titles are looked at as far as they are shown."""
    where = {"report_id": report_id, **finding.where}
    if not finding.searches:
        return await EXHIBITS.page(reader, where, after=after, limit=limit)

    def fits(exhibit: Exhibit) -> bool:
        shown = exhibit.level in seen_by(sight)
        return finding.fits(exhibit.id, [exhibit.title, exhibit.file_name] if shown else [])

    return await EXHIBITS.search(reader, where, fits, after=after, limit=limit)


async def count(reader: Reader, report_id: str) -> int:
    """Return how many exhibits a report has."""
    return await reader["exhibits"].count({"report_id": report_id})


async def count_taken_in(reader: Reader, report_id: str) -> int:
    """Return how many exhibits of a report have their file."""
    return await reader["exhibits"].count({"report_id": report_id, "file": {"$ne": None}})


async def contents(reader: Reader, report_id: str) -> AsyncIterator[Content]:
    """Yield which file each exhibit of a report has; nothing of it is sealed."""
    where = {"report_id": report_id, "file": {"$ne": None}}
    async for row in reader["exhibits"].stream(where, projection={"file": 1}):
        yield Content.model_validate({**row["file"], "id": row["_id"]})


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep exhibits and forget who recorded them."""
    await tx["exhibits"].update_many({"recorded_by": person_id}, {"$set": {"recorded_by": None}})
