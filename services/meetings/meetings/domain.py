"""The rules of meetings: how one is planned, moved and called off.  Pure: no clock, no database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints

from services.meetings.directory.domain import Audience
from shared.events.meetings import AgendaItem, MeetingCancelled, MeetingRescheduled, MeetingScheduled, Notice
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Line, LocalLine, LocalText, Model, Text, Time, ZoneName
from shared.problems import Conflict, FieldError, Invalid

MAX_AGENDA_ITEMS = 100
MAX_NOTICE_BYTES = 40_000  # sealed it grows by a third, and an event with 500 invitees must stay under 128 KiB

State = Literal["scheduled", "cancelled"]
Place = Line | Literal[""]
Link = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=r"^[\x21-\x7e]*$")]
"""An https address, or nothing."""
Reason = dict[Language, Annotated[Text, Field(max_length=2_000)]]
"""Why, in any number of languages, each up to 2,000 characters."""


class AgendaEntry(Model):
    """One item of the agenda: when it begins and what it is."""

    starts_at: Time
    title: LocalLine


Agenda = Annotated[list[AgendaEntry], Field(max_length=MAX_AGENDA_ITEMS)]


class ScheduleMeeting(Command):
    """A meeting to be held and the people to be invited."""

    title: LocalLine
    text: LocalText = Field(default_factory=dict)
    place: Place = ""
    link: Link = ""
    time_zone: ZoneName
    starts_at: Time
    ends_at: Time
    agenda: Agenda = Field(default_factory=list)
    languages: Annotated[list[Language], Field(min_length=1, max_length=5)]
    """The languages spoken there."""
    series: Line | None = None
    audience: Audience = Audience()


class RescheduleMeeting(Command):
    """Another time, and perhaps another place.  Without an ``agenda`` the old one moves along with the beginning."""

    starts_at: Time
    ends_at: Time
    time_zone: ZoneName | None = None
    place: Place | None = None
    link: Link | None = None
    agenda: Agenda | None = None
    reason: Reason = Field(default_factory=dict)


class CancelMeeting(Command):
    """Why a meeting will not take place."""

    reason: Reason = Field(default_factory=dict)


class Meeting(Aggregate):
    """A meeting; ``sequence`` counts, from 0, the changes that the invited must hear of (RFC 5545 3.8.7.4)."""

    sequence: int = Field(default=0, ge=0)
    state: State = "scheduled"
    title: LocalLine
    text: LocalText = Field(default_factory=dict)
    place: str = ""
    link: str = ""
    time_zone: ZoneName
    starts_at: Time
    ends_at: Time
    agenda: list[AgendaEntry] = Field(default_factory=list)
    languages: list[Language]
    series: str | None = None
    reason: LocalText = Field(default_factory=dict)
    """Why it was last moved or called off."""
    invited: int = Field(default=0, ge=0)
    """How many people were ever invited.  Counted without a new revision, which would make every reader's stale."""
    scheduled_by: Id
    scheduled_at: Time
    changed_at: Time

    def has_begun(self, now: datetime) -> bool:
        """Whether it has begun, or is over."""
        return now >= self.starts_at

    def is_open(self, now: datetime) -> bool:
        """Whether it is still to come: it can be answered, moved and called off."""
        return self.state == "scheduled" and not self.has_begun(now)


def schedule(command: ScheduleMeeting, *, by: str, now: datetime) -> tuple[Meeting, MeetingScheduled]:
    """Return a new meeting and the news of it.  Raises `Invalid` with everything that is wrong with it."""
    planned = command.model_dump(exclude={"audience"})
    meeting = Meeting(**planned, id=new_id(), scheduled_by=by, scheduled_at=now, changed_at=now)
    _check_plan(meeting, now=now)
    return meeting, MeetingScheduled(**facts(meeting))


def reschedule(
    meeting: Meeting, command: RescheduleMeeting, *, now: datetime
) -> tuple[Meeting, MeetingRescheduled | None]:
    """Return ``meeting`` moved and the news of it; unchanged and no news when it is there already.

    Raises `Conflict` when it was called off or has begun, `Invalid` when it cannot be held then.
    """
    check_open(meeting, now=now)
    moved = meeting.evolve(**_changes(meeting, command), sequence=meeting.sequence + 1, changed_at=now)
    if _plan(moved) == _plan(meeting):
        return meeting, None
    _check_plan(moved, now=now)
    return moved, MeetingRescheduled(**facts(moved))


