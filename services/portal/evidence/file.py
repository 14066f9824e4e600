"""One file of the evidence: what is written of it said anew, its bytes sent again, and deleting it for good."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.evidence import Exhibit
from services.portal.evidence import forms, words
from services.portal.evidence.entry import Entry, read
from services.portal.evidence.names import title
from services.portal.evidence.uploads import chosen, parts
from services.portal.pages import SignedIn, Visit
from shared.ids import Id

router = APIRouter(prefix="/{language}/reports/{report_id}/evidence/files/{exhibit_id}")


@router.get("")
async def show(visit: SignedIn, report_id: Id, exhibit_id: Id) -> HTMLResponse:
    """Show one file: to change what is written of it when that is for the reader, else to open it."""
    exhibit = await visit.services.evidence.exhibit(report_id, exhibit_id)
    return await _one(visit, report_id, exhibit, _shown(exhibit))


@router.post("")
async def change(visit: SignedIn, report_id: Id, exhibit_id: Id) -> Response:
    """Say anew what a file is and for whom; the file itself never changes."""
    entry, evidence = read(await visit.form()), visit.services.evidence
    command = forms.exhibit(visit, entry)
    if not entry.errors:
        try:
            await evidence.relabel(report_id, exhibit_id, command, revision=forms.revision(entry))
            return _back(visit, report_id)
        except Refused as refused:
            forms.take(visit, entry, refused)
    exhibit = await evidence.exhibit(report_id, exhibit_id)
    return await _one(visit, report_id, exhibit.model_copy(update={"withheld": False}), entry, status=422)


@router.post("/open")
async def open_exhibit(visit: SignedIn, report_id: Id, exhibit_id: Id) -> HTMLResponse:
    """Show what is written of a file; the log keeps who saw it and why."""
    entry, evidence = read(await visit.form()), visit.services.evidence
    reason = forms.reason(visit, entry)
    if not entry.errors:
        try:
            opened = await evidence.open_exhibit(report_id, exhibit_id, reason)
            return await _one(visit, report_id, opened, _shown(opened))
        except Refused as refused:
            forms.take(visit, entry, refused)
    return await _one(visit, report_id, await evidence.exhibit(report_id, exhibit_id), entry, status=422)


@router.post("/content")
async def send(visit: SignedIn, report_id: Id, exhibit_id: Id) -> Response:
    """Send the bytes of a file that was announced and did not arrive."""
    form, evidence = await visit.form(files=1), visit.services.evidence
    try:
        entry = read(form)
        if (file := chosen(visit, form, entry)) is not None:
            try:
                await evidence.take_in(report_id, exhibit_id, parts(file))
                return _back(visit, report_id)
            except Refused as refused:
                forms.take(visit, entry, refused)
        exhibit = await evidence.exhibit(report_id, exhibit_id)
        shown = _shown(exhibit)
        shown.errors = entry.errors
        return await _one(visit, report_id, exhibit, shown, status=422)
    finally:
        await form.close()


@router.post("/erase")
async def erase(visit: SignedIn, report_id: Id, exhibit_id: Id) -> Response:
    """Delete a file for good."""
    evidence, errors = visit.services.evidence, Entry()
    try:
        await evidence.erase_exhibit(report_id, exhibit_id)
        return _back(visit, report_id)
    except Refused as refused:
        forms.take(visit, errors, refused)
    exhibit = await evidence.exhibit(report_id, exhibit_id)
    shown = _shown(exhibit)
    shown.errors = errors.errors
    return await _one(visit, report_id, exhibit, shown, status=409)


def _back(visit: Visit, report_id: str) -> Response:
    return visit.go(f"/reports/{report_id}/evidence/files", done="saved")


def _shown(exhibit: Exhibit) -> Entry:
    values = {name: getattr(exhibit, name) or "" for name in ("title", "file_name", "notes")}
    return Entry(values={**values, "level": exhibit.level})


async def _one(visit: Visit, report_id: str, exhibit: Exhibit, entry: Entry, *, status: int = 200) -> HTMLResponse:
    return visit.page(
        "evidence/file.html",
        status,
        report=await visit.services.reports.one(report_id),
        exhibit=exhibit,
        name=title(visit, exhibit),
        entry=entry,
        errors=entry.errors,
        terms=words,
    )
