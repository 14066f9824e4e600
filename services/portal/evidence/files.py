"""The files of the evidence: taken in with their hash, handed out by name, and the log of who had what."""

from contextlib import suppress

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.clients.base import Down, Refused
from services.portal.evidence import forms, words
from services.portal.evidence.entry import Entry, read
from services.portal.evidence.names import title
from services.portal.evidence.uploads import chosen, file_name, parts
from services.portal.pages import SignedIn, Visit, download
from shared.ids import Id

router = APIRouter(prefix="/{language}/reports/{report_id}/evidence")

ON_A_PAGE = 50


@router.get("/files")
async def listing(visit: SignedIn, report_id: Id, after: str = "", done: str = "") -> HTMLResponse:
    """Show the files, and a form for one more."""
    return await _list(visit, report_id, Entry(), after=after, done=done)


@router.post("/files")
async def take_in(visit: SignedIn, report_id: Id) -> Response:
    """Take a file in."""
    form = await visit.form(files=1)
    try:
        entry = read(form)
        if await _take_in(visit, report_id, form, entry):
            return visit.go(f"/reports/{report_id}/evidence/files", done="saved")
        return await _list(visit, report_id, entry, status=422)
    finally:
        await form.close()


async def _take_in(visit: Visit, report_id: str, form: FormData, entry: Entry) -> bool:
    file, command = chosen(visit, form, entry), forms.exhibit(visit, entry)
    if file is None or entry.errors:
        return False
    command["file_name"] = file_name(file)
    evidence = visit.services.evidence
    try:
        made = await evidence.describe(report_id, command)
    except Refused as refused:
        forms.take(visit, entry, refused)
        return False
    try:
        await evidence.take_in(report_id, made.id, parts(file))
    except Refused as refused:
        with suppress(Refused, Down):  # it was announced for this file alone; else its page can delete it
            await evidence.erase_exhibit(report_id, made.id)
        forms.take(visit, entry, refused)
        return False
    return True


@router.post("/files/{exhibit_id}/hand-out")
async def hand_out(visit: SignedIn, report_id: Id, exhibit_id: Id) -> Response:
    """Give a file to be kept; the log keeps who has it and why."""
    entry = read(await visit.form())
    try:
        reason = entry.values.get("reason", "")[:500]
        file = await visit.services.evidence.hand_out(report_id, exhibit_id, reason)
    except Refused as refused:
        forms.take(visit, entry, refused)
        return await _list(visit, report_id, entry, status=422)
    ending = words.ENDINGS.get(file.kind.partition(";")[0], "bin")
    return download(file.parts, kind=file.kind, name=f"exhibit-{exhibit_id[-12:]}.{ending}")


@router.get("/log")
async def log(visit: SignedIn, report_id: Id, after: str = "", verify: bool = False) -> HTMLResponse:
    """Show who had which evidence in hand; and, when asked, whether log and files are as they were left."""
    evidence, may_name = visit.services.evidence, visit.session is not None and visit.session.may_coordinate
    found = await evidence.custody(report_id, after=after, limit=ON_A_PAGE)
    ids = sorted({each.by for each in found.items if each.by})
    return visit.page(
        "evidence/log.html",
        report=await visit.services.reports.one(report_id),
        found=found,
        people=await visit.services.registry.look_up(ids) if may_name and ids else {},
        verified=await evidence.verify(report_id) if verify else None,
        terms=words,
    )


async def _list(
    visit: Visit, report_id: str, entry: Entry, *, after: str = "", done: str = "", status: int = 200
) -> HTMLResponse:
    found = await visit.services.evidence.exhibits(report_id, after=after, limit=ON_A_PAGE)
    return visit.page(
        "evidence/files.html",
        status,
        report=await visit.services.reports.one(report_id),
        found=found,
        names={each.id: title(visit, each) for each in found.items},
        entry=entry,
        errors=entry.errors,
        terms=words,
        done=done,
    )
