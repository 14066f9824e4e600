"""Reads the rows of imports in the background, 200 at a time, from where the last process stopped."""

import asyncio
from collections.abc import Generator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from services.registry.imports.domain import Refused
from services.registry.imports.sheets import actions, store
from services.registry.imports.sheets.domain import RUNNING, SheetImport
from services.registry.imports.sheets.files import in_a_thread, on_disk
from services.registry.imports.sheets.items import Item, Kind
from services.registry.imports.sheets.reading import rows_of
from shared.batches import one_by_one
from shared.ids import utc_now
from shared.problems import Conflict
from shared.service import Context, Job
from shared.storage import Duplicate

CHUNK = 200  # rows in one transaction: half a second of work, since long ones are rolled back where memory is short
LEASE = timedelta(seconds=60)  # many chunks long; after a crash another replica goes on this soon
TRIES = 5  # for a chunk in which another import was faster with the same record
KEPT = timedelta(days=7)  # how long an import waits for somebody to confirm it


async def read_sheets(context: Context) -> None:
    """Read the rows of every import that no other replica is busy with.

    The lease only spares replicas the same work: what keeps a row from being recorded twice is that a chunk and the
    place reached are written in one transaction.
    """
    found = await store.running(context.storage.reader)
    await one_by_one(context, found, _read, failed_as="import-interrupted", named="sheet_id")


async def _read(context: Context, sheet_id: str) -> None:
    lease, holder = f"sheet:{sheet_id}", context.settings.instance
    if not await context.storage.lease(lease, holder, LEASE):
        return
    try:
        sheet = await store.sheets.get(context.storage.reader, sheet_id)
        if sheet.state in RUNNING:
            async with on_disk(context.storage, sheet.file_id) as path:
                await _read_from(context, sheet, path, lease)
    finally:
        await context.storage.release(lease, holder)


async def _read_from(context: Context, sheet: SheetImport, path: Path, lease: str) -> None:
    if sheet.state == "checking" and sheet.cursor:
        sheet = await context.storage.transact(actions.begin_again, sheet.id)
    if sheet.cursor == 0:
        await store.drop_trial(context.storage.reader, sheet.id)
    kind = actions.kind_of(sheet)
    with closing(_chunks(path, sheet, kind)) as chunks:
        seen: SheetImport | None = sheet
        while seen is not None and seen.state in RUNNING and not context.stopping.is_set():
            if not await context.storage.lease(lease, context.settings.instance, LEASE):
                return
            try:
                items = await in_a_thread(lambda: next(chunks, []))
            except Refused as refused:
                await context.storage.transact(actions.fail, seen, refused.errors[0])
                return
            seen = await _settle(context, seen, kind, items)


def _chunks(path: Path, sheet: SheetImport, kind: Kind) -> Generator[list[Item], None, None]:
    """Yield the rows after the cursor, `CHUNK` at a time; those before are read too, since rows know of each other."""
    chunk: list[Item] = []
    for row in rows_of(path, sheet.format):
        if row.number < sheet.layout.first_row:
            continue
        item = kind.read(row)
        if row.number > sheet.cursor:
            chunk.append(item)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def _settle(context: Context, seen: SheetImport, kind: Kind, items: list[Item]) -> SheetImport | None:
    storage, finished = context.storage, len(items) < CHUNK
    trial = await kind.settle(storage.reader, None, seen, items) if seen.state == "checking" else None
    for left in reversed(range(TRIES)):
        try:
            return await storage.transact(actions.settle, seen, kind, items, finished=finished, trial=trial)
        except (Duplicate, Conflict):
            if not left:
                raise
            await asyncio.sleep(0.1)
    return None


async def tidy(context: Context) -> None:
    """Cancel imports that nobody confirmed within the week, and delete files that nothing refers to."""
    now = utc_now()
    for sheet_id in await store.forgotten(context.storage.reader, before=now - KEPT):
        await context.storage.transact(actions.cancel, sheet_id)
    await store.files.sweep(context.storage, now=now)


JOBS = [
    Job(actions.READING, read_sheets, every=timedelta(seconds=2)),  # woken here; the two seconds are for other replicas
    Job("sheets-tidied", tidy, every=timedelta(minutes=10)),
]
