"""Who came: marked by organisers, or said by everybody themselves with the code shown at the venue; certificates."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.agenda import words
from services.portal.agenda.parts import names_of
from services.portal.clients.agenda import Attended, Certificate, Code, Mark
from services.portal.clients.base import Page, Refused
from services.portal.clients.registry import Person
from services.portal.pages import Anyone, Coordinator, SignedIn, Visit, download
from services.portal.registry.finding import MAX_QUESTION, by_name, those_like
from services.portal.registry.names import organisation_names
from shared.ids import Id

router = APIRouter()

ON_A_PAGE = 300  # people: a hall on one page
IN_A_CALL = 200
EXPECTED = 5_000  # people read at most: far above any hall
OFFERED = 20  # people of the registry for one question
MAX_NAME = 120


@router.get("/{language}/meetings/{meeting_id}/attendance")
async def show(visit: Coordinator, meeting_id: Id, q: str = "", after: str = "", done: str = "") -> HTMLResponse:
    """Show the code of the day, and who is expected, by name, to be ticked off; or those whom ``q`` means."""
    return await _page(visit, meeting_id, q.strip()[:MAX_QUESTION], after=after, done=done)


@router.post("/{language}/meetings/{meeting_id}/attendance")
async def mark(visit: Coordinator, meeting_id: Id) -> Response:
    """Record who came and who did not, of those whose tick was changed: what others marked meanwhile stays."""
    form = await visit.form()
    was, ticked = (dict.fromkeys(map(str, form.getlist(name))) for name in ("was", "present"))
    present, absent = [each for each in ticked if each not in was], [each for each in was if each not in ticked]
    if present or absent:
        await visit.services.agendas.mark(meeting_id, present=present, absent=absent)
    question = str(form.get("q", ""))[:MAX_QUESTION]
    return visit.go(f"/meetings/{meeting_id}/attendance", done="saved", q=question)


@router.post("/{language}/meetings/{meeting_id}/attendance/walk-ins")
async def add_walk_in(visit: Coordinator, meeting_id: Id) -> Response:
    """Record that somebody came who is in the registry and was not invited."""
    form = await visit.form()
    try:
        await visit.services.agendas.mark(meeting_id, present=[str(form.get("person", ""))], absent=[])
    except Refused as refused:
        if refused.status != 422:
            raise
        errors = {"form": visit.say("The meetings do not know this person yet. Try again in a minute.")}
        return await _page(visit, meeting_id, str(form.get("q", ""))[:MAX_QUESTION], errors=errors, status=422)
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


async def _page(
    visit: Visit,
    meeting_id: str,
    question: str,
    *,
    after: str = "",
    done: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    agendas = visit.services.agendas
    expected, walk_ins = await _expected(visit, meeting_id), await agendas.walk_ins(meeting_id)
    names = await names_of(visit, [each.person_id for each in [*expected, *walk_ins]])
    rows = sorted([*expected, *walk_ins], key=lambda each: by_name(names.get(each.person_id)))
    others: list[Person] = []
    if question:
        listed, meant = {each.person_id for each in rows}, await those_like(visit, names.values(), question)
        rows = [each for each in rows if each.person_id in meant]
        found = (await visit.services.registry.people(q=question, limit=OFFERED)).items
        others = [each for each in found if each.active and each.id not in listed]
    begin = int(after) if after.isdecimal() and len(after) < 7 else 0
    shown, last = rows[begin : begin + ON_A_PAGE], begin + ON_A_PAGE
    people = [names[each.person_id] for each in shown if each.person_id in names]
    return visit.page(
        "agenda/attendance.html",
        status,
        meeting=await visit.services.meetings.one(meeting_id),
        counts=await agendas.attendance(meeting_id),
        code=await _code(visit, meeting_id),
        found=Page(items=shown, next=str(last) if last < len(rows) else None),
        walk_ins={each.person_id for each in walk_ins},
        others=others,
        names=names,
        organisations=await organisation_names(visit, [*people, *others]),
        q=question,
        terms=words,
        errors=errors or {},
        done=done,
    )


async def _expected(visit: Visit, meeting_id: str) -> list[Mark]:
    """Return everybody who is invited, with whether they came."""
    found: list[Mark] = []
    after: str | None = ""
    while after is not None and len(found) < EXPECTED:
        page = await visit.services.agendas.expected(meeting_id, after=after, limit=IN_A_CALL)
        found += page.items
        after = page.next
    return found


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
