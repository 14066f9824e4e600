"""What is done with files: a batch of rows a transaction, so that one bad row loses no good one."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from services.registry.activities.actions import Outcome as Became
from services.registry.activities.actions import record_activities
from services.registry.activities.commands import RecordActivity
from services.registry.imports import iati, people_csv
from services.registry.imports.domain import ImportReport, Outcome, Refused, RowError, refused_file
from services.registry.imports.iati import Found
from services.registry.imports.people_csv import Row
from services.registry.imports.people_rows import Importing, import_rows
from shared.events.registry import Role
from shared.storage import Duplicate, Storage, Tx

BATCH = 100  # rows a transaction: well within the minute that one may take
TRIES = 3  # for a batch in which another import was faster with the same record

LOCKED = "It is of a period that is locked: import it as a correction, and say why."

R = TypeVar("R")
Record = Callable[[Tx, Sequence[RecordActivity]], Awaitable[list[Became]]]


async def import_iati(
    storage: Storage, content: bytes, *, file_name: str | None = None, correction: str = "", by: str | None = None
) -> ImportReport:
    """Record the activities of an IATI 2.03 file and the organisations they name, and say what became of each.

    ``file_name`` tells whoever reviews organisations where they were read.  What is of a locked period is refused,
    unless ``correction`` says why it is corrected, and ``by`` whom.
    """

    async def record(tx: Tx, commands: Sequence[RecordActivity]) -> list[Became]:
        return await record_activities(tx, commands, source=file_name, correction=correction, by=by)

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as reading:  # parsing keeps nobody waiting, and stays in one thread as lxml likes it
        schema = await loop.run_in_executor(reading, iati.load_schema)
        try:
            await loop.run_in_executor(reading, iati.check_file, content, schema)
        except Refused as refused:
            return refused_file(refused)
        report, activities = ImportReport(), iati.read_file(content, schema)
        while batch := await loop.run_in_executor(reading, _next, activities):
            report = await _import_activities(storage, batch, report, record)
    return report


def _next(activities: Iterator[Found]) -> list[Found]:
    return list(islice(activities, BATCH))


async def _import_activities(
    storage: Storage, batch: Sequence[Found], report: ImportReport, record: Record
) -> ImportReport:
    commands = [each.command for each in batch if each.command is not None]
    became = iter(await _patiently(lambda: storage.transact(record, commands)) if commands else [])
    for each in batch:
        outcome = None if each.command is None else next(became)
        if outcome is None:
            report = report.refuse(*each.errors)
        elif outcome == "locked":
            report = report.refuse(RowError(line=each.line, code="period-locked", detail=LOCKED))
        else:
            report = report.kept([outcome])
    return report


async def import_people(
    storage: Storage,
    content: bytes,
    *,
    by: Collection[Role],
    by_id: str | None = None,
    create_organisations: bool = False,
    file_name: str | None = None,
) -> ImportReport:
    """Register the people of a table (CSV), update those who are known by their address, and say what became of each.

    ``by`` are the roles and ``by_id`` the id of whoever imports.  With ``create_organisations`` an organisation that
    has no record gets one; without, its row is refused.  ``file_name`` tells whoever reviews it where it was read.
    """
    importing = Importing(by, by_id, create_organisations, file_name)
    try:
        table = people_csv.read_table(content)
    except Refused as refused:
        return refused_file(refused)
    report = ImportReport().note(*table.remarks)
    seen: set[str] = set()
    for start in range(0, len(table.rows), BATCH):
        rows = [_once(each, seen) for each in table.rows[start : start + BATCH]]
        report = await _import_rows(storage, rows, report, importing)
    return report


def _once(row: Row, seen: set[str]) -> Row:
    """Return ``row``, refused when an earlier one has its address."""
    address = row.cells.get("address", "").casefold()
    if address and address in seen:
        detail = "An earlier row of this file has the same address."
        return Row(row.line, {}, RowError(line=row.line, code="address-repeated", detail=detail))
    seen.add(address)
    return row


async def _import_rows(
    storage: Storage, rows: Sequence[Row], report: ImportReport, importing: Importing
) -> ImportReport:
    async def batch(tx: Tx) -> list[Outcome | tuple[RowError, ...]]:
        return await import_rows(tx, rows, importing)

    for outcome in await _patiently(lambda: storage.transact(batch)):
        report = report.refuse(*outcome) if isinstance(outcome, tuple) else report.kept([outcome])
    return report


async def _patiently(attempt: Callable[[], Awaitable[R]]) -> R:
    """Do it again when another import has just written one of the same records: it is read then."""
    for _ in range(TRIES - 1):
        try:
            return await attempt()
        except Duplicate:
            continue
    return await attempt()