def cancel(meeting: Meeting, command: CancelMeeting, *, now: datetime) -> tuple[Meeting, MeetingCancelled]:
    """Return ``meeting``, called off, and the news of it.  Raises `Conflict` when it was, or has begun."""
    check_open(meeting, now=now)
    cancelled = meeting.evolve(state="cancelled", reason=command.reason, sequence=meeting.sequence + 1, changed_at=now)
    return cancelled, MeetingCancelled(**facts(cancelled))


def check_open(meeting: Meeting, *, now: datetime) -> None:
    """Raise `Conflict` when ``meeting`` was called off or has begun: then nothing about it changes."""
    if meeting.state == "cancelled":
        raise Conflict("meeting-cancelled", "This meeting was called off. Schedule a new one to hold it after all.")
    if meeting.has_begun(now):
        raise Conflict("meeting-begun", "This meeting has begun, so this can no longer be changed.")


def facts(meeting: Meeting) -> dict[str, Any]:
    """Return what every event about ``meeting`` says of it, so that any of them can bring the newest state."""
    return {
        "meeting_id": meeting.id,
        "revision": meeting.revision,
        "sequence": meeting.sequence,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "time_zone": meeting.time_zone,
        "notice": notice(meeting),
    }


def notice(meeting: Meeting) -> Notice:
    """Return what people are told about ``meeting``."""
    return Notice(
        title=meeting.title,
        text=meeting.text,
        place=meeting.place,
        link=meeting.link,
        agenda=[AgendaItem(starts_at=each.starts_at, title=each.title) for each in meeting.agenda],
        reason=meeting.reason,
    )


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
    return meeting.model_dump(include={"starts_at", "ends_at", "time_zone", "place", "link", "agenda"})


def _check_plan(meeting: Meeting, *, now: datetime) -> None:
    errors = [*_time_errors(meeting, now), *_agenda_errors(meeting), *_word_errors(meeting)]
    if errors:
        raise Invalid(
            "meeting-not-valid", "The meeting cannot be held like this: see each field.", errors=tuple(errors)
        )


def _time_errors(meeting: Meeting, now: datetime) -> list[FieldError]:
    errors = []
    if meeting.has_begun(now):
        errors.append(FieldError("starts-in-the-past", "Choose a time that is still to come.", field="starts_at"))
    if meeting.ends_at <= meeting.starts_at:
        errors.append(FieldError("ends-before-start", "The end must be later than the beginning.", field="ends_at"))
    return errors


def _agenda_errors(meeting: Meeting) -> list[FieldError]:
    errors, before = [], meeting.starts_at
    for number, item in enumerate(meeting.agenda):
        field = f"agenda.{number}.starts_at"
        if not meeting.starts_at <= item.starts_at < meeting.ends_at:
            errors.append(FieldError("outside-the-meeting", "Each item begins while the meeting lasts.", field=field))
        elif item.starts_at < before:
            errors.append(FieldError("out-of-order", "Put the items in the order of their times.", field=field))
        before = max(before, item.starts_at)
    return errors


def _word_errors(meeting: Meeting) -> list[FieldError]:
    errors = []
    if len(set(meeting.languages)) != len(meeting.languages):
        errors.append(FieldError("language-twice", "Name each language once.", field="languages"))
    if not set(meeting.title) & set(meeting.languages):
        errors.append(FieldError("title-missing", "Give the title in one of the meeting's languages.", field="title"))
    if not _is_safe_link(meeting.link):
        errors.append(FieldError("link-not-https", "The link must be an https address.", field="link"))
    if len(notice(meeting).model_dump_json().encode()) > MAX_NOTICE_BYTES:
        errors.append(FieldError("too-long", "Title, text, agenda and reason are too long together.", field="text"))
    return errors


def _is_safe_link(link: str) -> bool:
    if not link:
        return True
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
