"""The collections of the log of custody: its rows, and the end of each report's chain."""

from collections.abc import AsyncIterator, Mapping

from services.reports.evidence.custody.domain import CustodyRow, Head
from shared.paging import Page, Paging, page_of
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, UpdateOne, storable

COLLECTIONS = [
    CollectionSpec(
        "custody",
        [Index([("report_id", 1), ("seq", 1)], unique=True), Index([("by", 1)]), Index([("subject_id", 1)])],
    ),
    CollectionSpec("custody_heads"),
]
HEADS_AT_ONCE = 1_000
FORGOTTEN_AT_ONCE = 1_000


async def head_of(reader: Reader, report_id: str) -> Head | None:
    """Return the end of a report's chain, or `None` where it has none."""
    row = await reader["custody_heads"].find_one({"_id": report_id})
    return None if row is None else Head.model_validate({**row, "report_id": row["_id"]})


async def add(tx: Tx, row: CustodyRow, head: Head) -> None:
    """Write the next row and the new end of the chain; of two at once, one is tried again."""
    document: Document = storable(row.model_dump())
    document["_id"] = document.pop("id")
    await tx["custody_heads"].replace_one(
        {"_id": head.report_id}, {"_id": head.report_id, **head.model_dump(exclude={"report_id"})}, upsert=True
    )
    await tx["custody"].insert_one(document)


async def rows_of(reader: Reader, report_id: str) -> AsyncIterator[CustodyRow]:
    """Yield a report's rows in their order."""
    async for row in reader["custody"].stream({"report_id": report_id}, sort=[("seq", 1)]):
        yield _row(row)


async def page(reader: Reader, report_id: str, *, paging: Paging) -> Page[CustodyRow]:
    """Return a page of a report's rows, newest first."""
    where: Document = {"report_id": report_id}
    if (key := paging.key(int)) is not None:
        where["seq"] = {"$lt": key[0]}
    rows = await reader["custody"].find(where, sort=[("seq", -1)], limit=paging.limit + 1)
    return page_of([_row(each) for each in rows], paging.limit, key=lambda row: (row.seq,))


async def report_ids(reader: Reader) -> list[str]:
    """Return the reports that have evidence."""
    rows = await reader["custody_heads"].find({}, sort=[("_id", 1)], limit=HEADS_AT_ONCE, projection={"_id": 1})
    return [row["_id"] for row in rows]


async def hashes_of(reader: Reader, person_id: str) -> dict[str, str]:
    """Return the hashes of some rows, `FORGOTTEN_AT_ONCE` at most, that say it was this person; by the rows' ids."""
    rows = await reader["custody"].find({"by": person_id}, limit=FORGOTTEN_AT_ONCE, projection={"hash": 1})
    return {row["_id"]: row["hash"] for row in rows}


async def forget(tx: Tx, marks: Mapping[str, str]) -> None:
    """Take out of rows who it was, and put in the mark that says so."""
    nobody = {"by": None, "note": "", "salt": ""}
    await tx["custody"].bulk_write(
        [UpdateOne({"_id": row_id}, {"$set": {**nobody, "forgotten": mark}}) for row_id, mark in marks.items()]
    )


def _row(row: Document) -> CustodyRow:
    return CustodyRow.model_validate({**row, "id": row["_id"]})
