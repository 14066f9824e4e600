"""Documents over HTTP: the body of a file is the file."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.meetings.agenda.actions import Frame, frame_of
from services.meetings.documents import actions, domain
from services.meetings.documents.domain import MAX_BYTES, Content, DescribeDocument, Document
from services.meetings.documents.store import FILES
from services.meetings.documents.views import DocumentView, name_of, view
from services.meetings.invitations.actions import bearer_of
from shared.auth import AnswerLink, Coordinator, Member
from shared.ids import Id
from shared.problems import NotFound
from shared.storage import Storage
from shared.storage.file_types import DOCUMENTS
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(tags=["documents"])

CONTENT = "/meetings/{meeting_id}/documents/{document_id}/content"
BODY_LIMITS = {CONTENT: MAX_BYTES}
"""Bytes that these paths take."""

BINARY = {"schema": {"type": "string", "format": "binary"}}
TAKES_FILE = {"requestBody": {"required": True, "content": {"application/octet-stream": BINARY}}}
GIVES_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": BINARY}}}


@router.post("/meetings/{meeting_id}/documents", status_code=201)
async def describe_document(
    meeting_id: Id, command: DescribeDocument, actor: Coordinator, storage: StorageOf, response: Response
) -> DocumentView:
    """Announce a document of a meeting or session; its file follows by PUT to its ``content``."""
    document = await storage.transact(actions.describe_document, meeting_id, command, by=actor.person_id)
    versioned(response, document)
    response.headers["Location"] = f"/meetings/{meeting_id}/documents/{document.id}"
    return view(document)


@router.put("/meetings/{meeting_id}/documents/{document_id}")
async def change_description(
    *,
    meeting_id: Id,
    document_id: Id,
    command: DescribeDocument,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> DocumentView:
    """Say anew what a document is and whom it is for."""
    document = await storage.transact(actions.change_description, meeting_id, document_id, command, seen=seen)
    versioned(response, document)
    return view(document)


@router.put(CONTENT, openapi_extra=TAKES_FILE)
async def send_content(
    meeting_id: Id, document_id: Id, actor: Coordinator, storage: StorageOf, request: Request
) -> DocumentView:
    """Send a document's file: PDF, text, picture or office document without macros, of at most 20 MB."""
    await actions.one(storage.reader, meeting_id, document_id)
    file = await FILES.receive(storage, request.stream(), allowed=DOCUMENTS, max_bytes=MAX_BYTES)
    return view(await storage.transact(actions.take_content, meeting_id, document_id, file))


@router.post("/meetings/{meeting_id}/documents/{document_id}/removal")
async def remove_document(meeting_id: Id, document_id: Id, actor: Coordinator, storage: StorageOf) -> DocumentView:
    """Take a document away; for a month it can be restored."""
    return view(await storage.transact(actions.remove_document, meeting_id, document_id))


@router.post("/meetings/{meeting_id}/documents/{document_id}/restoration")
async def restore_document(meeting_id: Id, document_id: Id, actor: Coordinator, storage: StorageOf) -> DocumentView:
    """Have a removed document back."""
    return view(await storage.transact(actions.restore_document, meeting_id, document_id))


@router.get("/meetings/{meeting_id}/documents")
async def list_documents(meeting_id: Id, actor: Member, storage: StorageOf) -> list[DocumentView]:
    """List the documents of a meeting that the caller may read, at most 200."""
    frame = await frame_of(storage.reader, meeting_id)
    as_ = await actions.reader_of(storage.reader, frame, actor)
    found = await actions.readable(storage.reader, frame, as_)
    if as_ == "member" and not found:  # whoever is not invited learns of a meeting only what is for all members
        raise NotFound("meeting-not-found", "There is no such meeting.")
    return [view(document) for document in found]


@router.get("/meetings/{meeting_id}/documents/{document_id}")
async def read_document(
    meeting_id: Id, document_id: Id, actor: Member, storage: StorageOf, response: Response
) -> DocumentView:
    """Show what a document is to those who may read it."""
    frame = await frame_of(storage.reader, meeting_id)
    as_ = await actions.reader_of(storage.reader, frame, actor)
    found = next((each for each in await actions.readable(storage.reader, frame, as_) if each.id == document_id), None)
    if found is None:
        raise NotFound("document-not-found", "There is no such document.")
    versioned(response, found)
    return view(found)


@router.get(CONTENT, response_class=StreamingResponse, responses=GIVES_FILE)
async def download_document(meeting_id: Id, document_id: Id, actor: Member, storage: StorageOf) -> StreamingResponse:
    """Give a document's file to be kept; of a closed meeting only to coordinators, and to others by personal link."""
    frame = await frame_of(storage.reader, meeting_id)
    return await _give(storage, frame, document_id, await actions.reader_of(storage.reader, frame, actor))


@router.get("/answer/documents")
async def list_documents_by_link(link: AnswerLink, storage: StorageOf, response: Response) -> list[DocumentView]:
    """List the documents that the bearer of a link may read."""
    frame = Frame((await bearer_of(storage.reader, link)).meeting)
    response.headers["Cache-Control"] = "no-store"
    return [view(document) for document in await actions.readable(storage.reader, frame, "bearer")]


@router.get("/answer/documents/{document_id}/content", response_class=StreamingResponse, responses=GIVES_FILE)
async def download_document_by_link(document_id: Id, link: AnswerLink, storage: StorageOf) -> StreamingResponse:
    """Give the bearer of a link a document's file to be kept."""
    frame = Frame((await bearer_of(storage.reader, link)).meeting)
    return await _give(storage, frame, document_id, "bearer")


async def _give(storage: Storage, frame: Frame, document_id: str, as_: domain.Reader) -> StreamingResponse:
    document, content = await actions.content_for(storage.reader, frame, document_id, as_)
    return StreamingResponse(
        FILES.stream(storage.reader, content.file_id),
        media_type=content.content_type,
        headers=_headers(document, content),
    )


def _headers(document: Document, content: Content) -> dict[str, str]:
    """Have a file kept rather than opened: beside ``nosniff``, which every answer has, and a page that runs nothing."""
    return {
        "Content-Disposition": f'attachment; filename="{name_of(document)}"',
        "Content-Length": str(content.size),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
        "ETag": f'"{content.sha256[:32]}"',
    }
