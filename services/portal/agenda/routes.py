"""The agenda as coordinators work on it: sessions, their translations, and who changed what."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.agenda import forms, speakers, words
from services.portal.agenda.forms import Entry
from services.portal.agenda.parts import calendar_of, names_of, owner_of
from services.portal.agenda.times import Calendar
from services.portal.clients.agenda import Agenda, Draft, Session
from services.portal.clients.base import Refused
from services.portal.clients.meetings import Meeting
from services.portal.pages import Coordinator, Viewer, Visit
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter()

CHANGES_SHOWN = 20


@router.get("/{language}/meetings/{meeting_id}/agenda")
async def show(visit: Viewer, meeting_id: Id, done: str = "", undo: str = "") -> HTMLResponse:
    """Show the agenda with a form for one more session."""
    owner = await owner_of(visit, meeting_id)
    agenda = await visit.services.agendas.agenda(meeting_id)
    entry = forms.blank(_next(agenda, owner), calendar_of(owner))
    return await _page(visit, owner, agenda, entry, done=done, undo=undo)


@router.post("/{language}/meetings/{meeting_id}/agenda")
async def add(visit: Coordinator, meeting_id: Id) -> Response:
    """Add a session."""
    owner = await owner_of(visit, meeting_id)
    calendar, form = calendar_of(owner), await visit.form()
    agenda = await visit.services.agendas.agenda(meeting_id)
    entry = forms.read(visit, form, calendar)
    entry.command["speakers"] = await speakers.read(visit, form, entry, None)
    if form.get("step") == "find":
        entry.errors = {}
        return await _page(visit, owner, agenda, entry, form=form)
    if not entry.errors:
        try:
            await visit.services.agendas.plan(meeting_id, entry.command)
            return visit.go(f"/meetings/{meeting_id}/agenda", done="saved")
        except Refused as refused:
            forms.take(visit, entry, refused, calendar)
    return await _page(visit, owner, agenda, entry, form=form, status=422)


@router.post("/{language}/meetings/{meeting_id}/agenda/undo")
async def undo(visit: Coordinator, meeting_id: Id) -> Response:
    """Take a change back."""
    change_id = str((await visit.form()).get("change", ""))[:36]
    await visit.services.agendas.undo(meeting_id, change_id)
    return visit.go(f"/meetings/{meeting_id}/agenda", done="taken-back")


@router.get("/{language}/meetings/{meeting_id}/agenda/{session_id}")
async def show_session(visit: Coordinator, meeting_id: Id, session_id: Id, done: str = "") -> HTMLResponse:
    """Show the form of a session."""
    owner = await owner_of(visit, meeting_id)
    agenda = await visit.services.agendas.agenda(meeting_id)
    session = _session(agenda, session_id)
    return await _session_page(visit, owner, agenda, session, forms.as_it_is(session, calendar_of(owner)), done=done)


@router.post("/{language}/meetings/{meeting_id}/agenda/{session_id}")
async def change(visit: Coordinator, meeting_id: Id, session_id: Id) -> Response:
    """Change a session."""
    owner, form = await owner_of(visit, meeting_id), await visit.form()
    agenda = await visit.services.agendas.agenda(meeting_id)
    session, calendar = _session(agenda, session_id), calendar_of(owner)
    entry = forms.read(visit, form, calendar)
    entry.command["speakers"] = await speakers.read(visit, form, entry, session)
    if form.get("step") == "find":
        entry.errors = {}
        return await _session_page(visit, owner, agenda, session, entry, form=form)
    if not entry.errors:
        try:
            await visit.services.agendas.plan(meeting_id, entry.command, session_id=session_id)
            return visit.go(f"/meetings/{meeting_id}/agenda", done="saved")
        except Refused as refused:
            forms.take(visit, entry, refused, calendar)
    return await _session_page(visit, owner, agenda, session, entry, form=form, status=422)


@router.post("/{language}/meetings/{meeting_id}/agenda/{session_id}/confirm")
async def confirm(visit: Coordinator, meeting_id: Id, session_id: Id) -> Response:
    """Say that the words in one language are still right."""
    wanted = str((await visit.form()).get("in", ""))
    session = _session(await visit.services.agendas.agenda(meeting_id), session_id)
    if wanted not in LANGUAGES or wanted not in session.title:
        raise Refused(422)
    command = {"title": session.title[wanted], "text": session.text.get(wanted, "")}
    await visit.services.agendas.confirm_translation(meeting_id, session_id, wanted, command)
    return visit.go(f"/meetings/{meeting_id}/agenda/{session_id}", done="saved")


@router.post("/{language}/meetings/{meeting_id}/agenda/{session_id}/remove")
async def remove(visit: Coordinator, meeting_id: Id, session_id: Id) -> Response:
    """Take a session out, and offer to have it back."""
    removal = await visit.services.agendas.remove(meeting_id, session_id)
    return visit.go(f"/meetings/{meeting_id}/agenda", undo=removal.change_id)


async def _page(
    visit: Visit,
    owner: Meeting | Draft,
    agenda: Agenda,
    entry: Entry,
    *,
    form: FormData | None = None,
    done: str = "",
    undo: str = "",
    status: int = 200,
) -> HTMLResponse:
    coordinating = visit.session is not None and visit.session.may_coordinate
    log = (await visit.services.agendas.changes(owner.id, limit=CHANGES_SHOWN)).items
    return visit.page(
        "agenda/edit.html",
        status,
        meeting=owner,
        agenda=agenda,
        entry=entry,
        errors=entry.errors,
        speaking=await speakers.offer(visit, owner, entry, form),
        calendar=calendar_of(owner),
        days=_days(visit, calendar_of(owner)),
        log=log,
        people=await names_of(visit, [each.by or "" for each in log]),
        coordinating=coordinating,
        terms=words,
        done=done,
        undo=undo,
    )


async def _session_page(
    visit: Visit,
    owner: Meeting | Draft,
    agenda: Agenda,
    session: Session,
    entry: Entry,
    *,
    form: FormData | None = None,
    done: str = "",
    status: int = 200,
) -> HTMLResponse:
    calendar = calendar_of(owner)
    return visit.page(
        "agenda/session.html",
        status,
        meeting=owner,
        agenda=agenda,
        session=session,
        entry=entry,
        errors=entry.errors,
        speaking=await speakers.offer(visit, owner, entry, form),
        calendar=calendar,
        days=_days(visit, calendar),
        done=done,
    )


def _days(visit: Visit, calendar: Calendar) -> list[tuple[str, str]]:
    """Return the days of a meeting as choices: with their dates, or by number in a draft."""
    found = []
    for number in range(1, calendar.days + 1):
        text = visit.say("Day %(number)s", number=number)
        if calendar.dated:
            on = calendar.at((number - 1) * 24 * 60)
            text = visit.speech.day(on, str(on.tzinfo))
        found.append((str(number), text))
    return found


def _session(agenda: Agenda, session_id: str) -> Session:
    found = next((each for each in agenda.sessions if each.id == session_id), None)
    if found is None:
        raise Refused(404)
    return found


def _next(agenda: Agenda, owner: Meeting | Draft) -> int:
    """Return when one more session may begin: after those there are, or at the beginning when that is too late."""
    after = max((each.after_minutes + each.lasts_minutes for each in agenda.sessions), default=0)
    lasts = (owner.ends_at - owner.starts_at).total_seconds() / 60 if isinstance(owner, Meeting) else float("inf")
    return after if after < lasts else 0
