"""Organisations and what they do, and files that are read in."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData, UploadFile

from services.portal.clients.base import Refused
from services.portal.clients.registry import ImportReport
from services.portal.imports.routes import called, listing
from services.portal.languages import N_
from services.portal.pages import Coordinator, Visit

router = APIRouter()

ON_A_PAGE = 50
LIMITS = {"iati": 20_000_000, "people": 5_000_000}
"""Bytes of a file, as the registry takes it."""


@router.get("/{language}/imports")
async def imports(visit: Coordinator, after: str = "") -> HTMLResponse:
    """Show the forms that read files in, and the newest imports of sheets."""
    return await listing(visit, after=after)


@router.post("/{language}/imports")
async def read_in(visit: Coordinator) -> Response:
    """Read a file in and show what became of each row."""
    form = await visit.form(files=1)
    try:
        return await _read_in(visit, form)
    finally:
        await form.close()


async def _read_in(visit: Visit, form: FormData) -> Response:
    what, file = str(form.get("what", "")), form.get("file")
    if what not in LIMITS or not isinstance(file, UploadFile) or not file.filename:
        return await _imports(visit, what, {f"file-{what}": visit.say("Choose a file first.")})
    body = await file.read(LIMITS[what] + 1)
    if len(body) > LIMITS[what]:
        megabytes = LIMITS[what] // 1_000_000
        too_large = visit.say("The file is larger than %(number)s MB. Divide it.", number=megabytes)
        return await _imports(visit, what, {f"file-{what}": too_large})
    try:
        begin = form.get("create_organisations") == "yes"
        reason = str(form.get("correction", "")).strip()[:1_000]
        registry = visit.services.registry
        name = called(file.filename)
        report = await registry.import_file(what, body, name, create_organisations=begin, correction=reason)
    except Refused as refused:
        if refused.status not in (400, 415, 422):
            raise
        if not refused.errors:
            unreadable = N_("This file cannot be read: it is not of the kind that is expected here.")
            return await _imports(visit, what, {f"file-{what}": visit.why(refused.code, unreadable)})
        report = ImportReport(refused=len(refused.errors), errors=list(refused.errors))
    return await listing(visit, report=report, what=what)


async def _imports(visit: Visit, what: str, errors: dict[str, str]) -> HTMLResponse:
    return await listing(visit, status=422, what=what, errors=errors)
