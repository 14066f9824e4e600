"""What speaks against a session where somebody wants it, and when it would fit."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.meetings.agenda.domain import Agenda, Session
from shared.problems import FieldError, Invalid


def check(agenda: Agenda, session: Session, *, length: int | None, starts_at: datetime | None) -> None:
    """Refuse ``session`` where it is in the way of another, or of the meeting's ``length`` in minutes.

    Raises `Invalid` (``agenda-conflict``) with every reason, and the next free time where there is one.
    """
    errors = tuple(_errors(agenda, session, length))
    if not errors:
        return
    free = next_free(agenda, session, length=length)
    facts = {} if free is None else {"suggestion": _suggestion(free, starts_at)}
    raise Invalid(
        "agenda-conflict",
        "The session cannot be held like this: see each field, and the next free time in `suggestion`.",
        errors=errors,
        **facts,
    )


def next_free(agenda: Agenda, session: Session, *, length: int | None) -> int | None:
    """Return the first time from the one wanted, else from the beginning, at which ``session`` fits; or `None`."""
    busy = [each for each in agenda.sessions if each.id != session.id and _contend(each, session)]
    ends = sorted({each.until_minutes for each in busy})
    wanted = session.after_minutes
    for after in [wanted, *(each for each in ends if each > wanted), 0, *(each for each in ends if each < wanted)]:
        moved = session.model_copy(update={"after_minutes": after})
        if not _outside(moved, length) and not any(_overlap(each, moved) for each in busy):
            return after
    return None


def _errors(agenda: Agenda, session: Session, length: int | None) -> list[FieldError]:
    at_once = [each for each in agenda.sessions if each.id != session.id and _overlap(each, session)]
    errors = []
    if _outside(session, length):
        detail = "Each session begins and ends while the meeting lasts."
        errors.append(FieldError("outside-the-meeting", detail, field="after_minutes"))
    if any(each.track == session.track for each in at_once):
        detail = "Another session of this track is at that time: choose another time, or another track."
        errors.append(FieldError("track-taken", detail, field="track"))
    if session.room and any(each.room.casefold() == session.room.casefold() for each in at_once):
        detail = "Another session is in this room at that time: choose another time, or another room."
        errors.append(FieldError("room-taken", detail, field="room"))
    errors += [
        FieldError("speaker-elsewhere", "They speak in another session at that time.", field=f"speakers.{number}")
        for number, speaker in enumerate(session.speakers)
        if speaker.keys & _keys(at_once)
    ]
    return errors


def _contend(other: Session, session: Session) -> bool:
    """Whether the two must not be at the same time."""
    same_room = bool(session.room) and other.room.casefold() == session.room.casefold()
    return other.track == session.track or same_room or bool(_keys([other]) & _keys([session]))


def _overlap(one: Session, other: Session) -> bool:
    return one.after_minutes < other.until_minutes and other.after_minutes < one.until_minutes


def _outside(session: Session, length: int | None) -> bool:
    return length is not None and session.until_minutes > length


def _keys(sessions: Sequence[Session]) -> set[str]:
    return {key for each in sessions for speaker in each.speakers for key in speaker.keys}


def _suggestion(after: int, starts_at: datetime | None) -> dict[str, object]:
    at = None if starts_at is None else (starts_at + timedelta(minutes=after)).isoformat()
    return {"after_minutes": after, "starts_at": at}
