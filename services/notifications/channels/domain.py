"""What a second path is, when it is taken, and how often it is tried."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, Protocol

from pydantic import Field, StringConstraints

from services.notifications.deliveries.domain import LetterKind
from shared.calls import Call, Url
from shared.ids import Id
from shared.model import Aggregate, Command, Language, Model

ChannelName = Literal["webhook", "matrix"]

MUST_READ: frozenset[LetterKind] = frozenset({"people-invited", "meeting-rescheduled", "reply-requested"})
"""Letters that wait for an answer: when none comes, a second path is taken."""

OLD_NEWS = timedelta(days=7)
"""What has waited longer than this is not pushed any more: a path that is given today should not ring for it."""

AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""How long a push waits after its first, second … failure; after the last it has failed."""

Secret = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[\x21-\x7e]*$")]


class Destination(Model):
    """Where pushes go, in clear: ``secret`` signs (webhook) or lets in (Matrix); ``room`` is Matrix' own."""

    channel: ChannelName
    url: str
    secret: str
    room: str = ""


class KeepSecondPath(Command):
    """Tell me there when a notice stays unanswered."""

    channel: ChannelName
    url: Url
    room: Annotated[str, Field(max_length=255, pattern=r"^(![\x21-\x7e]+)?$")] = ""
    secret: Secret = ""


class SecondPath(Aggregate):
    """That somebody has a second path; where it leads is kept under their own key."""

    channel: ChannelName
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class Push:
    """One sign that a letter waits: it says neither of what nor with whom."""

    id: Id
    words: str
    language: Language
    portal: str


class Channel(Protocol):
    """What a channel must be able to do: say how a push is handed over."""

    def call(self, push: Push, to: Destination, *, now: datetime) -> Call:
        """Return the request that hands ``push`` over; the same one again must do no harm."""
        ...


def next_try(attempts: int, *, now: datetime) -> datetime | None:
    """Return when to push again after so many failures; `None`: never."""
    return now + AGAIN[attempts - 1] if attempts <= len(AGAIN) else None
