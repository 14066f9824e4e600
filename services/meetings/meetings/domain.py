"""The rules of meetings: how one is planned, moved, postponed, held and called off.  Pure: no clock, no database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.meetings.meetings.checks import MAX_NOTICE_BYTES, check_plan
from services.meetings.meetings.model import (
    Agenda,
    AgendaEntry,
    CancelMeeting,
    CloseMeeting,
    Form,
    Link,
    Meeting,
    Place,
    Planned,
    PostponeMeeting,
    Reason,
    RescheduleMeeting,
    ScheduleMeeting,
    State,
)
from services.meetings.meetings.telling import facts, notice
from shared.events.meetings import MeetingCancelled, MeetingPostponed, MeetingRescheduled, MeetingScheduled
from shared.ids import new_id
from shared.problems import Conflict

__all__ = [
    "MAX_NOTICE_BYTES",
    "Agenda",
    "AgendaEntry",
    "CancelMeeting",
    "CloseMeeting",
    "Form",
    "Link",
    "Meeting",
    "Place",
    "Planned",
    "PostponeMeeting",
    "Reason",
    "RescheduleMeeting",
    "ScheduleMeeting",
    "State",
    "cancel",
    "check_open",
    "close",
    "facts",
    "hold",
    "notice",
    "postpone",
    "reschedule",
    "schedule",
]


def schedule(
    command: ScheduleMeeting, *, by: str, now: datetime, id: str | None = None
) -> tuple[Meeting, MeetingScheduled]:
    """Return a new meeting and the news of it; ``id`` is that of the draft it comes from.

    Raises `Invalid` with everything that is wrong with it.
    """
    planned = command.model_dump(exclude={"capacity"})  # which is a matter of the places
    meeting = Meeting(**planned, id=id or new_id(), scheduled_by=by, scheduled_at=now, changed_at=now)
    check_plan(meeting, now=now)
    return meeting, MeetingScheduled(**facts(meeting))


def reschedule(
    meeting: Meeting, command: RescheduleMeeting, *, now: datetime
) -> tuple[Meeting, MeetingRescheduled | None]:
    """Return ``meeting`` moved, or given a date anew, and the news of it; no news when it is there already.

    Raises `Conflict` when it was called off or has begun, `Invalid` when it cannot be held then.
    """
    _check_to_come(meeting, now=now)
    changes = {**_changes(meeting, command), "state": "scheduled"}
    moved = meeting.evolve(**changes, sequence=meeting.sequence + 1, changed_at=now)
    if _plan(moved) == _plan(meeting):
        return meeting, None
    if moved.starts_at != meeting.starts_at:
        moved = moved.model_copy(update={"moved_from": meeting.starts_at})
    check_plan(moved, now=now)
    return moved, MeetingRescheduled(**facts(moved))


def postpone(meeting: Meeting, command: PostponeMeeting, *, now: datetime) -> tuple[Meeting, MeetingPostponed]:
    """Return ``meeting`` without a date, and the news of it.  Raises `Conflict` when it has none, or has begun."""
    check_open(meeting, now=now)
    changes = {"state": "postponed", "reason": command.reason, "sequence": meeting.sequence + 1, "changed_at": now}
    postponed = meeting.evolve(**changes)
    return postponed, MeetingPostponed(**facts(postponed))


def cancel(meeting: Meeting, command: CancelMeeting, *, now: datetime) -> tuple[Meeting, MeetingCancelled]:
    """Return ``meeting``, called off, and the news of it.  Raises `Conflict` when it was, or has begun."""
    _check_to_come(meeting, now=now)
    cancelled = meeting.evolve(state="cancelled", reason=command.reason, sequence=meeting.sequence + 1, changed_at=now)
    return cancelled, MeetingCancelled(**facts(cancelled))


def hold(meeting: Meeting, *, now: datetime) -> Meeting:
    """Return ``meeting`` as one that took place; as it is when it was noted already.

    Raises `Conflict` while it has not begun, and when it was called off or postponed.
    """
    if meeting.state == "held":
        return meeting
    if meeting.state == "scheduled" and not meeting.has_begun(now):
        raise Conflict("meeting-not-begun", "This meeting has not begun: note that it was held afterwards.")
    if meeting.state != "scheduled":
        check_open(meeting, now=now)
    return meeting.evolve(state="held", held_at=now, changed_at=now)


def close(meeting: Meeting, command: CloseMeeting, *, now: datetime) -> tuple[Meeting, MeetingRescheduled | None]:
    """Return ``meeting`` under the Chatham House rule, or no longer.

    The news goes to everybody while the meeting is to come, since calendars hold what they were told before.
    """
    if meeting.closed == command.closed:
        return meeting, None
    if not meeting.is_open(now):
        return meeting.evolve(closed=command.closed, changed_at=now), None
    closed = meeting.evolve(closed=command.closed, sequence=meeting.sequence + 1, changed_at=now)
    return closed, MeetingRescheduled(**facts(closed))


def check_open(meeting: Meeting, *, now: datetime) -> None:
    """Raise `Conflict` unless ``meeting`` is to come and has a date: else nobody is invited, and nobody answers."""
    _check_to_come(meeting, now=now)
    if meeting.state == "postponed":
        raise Conflict("meeting-postponed", "This meeting was postponed and has no date yet: give it one first.")


def _check_to_come(meeting: Meeting, *, now: datetime) -> None:
    if meeting.state == "cancelled":
        raise Conflict("meeting-cancelled", "This meeting was called off. Schedule a new one to hold it after all.")
    if meeting.state == "held" or meeting.has_begun(now):
        raise Conflict("meeting-begun", "This meeting has begun, so this can no longer be changed.")


def _changes(meeting: Meeting, command: RescheduleMeeting) -> dict[str, Any]:
    by = command.starts_at - meeting.starts_at
    given = {"time_zone": command.time_zone, "place": command.place, "link": command.link}
    return {
        "starts_at": command.starts_at,
        "ends_at": command.ends_at,
        "agenda": _moved(meeting.agenda, by) if command.agenda is None else command.agenda,
        "reason": command.reason,
        **{name: value for name, value in given.items() if value is not None},
    }


def _moved(agenda: Sequence[AgendaEntry], by: timedelta) -> list[AgendaEntry]:
    return [each.model_copy(update={"starts_at": each.starts_at + by}) for each in agenda]


def _plan(meeting: Meeting) -> dict[str, Any]:
    return meeting.model_dump(include={"state", "starts_at", "ends_at", "time_zone", "place", "link", "agenda"})
