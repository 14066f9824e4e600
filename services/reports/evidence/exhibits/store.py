"""The collections of exhibits and of their files."""

from collections.abc import AsyncIterator

from pydantic import ConfigDict

from services.reports.evidence.exhibits.domain import Exhibit
from services.reports.evidence.sealing import SealedAggregates
from shared.ids import Id
from shared.model import Model
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


async def count(reader: Reader, report_id: str) -> int:
    """Return how many exhibits a report has."""
    return await reader["exhibits"].count({"report_id": report_id})


async def contents(reader: Reader, report_id: str) -> AsyncIterator[Content]:
    """Yield which file each exhibit of a report has; nothing of it is sealed."""
    where = {"report_id": report_id, "file": {"$ne": None}}
    async for row in reader["exhibits"].stream(where, projection={"file": 1}):
        yield Content.model_validate({**row["file"], "id": row["_id"]})


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep exhibits and forget who recorded them."""
    await tx["exhibits"].update_many({"recorded_by": person_id}, {"$set": {"recorded_by": None}})
