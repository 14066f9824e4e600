"""Sheets on their way in: the pages for upload, columns, trial, confirmation, progress and report."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData, UploadFile

from services.portal.clients.base import Down, Refused
from services.portal.clients.imports import Sheet
from services.portal.imports import words
from services.portal.numbers import revision
from services.portal.pages import Coordinator, Visit, download
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter()

MAX_BYTES = 50_000_000  # of a sheet, as the registry takes it
READ_AT_ONCE = 256 * 1024  # bytes
RUNNING = ("checking", "recording")


async def listing(
    visit: Visit, *, status: int = 200, after: str = "", errors: dict[str, str] | None = None, **more: Any
) -> HTMLResponse:
    """Return the page that takes files in, with the newest imports of sheets."""
    try:
        found = await visit.services.imports.page(after)
    except Down:
        if "report" not in more and "what" not in more:
            raise
        found = None  # what became of a file that was just read in is said all the same
    values: dict[str, Any] = {"report": None, "what": "", "imports": words, **more}
    return visit.page("imports/list.html", status, found=found, errors=errors or {}, **values)


@router.post("/{language}/imports/sheets")
async def upload(visit: Coordinator) -> Response:
    """Take a sheet in and go on to its columns."""
    form = await visit.form(files=1)
    try:
        kind, file = str(form.get("kind", "activities")), form.get("sheet")
        if kind not in words.KINDS or not isinstance(file, UploadFile) or not file.filename:
            return await listing(visit, status=422, errors={"sheet": visit.say("Choose a file first.")})
        sheet = await visit.services.imports.upload(kind, called(file.filename), _parts(file))
    except Refused as refused:
        if refused.status not in (413, 422):
            raise
        return await listing(visit, status=refused.status, errors={"sheet": _why(visit, refused.code)})
    finally:
        await form.close()
    return visit.go(f"/imports/{sheet.id}")


def called(name: str) -> str:
    """Return what a file is called, in one line and without the folders that some browsers send along."""
    line = "".join(each for each in name.replace("\\", "/").rpartition("/")[2] if each.isprintable())
    return line.strip()[-200:].strip() or "sheet"


async def _parts(file: UploadFile) -> AsyncIterator[bytes]:
    while part := await file.read(READ_AT_ONCE):
        yield part


def _why(visit: Visit, code: str) -> str:
    return visit.say(words.PROBLEMS[code]) if code in words.PROBLEMS else visit.why(code, words.PROBLEMS["not-a-sheet"])


@router.get("/{language}/imports/{sheet_id}")
async def show(visit: Coordinator, sheet_id: Id, after: str = "", columns: bool = False) -> HTMLResponse:
    """Show how far an import is: its columns, what a trial found, its progress, its report."""
    return await _show(visit, await visit.services.imports.get(sheet_id), after=after, columns=columns)


async def _show(
    visit: Visit,
    sheet: Sheet,
    *,
    status: int = 200,
    after: str = "",
    columns: bool = False,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    told = None
    if sheet.state in ("checked", "recorded", "cancelled", "failed"):
        told = await visit.services.imports.problems(sheet.id, after)
    choosing = sheet.state == "uploaded" or (columns and sheet.state == "checked")
    return visit.page(
        "imports/show.html",
        status,
        sheet=sheet,
        told=told,
        choosing=choosing and sheet.kind == "activities",
        running=sheet.state in RUNNING,
        imports=words,
        errors=errors or {},
    )


@router.post("/{language}/imports/{sheet_id}/trial")
async def try_out(visit: Coordinator, sheet_id: Id) -> Response:
    """Keep what the columns say, and have the rows tried."""
    form = await visit.form()
    sheet = await visit.services.imports.get(sheet_id)
    try:
        if sheet.kind == "activities":
            await visit.services.imports.choose(sheet_id, _columns(form, sheet), revision(form))
        await visit.services.imports.begin_trial(sheet_id)
    except Refused as refused:
        if refused.status not in (409, 412, 422):
            raise
        sheet = await visit.services.imports.get(sheet_id)
        code = "import-state" if refused.status in (409, 412) else refused.code
        errors = {"columns": _why(visit, code)}
        return await _show(visit, sheet, status=refused.status, columns=True, errors=errors)
    return visit.go(f"/imports/{sheet_id}")


def _columns(form: FormData, sheet: Sheet) -> dict[str, Any]:
    chosen = [
        {"number": each.number, "field": field}
        for each in sheet.layout.columns
        if (field := str(form.get(f"column-{each.number}", ""))) in words.FIELDS and field
    ]
    language = str(form.get("language", "en"))
    body: dict[str, Any] = {"language": language if language in LANGUAGES else "en", "columns": chosen}
    encoding, delimiter = str(form.get("encoding", "")), str(form.get("delimiter", ""))
    body |= {"encoding": encoding} if encoding in words.ENCODINGS else {}
    return body | ({"delimiter": delimiter} if delimiter in words.DELIMITERS else {})


@router.post("/{language}/imports/{sheet_id}/confirmation")
async def confirm(visit: Coordinator, sheet_id: Id) -> Response:
    """Have the rows recorded."""
    form = await visit.form()
    audience, reason = str(form.get("audience", "members")), str(form.get("correction", "")).strip()[:1_000]
    body: dict[str, Any] = {"audience": audience if audience in words.AUDIENCES else "members"}
    if reason and len(reason) < 3:
        return await _confused(visit, sheet_id, 422, visit.say("Say in a few words why it is corrected."))
    try:
        await visit.services.imports.confirm(
            sheet_id, body | ({"correction": reason} if reason else {}), revision(form)
        )
    except Refused as refused:
        if refused.status not in (409, 412):
            raise
        return await _confused(visit, sheet_id, refused.status, _why(visit, "import-state"))
    return visit.go(f"/imports/{sheet_id}")


async def _confused(visit: Visit, sheet_id: str, status: int, text: str) -> HTMLResponse:
    sheet = await visit.services.imports.get(sheet_id)
    return await _show(visit, sheet, status=status, errors={"correction": text})


@router.post("/{language}/imports/{sheet_id}/cancellation")
async def cancel(visit: Coordinator, sheet_id: Id) -> Response:
    """Put an import aside."""
    try:
        await visit.services.imports.cancel(sheet_id)
    except Refused as refused:
        if refused.status != 409:
            raise
    return visit.go(f"/imports/{sheet_id}")


@router.get("/{language}/imports/{sheet_id}/report.csv")
async def report_as_csv(visit: Coordinator, sheet_id: Id) -> Response:
    """Give the report row by row to keep, as CSV."""
    found = await visit.services.imports.report(sheet_id, "csv")
    return download(found.content, kind="text/csv; charset=utf-8", name=f"import-{sheet_id}.csv")


@router.get("/{language}/imports/{sheet_id}/report.json")
async def report_as_json(visit: Coordinator, sheet_id: Id) -> Response:
    """Give the report row by row to keep, as JSON."""
    found = await visit.services.imports.report(sheet_id, "json")
    return download(found.content, kind="application/json", name=f"import-{sheet_id}.json")
