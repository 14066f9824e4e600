"""The rules of delivery: what a letter's state may become, when it is tried again, and when it never is."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from services.notifications.smtp import Accepted, Ambiguous, NeverSent, Outcome, Refused
from shared.ids import Id
from shared.model import Language, Model
from shared.problems import Conflict
from shared.scrubbing import scrub

LetterKind = Literal[
    "people-invited",
    "meeting-rescheduled",
    "meeting-updated",
    "meeting-postponed",
    "meeting-cancelled",
    "invitation-withdrawn",
    "reply-requested",
    "message-written",
    "place-offered",
    "proposal-declined",
    "sign-in-requested",
    "subscription-requested",
    "report-published",
    "report-corrected",
    "report-withdrawn",
    "task-assigned",
    "task-lapsed",
    "section-assigned",
    "section-submitted",
    "section-changes-requested",
    "section-accepted",
    "section-signed-off",
    "section-commented",
    "sections-due",
    "release-held-back",
    "webhook-disabled",
    "brief-prepared",
    "reporting-requested",
    "reporting-reminded",
    "key-expiring",
    "digest",
    "reports-digest",
]
"""The event that a letter tells of; a *digest* tells of several."""
KINDS: tuple[LetterKind, ...] = get_args(LetterKind)

DIGESTS: frozenset[LetterKind] = frozenset({"digest", "reports-digest"})
OF_REPORTS: frozenset[LetterKind] = frozenset({"report-published", "report-corrected", "report-withdrawn"})
"""News of reports: for subscribers, who hear of several in a digest of their own."""

TELLS_OF_EDITION: frozenset[LetterKind] = frozenset({"report-published", "report-corrected"})
"""These say what can be read; nothing can when the report is withdrawn."""

State = Literal[
    "queued", "claimed", "sent", "deferred", "failed", "ambiguous", "suppressed", "held", "collected", "joined",
]  # fmt: skip
"""``claimed``: its bundle is in work · ``held``: somebody must decide or repair something first · ``collected``: it
waits for a digest · ``joined``: it is in one, whose own state counts from then on."""
STATES: tuple[State, ...] = get_args(State)

TELLS_NEWEST: frozenset[LetterKind] = frozenset(
    {"people-invited", "meeting-updated", "reply-requested", "place-offered", "proposal-declined"}
)
"""These tell one person of a meeting as it stands when they are sent, and nothing when it is called off by then."""

ENDS_WITH_INVITATION: frozenset[LetterKind] = TELLS_NEWEST | {"message-written"}
"""These are not sent any more when the meeting is called off, or the person's invitation withdrawn."""

URGENT: frozenset[LetterKind] = frozenset({"sign-in-requested", "subscription-requested"})
"""Somebody sits and waits for these: they overtake everything else."""

Priority = Literal[0, 1]
URGENT_PRIORITY: Priority = 0
BULK_PRIORITY: Priority = 1

BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""How long a letter waits after its first, second … refusal; after the fifth, as long as after it."""
GIVE_UP_AFTER = timedelta(hours=48)
"""RFC 5321 4.5.4.1 allows four to five days; a meeting's news is old after two."""
UNKNOWN_CONTACT = (timedelta(seconds=5), timedelta(seconds=30))
"""A contact usually arrives a moment after the first letter to it; when it does, it wakes the letter itself."""
AGAIN_WHEN_AMBIGUOUS = (timedelta(), timedelta(minutes=5), timedelta(minutes=30))
"""A relay that breaks off after every dot would otherwise be given the same mail for ever."""
HISTORY_KEPT = 20

WITHDRAWN = "report-withdrawn"
HELD = "kind-held"
"""Why a letter waits that is of a kind that is held."""
CONTACT_UNKNOWN = "contact-unknown"
QUIET_HOURS = "quiet-hours"
OF_READER = (CONTACT_UNKNOWN, QUIET_HOURS)
"""Why letters wait that are looked at again when their reader's contact or wishes change."""


class Trouble(Model):
    """Why a letter is not, or was not at once, sent: ``code`` is kebab-case or the relay's own, ``text`` scrubbed."""

    code: str
    text: str = ""

    def __str__(self) -> str:
        """Read as one line."""
        return f"{self.code}: {self.text}" if self.text else self.code


class Moment(Model):
    """Something out of the ordinary that happened to a letter."""

    at: datetime
    state: State
    code: str = ""


