"""The rules of minutes: written in versions, proposed, approved; a correction after that is a new version and says why.

Pure: no clock, no database.  Minutes of a closed meeting attribute nothing to anybody (Chatham House).
"""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from services.meetings.decisions.domain import NOBODY, ItemKey, Note, check_item, is_closed
from services.meetings.meetings.domain import Meeting
from shared.events.meetings import MinutesApproved
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Time
from shared.problems import Conflict, Invalid

MARKDOWN_BYTES = 50_000  # about twenty printed pages on one item in one language
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")

State = Literal["draft", "proposed", "approved"]


def _markdown(value: str) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(value):
        raise ValueError("must not hold control characters")
    if len(value.encode()) > MARKDOWN_BYTES:
        raise ValueError(f"must be at most {MARKDOWN_BYTES} bytes as UTF-8")
    return value


Markdown = Annotated[str, Field(max_length=MARKDOWN_BYTES), AfterValidator(_markdown)]
"""CommonMark with tables, at most `MARKDOWN_BYTES` as UTF-8; raw HTML has no effect."""


class WriteMinutes(Command):
    """Replace the minutes of one item; after an approval ``reason`` says why they are corrected."""

    text: Annotated[dict[Language, Markdown], Field(min_length=1)]
    speaker_ids: Annotated[list[Id], Field(max_length=50)] = Field(default_factory=list)
    """Who spoke on it, where that may be said: nobody at a closed meeting."""
    reason: Note = ""


class MoveMinutes(Command):
    """Propose minutes to the invited, take them back, or approve them."""

    state: State


class Minutes(Aggregate):
    """The minutes of one item of one meeting; ``version`` counts the texts, all of which are kept."""

    meeting_id: Id
    item: ItemKey
    state: State = "draft"
    version: int = Field(default=1, ge=1)
    approved_version: int | None = None
    """The version that the invited read, while a later one is being corrected."""
    approved_at: Time | None = None
    text: dict[Language, str]
    speaker_ids: list[Id] = Field(default_factory=list)
    changed_at: Time
    changed_by: Id


class Version(Aggregate):
    """One text of the minutes of one item: who wrote it, when, and why when it corrects what was approved."""

    minutes_id: Id
    version: int = Field(ge=1)
    text: dict[Language, str]
    speaker_ids: list[Id] = Field(default_factory=list)
    at: Time
    by: Id
    reason: str = ""


def begin(
    meeting: Meeting, item: str, command: WriteMinutes, *, by: str, now: datetime, items: Collection[str] = ()
) -> tuple[Minutes, Version]:
    """Return the first minutes of one item; ``items`` are those of the agenda.

    Raises `Invalid` for an item that is not on the agenda, another language than the meeting's, or a name at a closed
    meeting; `Conflict` when the meeting was called off.
    """
    if meeting.state == "cancelled":
        raise Conflict("meeting-cancelled", "This meeting was called off, so there is nothing to take down.")
    check_item(item, items)
    _check_words(meeting, command)
    written = command.model_dump(exclude={"reason"})
    minutes = Minutes(id=new_id(), meeting_id=meeting.id, item=item, changed_at=now, changed_by=by, **written)
    return minutes, _version(minutes, command)


def write(
    minutes: Minutes, meeting: Meeting, command: WriteMinutes, *, by: str, now: datetime
) -> tuple[Minutes, Version | None]:
    """Return ``minutes`` with a new version, and the version; as they were, and none, when nothing changes.

    Raises `Invalid` (``reason-missing``) when they were approved and nothing says why they are corrected.
    """
    _check_words(meeting, command)
    written = command.model_dump(exclude={"reason"})
    if written == minutes.model_dump(include=set(written)):
        return minutes, None
    if minutes.approved_version is not None and not command.reason:
        raise Invalid("reason-missing", "These minutes were approved: say why they are corrected.")
    # What nobody has approved must be proposed anew: whoever agreed with the old text has not read this one.
    changed = minutes.evolve(**written, state="draft", version=minutes.version + 1, changed_at=now, changed_by=by)
    return changed, _version(changed, command)


def move(minutes: Minutes, command: MoveMinutes, *, now: datetime) -> tuple[Minutes, MinutesApproved | None]:
    """Return ``minutes`` in another state, and the news when they are approved; as they were when they are there.

    Raises `Conflict` when approved minutes should go back, or a draft be approved that nobody was shown.
    """
    if command.state == minutes.state:
        return minutes, None
    if minutes.state == "approved":
        raise Conflict("minutes-approved", "These minutes are approved: correct them by a new version, with a reason.")
    if command.state != "approved":
        return minutes.evolve(state=command.state, changed_at=now), None
    if minutes.state != "proposed":
        raise Conflict("minutes-not-proposed", "Propose these minutes to the participants first, then approve them.")
    approved = minutes.evolve(state="approved", approved_version=minutes.version, approved_at=now, changed_at=now)
    return approved, _told(approved)


def forget(minutes: Minutes, person_id: str) -> Minutes:
    """Return ``minutes`` without a person's id."""
    speakers = [each for each in minutes.speaker_ids if each != person_id]
    by = NOBODY if minutes.changed_by == person_id else minutes.changed_by
    return minutes.evolve(speaker_ids=speakers, changed_by=by)


def _told(minutes: Minutes) -> MinutesApproved:
    return MinutesApproved(
        minutes_id=minutes.id,
        revision=minutes.revision,
        meeting_id=minutes.meeting_id,
        version=minutes.version,
        languages=sorted(minutes.text),
    )


def _version(minutes: Minutes, command: WriteMinutes) -> Version:
    return Version(
        id=new_id(),
        minutes_id=minutes.id,
        version=minutes.version,
        text=minutes.text,
        speaker_ids=minutes.speaker_ids,
        at=minutes.changed_at,
        by=minutes.changed_by,
        reason=command.reason,
    )


def _check_words(meeting: Meeting, command: WriteMinutes) -> None:
    if not set(command.text) <= set(meeting.languages):
        raise Invalid("language-not-of-the-meeting", "Write the minutes in the languages of the meeting.")
    if command.speaker_ids and is_closed(meeting):
        raise Invalid(
            "closed-meeting-names-nobody", "Nothing is attributed to anybody at a closed meeting: leave the names out."
        )
