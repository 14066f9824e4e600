"""The operator's commands for sheets: tried first, recorded after a yes, with their progress on the screen."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.registry.audiences import LEVELS
from services.registry.imports.sheets import actions, jobs, store
from services.registry.imports.sheets.domain import ConfirmImport, SheetImport, SheetKind
from shared.paging import Paging
from shared.service import Context, make_context
from shared.settings import ServiceSettings

READ_AT_ONCE = 256 * 1024  # bytes
LOOK_EVERY = 0.5  # seconds
SHOWN = 20  # problems that are printed; the portal shows all of them

Recorded = Annotated[bool, typer.Option("--yes", help="Record it without asking.")]
ForWhom = Annotated[str, typer.Option(help=f"Who may know of new activities: {', '.join(LEVELS)}.")]


async def _parts(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as opened:
        while part := await asyncio.to_thread(opened.read, READ_AT_ONCE):
            yield part


async def _read(context: Context, sheet: SheetImport, what: str) -> SheetImport:
    """Read the rows here, or watch a running registry read them."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task(what, total=sheet.rows or None)
        while sheet.state in ("checking", "recording"):
            reading = asyncio.ensure_future(jobs.read_sheets(context))
            while not reading.done():
                await asyncio.wait({reading}, timeout=LOOK_EVERY)
                sheet = await store.sheets.get(context.storage.reader, sheet.id)
                progress.update(task, completed=sheet.found.counts.rows)
            await reading
            await asyncio.sleep(LOOK_EVERY if sheet.state in ("checking", "recording") else 0)
            sheet = await store.sheets.get(context.storage.reader, sheet.id)
        progress.update(task, completed=sheet.found.counts.rows)
    return sheet


async def import_sheet(
    settings: ServiceSettings, file: Path, *, kind: SheetKind, audience: str, yes: bool, console: Any
) -> SheetImport:
    """Try a sheet, say what it would change, and record it after a yes.  Raises `Problem`."""
    context = make_context(settings)
    try:
        sheet = await actions.take_in(context.storage, _parts(file), kind=kind, file_name=file.name[-200:], by=None)
        sheet = await context.storage.transact(actions.begin_trial, sheet.id)
        sheet = await _read(context, sheet, "Trying")
        await _tell(context, sheet, console)
        if sheet.state != "checked" or not (yes or typer.confirm("Record it?")):
            return sheet if sheet.state == "failed" else await context.storage.transact(actions.cancel, sheet.id)
        command = ConfirmImport.model_validate({"audience": audience})
        sheet = await context.storage.transact(actions.confirm, sheet.id, command, revision=sheet.revision)
        sheet = await _read(context, sheet, "Recording")
        console.print(f"[green]✓[/green] {_counted(sheet)}")
        return sheet
    finally:
        await context.storage.close()


def _counted(sheet: SheetImport) -> str:
    counts = sheet.found.counts.model_dump()
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count) or "nothing"


async def _tell(context: Context, sheet: SheetImport, console: Any) -> None:
    if sheet.failure is not None:
        console.print(f"[red]✗[/red] line {sheet.failure.line}: {sheet.failure.detail}")
        return
    page = await store.page_of_results(context.storage.reader, sheet, problems_only=True, paging=Paging(limit=SHOWN))
    for row in page.items:
        for each in row.problems:
            console.print(f"  row {each.row} {each.column}: {each.detail}", markup=False)
    if page.next:
        console.print("  … and more: the report is on the portal's page of this import")
    console.print(f"It would become: {_counted(sheet)}")
