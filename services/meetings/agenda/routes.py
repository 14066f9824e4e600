"""Agendas over HTTP: for coordinators, for the invited, and for the bearer of the link in a letter."""

from fastapi import APIRouter, Response

from services.meetings.agenda import actions, store
from services.meetings.agenda.domain import Change, PlanSession, TranslateSession
from services.meetings.agenda.views import AgendaView, CarriedOver, view
from services.meetings.decisions import actions as decisions
from services.meetings.decisions.domain import Decision
from services.meetings.drafts.domain import Draft
from services.meetings.invitations.actions import bearer_of
from services.meetings.meetings.actions import read_meeting
from shared.auth import READ_GRANTED_BY, Actor, AnswerLink, Coordinator, Member
from shared.ids import Id, utc_now
from shared.model import Language, Model
from shared.paging import Page, PagingOf
from shared.problems import NotFound
from shared.storage import Reader
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(tags=["agenda"])


class Removal(Model):
    """A session was taken out: ``change_id`` is what to undo to have it back."""

    change_id: Id
    agenda: AgendaView


@router.get("/meetings/{meeting_id}/agenda")
async def read_agenda(meeting_id: Id, actor: Member, storage: StorageOf, response: Response) -> AgendaView:
    """Show the agenda of a meeting to a coordinator or to somebody invited; that of a draft to coordinators."""
    frame = await readable(storage.reader, meeting_id, by=actor)
    agenda = await actions.agenda_of(storage.reader, frame)
    versioned(response, agenda)
    shown = view(agenda, frame, coordinating=coordinates(actor))
    if isinstance(frame.owner, Draft):
        return shown
    late = await decisions.overdue_for(storage.reader, meeting_id, by=actor, today=utc_now().date())
    return shown.model_copy(update={"carried_over": [_carried_over(each) for each in late]})


def _carried_over(decision: Decision) -> CarriedOver:
    return CarriedOver(decision_id=decision.id, number=decision.number, text=decision.text, due_on=decision.next_due_on)


@router.get("/answer/agenda")
async def read_agenda_by_link(link: AnswerLink, storage: StorageOf, response: Response) -> AgendaView:
    """Show the bearer of a link the agenda of the meeting."""
    frame = actions.Frame((await bearer_of(storage.reader, link)).meeting)
    response.headers["Cache-Control"] = "no-store"
    return view(await actions.agenda_of(storage.reader, frame), frame, coordinating=False)


@router.post("/meetings/{meeting_id}/agenda/sessions", status_code=201)
async def add_session(
    *,
    meeting_id: Id,
    command: PlanSession,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> AgendaView:
    """Add a session; refused with the next free time when it is in the way of another."""
    agenda, session = await storage.transact(actions.plan_session, meeting_id, command, by=actor.person_id, seen=seen)
    versioned(response, agenda)
    response.headers["Location"] = f"/meetings/{meeting_id}/agenda/sessions/{session.id}"
    return view(agenda, await actions.frame_of(storage.reader, meeting_id), coordinating=True)


@router.put("/meetings/{meeting_id}/agenda/sessions/{session_id}")
async def change_session(
    *,
    meeting_id: Id,
    session_id: Id,
    command: PlanSession,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> AgendaView:
    """Change a session; what was translated from words that changed is marked as outdated."""
    agenda, _ = await storage.transact(
        actions.plan_session, meeting_id, command, by=actor.person_id, seen=seen, session_id=session_id
    )
    versioned(response, agenda)
    return view(agenda, await actions.frame_of(storage.reader, meeting_id), coordinating=True)


@router.put("/meetings/{meeting_id}/agenda/sessions/{session_id}/translations/{language}")
async def translate_session(
    *,
    meeting_id: Id,
    session_id: Id,
    language: Language,
    command: TranslateSession,
    actor: Coordinator,
    storage: StorageOf,
    response: Response,
) -> AgendaView:
    """Give a session its words in one language; the same words again say that they are still right."""
    agenda, _ = await storage.transact(
        actions.translate_session, meeting_id, session_id, language, command, by=actor.person_id
    )
    versioned(response, agenda)
    return view(agenda, await actions.frame_of(storage.reader, meeting_id), coordinating=True)


@router.post("/meetings/{meeting_id}/agenda/sessions/{session_id}/removal")
async def remove_session(
    *, meeting_id: Id, session_id: Id, actor: Coordinator, storage: StorageOf, seen: IfMatch, response: Response
) -> Removal:
    """Take a session out of the agenda, and say how to have it back."""
    agenda, change_id = await storage.transact(
        actions.remove_session, meeting_id, session_id, by=actor.person_id, seen=seen
    )
    versioned(response, agenda)
    frame = await actions.frame_of(storage.reader, meeting_id)
    return Removal(change_id=change_id, agenda=view(agenda, frame, coordinating=True))


@router.get("/meetings/{meeting_id}/agenda/changes")
async def list_changes(meeting_id: Id, actor: Coordinator, storage: StorageOf, paging: PagingOf) -> Page[Change]:
    """List who changed what of an agenda, newest first."""
    await actions.frame_of(storage.reader, meeting_id)
    return await store.changes(storage.reader, meeting_id, paging)


@router.post("/meetings/{meeting_id}/agenda/changes/{change_id}/undoing")
async def undo_change(
    meeting_id: Id, change_id: Id, actor: Coordinator, storage: StorageOf, response: Response
) -> AgendaView:
    """Make a session what it was before a change."""
    agenda = await storage.transact(actions.undo_change, meeting_id, change_id, by=actor.person_id)
    versioned(response, agenda)
    return view(agenda, await actions.frame_of(storage.reader, meeting_id), coordinating=True)


def coordinates(actor: Actor) -> bool:
    """Return whether ``actor`` may see what coordinators see."""
    return bool(actor.roles & READ_GRANTED_BY["coordinator"])


async def readable(reader: Reader, meeting_id: str, *, by: Actor) -> actions.Frame:
    """Return the meeting or draft if ``by`` may see it.  Raises `NotFound`."""
    frame = await actions.frame_of(reader, meeting_id)
    if isinstance(frame.owner, Draft):
        if not coordinates(by):
            raise NotFound("meeting-not-found", "There is no such meeting.")
        return frame
    return actions.Frame(await read_meeting(reader, meeting_id, by=by))
