"""What must be so before a meeting can be held: its times, its agenda, its words."""

from datetime import datetime
from urllib.parse import urlsplit

from services.meetings.meetings.model import Meeting
from services.meetings.meetings.telling import notice
from shared.problems import FieldError, Invalid

MAX_NOTICE_BYTES = 40_000  # sealed it grows by a third, and an event with 500 invitees must stay under 128 KiB


def check_plan(meeting: Meeting, *, now: datetime) -> None:
    """Raise `Invalid` (``meeting-not-valid``) with everything that is wrong with ``meeting``."""
    errors = [*_time_errors(meeting, now), *_agenda_errors(meeting), *word_errors(meeting)]
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


def word_errors(meeting: Meeting) -> list[FieldError]:
    """Return what is wrong with a meeting's languages, title, link and length."""
    errors = []
    if len(set(meeting.languages)) != len(meeting.languages):
        errors.append(FieldError("language-twice", "Name each language once.", field="languages"))
    if not set(meeting.title) & set(meeting.languages):
        errors.append(FieldError("title-missing", "Give the title in one of the meeting's languages.", field="title"))
    if not is_safe_link(meeting.link):
        errors.append(FieldError("link-not-https", "The link must be an https address.", field="link"))
    told = notice(meeting.model_copy(update={"closed": False}))  # it may be opened later
    if len(told.model_dump_json().encode()) > MAX_NOTICE_BYTES:
        errors.append(FieldError("too-long", "Title, text, agenda and reason are too long together.", field="text"))
    return errors


def is_safe_link(link: str) -> bool:
    """Return whether ``link`` is nothing, or an https address without a user's name in it."""
    if not link:
        return True
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
