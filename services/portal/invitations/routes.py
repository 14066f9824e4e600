"""Withdrawing and undoing; places, reminders, proposed times."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.registry import Person
from services.portal.invitations import terms
from services.portal.meetings.forms import Entry, capacity
from services.portal.pages import Coordinator, Visit
from shared.ids import Id

router = APIRouter()

ON_A_PAGE = 50
NAMES_AT_ONCE = 500
OFFERED_DAYS = (30, 14, 7, 3, 2, 1)


@router.post("/{language}/meetings/{meeting_id}/invitations/{invitation_id}/withdrawal")
async def withdraw(visit: Coordinator, meeting_id: Id, invitation_id: Id) -> Response:
    """Withdraw one invitation in two minutes."""
    await visit.services.invitations.withdraw(meeting_id, invitation_id)
    return visit.go(f"/meetings/{meeting_id}/answers", done="leaving")


@router.post("/{language}/meetings/{meeting_id}/invitations/{invitation_id}/keep")
async def keep(visit: Coordinator, meeting_id: Id, invitation_id: Id) -> Response:
    """Undo a withdrawal that nobody has been told of."""
    await visit.services.invitations.keep(meeting_id, invitation_id)
    return visit.go(f"/meetings/{meeting_id}/answers", done="kept")


@router.post("/{language}/meetings/{meeting_id}/invitations/{person_id}/again")
async def invite_again(visit: Coordinator, meeting_id: Id, person_id: Id) -> Response:
    """Invite somebody anew whose invitation was withdrawn."""
    await visit.services.meetings.invite(meeting_id, {"person_ids": [person_id]}, key=None)
    return visit.go(f"/meetings/{meeting_id}/answers", done="invited")


@router.get("/{language}/meetings/{meeting_id}/places")
async def places(visit: Coordinator, meeting_id: Id, done: str = "") -> HTMLResponse:
    """Show places, reminders, and times that were proposed."""
    return await _places(visit, meeting_id, done=done)


@router.post("/{language}/meetings/{meeting_id}/places")
async def set_places(visit: Coordinator, meeting_id: Id) -> Response:
    """Say how many people have room."""
    entry = Entry({"capacity": str((await visit.form()).get("capacity", ""))})
    number = capacity(visit, entry)
    if entry.errors:
        return await _places(visit, meeting_id, errors=entry.errors, status=422)
    await visit.services.invitations.set_capacity(meeting_id, number)
    return visit.go(f"/meetings/{meeting_id}/places", done="resized")


@router.post("/{language}/meetings/{meeting_id}/reminders")
async def plan(visit: Coordinator, meeting_id: Id) -> Response:
    """Say how many days before the silent are asked again."""
    form = await visit.form()
    days = [each for each in OFFERED_DAYS if str(each) in form.getlist("days")]
    await visit.services.invitations.plan(meeting_id, days, moved=form.get("moved") == "yes")
    return visit.go(f"/meetings/{meeting_id}/places", done="planned")


@router.post("/{language}/meetings/{meeting_id}/reminders/now")
async def remind_now(visit: Coordinator, meeting_id: Id) -> Response:
    """Ask the silent, or those who answered before the meeting was moved, at once."""
    form = await visit.form()
    whom, key = "moved" if form.get("whom") == "moved" else "silent", str(form.get("key", ""))[:100] or None
    await visit.services.invitations.remind_now(meeting_id, whom, key=key)
    return visit.go(f"/meetings/{meeting_id}/places", done="reminded")


@router.post("/{language}/meetings/{meeting_id}/proposals/{reply_id}")
async def decide(visit: Coordinator, meeting_id: Id, reply_id: Id) -> Response:
    """Take a proposed time, or stay."""
    form = await visit.form()
    take, key = form.get("decision") == "take", str(form.get("key", ""))[:100] or None
    try:
        await visit.services.invitations.decide(meeting_id, reply_id, take=take, key=key)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        wrong = visit.why(refused.code, "This cannot be accepted as it is.")
        return await _places(visit, meeting_id, errors={"form": wrong}, status=422)
    return visit.go(f"/meetings/{meeting_id}/places", done="moved" if take else "stayed")


async def _places(
    visit: Visit, meeting_id: str, *, done: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    invitations = visit.services.invitations
    proposals = (await invitations.replies(meeting_id, proposals=True, limit=ON_A_PAGE)).items
    recent = (await invitations.replies(meeting_id, limit=ON_A_PAGE)).items
    unheeded = [each for each in recent if each.refused or each.outcome in terms.OUTCOMES]
    return visit.page(
        "invitations/places.html",
        status,
        meeting=await visit.services.meetings.one(meeting_id),
        summary=await invitations.summary(meeting_id),
        reminders=await invitations.reminders(meeting_id),
        proposals=proposals,
        unheeded=unheeded,
        names=await names_of(visit, [each.person_id for each in (*proposals, *unheeded)]),
        offered=OFFERED_DAYS,
        errors=errors or {},
        done=done,
        terms=terms,
    )


async def names_of(visit: Visit, person_ids: Sequence[str]) -> dict[str, Person]:
    """Return what people are called; nobody, for operators."""
    if visit.session is None or not visit.session.may_coordinate:
        return {}
    wanted = list(dict.fromkeys(person_ids))
    names: dict[str, Person] = {}
    for start in range(0, len(wanted), NAMES_AT_ONCE):
        names |= await visit.services.registry.look_up(wanted[start : start + NAMES_AT_ONCE])
    return names
