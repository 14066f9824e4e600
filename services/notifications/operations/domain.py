"""What may be held, and what an operator may see of what waits."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.notifications.deliveries.domain import LetterKind, State
from shared.ids import Id
from shared.model import Command, Model
from shared.problems import Invalid

RelayName = Annotated[str, StringConstraints(pattern=r"^relay(-[a-z0-9-]{1,30})?$")]
Holdable = LetterKind | RelayName
"""A kind of letters, or what goes through a relay: *relay* is all of them, *relay-x* the one named x."""

USUAL_RELAY = "default"
"""What the relay is called that takes whatever no other one does."""


class Hold(Model):
    """That nothing of a kind, or by a relay, is sent until it is released.

    ``held_by`` is whoever did it; nobody did where a relay is held ``because`` of what it said to most letters.
    """

    what: Holdable
    held_at: datetime
    held_by: Id | None = None
    because: str | None = None


class CancelLetters(Command):
    """Withhold letters that are not yet sent: one, about one thing, of one kind; of what is named all must fit."""

    letter_id: Id | None = None
    about_id: Id | None = None
    kind: LetterKind | None = None


class SendAgain(CancelLetters):
    """Send letters now that have failed, wait, are held, or may have been sent; those which a relay has are left."""

    state: Literal["failed", "deferred", "held", "ambiguous"] | None = None


class Cancelled(Model):
    """How many letters were withheld, or are sent again."""

    count: int


class Waiting(Model):
    """Letters that wait for the same reason."""

    kind: LetterKind
    state: State
    code: Annotated[str, Field(description="Why they wait: the relay's code, or one of ours.")] = ""
    letters: int
    oldest_at: datetime
    next_at: datetime | None = None


class RelayView(Model):
    """A relay: what it takes, and how much at most; ``name`` is "" for the one that takes all the rest."""

    name: str
    domains: tuple[str, ...] = ()
    connections: int
    per_minute: int | None = None
    waiting: int
    """Bulk letters for it that are due now, or later."""


class Preview(Model):
    """A letter as its reader gets it, with every link replaced."""

    subject: str
    language: str
    text: str
    html: str


class Sample(Preview):
    """A kind of letters in one language, with invented content."""

    kind: LetterKind


class Origin(Model):
    """Where a letter comes from: an event, what that follows from, and who asked for it; by ids alone."""

    event_id: Id
    event_name: str
    subject_id: str
    happened_at: datetime
    cause_id: str | None = None
    actor_id: str | None = None


def held_name(route: str) -> str:
    """Return what a relay is called where it is held."""
    return f"relay-{route or USUAL_RELAY}"


TO_SEND_AGAIN = ("failed", "deferred", "held", "ambiguous")


def which(command: CancelLetters) -> dict[str, str]:
    """Return the filter of the letters meant.  Raises `Invalid` when nothing is named: that would be everything."""
    named = {name: value for name, value in command.model_dump().items() if value is not None}
    if not named.keys() - {"state"}:
        raise Invalid("nothing-named", "Name the letter, the meeting or report, or the kind of letters.")
    return {"_id" if name == "letter_id" else name: value for name, value in named.items()}
