"""Answer an invitation by its link: GET shows, POST answers, until the meeting begins."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.meetings import LinkedAnswer
from services.portal.invitations import terms
from services.portal.invitations.messages import received
from services.portal.invitations.noting import given
from services.portal.pages import Anyone, Visit, download
from services.portal.words import MY_ANSWERS

router = APIRouter()

MAX_COMMENT = 2_000  # characters, as the meetings service keeps


@router.get("/{language}/answer/{token}")
async def show(visit: Anyone, token: str, done: str = "") -> HTMLResponse:
    """Show the meeting and the answer so far; changes nothing."""
    found = await visit.holding(token).meetings.linked()
    return await _page(visit, token, found, comment=found.comment, done=done)


@router.post("/{language}/answer/{token}")
async def answer(visit: Anyone, token: str) -> Response:
    """Record the answer, then show it."""
    form = await visit.form()
    chosen, comment = str(form.get("answer", "")), str(form.get("comment", "")).strip()
    meetings = visit.holding(token).meetings
    errors = {}
    if chosen not in MY_ANSWERS:
        errors["answer"] = visit.say("Choose one of the three answers.")
    if len(comment) > MAX_COMMENT:
        errors["comment"] = visit.say("Write at most %(number)s characters.", number=MAX_COMMENT)
    if errors:
        return await _page(visit, token, await meetings.linked(), comment=comment, errors=errors, status=422)
    try:
        await meetings.answer(given(str(form.get("joining", "")), chosen, comment))
    except Refused as refused:
        if refused.status != 422:
            raise
        errors["comment"] = visit.say("Write plain text only, without special characters that cannot be seen.")
        return await _page(visit, token, await meetings.linked(), comment=comment, errors=errors, status=422)
    return visit.go(f"/answer/{token}", done="answered")


@router.post("/{language}/answer/{token}/instead")
async def ask_for_somebody_else(visit: Anyone, token: str) -> Response:
    """Ask the organisers that somebody else of the same organisation comes."""
    wish = str((await visit.form()).get("colleague", "")).strip()
    meetings = visit.holding(token).meetings
    if not wish or len(wish) > MAX_COMMENT:
        found = await meetings.linked()
        errors = {"colleague": visit.say("Say who should come, in at most %(number)s characters.", number=MAX_COMMENT)}
        return await _page(visit, token, found, comment=found.comment, errors=errors, status=422)
    await visit.holding(token).invitations.delegate(None, wish)
    return visit.go(f"/answer/{token}", done="asked")


@router.post("/{language}/answer/{token}/instead/back")
async def undo_delegation(visit: Anyone, token: str) -> Response:
    """Take back that a colleague comes, or hand back what a colleague passed on."""
    await visit.holding(token).invitations.undo_delegation()
    return visit.go(f"/answer/{token}", done="back")


@router.get("/{language}/answer/{token}/calendar")
async def calendar(visit: Anyone, token: str) -> Response:
    """Return the meeting as a file for a calendar."""
    body = await visit.holding(token).meetings.calendar()
    return download(body, kind="text/calendar; charset=utf-8", name="meeting.ics")


async def _page(
    visit: Visit,
    token: str,
    found: LinkedAnswer,
    *,
    comment: str,
    done: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    return visit.page(
        "answer.html",
        status,
        token=token,
        meeting=found,
        received=await received(visit.holding(token).messages.by_link()),
        comment=comment,
        done=done,
        errors=errors or {},
        terms=terms,
    )
