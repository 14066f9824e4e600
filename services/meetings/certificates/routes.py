"""Certificates over HTTP: issued to whoever was there, checked by whoever holds the code; and sign-in sheets."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.meetings.certificates import actions, domain, pdf, sheet
from services.meetings.certificates.domain import Attended, IssueCertificate, VerifyCertificate
from services.meetings.certificates.sheet import PrintSheet
from services.meetings.invitations.actions import bearer_of
from services.meetings.meetings.store import MEETINGS
from services.meetings.settings import Settings
from shared.auth import AnswerLink, Anyone, Coordinator, Member
from shared.ids import Id, utc_now
from shared.model import Language, Model, Time
from shared.storage import Storage
from shared.web import StorageOf, settings_of

router = APIRouter(tags=["certificates"])

SettingsOfMeetings = Annotated[Settings, Depends(settings_of)]
BINARY = {"schema": {"type": "string", "format": "binary"}}
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": BINARY}}}


class CertificateView(Model):
    """A certificate as its owner sees it."""

    name: str
    code: str
    language: Language
    issued_at: Time


@router.get("/my/meetings/{meeting_id}/certificate")
async def read_certificate(meeting_id: Id, actor: Member, storage: StorageOf, response: Response) -> CertificateView:
    """Show the caller's own certificate."""
    response.headers["Cache-Control"] = "no-store"
    return await _view(storage, meeting_id, actor.person_id)


@router.put("/my/meetings/{meeting_id}/certificate")
async def issue_certificate(
    meeting_id: Id, command: IssueCertificate, actor: Member, storage: StorageOf, response: Response
) -> CertificateView:
    """Issue a certificate to the caller, who was there, in the name they give; anew with a new code."""
    await storage.transact(actions.issue_certificate, meeting_id, actor.person_id, command)
    response.headers["Cache-Control"] = "no-store"
    return await _view(storage, meeting_id, actor.person_id)


@router.get("/my/meetings/{meeting_id}/certificate/pdf", response_class=Response, responses=PDF)
async def download_certificate(
    meeting_id: Id, actor: Member, storage: StorageOf, settings: SettingsOfMeetings
) -> Response:
    """Give the caller's own certificate as a PDF."""
    return await _pdf(storage, settings, meeting_id, actor.person_id)


@router.put("/answer/certificate")
async def issue_certificate_by_link(
    command: IssueCertificate, link: AnswerLink, storage: StorageOf, response: Response
) -> CertificateView:
    """Issue a certificate to the bearer of a link, who was there."""
    bearer = await bearer_of(storage.reader, link)
    await storage.transact(actions.issue_certificate, bearer.meeting.id, bearer.person.id, command)
    response.headers["Cache-Control"] = "no-store"
    return await _view(storage, bearer.meeting.id, bearer.person.id)


@router.get("/answer/certificate/pdf", response_class=Response, responses=PDF)
async def download_certificate_by_link(link: AnswerLink, storage: StorageOf, settings: SettingsOfMeetings) -> Response:
    """Give the bearer of a link their certificate as a PDF."""
    bearer = await bearer_of(storage.reader, link)
    return await _pdf(storage, settings, bearer.meeting.id, bearer.person.id)


@router.post("/meetings/{meeting_id}/attendance/sheet", response_class=Response, responses=PDF)
async def print_sign_in_sheet(
    meeting_id: Id, command: PrintSheet, actor: Coordinator, storage: StorageOf, settings: SettingsOfMeetings
) -> Response:
    """Give a sheet for people to sign, with the names that come with the request and are kept nowhere."""
    meeting = await MEETINGS.get(storage.reader, meeting_id)

    async def make(_: Path) -> dict[str, Any]:
        return sheet.document(meeting, command, publisher=settings.publisher_name, now=utc_now())

    headers = {"Content-Disposition": 'attachment; filename="sign-in-sheet.pdf"', "Cache-Control": "no-store"}
    return Response(await pdf.TYPESETTER.typeset(make), media_type="application/pdf", headers=headers)


@router.post("/certificates/verification")
async def verify_certificate(
    command: VerifyCertificate, actor: Anyone, storage: StorageOf, response: Response
) -> Attended:
    """Say what the certificate with a code says; the code is its secret.  Changes nothing."""
    response.headers["Cache-Control"] = "no-store"
    return await actions.verify(storage.reader, command)


async def _view(storage: Storage, meeting_id: str, person_id: str) -> CertificateView:
    found, _, name, code = await actions.own(storage.reader, meeting_id, person_id)
    return CertificateView(name=name, code=domain.shown(code), language=found.language, issued_at=found.issued_at)


async def _pdf(storage: Storage, settings: Settings, meeting_id: str, person_id: str) -> Response:
    found, meeting, name, code = await actions.own(storage.reader, meeting_id, person_id)
    said = domain.attended(meeting, name, found.issued_at)
    address = f"{settings.portal_url.rstrip('/')}/{found.language}/certificates"

    async def make(_: Path) -> dict[str, Any]:
        return pdf.document(said, code, found.language, publisher=settings.publisher_name, address=address)

    headers = {"Content-Disposition": 'attachment; filename="certificate.pdf"', "Cache-Control": "no-store"}
    return Response(await pdf.TYPESETTER.typeset(make), media_type="application/pdf", headers=headers)
