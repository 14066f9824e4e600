"""The desk, the list of meetings, and one meeting: what it is, who answered, what became of the letters."""

import asyncio
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.agenda import drafts
from services.portal.agenda import words as agenda_words
from services.portal.agenda.parts import around, drafts_kept, owner_of
from services.portal.clients.agenda import Draft
from services.portal.clients.base import Down, Refused
from services.portal.clients.meetings import Meeting, MyInvitation, Summary
from services.portal.clients.registry import Person
from services.portal.decisions.routes import my_tasks
from services.portal.invitations.messages import received
from services.portal.invitations.noting import given
from services.portal.invitations.terms import JOINING, STANDINGS
from services.portal.pages import Coordinator, SignedIn, Viewer, Visit
from services.portal.publishing import words as publishing_words
from services.portal.words import MY_ANSWERS
from services.portal.writing import words as writing_words
from services.portal.writing.routes import held_back, waiting
from shared.ids import Id, utc_now

router = APIRouter()

ON_A_PAGE = 50
ON_THE_DESK = 8  # meetings: what is near; the rest is in the list
NEED_SOMEBODY = ("failed", "ambiguous")
TRIED_AGAIN = (*NEED_SOMEBODY, "deferred")
MOVING = ("queued", "claimed")


@router.get("/{language}/desk")
async def desk(visit: SignedIn, done: str = "") -> HTMLResponse:
    """Show what is near and what waits: for coordinators the meetings, for everybody their own invitations."""
    session = visit.session
    mine = (await visit.services.meetings.mine(limit=ON_THE_DESK)).items
    if session is None or not session.may_look:
        reports = (await visit.services.reports.all(limit=ON_THE_DESK)).items
        return visit.page("meetings/my_desk.html", mine=mine, reports=reports, done=done, **await _waiting(visit))
    upcoming = (await visit.services.meetings.all(when="upcoming", limit=ON_THE_DESK)).items
    summaries = await asyncio.gather(*(visit.services.meetings.summary(each.id) for each in upcoming))
    failed = await asyncio.gather(*(_failed(visit, each) for each in upcoming))
    reports = (await visit.services.reports.all(limit=ON_THE_DESK)).items
    rows = list(zip(upcoming, summaries, failed, strict=True))
    return visit.page("meetings/desk.html", rows=rows, mine=mine, reports=reports, done=done, **await _waiting(visit))


async def _waiting(visit: Visit) -> dict[str, Any]:
    """Return what waits for this person beside invitations: tasks, and reports that they write."""
    writing = {"writing": await waiting(visit), "writing_terms": writing_words}
    held = {"held": await held_back(visit), "publishing": publishing_words}
    return {"tasks": await my_tasks(visit), **writing, **held}


@router.get("/{language}/my/meetings")
async def my_meetings(visit: SignedIn, when: Literal["upcoming", "past"] = "upcoming", after: str = "") -> HTMLResponse:
    """List the meetings I am or was invited to: what I answered, and whether I was there."""
    found = await visit.services.meetings.mine(when=when, after=after, limit=ON_A_PAGE)
    return visit.page("meetings/mine.html", found=found, when=when, standings=STANDINGS)


@router.get("/{language}/meetings")
async def list_meetings(
    visit: Viewer, when: Literal["upcoming", "past", "all"] = "upcoming", after: str = "", done: str = ""
) -> HTMLResponse:
    """List the meetings to come, or those that were."""
    found = await visit.services.meetings.all(when=when, after=after, limit=ON_A_PAGE)
    kept = await drafts_kept(visit, limit=ON_A_PAGE) if when == "upcoming" and not after else []
    return visit.page("meetings/list.html", found=found, drafts=kept, when=when, done=done)


@router.get("/{language}/meetings/{meeting_id}")
async def show(visit: SignedIn, meeting_id: Id, done: str = "", after: str = "") -> HTMLResponse:
    """Show a meeting to those who may see it: what, when, where, and how many come."""
    owner = await owner_of(visit, meeting_id)
    if isinstance(owner, Draft):
        return await drafts.page(visit, owner, done=done, after=after)
    meeting, summary = await _meeting(visit, meeting_id)
    mine = await _my_invitation(visit, meeting_id)
    return visit.page(
        "meetings/overview.html",
        meeting=meeting,
        summary=summary,
        mine=mine,
        received=await received(visit.services.messages.mine(mine.id)) if mine else [],
        around=await around(visit, meeting),
        terms=agenda_words,
        joining=JOINING,
        begun=meeting.starts_at <= utc_now(),
        done=done,
        errors={},
    )


@router.post("/{language}/meetings/{meeting_id}/answer")
async def answer_own(visit: SignedIn, meeting_id: Id) -> Response:
    """Answer my own invitation."""
    form = await visit.form()
    answer, comment = str(form.get("answer", "")), str(form.get("comment", "")).strip()
    mine = await _my_invitation(visit, meeting_id)
    if mine is None or answer not in MY_ANSWERS:
        raise Refused(422 if mine else 404)
    await visit.services.meetings.answer_mine(mine.id, given(str(form.get("joining", "")), answer, comment))
    return visit.go(f"/meetings/{meeting_id}", done="answered")


@router.get("/{language}/meetings/{meeting_id}/deliveries")
async def deliveries(visit: Viewer, meeting_id: Id, state: str = "", after: str = "", done: str = "") -> HTMLResponse:
    """Show what became of every letter about a meeting."""
    meeting, summary = await _meeting(visit, meeting_id)
    notifications = visit.services.notifications
    counts = await notifications.summary(meeting_id)
    found = await notifications.letters(about=meeting_id, state=state, after=after, limit=ON_A_PAGE)
    names = await _names(visit, [each.recipient_id for each in found.items])
    return visit.page(
        "meetings/deliveries.html",
        meeting=meeting,
        summary=summary,
        counts=counts,
        found=found,
        names=names,
        state=state,
        done=done,
        tried_again=TRIED_AGAIN,
        moving=any(counts.get(each) for each in MOVING),
    )


@router.post("/{language}/meetings/{meeting_id}/letters/{letter_id}/retry")
async def retry(visit: Coordinator, meeting_id: Id, letter_id: Id) -> Response:
    """Try a letter again that has failed."""
    await visit.services.notifications.retry(letter_id)
    return visit.go(f"/meetings/{meeting_id}/deliveries", done="retried")


async def _meeting(visit: Visit, meeting_id: str) -> tuple[Meeting, Summary | None]:
    """Return the meeting and, for those who may see how many come, the counts."""
    meeting = await visit.services.meetings.one(meeting_id)
    sees_counts = visit.session is not None and visit.session.may_look
    return meeting, await visit.services.meetings.summary(meeting_id) if sees_counts else None


async def _my_invitation(visit: Visit, meeting_id: str) -> MyInvitation | None:
    found = await visit.services.meetings.mine(when="all", limit=200)
    return next((each for each in found.items if each.meeting.id == meeting_id), None)


async def _names(visit: Visit, person_ids: list[str]) -> dict[str, Person]:
    if visit.session is None or not visit.session.may_coordinate:
        return {}
    wanted = [each for each in dict.fromkeys(person_ids) if each]
    return await visit.services.registry.look_up(wanted) if wanted else {}


async def _failed(visit: Visit, meeting: Meeting) -> int:
    """Return how many letters about a meeting need somebody; 0 when that cannot be known now."""
    try:
        found = await visit.services.notifications.summary(meeting.id)
    except (Down, Refused):
        return 0
    return sum(found.get(state, 0) for state in NEED_SOMEBODY)
