"""Who came: marked by organisers, or said by everybody themselves with the code shown at the venue; certificates."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.agenda import words
from services.portal.agenda.parts import names_of
from services.portal.clients.agenda import Attended, Certificate, Code
from services.portal.clients.base import Refused
from services.portal.pages import Anyone, Coordinator, SignedIn, Visit, download
from services.portal.registry.names import organisation_names
from shared.ids import Id

router = APIRouter()

ON_A_PAGE = 100
MAX_NAME = 120


@router.get("/{language}/meetings/{meeting_id}/attendance")
async def show(visit: Coordinator, meeting_id: Id, after: str = "", done: str = "") -> HTMLResponse:
    """Show the code of the day, and who is expected, to be ticked off."""
    agendas = visit.services.agendas
    found = await agendas.expected(meeting_id, after=after, limit=ON_A_PAGE)
    walk_ins = await agendas.walk_ins(meeting_id)
    names = await names_of(visit, [each.person_id for each in [*found.items, *walk_ins]])
    return visit.page(
        "agenda/attendance.html",
        meeting=await visit.services.meetings.one(meeting_id),
        counts=await agendas.attendance(meeting_id),
        code=await _code(visit, meeting_id),
        found=found,
        walk_ins=walk_ins,
        names=names,
        organisations=await organisation_names(visit, names.values()),
        terms=words,
        done=done,
    )


@router.post("/{language}/meetings/{meeting_id}/attendance")
async def mark(visit: Coordinator, meeting_id: Id) -> Response:
    """Record who of those on the page came."""
    form = await visit.form()
    shown = [each for each in form.getlist("shown") if isinstance(each, str)]
    present = {each for each in form.getlist("present") if isinstance(each, str)}
    absent = [each for each in shown if each not in present]
    await visit.services.agendas.mark(meeting_id, present=[each for each in shown if each in present], absent=absent)
    return visit.go(f"/meetings/{meeting_id}/attendance", done="saved")


@router.post("/{language}/meetings/{meeting_id}/attendance/code")
async def show_code(visit: Coordinator, meeting_id: Id) -> Response:
    """Make a code to be shown at the venue."""
    await visit.services.agendas.show_code(meeting_id)
    return visit.go(f"/meetings/{meeting_id}/attendance")


@router.post("/{language}/meetings/{meeting_id}/here")
async def enter(visit: SignedIn, meeting_id: Id) -> Response:
    """Say that I am there, by the code."""
    code = str((await visit.form()).get("code", "")).strip()[:20] or "-"
    await visit.services.agendas.enter(meeting_id, code)
    return visit.go(f"/meetings/{meeting_id}", done="present")


@router.post("/{language}/answer/{token}/here")
async def enter_by_link(visit: Anyone, token: str) -> Response:
    """Say that the holder of a personal link is there, by the code."""
    code = str((await visit.form()).get("code", "")).strip()[:20] or "-"
    await visit.holding(token).agendas.enter_by_link(code)
    return visit.go(f"/answer/{token}/agenda", done="present")


@router.get("/{language}/meetings/{meeting_id}/certificate")
async def show_certificate(visit: SignedIn, meeting_id: Id, done: str = "") -> HTMLResponse:
    """Show my certificate, or the form that has it issued."""
    return await _certificate_page(visit, meeting_id, {}, done=done)


@router.post("/{language}/meetings/{meeting_id}/certificate")
async def issue(visit: SignedIn, meeting_id: Id) -> Response:
    """Have my certificate issued in the name I give."""
    name = " ".join(str((await visit.form()).get("name", "")).split())
    if not name or len(name) > MAX_NAME:
        errors = {
            "name": visit.say("Write your name as it is to be printed, in at most %(number)s letters.", number=MAX_NAME)
        }
        return await _certificate_page(visit, meeting_id, errors, status=422)
    await visit.services.agendas.issue(meeting_id, name, visit.language)
    return visit.go(f"/meetings/{meeting_id}/certificate", done="issued")


@router.get("/{language}/meetings/{meeting_id}/certificate/pdf")
async def keep(visit: SignedIn, meeting_id: Id) -> Response:
    """Give my certificate as a file."""
    return download(
        await visit.services.agendas.certificate_pdf(meeting_id), kind="application/pdf", name="certificate.pdf"
    )


@router.post("/{language}/answer/{token}/certificate")
async def issue_by_link(visit: Anyone, token: str) -> Response:
    """Have the certificate of the holder of a personal link issued, and give it as a file."""
    name = " ".join(str((await visit.form()).get("name", "")).split())[:MAX_NAME]
    if not name:
        return visit.go(f"/answer/{token}/agenda")
    body = await visit.holding(token).agendas.issue_by_link(name, visit.language)
    return download(body, kind="application/pdf", name="certificate.pdf")


@router.get("/{language}/certificates")
async def ask_code(visit: Anyone) -> HTMLResponse:
    """Show the form that checks a certificate."""
    return _checked(visit, None, {})


@router.post("/{language}/certificates")
async def check(visit: Anyone) -> HTMLResponse:
    """Show what the certificate with a code says; nothing is kept in the address."""
    code = str((await visit.form()).get("code", "")).strip()[:60]
    try:
        return _checked(visit, await visit.anonymous.agendas.verify(code or "-"), {})
    except Refused as refused:
        if refused.status not in (404, 422):
            raise
        errors = {"code": visit.say("No certificate has this code. Compare it letter by letter.")}
        return _checked(visit, None, errors, status=422)


async def _code(visit: Visit, meeting_id: str) -> Code | None:
    try:
        return await visit.services.agendas.code(meeting_id)
    except Refused as refused:
        if refused.status != 404:
            raise
        return None


async def _certificate_page(
    visit: Visit, meeting_id: str, errors: dict[str, str], *, done: str = "", status: int = 200
) -> HTMLResponse:
    meeting = await visit.services.meetings.one(meeting_id)
    certificate: Certificate | None = None
    try:
        certificate = await visit.services.agendas.certificate(meeting_id)
    except Refused as refused:
        if refused.status != 404:
            raise
    counts = await visit.services.agendas.attendance(meeting_id)
    return visit.page(
        "agenda/certificate.html",
        status,
        meeting=meeting,
        certificate=certificate,
        counts=counts,
        errors=errors,
        done=done,
    )


def _checked(visit: Visit, found: Attended | None, errors: dict[str, str], *, status: int = 200) -> HTMLResponse:
    return visit.page("agenda/verify.html", status, found=found, errors=errors)