class Letter(Model):
    """One notice owed to one person, accountable to the event that caused it."""

    id: Id
    kind: LetterKind
    event_id: Id
    about_id: Id
    recipient_id: Id
    language: Language | None = None
    state: State
    priority: Priority
    attempts: int = 0
    doubts: int = 0
    """How often it was not known whether the relay had it: so many more copies may have arrived."""
    error: Trouble | None = None
    created_at: datetime
    due_at: datetime | None = None
    sent_at: datetime | None = None
    history: Sequence[Moment] = ()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who must hear of something: ``subject_id`` is the invitation, sign-in or subscription that makes them.

    ``generation`` is that of the links they get; ``language`` is given where it is not the person's own choice.
    """

    recipient_id: str
    subject_id: str
    generation: int = 1
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a letter: ``due_at`` is when it is tried next, if ever."""

    state: State
    error: Trouble | None = None
    due_at: datetime | None = None
    attempted: bool = True
    """Whether a relay has had its say, so that the attempt counts."""
    sought: bool = False
    """Whether its reader's contact was looked for in vain."""


def letter_id(event_id: str, recipient_id: str, kind: LetterKind) -> str:
    """Return the id of the one letter that tells ``recipient_id`` of ``event_id``: the same whenever it is asked.

    A UUIDv7 with the event's time and a fingerprint in place of the random bits: the unique key (event, recipient,
    kind), in an order that a list can be read by, and the Message-ID of every copy.
    """
    digits = hashlib.sha256(f"{event_id} {recipient_id} {kind}".encode()).hexdigest()
    time, variant = event_id[:13], "89ab"[int(digits[3], 16) & 3]
    return f"{time}-7{digits[:3]}-{variant}{digits[4:7]}-{digits[7:19]}"


def priority_of(kind: LetterKind) -> Priority:
    """Return 0 for what overtakes, 1 for the rest."""
    return URGENT_PRIORITY if kind in URGENT else BULK_PRIORITY


def next_try(attempts: int, *, since: datetime, now: datetime) -> datetime | None:
    """Return when to try again after ``attempts`` refusals, the first try being ``since``; `None`: never."""
    due_at = now + BACKOFF[min(attempts, len(BACKOFF)) - 1]
    return due_at if due_at <= since + GIVE_UP_AFTER else None


def await_contact(sought: int, *, since: datetime, now: datetime) -> Change:
    """Return what becomes of a letter to somebody who is not known here, and was looked for so often before."""
    error = Trouble(code=CONTACT_UNKNOWN, text="nobody has told how to reach this person")
    waits = (*UNKNOWN_CONTACT, *BACKOFF)
    due_at = now + waits[min(sought, len(waits) - 1)]
    if due_at > since + GIVE_UP_AFTER:
        return Change("failed", error, attempted=False, sought=True)
    return Change("deferred", error, due_at, attempted=False, sought=True)


def suppress(code: str) -> Change:
    """Return what becomes of a letter that must not be sent."""
    return Change("suppressed", Trouble(code=code), attempted=False)


def hold(code: str) -> Change:
    """Return what becomes of a letter that must not be sent as things are; ``code`` says what is missing."""
    return Change("held", Trouble(code=code), attempted=False)


def settle(outcome: Outcome, *, attempts: int, doubts: int, since: datetime, now: datetime, hold: bool) -> Change:
    """Return what becomes of a letter after ``outcome`` of attempt number ``attempts``, with ``doubts`` so far.

    ``hold`` says that a letter of this kind waits for an operator when the relay may have it.
    """
    match outcome:
        case Accepted():
            return Change("sent")
        case Refused(code, enhanced, text):
            error = Trouble(code=f"{code} {enhanced}".strip(), text=scrub(text))
            due_at = next_try(attempts, since=since, now=now) if code < 500 else None
            return Change("deferred", error, due_at) if due_at else Change("failed", error)
        case NeverSent(reason, reached=False):
            return Change("queued", Trouble(code=reason), now, attempted=False)
        case NeverSent(reason):
            due_at = next_try(attempts, since=since, now=now)
            return Change("deferred" if due_at else "failed", Trouble(code=reason), due_at)
        case Ambiguous(reason):
            return Change("ambiguous", Trouble(code=reason), doubted(doubts + 1, now=now, hold=hold))


def doubted(doubts: int, *, now: datetime, hold: bool) -> datetime | None:
    """Return when to send again what the relay may have, after so many ``doubts``; `None`: ask an operator."""
    return None if hold or doubts > len(AGAIN_WHEN_AMBIGUOUS) else now + AGAIN_WHEN_AMBIGUOUS[doubts - 1]


def retry(letter: Letter, *, now: datetime) -> Change:
    """Return what becomes of a letter that somebody wants sent now.  Raises `Conflict` unless it needs that."""
    if letter.state in ("failed", "ambiguous", "deferred", "held"):
        return Change("queued", letter.error, now, attempted=False)
    if letter.state == "sent":
        raise Conflict("letter-sent", "The relay has this letter: there is nothing to send again.")
    if letter.state in ("collected", "joined"):
        raise Conflict("letter-in-digest", "This letter is part of a digest, as its reader wishes.")
    if letter.state == "suppressed":
        raise Conflict("letter-suppressed", "This letter must not be sent: the person is not to be written to.")
    raise Conflict("letter-on-its-way", "This letter is about to be sent: look again in a minute.")
