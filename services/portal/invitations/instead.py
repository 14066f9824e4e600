"""Having a colleague come in one's stead, signed in: the names of one's own organisation, and nobody else's."""

import re

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.meetings import MyInvitation
from services.portal.invitations import terms
from services.portal.pages import SignedIn, Visit
from shared.ids import Id

router = APIRouter()

MAX_WISH = 2_000  # characters, as the meetings service keeps
ID = re.compile(r"^[0-9a-f-]{36}$")


@router.get("/{language}/meetings/{meeting_id}/instead")
async def show(visit: SignedIn, meeting_id: Id, done: str = "") -> HTMLResponse:
    """Show which colleagues could come instead."""
    return await _page(visit, await _mine(visit, meeting_id), done=done)


@router.post("/{language}/meetings/{meeting_id}/instead")
async def choose(visit: SignedIn, meeting_id: Id) -> Response:
    """Name the colleague, or ask the organisers for somebody."""
    form, mine = await visit.form(), await _mine(visit, meeting_id)
    colleague, wish = str(form.get("colleague", "")), str(form.get("comment", "")).strip()
    if not ID.match(colleague) and not 0 < len(wish) <= MAX_WISH:
        errors = {"colleague": visit.say("Choose a colleague, or say whom to ask.")}
        return await _page(visit, mine, errors=errors, status=422)
    try:
        await visit.services.invitations.delegate_mine(mine.id, colleague or None, wish)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        wrong = visit.why(refused.code, "This cannot be accepted as it is.")
        return await _page(visit, mine, errors={"colleague": wrong}, status=422)
    return visit.go(f"/meetings/{meeting_id}/instead", done="delegated" if colleague else "asked")


@router.post("/{language}/meetings/{meeting_id}/instead/back")
async def undo(visit: SignedIn, meeting_id: Id) -> Response:
    """Take that back, or hand back what a colleague passed on."""
    mine = await _mine(visit, meeting_id)
    await visit.services.invitations.undo_mine(mine.id)
    if mine.stands_in:
        return visit.go("/desk")
    return visit.go(f"/meetings/{meeting_id}/instead", done="back")


async def _mine(visit: Visit, meeting_id: str) -> MyInvitation:
    """Return my own invitation to a meeting.  Raises `Refused` with 404 when there is none."""
    found = await visit.services.meetings.mine(when="all", limit=200)
    mine = next((each for each in found.items if each.meeting.id == meeting_id), None)
    if mine is None:
        raise Refused(404)
    return mine


async def _page(
    visit: Visit, mine: MyInvitation, *, done: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    able = mine.can_answer and mine.standing != "delegated" and not mine.stands_in
    ids = await visit.services.invitations.my_colleagues(mine.id) if able else []
    colleagues = await visit.services.people.colleagues(ids) if ids else []
    return visit.page(
        "invitations/instead.html",
        status,
        meeting=mine.meeting,
        mine=mine,
        colleagues=sorted(colleagues, key=lambda each: each.display_name.casefold()),
        errors=errors or {},
        done=done,
        terms=terms,
    )
