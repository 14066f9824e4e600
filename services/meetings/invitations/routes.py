"""Invitations over HTTP: for coordinators, for people signed in, and for the bearer of the link in a letter."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.meetings.attendance import store as attendance
from services.meetings.invitations import actions, store
from services.meetings.invitations.actions import EXPANSION
from services.meetings.invitations.calendar import calendar_file
from services.meetings.invitations.domain import AnswerInvitation, InvitePeople, Standing, Summary
from services.meetings.invitations.views import (
    AnswerView,
    InvitationView,
    MyInvitation,
    view_for_bearer,
    view_for_coordinators,
    view_for_owner,
)
from services.meetings.meetings.store import MEETINGS, When
from services.meetings.settings import Settings
from shared.auth import AnswerLink, Coordinator, Member
from shared.events.meetings import Answer
from shared.ids import Id, utc_now
from shared.paging import Page, PagingOf
from shared.web import IfMatch, StorageOf, settings_of, versioned

router = APIRouter(tags=["invitations"])


@router.post("/meetings/{meeting_id}/invitations")
async def invite_people(
    meeting_id: Id, command: InvitePeople, actor: Coordinator, storage: StorageOf, request: Request
) -> Summary:
    """Invite those of an audience who are not invited yet."""
    meeting = await storage.transact(actions.invite_people, meeting_id, command)
    request.app.state.context.wake(EXPANSION)
    return await store.summary(storage.reader, meeting.id)


@router.get("/meetings/{meeting_id}/invitations")
async def list_invitations(
    *,
    meeting_id: Id,
    actor: Coordinator,
    storage: StorageOf,
    paging: PagingOf,
    answer: Answer | None = None,
    standing: Standing | None = None,
    withdrawn: bool = False,
    moved: bool = False,
) -> Page[InvitationView]:
    """List who is invited and where they stand, or whose invitation was withdrawn; the queue in its order.

    ``moved``: those alone who answered for another time than the meeting now has.
    """
    meeting = await MEETINGS.get(storage.reader, meeting_id)
    page = await store.page(
        storage.reader,
        meeting_id,
        answer=answer,
        standing=standing,
        withdrawn=withdrawn,
        moved_to=meeting.starts_at if moved else None,
        paging=paging,
    )
    return Page(items=[view_for_coordinators(each, meeting) for each in page.items], next=page.next)


@router.get("/meetings/{meeting_id}/invitations/{invitation_id}")
async def show_invitation(
    meeting_id: Id, invitation_id: Id, actor: Coordinator, storage: StorageOf, response: Response
) -> InvitationView:
    """Show one person's invitation."""
    invitation = await actions.of_meeting(storage.reader, meeting_id, invitation_id)
    versioned(response, invitation)
    return view_for_coordinators(invitation, await MEETINGS.get(storage.reader, meeting_id))


