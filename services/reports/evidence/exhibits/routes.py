"""Exhibits over HTTP: the body of a file is the file; whoever takes it away stands in the log of custody."""

from base64 import b64encode
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from services.reports.evidence.exhibits import actions, store
from services.reports.evidence.exhibits.domain import MAX_BYTES, DescribeExhibit
from services.reports.evidence.exhibits.store import EXHIBITS, FILES
from services.reports.evidence.exhibits.views import ExhibitOpened, ExhibitView, opened, view
from services.reports.evidence.finding import FindingOf
from services.reports.evidence.incidents.routes import NO_STORE, OpenEvidence
from services.reports.evidence.looking import looker
from shared.auth import Member
from shared.ids import Id
from shared.model import Command, Text
from shared.paging import Page, PagingOf
from shared.storage.file_types import DOCUMENTS, EXTENSIONS
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/reports/{report_id}/exhibits", tags=["evidence"])
BODY_LIMITS = {"/reports/{report_id}/exhibits/{exhibit_id}/content": MAX_BYTES}
"""Bytes that these paths take."""

BINARY = {"schema": {"type": "string", "format": "binary"}}
TAKES_FILE = {"requestBody": {"required": True, "content": {"application/octet-stream": BINARY}}}


class HandOut(Command):
    """Ask for a file; whoever asks for a protected one says why."""

    reason: Annotated[Text, Field(max_length=500)] = ""


@router.post("", status_code=201)
async def describe_exhibit(
    report_id: Id, command: DescribeExhibit, actor: Member, storage: StorageOf, response: Response
) -> ExhibitView:
    """Announce a file of the evidence; it follows by PUT to its ``content``."""
    by = await looker(storage.reader, actor, report_id)
    exhibit = await storage.transact(actions.describe_exhibit, report_id, command, by=by)
    versioned(response, exhibit)
    response.headers["Location"] = f"/reports/{report_id}/exhibits/{exhibit.id}"
    return view(exhibit, by.sight, by=by.person_id)


@router.get("")
async def list_exhibits(
    *, report_id: Id, actor: Member, storage: StorageOf, paging: PagingOf, finding: FindingOf, response: Response
) -> Page[ExhibitView]:
    """List a report's exhibits, newest first, with the hash that each file had when it was taken in."""
    by = await looker(storage.reader, actor, report_id)
    response.headers.update(NO_STORE)
    found = await store.page(storage.reader, report_id, finding, by.sight, after=paging.after, limit=paging.limit)
    return Page(items=[view(each, by.sight, by=by.person_id) for each in found.items], next=found.next)


@router.get("/{exhibit_id}")
async def show_exhibit(
    report_id: Id, exhibit_id: Id, actor: Member, storage: StorageOf, response: Response
) -> ExhibitView:
    """Show what an exhibit is, as far as it is for the caller."""
    by = await looker(storage.reader, actor, report_id)
    exhibit = await EXHIBITS.get(storage.reader, report_id, exhibit_id)
    response.headers.update(NO_STORE)
    versioned(response, exhibit)
    return view(exhibit, by.sight, by=by.person_id)


@router.put("/{exhibit_id}")
async def change_exhibit(
    *,
    report_id: Id,
    exhibit_id: Id,
    command: DescribeExhibit,
    actor: Member,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> ExhibitView:
    """Say anew what a file is and for whom; the file itself never changes."""
    by = await looker(storage.reader, actor, report_id)
    exhibit = await storage.transact(actions.change_exhibit, report_id, exhibit_id, command, seen=seen, by=by)
    versioned(response, exhibit)
    return view(exhibit, by.sight, by=by.person_id)


@router.post("/{exhibit_id}/opening")
async def open_exhibit(
    *, report_id: Id, exhibit_id: Id, command: OpenEvidence, actor: Member, storage: StorageOf, response: Response
) -> ExhibitOpened:
    """Show what is written of a file, to editors and to whoever recorded it; the log says who saw it and why."""
    by = await looker(storage.reader, actor, report_id)
    exhibit = await storage.transact(actions.open_exhibit, report_id, exhibit_id, reason=command.reason, by=by)
    response.headers.update(NO_STORE)
    versioned(response, exhibit)
    return opened(exhibit, by=by.person_id)


@router.put("/{exhibit_id}/content", openapi_extra=TAKES_FILE)
async def take_in(report_id: Id, exhibit_id: Id, actor: Member, storage: StorageOf, request: Request) -> ExhibitView:
    """Take an exhibit's file in, once: PDF, text, picture or office document without macros, of at most 50 MB."""
    by = await looker(storage.reader, actor, report_id)
    by.check_own(await EXHIBITS.get(storage.reader, report_id, exhibit_id))
    stored = await FILES.receive(storage, request.stream(), allowed=DOCUMENTS, max_bytes=MAX_BYTES)
    return view(
        await storage.transact(actions.take_in, report_id, exhibit_id, stored, by=by), by.sight, by=by.person_id
    )


@router.post(
    "/{exhibit_id}/handing-out",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": BINARY}}},
)
async def hand_out(
    report_id: Id, exhibit_id: Id, command: HandOut, actor: Member, storage: StorageOf
) -> StreamingResponse:
    """Give an exhibit's file to be kept, a protected one for a reason; the log of custody says who has it."""
    by = await looker(storage.reader, actor, report_id)
    _, file = await storage.transact(actions.hand_out, report_id, exhibit_id, reason=command.reason, by=by)
    ending = EXTENSIONS.get(file.content_type, "bin")
    headers = {
        "Content-Disposition": f'attachment; filename="exhibit-{exhibit_id}.{ending}"',
        "Content-Length": str(file.size),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(file.sha256)).decode()}:",  # RFC 9530
    }
    return StreamingResponse(FILES.stream(storage.reader, file.file_id), media_type=file.content_type, headers=headers)


@router.post("/{exhibit_id}/erasure", status_code=204)
async def erase_exhibit(report_id: Id, exhibit_id: Id, actor: Member, storage: StorageOf) -> None:
    """Delete an exhibit and its file for good, which editors do; the log of custody still tells that it was there.

    One that was announced and has no file is deleted by whoever announced it, too.
    """
    by = await looker(storage.reader, actor, report_id)
    await storage.transact(actions.erase_exhibit, report_id, exhibit_id, by=by)
