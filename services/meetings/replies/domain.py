"""What a calendar message means to the one who gets it (iTIP, RFC 5546), and the record that is kept of each answer.

`classify` knows both sides: the messages of organisers, by which a client keeps its calendar, and the answers of those
invited, which is what we get.  The classes have the names that other implementations use.  Pure: no clock, no database.
"""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from shared.events.notifications import Participation
from shared.ids import Id
from shared.model import Aggregate, Time
from shared.problems import Conflict

Outcome = Literal[
    "request-new",
    "request-update",
    "request-reschedule",
    "request-delegate",
    "reply-accept",
    "reply-decline",
    "reply-tentative",
    "reply-delegate",
    "reply-undecided",
    "reply-crasher-accept",
    "reply-crasher-decline",
    "reply-crasher",
    "add-instance",
    "cancel-event",
    "refresh",
    "counter",
    "decline-counter",
    "publish-update",
    "publish-freebusy",
    "obsolete",
    "unknown",
]
"""What a message means; a *crasher* answers an invitation that was never theirs (RFC 5546 3.2.3)."""


@dataclass(frozen=True, slots=True)
class Message:
    """What was received.  ``who`` is the attendee who answers; ``in_my_stead``: it was passed on to its receiver."""

    method: str
    sequence: int = 0
    stamped_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    who: str = ""
    participation: Participation = "needs-action"
    in_my_stead: bool = False
    is_freebusy: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The same event as it is known here; ``replied_at`` is the DTSTAMP of the last answer of the one who answers."""

    sequence: int = 0
    stamped_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    attendees: Set[str] = field(default_factory=frozenset)
    replied_at: datetime | None = None


_BY_METHOD: dict[str, Outcome] = {
    "PUBLISH": "publish-update",  # the first and every later one alike: kept, in place of what was there (3.2.1)
    "ADD": "add-instance",
    "CANCEL": "cancel-event",
    "REFRESH": "refresh",
    "COUNTER": "counter",
    "DECLINECOUNTER": "decline-counter",
}


def classify(message: Message, known: Known | None) -> Outcome:
    """Return what ``message`` means beside what is ``known`` of its event; `None`: nothing is."""
    if known is not None and _is_obsolete(message, known):
        return "obsolete"
    match message.method:
        case "REPLY":
            return _classify_reply(message, known)
        case "REQUEST":
            return _classify_request(message, known)
        case "COUNTER" if known is not None and message.who and message.who not in known.attendees:
            return "reply-crasher"
        case "PUBLISH" if message.is_freebusy:
            return "publish-freebusy"
        case method:
            return _BY_METHOD.get(method, "unknown")


def _is_obsolete(message: Message, known: Known) -> bool:
    """Whether something newer is known (RFC 5546 2.1.5): first by SEQUENCE, then by DTSTAMP.

    An answer is measured against the last one of the same attendee: the clocks of two programs are not one clock.
    """
    if message.method == "REFRESH":
        return False
    if message.sequence != known.sequence and message.method != "REPLY":
        return message.sequence < known.sequence
    before = known.replied_at if message.method == "REPLY" else known.stamped_at
    older = before is not None and message.stamped_at is not None and message.stamped_at < before
    return message.sequence < known.sequence or older


def _classify_request(message: Message, known: Known | None) -> Outcome:
    if message.in_my_stead:
        return "request-delegate"
    if known is None:
        return "request-new"
    moved = (message.starts_at, message.ends_at) != (known.starts_at, known.ends_at)
    return "request-reschedule" if moved and message.sequence > known.sequence else "request-update"


def _classify_reply(message: Message, known: Known | None) -> Outcome:
    outcomes: dict[Participation, Outcome] = {
        "accepted": "reply-accept",
        "declined": "reply-decline",
        "tentative": "reply-tentative",
        "delegated": "reply-delegate",
        "needs-action": "reply-undecided",
    }
    if known is not None and message.who in known.attendees:
        return outcomes[message.participation]
    crashers: dict[Participation, Outcome] = {"accepted": "reply-crasher-accept", "declined": "reply-crasher-decline"}
    return crashers.get(message.participation, "reply-crasher")


class Reply(Aggregate):
    """The record of one answer from a calendar program: what it meant, and what was done about it.

    ``refused`` is the code of the rule that kept it from having effect.  A proposal of another time has a ``proposal``.
    """

    meeting_id: Id
    person_id: Id
    invitation_id: Id | None = None
    method: str
    participation: Participation
    sequence: int
    replied_at: Time
    received_at: Time
    outcome: Outcome
    refused: str | None = None
    comment: str = ""
    proposal: Literal["open", "accepted", "declined", "replaced"] | None = None
    proposed_starts_at: Time | None = None
    proposed_ends_at: Time | None = None


def settle(reply: Reply, proposal: Literal["accepted", "declined"]) -> Reply:
    """Return ``reply`` with its proposal decided.  Raises `Conflict` when it is none, or was decided."""
    if reply.proposal != "open":
        raise Conflict("proposal-settled", "This proposal was decided already, or another one took its place.")
    return reply.evolve(proposal=proposal)
