"""The pages about single letters: all that were written, one with its history, and what each kind looks like."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal import words as portal_words
from services.portal.clients.base import Refused
from services.portal.clients.operations import Link, Preview
from services.portal.guard import POLICY
from services.portal.operations import words
from services.portal.operations.parts import id_in, people
from services.portal.pages import Coordinator, Operator, Viewer, Visit
from shared.ids import Id
from shared.model import Language

router = APIRouter()

ON_A_PAGE = 50
FRAMING = f"{POLICY}; frame-src 'self'"
FRAMED = "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; frame-ancestors 'self'"
"""A letter carries its own styles, and nothing in it may act, load or lead anywhere."""


@router.get("/{language}/letters")
async def letters(
    *,
    visit: Viewer,
    state: str = "",
    kind: str = "",
    about: str = "",
    person: str = "",
    after: str = "",
    find: str = "",
) -> Response:
    """List letters, the newest first; a pasted Message-ID leads to its letter."""
    if found_id := id_in(find):
        return visit.go(f"/letters/{found_id}")
    query = {
        "state": state if state in portal_words.LETTER_STATES else "",
        "kind": kind if kind in portal_words.LETTER_KINDS else "",
        "about": id_in(about) or "",
        "person": id_in(person) or "",
    }
    wanted = {**query, "recipient_id": query["person"], "after": after, "limit": ON_A_PAGE}
    del wanted["person"]
    found = await visit.services.operations.letters(**wanted)
    names = await people(visit, [each.recipient_id for each in found.items])
    return visit.page("letters/list.html", found=found, query=query, names=names, said=words)


@router.get("/{language}/letters/kinds")
async def kinds(visit: Viewer) -> HTMLResponse:
    """List the kinds of letters there are."""
    return visit.page("letters/kinds.html", kinds=portal_words.LETTER_KINDS)


@router.get("/{language}/letters/kinds/{kind}/{written_in}")
async def sample(visit: Viewer, kind: str, written_in: Language) -> HTMLResponse:
    """Show what a kind of letters looks like in one language, with invented content."""
    shown = await _sample(visit, kind, written_in)
    at = f"/letters/kinds/{kind}/{written_in}"
    return _framing(visit, "letters/sample.html", shown, at, kind=kind, written_in=written_in)


@router.get("/{language}/letters/kinds/{kind}/{written_in}/html")
async def sample_html(visit: Viewer, kind: str, written_in: Language) -> HTMLResponse:
    """Give the HTML part of such a letter."""
    return _framed(await _sample(visit, kind, written_in))


async def _sample(visit: Visit, kind: str, written_in: Language) -> Preview:
    if kind not in portal_words.LETTER_KINDS:
        raise Refused(404)
    return await visit.services.operations.sample(kind, written_in)


def _framing(visit: Visit, template: str, shown: Preview, at: str, **context: Any) -> HTMLResponse:
    page = visit.page(template, shown=shown, at=at, **context)
    page.headers["Content-Security-Policy"] = FRAMING
    return page


def _framed(shown: Preview) -> HTMLResponse:
    return HTMLResponse(shown.html, headers={"Content-Security-Policy": FRAMED})


@router.get("/{language}/letters/{letter_id}")
async def letter(visit: Viewer, letter_id: Id, done: str = "") -> HTMLResponse:
    """Show what became of a letter, and the chain of events that led to it."""
    asked = visit.services.operations
    found = await asked.letter(letter_id)
    chain = await asked.chain(found)
    actor_id = next((each.actor_id for each in chain if each.actor_id), None)
    return visit.page(
        "letters/letter.html",
        letter=found,
        chain=chain,
        actor_id=actor_id,
        leads_to=[_page_of(each) for each in chain],
        names=await people(visit, [found.recipient_id, actor_id or ""]),
        operates=visit.session is not None and visit.session.may_operate,
        said=words,
        done=words.DONE.get(done, ""),
    )


_PAGES = {"meeting": "/meetings/", "decision": "/decisions/", "report": "/reports/", "period": "/periods/"}


def _page_of(link: Link) -> str:
    """Return the page of what an event happened to, where it has one."""
    subjects = {
        "people-invited": "meeting",
        "invitation-withdrawn": "",
        "reply-requested": "meeting",
        "message-written": "meeting",
        "brief-prepared": "meeting",
        "task-assigned": "decision",
        "task-lapsed": "decision",
        "reporting-requested": "period",
        "reporting-reminded": "period",
    }
    what = subjects.get(link.name, link.name.partition("-")[0])
    return f"{_PAGES[what]}{link.subject_id}" if what in _PAGES else ""


@router.post("/{language}/letters/{letter_id}/retry")
async def send_again(visit: Viewer, letter_id: Id) -> Response:
    """Send a letter again: as a coordinator, or as an operator."""
    if visit.session is not None and visit.session.may_coordinate:
        await visit.services.notifications.retry(letter_id)
    else:
        key = str((await visit.form()).get("key", ""))[:100]
        await visit.services.operations.send_again({"letter_id": letter_id}, key)
    return visit.go(f"/letters/{letter_id}", done="again")


@router.post("/{language}/letters/{letter_id}/cancellation")
async def stop(visit: Operator, letter_id: Id) -> Response:
    """Stop a letter that is not yet sent."""
    await visit.services.operations.cancel({"letter_id": letter_id}, str((await visit.form()).get("key", ""))[:100])
    return visit.go(f"/letters/{letter_id}", done="stopped")


@router.get("/{language}/letters/{letter_id}/preview")
async def preview(visit: Coordinator, letter_id: Id, person: str = "") -> HTMLResponse:
    """Show a letter as its reader gets it, or as somebody else would."""
    recipient_id = id_in(person)
    shown = await visit.services.operations.preview(letter_id, recipient_id)
    names = await people(visit, [recipient_id or ""])
    at = f"/letters/{letter_id}/preview"
    return _framing(
        visit, "letters/preview.html", shown, at, letter_id=letter_id, recipient_id=recipient_id or "", names=names
    )


@router.get("/{language}/letters/{letter_id}/preview/html")
async def preview_html(visit: Coordinator, letter_id: Id, person: str = "") -> HTMLResponse:
    """Give the HTML part of that letter."""
    return _framed(await visit.services.operations.preview(letter_id, id_in(person)))
