"""The rules of messages: what may be written to those invited, and to whom it goes.  Pure: no clock, no database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.meetings.meetings.domain import Meeting, check_open, facts
from shared.events.meetings import Invitee, MessageNotice, MessageWritten
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, LocalLine, Model, Text, Time
from shared.problems import Conflict, FieldError, Invalid

MAX_TEXT = 4_000  # characters in one language: a page, which is what people read of a note
MAX_MESSAGE_BYTES = 34_000  # sealed it grows by a third, and the event with it and the meeting's notice is < 128 KiB
MAX_MESSAGES = 50  # about one meeting: beyond that nobody reads them

Whom = Literal["accepted", "tentative", "pending", "waiting", "all"]
"""By where people stand; *pending* are those who have not answered, *all* everybody still invited who has not passed
the invitation on."""


class WhoIsMeant(Command):
    """Whom somebody thinks of writing to."""

    whom: Annotated[list[Whom], Field(min_length=1, max_length=5)]


class WriteMessage(WhoIsMeant):
    """A message to those of a meeting who stand so; in each language it has a subject and a text."""

    subject: LocalLine
    text: Annotated[dict[Language, Annotated[Text, Field(max_length=MAX_TEXT)]], Field(min_length=1)]


class Message(Aggregate):
    """A message, and how far it is on its way: ``people`` have been told of so far."""

    meeting_id: Id
    whom: list[Whom]
    subject: LocalLine
    text: dict[Language, str]
    written_by: Id | None
    """Who wrote it; nobody when they wanted to be forgotten."""
    written_at: Time
    people: int = Field(default=0, ge=0)
    done: bool = False


class Reach(Model):
    """How many a message would go to, by language; ``left_out`` stand so too, and want no letters or get none."""

    people: int
    by_language: dict[Language, int]
    left_out: int


class Addressee(Model):
    """Somebody whom a message would go to: no name, which is the registry's to tell."""

    person_id: Id
    organisation_ids: list[Id]
    language: Language


class MessageView(Model):
    """A message as coordinators see it."""

    id: Id
    whom: list[Whom]
    subject: LocalLine
    text: dict[Language, str]
    written_by: Id | None
    written_at: Time
    people: int
    done: bool


class ReceivedMessage(Model):
    """A message as those see it to whom it went."""

    id: Id
    subject: LocalLine
    text: dict[Language, str]
    written_at: Time


def write(meeting: Meeting, command: WriteMessage, *, by: str, before: int, reached: int, now: datetime) -> Message:
    """Return a new message, after ``before`` others; it would go to ``reached`` people.

    Raises `Conflict` when the meeting is not to come or has too many, `Invalid` with everything wrong with it.
    """
    check_open(meeting, now=now)
    if before >= MAX_MESSAGES:
        raise Conflict("too-many-messages", f"{MAX_MESSAGES} messages about one meeting are enough.")
    if errors := _errors(command, reached):
        raise Invalid("message-not-valid", "The message cannot be sent like this: see each field.", errors=errors)
    return Message(
        id=new_id(),
        meeting_id=meeting.id,
        whom=sorted(set(command.whom)),
        subject=command.subject,
        text=_written(command),
        written_by=by,
        written_at=now,
    )


def _written(command: WriteMessage) -> dict[Language, str]:
    return {language: text for language, text in command.text.items() if text}


def _errors(command: WriteMessage, reached: int) -> tuple[FieldError, ...]:
    texts = _written(command)
    errors = [
        FieldError("subject-missing", "Give this text a subject.", field=f"subject.{language}")
        for language in sorted(texts.keys() - command.subject.keys())
    ]
    errors += [
        FieldError("text-missing", "Say under this subject what there is to know.", field=f"text.{language}")
        for language in sorted(command.subject.keys() - texts.keys())
    ]
    if len(command.model_dump_json(include={"subject", "text"}).encode()) > MAX_MESSAGE_BYTES:
        errors.append(FieldError("too-long", "The texts are too long together.", field="text"))
    if not reached:
        errors.append(FieldError("nobody-reached", "Nobody who can be written to stands so.", field="whom"))
    return tuple(errors)


def tell(meeting: Meeting, message: Message, invitees: Sequence[Invitee]) -> MessageWritten:
    """Return the news for some of those it goes to: of a closed meeting nothing that a colleague could read over."""
    words = None if meeting.closed else MessageNotice(subject=message.subject, text=message.text)
    return MessageWritten(**facts(meeting), message_id=message.id, message=words, invitees=list(invitees))


def view(message: Message) -> MessageView:
    """Return ``message`` as coordinators see it."""
    return MessageView.model_validate(message.model_dump(include=set(MessageView.model_fields)))


def received(message: Message) -> ReceivedMessage:
    """Return ``message`` as those see it to whom it went."""
    return ReceivedMessage.model_validate(message.model_dump(include=set(ReceivedMessage.model_fields)))
