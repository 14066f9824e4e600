"""Planning, moving, translating and removing sessions, and taking any of it back."""

from dataclasses import dataclass
from datetime import datetime

from services.meetings.agenda import conflicts, domain, store
from services.meetings.agenda.domain import Agenda, Change, PlanSession, Session, TranslateSession, What
from services.meetings.drafts.domain import Draft
from services.meetings.drafts.store import DRAFTS
from services.meetings.meetings.model import Meeting
from services.meetings.meetings.store import MEETINGS
from shared.ids import new_id, utc_now
from shared.model import Language
from shared.problems import Conflict, NotFound
from shared.storage import Reader, Tx
from shared.web import expect


@dataclass(frozen=True, slots=True)
class Frame:
    """What an agenda belongs to: a meeting, or a draft that will be one."""

    owner: Meeting | Draft

    @property
    def starts_at(self) -> datetime | None:
        """When it begins, where it has a date."""
        return self.owner.starts_at if isinstance(self.owner, Meeting) else None

    @property
    def length(self) -> int | None:
        """How many minutes it lasts, where it has a date."""
        if not isinstance(self.owner, Meeting):
            return None
        return int((self.owner.ends_at - self.owner.starts_at).total_seconds() // 60)


async def frame_of(reader: Reader, meeting_id: str) -> Frame:
    """Return the meeting, or the draft, of an agenda.  Raises `NotFound`."""
    found: Meeting | Draft | None = await MEETINGS.find(reader, meeting_id)
    if found is None:
        found = await DRAFTS.find(reader, meeting_id)
    if found is None:
        raise NotFound("meeting-not-found", "There is no such meeting.")
    return Frame(found)


async def agenda_of(reader: Reader, frame: Frame) -> Agenda:
    """Return the agenda as it is stored, else as the meeting was scheduled with it."""
    owner, stored = frame.owner, await store.find(reader, frame.owner.id)
    if stored is not None:
        return stored
    if isinstance(owner, Draft):
        return Agenda(id=owner.id)
    return domain.from_entries(owner.id, owner.starts_at, owner.ends_at, owner.agenda)


async def plan_session(
    tx: Tx, meeting_id: str, command: PlanSession, *, by: str, seen: int | None, session_id: str | None = None
) -> tuple[Agenda, Session]:
    """Add a session, or change one.  Raises `Invalid` with a suggestion where it does not fit."""
    frame, agenda = await _open(tx, meeting_id, seen)
    known = agenda.session(session_id) if session_id else None
    session = domain.plan(command, known, id=session_id or new_id())
    if session == known:
        return agenda, session
    conflicts.check(agenda, session, length=frame.length, starts_at=frame.starts_at)
    changed = domain.put(agenda, session)
    what: What = "changed" if known else "added"
    change = domain.change_of(meeting_id, what, by=by, now=utc_now(), before=known, after=session)
    await _write(tx, frame, changed, change)
    return changed, session


async def translate_session(
    tx: Tx, meeting_id: str, session_id: str, language: Language, command: TranslateSession, *, by: str
) -> tuple[Agenda, Session]:
    """Give a session its words in one language, or confirm that those it has are still right."""
    frame, agenda = await _open(tx, meeting_id, None)
    known = agenda.session(session_id)
    session = domain.translate(known, language, command)
    if session == known:
        return agenda, session
    changed = domain.put(agenda, session)
    change = domain.change_of(meeting_id, "translated", by=by, now=utc_now(), before=known, after=session)
    await _write(tx, frame, changed, change)
    return changed, session


async def remove_session(tx: Tx, meeting_id: str, session_id: str, *, by: str, seen: int | None) -> tuple[Agenda, str]:
    """Take a session out of the agenda; return the id of the change, by which that is undone."""
    frame, agenda = await _open(tx, meeting_id, seen)
    known = agenda.session(session_id)
    changed = domain.remove(agenda, session_id)
    change = domain.change_of(meeting_id, "removed", by=by, now=utc_now(), before=known)
    await _write(tx, frame, changed, change)
    return changed, change.id


async def undo_change(tx: Tx, meeting_id: str, change_id: str, *, by: str) -> Agenda:
    """Make a session what it was before a change.  Raises `Conflict` when it was changed again since."""
    frame, agenda = await _open(tx, meeting_id, None)
    change = await store.change(tx, meeting_id, change_id)
    now = next((each for each in agenda.sessions if each.id == change.session_id), None)
    if now != change.after:
        raise Conflict("changed-since", "This session was changed again since then: take back the later change first.")
    if change.before is None:
        changed = domain.remove(agenda, change.session_id)
    else:
        conflicts.check(agenda, change.before, length=frame.length, starts_at=frame.starts_at)
        changed = domain.put(agenda, change.before)
    undone = domain.change_of(meeting_id, "restored", by=by, now=utc_now(), before=now, after=change.before)
    await _write(tx, frame, changed, undone)
    return changed


async def copy_agenda(tx: Tx, from_id: str, to: Draft) -> None:
    """Begin a draft's agenda as that of the meeting it is copied from; nobody has agreed yet to speak again."""
    known = await agenda_of(tx, await frame_of(tx, from_id))
    sessions = [each.model_copy(update={"id": new_id(), "speakers": []}) for each in known.sessions]
    if sessions:
        await store.write(tx, Agenda(id=to.id, revision=2, sessions=sessions))


async def forget_agenda(tx: Tx, meeting_id: str) -> None:
    """Take an agenda away with what it belonged to."""
    await store.remove(tx, meeting_id)
    await store.remove_changes(tx, meeting_id)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person out of every agenda and its log."""
    await store.forget_person(tx, person_id)


async def _open(tx: Tx, meeting_id: str, seen: int | None) -> tuple[Frame, Agenda]:
    frame = await frame_of(tx, meeting_id)
    if isinstance(frame.owner, Meeting) and frame.owner.state == "cancelled":
        raise Conflict("meeting-cancelled", "This meeting was called off. Schedule a new one to hold it after all.")
    agenda = await agenda_of(tx, frame)
    expect(agenda, seen, required=False)
    return frame, agenda


async def _write(tx: Tx, frame: Frame, agenda: Agenda, change: Change) -> None:
    """Write the agenda, its log, and what letters and calendars tell of it from now on."""
    await store.write(tx, agenda)
    await store.note(tx, change)
    if isinstance(frame.owner, Meeting):
        told = domain.summary(agenda, frame.owner.starts_at)
        await MEETINGS.put(tx, frame.owner.evolve(agenda=told, changed_at=change.at))
