"""Coming in somebody's stead, over HTTP: by the link in the letter, signed in, and by coordinators who were asked."""

from fastapi import APIRouter, Response

from services.meetings.delegations import actions
from services.meetings.delegations.domain import Delegate
from services.meetings.invitations import actions as invitations
from services.meetings.invitations.views import (
    AnswerView,
    InvitationView,
    MyInvitation,
    view_for_bearer,
    view_for_coordinators,
    view_for_owner,
)
from shared.auth import AnswerLink, Coordinator, Member
from shared.ids import Id, utc_now
from shared.model import Model
from shared.web import StorageOf

router = APIRouter(tags=["invitations"])


class Colleagues(Model):
    """Who could come instead: ids alone, since the names are the registry's to tell."""

    person_ids: list[Id]


@router.get("/answer/colleagues")
async def count_colleagues(link: AnswerLink, storage: StorageOf, response: Response) -> int:
    """Say how many colleagues could come instead of the bearer; a link, which may be passed on, names none of them."""
    response.headers["Cache-Control"] = "no-store"
    bearer = await invitations.bearer_of(storage.reader, link)
    return len(await actions.colleagues(storage.reader, bearer.invitation))


@router.post("/answer/delegation")
async def delegate_by_link(command: Delegate, link: AnswerLink, storage: StorageOf, response: Response) -> AnswerView:
    """Pass the bearer's invitation on to a colleague, or ask the organisers to find somebody."""
    return _shown(await storage.transact(actions.by_link, link, command), response)


@router.delete("/answer/delegation")
async def undo_by_link(link: AnswerLink, storage: StorageOf, response: Response) -> AnswerView:
    """Take back what the bearer passed on, or hand back what was passed to them."""
    return _shown(await storage.transact(actions.by_link, link, None), response)


@router.get("/my/invitations/{invitation_id}/colleagues")
async def list_my_colleagues(invitation_id: Id, actor: Member, storage: StorageOf) -> Colleagues:
    """List who of the caller's own organisations could come instead."""
    invitation = await actions.own_invitation(storage.reader, invitation_id, person_id=actor.person_id)
    return Colleagues(person_ids=await actions.colleagues(storage.reader, invitation))


@router.post("/my/invitations/{invitation_id}/delegation")
async def delegate_mine(invitation_id: Id, command: Delegate, actor: Member, storage: StorageOf) -> MyInvitation:
    """Pass an own invitation on to a colleague, or ask the organisers to find somebody."""
    changed = await storage.transact(actions.own, invitation_id, command, person_id=actor.person_id)
    return view_for_owner(*changed, now=utc_now())


@router.delete("/my/invitations/{invitation_id}/delegation")
async def undo_mine(invitation_id: Id, actor: Member, storage: StorageOf) -> MyInvitation:
    """Take back what the caller passed on, or hand back what was passed to them."""
    changed = await storage.transact(actions.own, invitation_id, None, person_id=actor.person_id)
    return view_for_owner(*changed, now=utc_now())


@router.get("/meetings/{meeting_id}/invitations/{invitation_id}/colleagues")
async def list_their_colleagues(
    meeting_id: Id, invitation_id: Id, actor: Coordinator, storage: StorageOf
) -> Colleagues:
    """List who of somebody's organisations could come in their stead."""
    invitation = await invitations.of_meeting(storage.reader, meeting_id, invitation_id)
    return Colleagues(person_ids=await actions.colleagues(storage.reader, invitation, for_organisers=True))


@router.post("/meetings/{meeting_id}/invitations/{invitation_id}/delegation")
async def delegate_for_them(
    meeting_id: Id, invitation_id: Id, command: Delegate, actor: Coordinator, storage: StorageOf
) -> InvitationView:
    """Pass somebody's invitation on to a colleague of theirs, for them."""
    changed = await storage.transact(actions.for_them, meeting_id, invitation_id, command, by=actor.person_id)
    return view_for_coordinators(*changed)


@router.delete("/meetings/{meeting_id}/invitations/{invitation_id}/delegation")
async def undo_for_them(meeting_id: Id, invitation_id: Id, actor: Coordinator, storage: StorageOf) -> InvitationView:
    """Undo, for somebody, that a colleague comes in their stead."""
    changed = await storage.transact(actions.for_them, meeting_id, invitation_id, None, by=actor.person_id)
    return view_for_coordinators(*changed)


def _shown(bearer: invitations.Bearer, response: Response) -> AnswerView:
    response.headers["Cache-Control"] = "no-store"
    return view_for_bearer(bearer.invitation, bearer.meeting, bearer.person, now=utc_now())
