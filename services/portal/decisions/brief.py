"""The brief: what concerns me before a meeting; for coordinators also when it goes out."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.decisions import forms
from services.portal.pages import Coordinator, SignedIn
from shared.ids import Id

router = APIRouter()

MAX_DAYS = 30


@router.get("/{language}/meetings/{meeting_id}/brief")
async def show(visit: SignedIn, meeting_id: Id, done: str = "") -> HTMLResponse:
    """Show what concerns me before a meeting."""
    meeting = await visit.services.meetings.one(meeting_id)
    brief = await visit.services.decisions.brief(meeting_id, visit.language)
    coordinates = visit.session is not None and visit.session.may_coordinate
    plan = await visit.services.decisions.brief_plan(meeting_id) if coordinates else None
    return visit.page("decisions/brief.html", meeting=meeting, brief=brief, plan=plan, done=done, errors={})


@router.post("/{language}/meetings/{meeting_id}/brief-plan")
async def plan(visit: Coordinator, meeting_id: Id) -> Response:
    """Say how many days before the meeting the brief goes out, or that none does."""
    values = forms.read(await visit.form()).values
    days = values.get("days_before", "")
    before = min(int(days), MAX_DAYS) if days.isdecimal() and len(days) < 4 else 3
    await visit.services.decisions.plan_brief(meeting_id, before, wanted=values.get("wanted") == "yes")
    return visit.go(f"/meetings/{meeting_id}/brief", done="saved")


@router.post("/{language}/meetings/{meeting_id}/briefs")
async def send(visit: Coordinator, meeting_id: Id) -> Response:
    """Send everybody their brief now."""
    entry = forms.read(await visit.form())
    await visit.services.decisions.send_briefs(meeting_id, key=forms.key(entry))
    return visit.go(f"/meetings/{meeting_id}/brief", done="briefed")
