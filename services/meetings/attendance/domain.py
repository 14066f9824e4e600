"""The rules of attendance: when it is recorded, by whom, and what a code on the day looks like."""

import hmac
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.meetings.meetings.model import Meeting
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Model, Time
from shared.problems import Conflict, FieldError, Invalid

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without I, L, O, 0 and 1, which are read as each other
CODE_LENGTH = 6  # of 887 million; whoever guesses has 30 tries a day
BEFORE = timedelta(hours=1)  # people arrive early
AFTER = timedelta(hours=3)  # and enter the code on the way home
MAX_MARKED = 500  # people in one request
TRIES = ("5/minute", "30/day")

How = Literal["organiser", "code"]


class EnterCode(Command):
    """The code that is shown at the venue."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, min_length=1, max_length=20)]


class MarkPeople(Command):
    """Who was there and who was not, as an organiser saw it."""

    present: Annotated[list[Id], Field(max_length=MAX_MARKED)] = Field(default_factory=list)
    absent: Annotated[list[Id], Field(max_length=MAX_MARKED)] = Field(default_factory=list)


class Attendance(Aggregate):
    """Whether one person came to one meeting."""

    meeting_id: Id
    person_id: Id
    present: bool
    how: How
    recorded_by: Id | None
    """Who said so; nobody when they wanted to be forgotten."""
    recorded_at: Time


class VenueCode(Aggregate):
    """The code of one meeting, whose id it has."""

    code: str
    shown_at: Time


class Counts(Model):
    """How many came: what everybody who may see the meeting may know."""

    present: int
    """How many people were there."""
    mine: bool
    """Whether the one who asks was."""
    can_enter: bool
    """Whether the code of the day is taken now."""


def takes_code(meeting: Meeting, *, now: datetime) -> bool:
    """Return whether the code of the day is taken: from an hour before until three hours after."""
    held = meeting.state in ("scheduled", "held")
    return held and meeting.starts_at - BEFORE <= now <= meeting.ends_at + AFTER


def check_code(meeting: Meeting, known: VenueCode | None, command: EnterCode, *, now: datetime) -> None:
    """Raise `Conflict` when no code is taken now, `Invalid` when it is another one."""
    if known is None or not takes_code(meeting, now=now):
        raise Conflict("attendance-not-open", "The code is taken while the meeting lasts: ask the organisers.")
    given = "".join(each for each in command.code if each.isalnum())
    if not hmac.compare_digest(given.encode(), known.code.encode()):
        error = FieldError("attendance-code-wrong", "Look at the code again: it has six letters.", field="code")
        raise Invalid("attendance-code-wrong", "This is not the code of this meeting.", errors=(error,))


def check_recordable(meeting: Meeting, *, now: datetime) -> None:
    """Raise `Conflict` while nobody can have come yet, and for what does not take place."""
    if meeting.state in ("cancelled", "postponed"):
        raise Conflict("meeting-not-held", "This meeting does not take place, so nobody can have come.")
    if now < meeting.starts_at - BEFORE:
        raise Conflict("meeting-not-begun", "Attendance is recorded from an hour before the meeting.")


def record(
    known: Attendance | None,
    *,
    meeting_id: str,
    person_id: str,
    present: bool,
    how: How,
    by: str,
    now: datetime,
) -> Attendance | None:
    """Return what is recorded now of one person; `None` when that is recorded already."""
    if known is None:
        facts = {"meeting_id": meeting_id, "person_id": person_id, "present": present, "how": how}
        return Attendance(id=new_id(), **facts, recorded_by=by, recorded_at=now)
    if known.present == present:
        return None
    return known.evolve(present=present, how=how, recorded_by=by, recorded_at=now)
