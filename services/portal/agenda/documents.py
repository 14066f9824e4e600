"""Documents: handed in by coordinators, kept by those they are for."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData, UploadFile

from services.portal.agenda import words
from services.portal.agenda.parts import owner_of
from services.portal.clients.agenda import Document
from services.portal.clients.base import Refused
from services.portal.languages import N_
from services.portal.pages import Anyone, Coordinator, SignedIn, Visit, download
from shared.ids import Id
from shared.model import LANGUAGES, Language

router = APIRouter()

MAX_BYTES = 20_000_000
AT_ONCE = 256 * 1024


@router.get("/{language}/meetings/{meeting_id}/documents")
async def show(visit: Coordinator, meeting_id: Id, done: str = "", undo: str = "") -> HTMLResponse:
    """Show the documents of a meeting, with a form for one more."""
    return await _page(visit, meeting_id, {}, {}, done=done, undo=undo)


@router.post("/{language}/meetings/{meeting_id}/documents")
async def hand_in(visit: Coordinator, meeting_id: Id) -> Response:
    """Take a document."""
    form = await visit.form(files=1)
    try:
        return await _hand_in(visit, meeting_id, form)
    finally:
        await form.close()


async def _hand_in(visit: Visit, meeting_id: str, form: FormData) -> Response:
    values = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    file, errors = form.get("file"), {}
    title = {each: values[f"title-{each}"][:200] for each in LANGUAGES if values.get(f"title-{each}")}
    if not title:
        errors[f"title-{visit.language}"] = visit.say("Say what the document is called.")
    if not isinstance(file, UploadFile) or not file.filename:
        errors["file"] = visit.say("Choose a file first.")
    elif (file.size or 0) > MAX_BYTES:
        errors["file"] = visit.say("The file is larger than %(number)s MB. Divide it.", number=20)
    if errors or not isinstance(file, UploadFile):
        return await _page(visit, meeting_id, values, errors, status=422)
    agendas, command = visit.services.agendas, _command(values, title)
    made: Document | None = None
    try:
        made = await agendas.describe(meeting_id, command)
        await agendas.send_file(meeting_id, made.id, _parts(file))
    except Refused as refused:
        if made is not None:
            await agendas.remove_document(meeting_id, made.id)
        if refused.status not in (413, 422):
            raise
        errors["file"] = visit.why(refused.code, N_("This cannot be accepted as it is."))
        return await _page(visit, meeting_id, values, errors, status=422)
    return visit.go(f"/meetings/{meeting_id}/documents", done="saved")


@router.get("/{language}/meetings/{meeting_id}/documents/{document_id}")
async def keep(visit: SignedIn, meeting_id: Id, document_id: Id) -> Response:
    """Give a document as a file to keep."""
    found = _one(await visit.services.agendas.documents(meeting_id), document_id)
    body = await visit.services.agendas.file(meeting_id, document_id)
    return download(body, kind=found.content_type or "application/octet-stream", name=found.name or "document")


@router.post("/{language}/meetings/{meeting_id}/documents/{document_id}/remove")
async def remove(visit: Coordinator, meeting_id: Id, document_id: Id) -> Response:
    """Take a document away, and offer to have it back."""
    await visit.services.agendas.remove_document(meeting_id, document_id)
    return visit.go(f"/meetings/{meeting_id}/documents", undo=document_id)


@router.post("/{language}/meetings/{meeting_id}/documents/{document_id}/restore")
async def restore(visit: Coordinator, meeting_id: Id, document_id: Id) -> Response:
    """Have a document back."""
    await visit.services.agendas.restore_document(meeting_id, document_id)
    return visit.go(f"/meetings/{meeting_id}/documents", done="taken-back")


@router.get("/{language}/answer/{token}/documents/{document_id}")
async def keep_by_link(visit: Anyone, token: str, document_id: Id) -> Response:
    """Give a document as a file to the holder of a personal link."""
    agendas = visit.holding(token).agendas
    found = _one(await agendas.linked_documents(), document_id)
    body = await agendas.linked_file(document_id)
    return download(body, kind=found.content_type or "application/octet-stream", name=found.name or "document")


def _command(values: dict[str, str], title: dict[Language, str]) -> dict[str, object]:
    return {
        "title": title,
        "language": values["written"] if values.get("written") in LANGUAGES else None,
        "session_id": values.get("session") or None,
        "audience": values["audience"] if values.get("audience") in words.AUDIENCES else "invited",
    }


async def _parts(file: UploadFile) -> AsyncIterator[bytes]:
    while part := await file.read(AT_ONCE):
        yield part


def _one(documents: list[Document], document_id: str) -> Document:
    found = next((each for each in documents if each.id == document_id and each.name), None)
    if found is None:
        raise Refused(404)
    return found


async def _page(
    visit: Visit,
    meeting_id: str,
    values: dict[str, str],
    errors: dict[str, str],
    *,
    done: str = "",
    undo: str = "",
    status: int = 200,
) -> HTMLResponse:
    agendas = visit.services.agendas
    agenda = await agendas.agenda(meeting_id)
    return visit.page(
        "agenda/documents.html",
        status,
        meeting=await owner_of(visit, meeting_id),
        agenda=agenda,
        documents=await agendas.documents(meeting_id),
        sessions={each.id: each for each in agenda.sessions},
        values=values,
        errors=errors,
        terms=words,
        done=done,
        undo=undo,
    )
