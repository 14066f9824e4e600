"""The rules of corrections: what a meeting says may be put right at any time, and how it was before is kept.

The time is not touched, so that SEQUENCE stays (RFC 5546 2.1.4): calendars take the newer DTSTAMP and keep the answers.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.meetings.meetings.checks import word_errors
from services.meetings.meetings.domain import Meeting, check_open, facts
from shared.events.meetings import MeetingUpdated
from shared.ids import Id, new_id
from shared.model import Command, Language, Line, LocalLine, LocalText, Model, Time
from shared.problems import Conflict, Invalid


class CorrectMeeting(Command):
    """What a meeting is to say from now on; with ``tell`` everybody invited gets a letter."""

    title: LocalLine
    text: LocalText = Field(default_factory=dict)
    languages: Annotated[list[Language], Field(min_length=1, max_length=5)]
    """The languages spoken there."""
    series: Line | None = None
    series_id: Id | None = None
    tell: bool = False


class Wording(Model):
    """What a meeting says, as it was or became."""

    title: LocalLine
    text: LocalText = Field(default_factory=dict)
    languages: list[Language]
    series: str | None = None
    series_id: Id | None = None


class Correction(Model):
    """Who corrected what a meeting says, when, and how it was before."""

    id: Id
    meeting_id: Id
    at: Time
    by: Id | None
    """Who; nobody when they wanted to be forgotten."""
    fields: list[str]
    before: Wording
    after: Wording
    told: bool
    """Whether everybody invited got a letter."""


def wording(meeting: Meeting) -> Wording:
    """Return what ``meeting`` says."""
    return Wording.model_validate(meeting.model_dump(include=set(Wording.model_fields)))


def correct(
    meeting: Meeting, command: CorrectMeeting, *, by: str, now: datetime
) -> tuple[Meeting, Correction | None, MeetingUpdated | None]:
    """Return ``meeting`` as it says now, the row of its history, and the news if somebody is to be told.

    Nothing happens when it says so already.  Raises `Conflict` when it was called off, or when a letter is wanted and
    it is not to come; `Invalid` when its words are wrong.
    """
    if meeting.state == "cancelled":
        raise Conflict("meeting-cancelled", "This meeting was called off. Schedule a new one to hold it after all.")
    before = wording(meeting)
    after = Wording.model_validate(command.model_dump(exclude={"tell"}))
    fields = [name for name in Wording.model_fields if getattr(before, name) != getattr(after, name)]
    if not fields:
        return meeting, None, None
    if command.tell:
        check_open(meeting, now=now)
    corrected = meeting.evolve(**command.model_dump(exclude={"tell"}), changed_at=now)
    if errors := word_errors(corrected):
        raise Invalid("meeting-not-valid", "The meeting cannot say this: see each field.", errors=tuple(errors))
    row = Correction(
        id=new_id(),
        meeting_id=meeting.id,
        at=now,
        by=by,
        fields=fields,
        before=before,
        after=after,
        told=command.tell,
    )
    return corrected, row, MeetingUpdated(**facts(corrected)) if command.tell else None
