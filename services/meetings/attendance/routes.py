"""Attendance over HTTP: counts for everybody who may see the meeting, names for coordinators."""

from fastapi import APIRouter, Request, Response

from services.meetings.attendance import actions, store
from services.meetings.attendance.domain import TRIES, Attendance, Counts, EnterCode, How, MarkPeople, VenueCode
from services.meetings.attendance.store import CODES
from services.meetings.invitations.actions import bearer_of
from services.meetings.meetings.actions import read_meeting
from services.meetings.meetings.store import MEETINGS
from shared.auth import AnswerLink, Coordinator, Member
from shared.ids import Id
from shared.model import Model, Time
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter(tags=["attendance"])


class Mark(Model):
    """One person and whether they came; the name is the registry's to tell."""

    person_id: Id
    present: bool
    how: How | None
    """Nothing while nobody said anything."""
    recorded_at: Time | None


class CodeView(Model):
    """The code to be shown at the venue."""

    code: str
    shown_at: Time


@router.get("/meetings/{meeting_id}/attendance")
async def count_attendance(meeting_id: Id, actor: Member, storage: StorageOf) -> Counts:
    """Say how many came, and whether the caller did."""
    meeting = await read_meeting(storage.reader, meeting_id, by=actor)
    return await actions.counts(storage.reader, meeting, actor.person_id)


@router.get("/meetings/{meeting_id}/attendance/people")
async def list_expected(meeting_id: Id, actor: Coordinator, storage: StorageOf, paging: PagingOf) -> Page[Mark]:
    """List who is invited, and who of them came."""
    await MEETINGS.get(storage.reader, meeting_id)
    page = await store.expected(storage.reader, meeting_id, paging)
    people = [person_id for _, person_id in page.items]
    marks = await store.of_people(storage.reader, meeting_id, people)
    return Page(items=[_mark(person_id, marks) for person_id in people], next=page.next)


@router.get("/meetings/{meeting_id}/attendance/walk-ins")
async def list_walk_ins(meeting_id: Id, actor: Coordinator, storage: StorageOf) -> list[Mark]:
    """List who came without an invitation, at most 500."""
    await MEETINGS.get(storage.reader, meeting_id)
    found = await store.walk_ins(storage.reader, meeting_id)
    return [_mark(each.person_id, {each.person_id: each}) for each in found]


@router.put("/meetings/{meeting_id}/attendance/people", status_code=204)
async def mark_people(meeting_id: Id, command: MarkPeople, actor: Coordinator, storage: StorageOf) -> None:
    """Record who came and who did not; saying it twice changes nothing."""
    await storage.transact(actions.mark_people, meeting_id, command, by=actor.person_id)


@router.get("/meetings/{meeting_id}/attendance/code")
async def read_code(meeting_id: Id, actor: Coordinator, storage: StorageOf, response: Response) -> CodeView:
    """Show the code of the day again."""
    response.headers["Cache-Control"] = "no-store"
    return _code(await CODES.get(storage.reader, meeting_id))


@router.post("/meetings/{meeting_id}/attendance/code")
async def show_code(meeting_id: Id, actor: Coordinator, storage: StorageOf, response: Response) -> CodeView:
    """Make a code to be shown at the venue; the one before is no longer taken."""
    response.headers["Cache-Control"] = "no-store"
    return _code(await storage.transact(actions.show_code, meeting_id))


@router.post("/meetings/{meeting_id}/attendance/entry", status_code=204)
async def enter_code(meeting_id: Id, command: EnterCode, actor: Member, storage: StorageOf, request: Request) -> None:
    """Say that one is there, by the code shown at the venue."""
    meeting = await read_meeting(storage.reader, meeting_id, by=actor)
    await request.app.state.context.limits.hit("attendance", f"{meeting_id} {actor.person_id}", *TRIES)
    await storage.transact(actions.enter_code, meeting, actor.person_id, command)


@router.get("/answer/attendance")
async def count_attendance_by_link(link: AnswerLink, storage: StorageOf, response: Response) -> Counts:
    """Say to the bearer of a link how many came, and whether they did."""
    bearer = await bearer_of(storage.reader, link)
    response.headers["Cache-Control"] = "no-store"
    return await actions.counts(storage.reader, bearer.meeting, bearer.person.id)


@router.post("/answer/attendance", status_code=204)
async def enter_code_by_link(command: EnterCode, link: AnswerLink, storage: StorageOf, request: Request) -> None:
    """Say that one is there, by the code shown at the venue and the link from one's letter."""
    bearer = await bearer_of(storage.reader, link)
    await request.app.state.context.limits.hit("attendance", f"{bearer.meeting.id} {bearer.person.id}", *TRIES)
    await storage.transact(actions.enter_code, bearer.meeting, bearer.person.id, command)


def _mark(person_id: str, marks: dict[str, Attendance]) -> Mark:
    mark = marks.get(person_id)
    return Mark(
        person_id=person_id,
        present=mark is not None and mark.present,
        how=mark and mark.how,
        recorded_at=mark and mark.recorded_at,
    )


def _code(code: VenueCode) -> CodeView:
    return CodeView(code=code.code, shown_at=code.shown_at)
