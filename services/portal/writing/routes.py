"""Writing a report together: my desk, the workshop of a report, the steps of a section, and signing off."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Down, Refused
from services.portal.clients.publishing import Held
from services.portal.clients.writing import DeskItem, Work, Workshop
from services.portal.numbers import whole
from services.portal.pages import SignedIn, Visit
from services.portal.publishing import words as publishing_words
from services.portal.registry.names import named
from services.portal.writing import words
from shared.ids import Id

router = APIRouter()

ON_THE_DESK = 20
PAGES_OF_THE_DESK = 5  # that are looked through for what waits
MAX_NOTE = 5_000
MAX_DISSENT = 5_000
MAX_KEY = 60


@router.get("/{language}/writing")
async def desk(visit: SignedIn, after: str = "") -> HTMLResponse:
    """Show the reports that I write or edit, and what waits for me."""
    found = await visit.services.writing.desk(after=after, limit=ON_THE_DESK)
    held = [] if after else await held_back(visit)
    return visit.page("writing/desk.html", found=found, held=held, terms=words, publishing=publishing_words)


@router.get("/{language}/reports/{report_id}/workshop")
async def workshop(visit: SignedIn, report_id: Id, done: str = "") -> HTMLResponse:
    """Show who writes which section, how far each is, by when it is due, and who has signed it off."""
    found = await visit.services.writing.workshop(report_id)
    return await _page(visit, "writing/workshop.html", found, done=done)


@router.get("/{language}/reports/{report_id}/workshop/{key}")
async def section(visit: SignedIn, report_id: Id, key: str, done: str = "") -> HTMLResponse:
    """Show one section: its texts, its state, its writers, and what happened."""
    return await _section(visit, report_id, key, done=done)


@router.post("/{language}/reports/{report_id}/workshop/{key}")
async def step(visit: SignedIn, report_id: Id, key: str) -> Response:
    """Submit a section, take it back, send it back with a note, or take it."""
    form = await visit.form()
    what, note = str(form.get("step", "")), str(form.get("note", "")).strip().replace("\r\n", "\n")
    if what == "changes-requested" and not 1 <= len(note) <= MAX_NOTE:
        errors = {"note": visit.say("Say in at most %(number)s characters what to change.", number=MAX_NOTE)}
        return await _section(visit, report_id, key, note=note, errors=errors, status=422)
    try:
        await _take(visit, report_id, _key(key), what, note)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        errors = {"form": visit.why(refused.code, "This cannot be accepted as it is.")}
        return await _section(visit, report_id, key, note=note, errors=errors, status=refused.status)
    return visit.go(f"/reports/{report_id}/workshop/{key}", done=what)


@router.get("/{language}/reports/{report_id}/workshop/{key}/sign-off")
async def read(visit: SignedIn, report_id: Id, key: str) -> HTMLResponse:
    """Show a section as it would be published, with the form to sign it off or to dissent."""
    return await _sign_page(visit, report_id, key, values={})


@router.post("/{language}/reports/{report_id}/workshop/{key}/sign-off")
async def sign(visit: SignedIn, report_id: Id, key: str) -> Response:
    """Sign a section off for one's organisation, or record its dissent."""
    form = await visit.form()
    values = {name: text.strip().replace("\r\n", "\n") for name, text in form.items() if isinstance(text, str)}
    found = await visit.services.writing.workshop(report_id)
    command, errors = _signature(visit, found, values)
    if errors:
        return await _sign_page(visit, report_id, key, values=values, errors=errors, status=422)
    try:
        await visit.services.writing.sign_off(report_id, _key(key), command)
    except Refused as refused:
        if refused.status not in (409, 412, 422):
            raise
        errors = {"form": visit.why(refused.code, "This cannot be accepted as it is.")}
        if refused.status == 412:
            errors = {"form": visit.say("Something was changed since you read it. Read it again below, and then sign.")}
        return await _sign_page(visit, report_id, key, values=values, errors=errors, status=refused.status)
    done = "signed" if command["verdict"] == "signed-off" else "dissented"
    return visit.go(f"/reports/{report_id}/workshop/{key}", done=done)


