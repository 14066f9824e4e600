"""Scheduling, moving, postponing, holding and calling off: fetch, decide, write, tell."""

from services.meetings.agenda import following
from services.meetings.invitations import actions as invitations
from services.meetings.invitations import store as invited
from services.meetings.meetings import domain
from services.meetings.meetings.domain import (
    CancelMeeting,
    CloseMeeting,
    Meeting,
    PostponeMeeting,
    RescheduleMeeting,
    ScheduleMeeting,
)
from services.meetings.meetings.store import MEETINGS
from services.meetings.places import actions as places
from services.meetings.places.domain import SetCapacity
from services.meetings.series import store as series
from shared.auth import READ_GRANTED_BY, Actor
from shared.ids import utc_now
from shared.problems import NotFound
from shared.storage import Reader, Tx
from shared.web import expect


async def schedule_meeting(tx: Tx, command: ScheduleMeeting, *, by: Actor, id: str | None = None) -> Meeting:
    """Put a meeting on the calendar, under the ``id`` of its draft if it had one, and begin to invite its audience."""
    await series.check(tx, command.series_id)
    meeting, event = domain.schedule(command, by=by.person_id, now=utc_now(), id=id)
    await MEETINGS.add(tx, meeting)
    await tx.publish(event)
    if command.capacity is not None:
        await places.set_capacity(tx, meeting.id, SetCapacity(capacity=command.capacity))
    await invitations.begin(tx, meeting, command.audience)
    return meeting


async def reschedule_meeting(tx: Tx, meeting_id: str, command: RescheduleMeeting, *, seen: int | None) -> Meeting:
    """Move a meeting and tell everybody invited; nothing happens when it is there already."""
    meeting = await MEETINGS.get(tx, meeting_id)
    expect(meeting, seen, required=False)
    meeting, event = domain.reschedule(meeting, command, now=utc_now())
    if event is not None:
        await following.follow(tx, meeting, given_anew=command.agenda is not None)
        await MEETINGS.put(tx, meeting)
        await tx.publish(event)
    return meeting


async def postpone_meeting(tx: Tx, meeting_id: str, command: PostponeMeeting, *, seen: int | None) -> Meeting:
    """Take the date from a meeting and tell everybody invited."""
    meeting = await MEETINGS.get(tx, meeting_id)
    expect(meeting, seen, required=False)
    meeting, event = domain.postpone(meeting, command, now=utc_now())
    await MEETINGS.put(tx, meeting)
    await tx.publish(event)
    return meeting


async def close_meeting(tx: Tx, meeting_id: str, command: CloseMeeting, *, seen: int | None) -> Meeting:
    """Put a meeting under the Chatham House rule, or no longer, and mend everybody's calendar."""
    meeting = await MEETINGS.get(tx, meeting_id)
    expect(meeting, seen, required=False)
    changed, event = domain.close(meeting, command, now=utc_now())
    if changed is not meeting:
        await MEETINGS.put(tx, changed)
    if event is not None:
        await tx.publish(event)
    return changed


async def hold_meeting(tx: Tx, meeting_id: str, *, seen: int | None = None) -> Meeting:
    """Note that a meeting took place.  Nobody is told: they were there."""
    meeting = await MEETINGS.get(tx, meeting_id)
    expect(meeting, seen, required=False)
    held = domain.hold(meeting, now=utc_now())
    if held is not meeting:
        await MEETINGS.put(tx, held)
    return held


async def cancel_meeting(tx: Tx, meeting_id: str, command: CancelMeeting, *, seen: int | None) -> Meeting:
    """Call a meeting off and tell everybody invited."""
    meeting = await MEETINGS.get(tx, meeting_id)
    expect(meeting, seen, required=False)
    meeting, event = domain.cancel(meeting, command, now=utc_now())
    await MEETINGS.put(tx, meeting)
    await tx.publish(event)
    return meeting


async def read_meeting(reader: Reader, meeting_id: str, *, by: Actor) -> Meeting:
    """Return a meeting to a coordinator or to somebody invited.  Raises `NotFound` for everybody else."""
    meeting = await MEETINGS.get(reader, meeting_id)
    if by.roles & READ_GRANTED_BY["coordinator"]:
        return meeting
    if await invited.of_person(reader, meeting_id, by.person_id) is None:
        raise NotFound("meeting-not-found", "There is no such meeting.")
    return meeting
