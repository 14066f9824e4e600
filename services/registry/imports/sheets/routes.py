"""Sheets over HTTP: uploaded as they are, tried before anything is recorded, and accounted for row by row."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.registry.imports.sheets import actions, store
from services.registry.imports.sheets.domain import (
    ChooseColumns,
    ConfirmImport,
    FileName,
    SheetImport,
    SheetKind,
)
from services.registry.imports.sheets.store import RowResult
from shared.auth import Coordinator
from shared.ids import Id
from shared.paging import Page, Paging
from shared.storage import Storage
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/imports/sheets", tags=["imports"])

BODY_LIMITS = {"/imports/sheets": actions.MAX_BYTES}
"""Bytes that these paths take."""

FILE: dict[str, object] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
WRITTEN_AT_ONCE = 200  # rows of a download that are written at once

NameOfFile = Annotated[FileName, Query(description="What the file is called, so that people recognise it.")]
ProblemsOnly = Annotated[bool, Query(description="Only the rows that were refused or have a remark.")]


@router.post("", status_code=201, openapi_extra=FILE)
async def upload_sheet(
    *,
    request: Request,
    actor: Coordinator,
    storage: StorageOf,
    response: Response,
    kind: SheetKind = "activities",
    file_name: NameOfFile = "sheet",
) -> SheetImport:
    """Upload a sheet (CSV in any usual encoding, or XLSX) of at most 50 MB; what its columns say is proposed."""
    sheet = await actions.take_in(storage, request.stream(), kind=kind, file_name=file_name, by=actor.person_id)
    versioned(response, sheet)
    return sheet


@router.get("")
async def list_sheets(
    actor: Coordinator, storage: StorageOf, paging: Annotated[Paging, Depends()]
) -> Page[SheetImport]:
    """List the imports, newest first."""
    return await store.page(storage.reader, paging)


@router.get("/{sheet_id}")
async def show_sheet(sheet_id: Id, actor: Coordinator, storage: StorageOf, response: Response) -> SheetImport:
    """Show one import: its columns, how far it is, and what was found."""
    sheet = await store.sheets.get(storage.reader, sheet_id)
    versioned(response, sheet)
    return sheet


@router.put("/{sheet_id}/columns")
async def choose_columns(
    *,
    sheet_id: Id,
    command: ChooseColumns,
    actor: Coordinator,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> SheetImport:
    """Say what the columns hold; ``If-Match`` names the revision that was read."""
    sheet = await actions.choose_columns(storage, sheet_id, command, revision=revision)
    versioned(response, sheet)
    return sheet


@router.post("/{sheet_id}/trial", status_code=202)
async def try_sheet(
    sheet_id: Id, request: Request, actor: Coordinator, storage: StorageOf, response: Response
) -> SheetImport:
    """Read all rows and say what they would change, without changing it."""
    sheet = await storage.transact(actions.begin_trial, sheet_id)
    request.app.state.context.wake(actions.READING)
    versioned(response, sheet)
    return sheet


@router.post("/{sheet_id}/confirmation", status_code=202)
async def confirm_sheet(
    *,
    sheet_id: Id,
    command: ConfirmImport,
    request: Request,
    actor: Coordinator,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> SheetImport:
    """Record what the trial showed; ``If-Match`` names the revision that was read."""
    sheet = await storage.transact(actions.confirm, sheet_id, command, revision=revision)
    request.app.state.context.wake(actions.READING)
    versioned(response, sheet)
    return sheet


@router.post("/{sheet_id}/cancellation")
async def cancel_sheet(sheet_id: Id, actor: Coordinator, storage: StorageOf, response: Response) -> SheetImport:
    """Put an import aside; rows that were recorded before stay."""
    sheet = await storage.transact(actions.cancel, sheet_id)
    versioned(response, sheet)
    return sheet


@router.get("/{sheet_id}/rows")
async def list_rows(
    *,
    sheet_id: Id,
    actor: Coordinator,
    storage: StorageOf,
    paging: Annotated[Paging, Depends()],
    problems_only: ProblemsOnly = False,
) -> Page[RowResult]:
    """List what became of the rows, or of a trial what is wrong with them, in their order."""
    sheet = await store.sheets.get(storage.reader, sheet_id)
    return await store.page_of_results(storage.reader, sheet, problems_only=problems_only, paging=paging)


@router.get("/{sheet_id}/report.csv", response_class=StreamingResponse)
async def report_as_csv(sheet_id: Id, actor: Coordinator, storage: StorageOf) -> StreamingResponse:
    """Give what became of every row as CSV: one line for each row, and one for each further problem with it."""
    sheet = await store.sheets.get(storage.reader, sheet_id)
    return _download(_csv(storage, sheet), "text/csv; charset=utf-8", f"import-{sheet.id}.csv")


@router.get("/{sheet_id}/report.json", response_class=StreamingResponse)
async def report_as_json(sheet_id: Id, actor: Coordinator, storage: StorageOf) -> StreamingResponse:
    """Give what became of every row as JSON: the import, and its rows."""
    sheet = await store.sheets.get(storage.reader, sheet_id)
    return _download(_json(storage, sheet), "application/json", f"import-{sheet.id}.json")


def _download(parts: AsyncIterator[str], media_type: str, name: str) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(parts, media_type=media_type, headers=headers)


async def _csv(storage: Storage, sheet: SheetImport) -> AsyncIterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["row", "outcome", "record_id", "repeats_row", "column", "code", "detail"])
    waiting = 0
    async for each in store.results(storage.reader, sheet):
        reasons = [(told.column, told.code, told.detail) for told in each.problems] or [("", "", "")]
        for reason in reasons:
            writer.writerow([each.row, each.outcome, each.record_id or "", each.repeats or "", *map(harmless, reason)])
        waiting += 1
        if waiting == WRITTEN_AT_ONCE:
            yield _taken(text)
            waiting = 0
    yield _taken(text)


def harmless(cell: str) -> str:
    """Return ``cell`` as no spreadsheet program takes it for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _taken(text: io.StringIO) -> str:
    taken = text.getvalue()
    text.seek(0)
    text.truncate()
    return taken


async def _json(storage: Storage, sheet: SheetImport) -> AsyncIterator[str]:
    yield f'{{"import":{sheet.model_dump_json()},"rows":['
    parts: list[str] = []
    between = ""
    async for each in store.results(storage.reader, sheet):
        parts.append(between + each.model_dump_json(exclude_defaults=True))
        between = ",\n"
        if len(parts) == WRITTEN_AT_ONCE:
            yield "".join(parts)
            parts.clear()
    yield "".join([*parts, "]}"])
