"""Where imports are kept, and what became of each of their rows."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from pydantic import Field

from services.registry.imports.sheets.domain import OPEN, RUNNING, Outcome, Phase, SheetImport
from services.registry.imports.sheets.rows import RowProblem
from shared.model import Model, Time
from shared.paging import Page, Paging, cursor, read_cursor
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document
from shared.storage.files import Files
from shared.storage.files import collections as file_collections

COLLECTIONS = [
    CollectionSpec(
        "sheets",
        [
            Index([("state", 1), ("_id", 1)]),
            Index([("uploaded_by", 1)]),
        ],
    ),
    CollectionSpec(
        "sheet_rows",
        [Index([("sheet_id", 1), ("phase", 1), ("row", 1)], unique=True), Index([("sheet_id", 1), ("outcome", 1)])],
    ),
    *file_collections("sheet_files"),
]

Known = tuple[str, str]
"""The id of an activity on record, and its fingerprint."""

AT_ONCE = 20  # imports that a job looks at in one run

files = Files("sheet_files")
sheets = Aggregates("sheets", SheetImport, "import")


class RowResult(Model):
    """What became of one row; ``record_id`` is the activity it says something of."""

    row: int
    outcome: Outcome
    record_id: str | None = None
    repeats: int | None = None
    """The earlier row that says the same."""
    problems: list[RowProblem] = Field(default_factory=list)


async def page(reader: Reader, paging: Paging) -> Page[SheetImport]:
    """Return a page of the imports, newest first."""
    where: Document = {}
    if paging.after is not None:
        (last,) = read_cursor(paging.after, str)
        where = {"_id": {"$lt": last}}
    found = await reader["sheets"].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    items = [from_document(SheetImport, each) for each in found[: paging.limit]]
    return Page(items=items, next=cursor(items[-1].id) if len(found) > paging.limit else None)


async def running(reader: Reader) -> list[str]:
    """Return the ids of the imports whose rows are being read, oldest first."""
    where = {"state": {"$in": list(RUNNING)}}
    rows = await reader["sheets"].find(where, sort=[("_id", 1)], projection={"_id": 1}, limit=AT_ONCE)
    return [row["_id"] for row in rows]


async def forgotten(reader: Reader, *, before: Time) -> list[str]:
    """Return the ids of imports that nobody has touched since ``before`` and that were never finished."""
    where = {"state": {"$in": [each for each in OPEN if each not in RUNNING]}, "changed_at": {"$lt": before}}
    rows = await reader["sheets"].find(where, projection={"_id": 1}, limit=AT_ONCE)
    return [row["_id"] for row in rows]


async def add_results(tx: Tx, sheet_id: str, phase: Phase, results: Sequence[RowResult]) -> None:
    """Write down what became of rows."""
    await tx["sheet_rows"].insert_many([_document(sheet_id, phase, each) for each in results])


def _document(sheet_id: str, phase: Phase, result: RowResult) -> Document:
    document: Document = {
        "_id": f"{sheet_id}/{phase}/{result.row}",
        "sheet_id": sheet_id,
        "phase": phase,
        "row": result.row,
        "outcome": result.outcome,
    }
    if result.record_id is not None:
        document["record_id"] = result.record_id
    if result.repeats is not None:
        document["repeats"] = result.repeats
    if result.problems:
        document["problems"] = [each.model_dump() for each in result.problems]
    return document


def _result(document: Document) -> RowResult:
    return RowResult(**{name: document[name] for name in RowResult.model_fields if name in document})


async def drop_trial(reader: Reader, sheet_id: str) -> None:
    """Delete what a trial found in single rows: another one begins, or the rows themselves are recorded."""
    await reader["sheet_rows"].delete_many({"sheet_id": sheet_id, "phase": "trial"})


def _wanted(sheet: SheetImport, *, problems_only: bool) -> Document:
    where: Document = {"sheet_id": sheet.id, "phase": sheet.phase}
    return {**where, "problems": {"$exists": True}} if problems_only else where


async def page_of_results(
    reader: Reader, sheet: SheetImport, *, problems_only: bool, paging: Paging
) -> Page[RowResult]:
    """Return a page of what became of the rows, in their order."""
    where = _wanted(sheet, problems_only=problems_only)
    if paging.after is not None:
        (last,) = read_cursor(paging.after, int)
        where = {**where, "row": {"$gt": last}}
    found = await reader["sheet_rows"].find(where, sort=[("row", 1)], limit=paging.limit + 1)
    items = [_result(each) for each in found[: paging.limit]]
    return Page(items=items, next=cursor(items[-1].row) if len(found) > paging.limit else None)


async def results(reader: Reader, sheet: SheetImport) -> AsyncIterator[RowResult]:
    """Yield what became of every row, in their order."""
    wanted: Any = reader["sheet_rows"].stream(_wanted(sheet, problems_only=False), sort=[("row", 1)])
    async for each in wanted:
        yield _result(each)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Leave no trace of who uploaded a sheet."""
    await tx["sheets"].update_many({"uploaded_by": person_id}, {"$set": {"uploaded_by": None}})


async def activities_with(reader: Reader, keys: Sequence[str]) -> dict[str, Known]:
    """Return the ids and the fingerprints of the activities that are recognised by ``keys`` (at most 1,000), by key."""
    where, wanted = {"key": {"$in": list(keys)}}, {"key": 1, "content": 1}
    found = await reader["activities"].find(where, projection=wanted, limit=max(len(keys), 1))
    return {each["key"]: (each["_id"], each["content"]) for each in found}
