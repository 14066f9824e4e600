"""What notifications tells: what came back from the addresses we wrote to.

People travel as ids; what somebody wrote in an answer travels sealed in ``words``.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events.base import Event
from shared.ids import Id
from shared.model import Time
from shared.sealing import Sealed

Participation = Literal["accepted", "declined", "tentative", "delegated", "needs-action"]
"""RFC 5545 3.2.12 PARTSTAT, in our spelling."""


class AddressSuppressed(Event):
    """Mail to a person's address no longer arrives, or is not wanted; or (``lifted``) it may be tried again."""

    name: ClassVar[str] = "address-suppressed"
    publisher: ClassVar[str] = "notifications"
    subject: ClassVar[str] = "person_id"

    person_id: Id
    """The person."""
    reason: Literal["hard-bounce", "complaint", "never-delivered", "by-operator"]
    """Why nothing is sent there."""
    lifted: bool = False
    """True: the address changed or was found good, and letters go out again."""


class LetterFailed(Event):
    """A letter to one person could not be delivered, and is not tried again."""

    name: ClassVar[str] = "letter-failed"
    publisher: ClassVar[str] = "notifications"
    subject: ClassVar[str] = "letter_id"

    letter_id: Id
    """The letter."""
    kind: str
    """The event that it told of, by name."""
    about_id: Id
    """The meeting, report or sign-in that it was about."""
    person_id: Id
    """The person, or subscriber, it was for."""
    code: str
    """Why, in the relay's own code or one of ours."""


class ReplyWords(BaseModel):
    """What somebody wrote with an answer; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    comment: str = ""
    """The COMMENT of the answer."""


class ReplyReceived(Event):
    """A calendar program answered an invitation by mail (iTIP, RFC 5546); meetings decides what comes of it.

    Tells only answers from the address of the person who was asked: whoever else answered stays in notifications.
    """

    name: ClassVar[str] = "reply-received"
    publisher: ClassVar[str] = "notifications"
    subject: ClassVar[str] = "reply_id"

    reply_id: Id
    """The mail that was received."""
    meeting_id: Id
    """The meeting, from the UID."""
    person_id: Id
    """Who answers."""
    method: Literal["REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"]
    """RFC 5546 1.4."""
    participation: Participation
    """What they answer."""
    sequence: int = Field(ge=0)
    """The SEQUENCE that was answered: an older one than the meeting's is obsolete."""
    replied_at: Time
    """DTSTAMP of the answer: of two answers to one SEQUENCE the later counts (RFC 5546 2.1.5)."""
    proposed_starts_at: Time | None = None
    """The beginning that a COUNTER proposes."""
    proposed_ends_at: Time | None = None
    """The end that a COUNTER proposes."""
    delegate_id: Id | None = None
    """Whom they send instead (DELEGATED-TO), when that is the address of somebody known."""
    words: Annotated[ReplyWords | None, Sealed()] = None
    """What they wrote with it."""
