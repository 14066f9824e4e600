"""Noting what people say by telephone or in the room: whether they come, and who comes instead."""

import re

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.clients.base import Refused
from services.portal.invitations.answers import narrowed
from services.portal.invitations.routes import names_of
from services.portal.invitations.terms import JOINING
from services.portal.pages import Coordinator, Visit
from services.portal.registry.finding import by_name
from shared.ids import Id

router = APIRouter()

ANSWERS = ("accepted", "tentative", "declined")
MAX_COMMENT = 2_000  # characters, as the meetings service keeps
ID = re.compile(r"^[0-9a-f-]{36}$")


def given(joining: str, answer: str, comment: str) -> dict[str, str]:
    """Return an answer, with how somebody joins a hybrid meeting where they say so."""
    return {"answer": answer, "comment": comment, **({"joining": joining} if joining in JOINING else {})}


@router.post("/{language}/meetings/{meeting_id}/invitations/{invitation_id}/answer")
async def note(visit: Coordinator, meeting_id: Id, invitation_id: Id) -> Response:
    """Note an answer, and go back to the list as it was narrowed."""
    form = await visit.form()
    answer, comment = str(form.get("answer", "")), str(form.get("comment", "")).strip()
    joining = answer if answer in JOINING else ""  # these buttons say two things at once
    answer = "accepted" if joining else answer
    if answer not in ANSWERS or len(comment) > MAX_COMMENT:
        raise Refused(422)
    await visit.services.invitations.note(meeting_id, invitation_id, given(joining, answer, comment))
    return visit.go(f"/meetings/{meeting_id}/answers", done="noted", **_query(form))


@router.get("/{language}/meetings/{meeting_id}/invitations/{invitation_id}/instead")
async def show(visit: Coordinator, meeting_id: Id, invitation_id: Id) -> HTMLResponse:
    """Show which colleagues could come in somebody's stead."""
    return await _page(visit, meeting_id, invitation_id, {})


@router.post("/{language}/meetings/{meeting_id}/invitations/{invitation_id}/instead")
async def delegate(visit: Coordinator, meeting_id: Id, invitation_id: Id) -> Response:
    """Note which colleague comes instead, who is invited then."""
    colleague = str((await visit.form()).get("colleague", ""))
    if not ID.match(colleague):
        errors = {"colleague": visit.say("Choose who comes instead.")}
        return await _page(visit, meeting_id, invitation_id, errors, status=422)
    try:
        await visit.services.invitations.delegate_for(meeting_id, invitation_id, colleague)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        errors = {"colleague": visit.why(refused.code, "This cannot be accepted as it is.")}
        return await _page(visit, meeting_id, invitation_id, errors, status=422)
    return visit.go(f"/meetings/{meeting_id}/answers", done="noted")


@router.post("/{language}/meetings/{meeting_id}/invitations/{invitation_id}/instead/back")
async def undo(visit: Coordinator, meeting_id: Id, invitation_id: Id) -> Response:
    """Undo that a colleague comes instead."""
    await visit.services.invitations.undo_for(meeting_id, invitation_id)
    return visit.go(f"/meetings/{meeting_id}/answers", done="back")


def _query(form: FormData) -> dict[str, str]:
    return narrowed(*(str(form.get(name, "")) for name in ("standing", "q", "reads"))).query


async def _page(
    visit: Visit, meeting_id: str, invitation_id: str, errors: dict[str, str], *, status: int = 200
) -> HTMLResponse:
    invitations = visit.services.invitations
    invitation = await invitations.one(meeting_id, invitation_id)
    able = invitation.delegated_to is None and invitation.delegated_from is None and not invitation.withdrawn
    ids = await invitations.their_colleagues(meeting_id, invitation_id) if able else []
    others = [each for each in (invitation.person_id, invitation.delegated_to) if each]
    names = await names_of(visit, [*ids, *others])
    return visit.page(
        "invitations/for_them.html",
        status,
        meeting=await visit.services.meetings.one(meeting_id),
        invitation=invitation,
        names=names,
        able=able,
        colleagues=sorted((names[each] for each in ids if each in names), key=by_name),
        errors=errors,
    )