@router.put("/meetings/{meeting_id}/invitations/{invitation_id}/answer")
async def answer_for_them(
    *,
    meeting_id: Id,
    invitation_id: Id,
    command: AnswerInvitation,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> InvitationView:
    """Note what somebody answered by telephone or in the room; who noted it stays with the invitation."""
    invitation, meeting = await storage.transact(
        actions.answer_for_them, meeting_id, invitation_id, command, by=actor.person_id, seen=seen
    )
    versioned(response, invitation)
    return view_for_coordinators(invitation, meeting)


@router.get("/meetings/{meeting_id}/summary")
async def summarise_invitations(meeting_id: Id, actor: Coordinator, storage: StorageOf) -> Summary:
    """Count the answers, and say whether more people are still being invited."""
    meeting = await MEETINGS.get(storage.reader, meeting_id)
    return await store.summary(storage.reader, meeting.id)


@router.post("/meetings/{meeting_id}/invitations/{invitation_id}/withdrawal")
async def withdraw_invitation(
    meeting_id: Id, invitation_id: Id, actor: Coordinator, storage: StorageOf
) -> InvitationView:
    """Take one person's invitation back and tell them."""
    return view_for_coordinators(*await storage.transact(actions.withdraw_invitation, meeting_id, invitation_id))


@router.put("/meetings/{meeting_id}/invitations/{invitation_id}/withdrawal")
async def withdraw_soon(meeting_id: Id, invitation_id: Id, actor: Coordinator, storage: StorageOf) -> InvitationView:
    """Take one person's invitation back in two minutes, and tell them then; until then it can be undone."""
    return view_for_coordinators(*await storage.transact(actions.withdraw_soon, meeting_id, invitation_id))


@router.delete("/meetings/{meeting_id}/invitations/{invitation_id}/withdrawal")
async def undo_withdrawal(meeting_id: Id, invitation_id: Id, actor: Coordinator, storage: StorageOf) -> InvitationView:
    """Undo a withdrawal that nobody has been told of yet."""
    return view_for_coordinators(*await storage.transact(actions.keep_invitation, meeting_id, invitation_id))


@router.get("/answer")
async def read_answer(link: AnswerLink, storage: StorageOf, response: Response) -> AnswerView:
    """Show the meeting and the bearer's own answer.  Changes nothing."""
    bearer = await actions.bearer_of(storage.reader, link)
    versioned(response, bearer.invitation)
    response.headers["Cache-Control"] = "no-store"
    return view_for_bearer(bearer.invitation, bearer.meeting, bearer.person, now=utc_now())


@router.put("/answer")
async def answer_by_link(
    command: AnswerInvitation, link: AnswerLink, storage: StorageOf, seen: IfMatch, response: Response
) -> AnswerView:
    """Answer an invitation, or answer anew until the meeting begins."""
    bearer = await storage.transact(actions.answer_by_link, link, command, seen=seen)
    versioned(response, bearer.invitation)
    response.headers["Cache-Control"] = "no-store"
    return view_for_bearer(bearer.invitation, bearer.meeting, bearer.person, now=utc_now())


@router.get("/answer/calendar", response_class=Response, responses={200: {"content": {"text/calendar": {}}}})
async def download_calendar(
    link: AnswerLink, storage: StorageOf, settings: Annotated[Settings, Depends(settings_of)]
) -> Response:
    """Give the meeting as a file for the bearer's calendar program."""
    bearer = await actions.bearer_of(storage.reader, link)
    body = calendar_file(bearer.meeting, language=bearer.person.language, organiser=settings.reply_to, now=utc_now())
    headers = {"Content-Disposition": 'attachment; filename="meeting.ics"', "Cache-Control": "no-store"}
    return Response(body, media_type="text/calendar; charset=utf-8; method=PUBLISH", headers=headers)


@router.get("/my/invitations")
async def list_my_invitations(
    actor: Member, storage: StorageOf, paging: PagingOf, when: When = "upcoming"
) -> Page[MyInvitation]:
    """List what the caller is invited to, what they answered, and whether they were there where that is recorded."""
    now = utc_now()
    page = await store.mine(storage.reader, actor.person_id, when, now=now, paging=paging)
    came = await attendance.of_person(storage.reader, actor.person_id, [meeting.id for _, meeting in page.items])
    items = [
        view_for_owner(invitation, meeting, now=now, attended=came.get(meeting.id))
        for invitation, meeting in page.items
    ]
    return Page(items=items, next=page.next)


@router.put("/my/invitations/{invitation_id}/answer")
async def answer_my_invitation(
    *,
    invitation_id: Id,
    command: AnswerInvitation,
    actor: Member,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> MyInvitation:
    """Answer an own invitation, or answer anew until the meeting begins."""
    invitation, meeting = await storage.transact(
        actions.answer_own, invitation_id, command, person_id=actor.person_id, seen=seen
    )
    versioned(response, invitation)
    return view_for_owner(invitation, meeting, now=utc_now())