async def waiting(visit: Visit) -> list[DeskItem]:
    """Return the reports of which something waits for me, newest first; at most 20, of the newest 100 in writing.

    Nothing when it cannot be asked: the desk opens anyway.
    """
    found: list[DeskItem] = []
    after: str | None = ""
    for _ in range(PAGES_OF_THE_DESK):
        try:
            page = await visit.services.writing.desk(after=after or "", limit=ON_THE_DESK)
        except (Down, Refused):
            break
        found += [each for each in page.items if each.tasks]
        after = page.next
        if not after or len(found) >= ON_THE_DESK:
            break
    return found[:ON_THE_DESK]


async def held_back(visit: Visit) -> list[Held]:
    """Return the reports that did not come out as planned, for those who can mend that; the desk opens anyway."""
    if visit.session is None or not visit.session.may_edit:
        return []
    try:
        return await visit.services.publishing.held(limit=ON_THE_DESK)
    except (Down, Refused):
        return []


async def _take(visit: Visit, report_id: str, key: str, what: str, note: str) -> None:
    writing = visit.services.writing
    if what == "submitted":
        await writing.submit(report_id, key)
    elif what == "taken-back":
        await writing.take_back(report_id, key)
    elif what == "changes-requested":
        await writing.request_changes(report_id, key, note)
    elif what == "accepted":
        await writing.accept(report_id, key)
    else:
        raise Refused(422)


def _signature(visit: Visit, found: Workshop, values: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    errors: dict[str, str] = {}
    verdict = values.get("verdict", "")
    dissent = {each: text for each in found.languages if (text := values.get(f"dissent-{each}", ""))}
    if verdict not in words.VERDICTS:
        errors["verdict"] = visit.say("Choose one of the two.")
    elif verdict == "dissent" and not dissent:
        errors[f"dissent-{found.languages[0]}"] = visit.say("Say in at least one language what you hold against it.")
    for each, text in dissent.items():
        if len(text) > MAX_DISSENT:
            errors[f"dissent-{each}"] = visit.say("Write at most %(number)s characters.", number=MAX_DISSENT)
    read = {each: whole(values.get(f"seen-{each}", "")) for each in found.languages}
    seen = {each: revision for each, revision in read.items() if revision is not None}
    command: dict[str, Any] = {
        "verdict": verdict,
        "dissent": dissent if verdict == "dissent" else {},
        "seen": seen,
    }
    digests = {each: text[:64] for each in found.languages if (text := values.get(f"digest-{each}", ""))}
    if digests:
        command["digests"] = digests
    if values.get("organisation"):
        command["organisation_id"] = values["organisation"]
    return command, errors


async def _section(
    visit: Visit,
    report_id: str,
    key: str,
    *,
    note: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
    done: str = "",
) -> HTMLResponse:
    found = await visit.services.writing.workshop(report_id)
    work = _work(found, key)
    return await _page(
        visit, "writing/section.html", found, status, work=work, note=note, errors=errors or {}, done=done
    )


async def _sign_page(
    visit: Visit,
    report_id: str,
    key: str,
    *,
    values: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = await visit.services.writing.workshop(report_id)
    work = _work(found, key)
    if not any(each.mine for each in work.writers):
        raise Refused(404)
    reading = await visit.services.writing.read(report_id, key)
    return await _page(
        visit, "writing/sign.html", found, status, work=work, reading=reading, values=values, errors=errors or {}
    )


async def _page(visit: Visit, template: str, found: Workshop, status: int = 200, **context: Any) -> HTMLResponse:
    ids = [each.organisation_id for each in found.contributors if each.organisation_id]
    return visit.page(template, status, report=found, names=await named(visit, ids), terms=words, **context)


def _work(found: Workshop, key: str) -> Work:
    work = next((each for each in found.sections if each.key == key), None)
    if work is None:
        raise Refused(404)
    return work


def _key(key: str) -> str:
    if len(key) > MAX_KEY or not all(part.isalnum() and part.isascii() for part in key.split("-")):
        raise Refused(404)
    return key
