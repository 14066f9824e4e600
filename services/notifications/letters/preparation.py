"""Makes a letter ready for all its readers of one language and one time zone, once for each event."""

import re
import secrets
from dataclasses import dataclass

from services.notifications.letters.encoding import mailbox, quoted_printable, unstructured
from services.notifications.letters.facts import (
    BriefFacts,
    DigestFacts,
    Facts,
    LinkFacts,
    MeetingFacts,
    Paged,
    PeriodFacts,
    ReleaseFacts,
    ReportFacts,
    Sender,
    TaskFacts,
    WebhookFacts,
    WritingFacts,
)
from services.notifications.letters.invitation import Method, calendar
from services.notifications.letters.prepared import (
    ATTENDEE,
    DATE,
    MESSAGE_ID,
    TO,
    Gap,
    Piece,
    PreparedLetter,
    body,
    joined,
)
from services.notifications.letters.rendering import Rendered, render
from services.notifications.letters.telling import languages, tell, title
from services.notifications.preferences.domain import TOPIC_OF
from shared.ids import utc_now
from shared.model import Language
from shared.problems import Conflict

CRLF = b"\r\n"


@dataclass(frozen=True, slots=True)
class Kind:
    """What sets one kind of letter apart from the others, beside its templates."""

    about: type[Facts]
    roll: str = ""
    """Which list it belongs to (RFC 2919); letters that somebody asked for just now belong to none."""
    method: Method | None = None
    called_off: bool = False
    asks: bool = True
    """Whether the calendar part asks for an answer: not where what was answered still holds."""
    unsubscribe: bool = False


KINDS: dict[str, Kind] = {
    "people-invited": Kind(MeetingFacts, "meetings", "REQUEST"),
    "meeting-rescheduled": Kind(MeetingFacts, "meetings", "REQUEST"),
    "meeting-updated": Kind(MeetingFacts, "meetings", "REQUEST", asks=False),
    "meeting-postponed": Kind(MeetingFacts, "meetings", "CANCEL", called_off=True),
    "meeting-cancelled": Kind(MeetingFacts, "meetings", "CANCEL", called_off=True),
    "invitation-withdrawn": Kind(MeetingFacts, "meetings", "CANCEL"),
    "reply-requested": Kind(MeetingFacts, "meetings"),
    "message-written": Kind(MeetingFacts, "meetings"),
    "place-offered": Kind(MeetingFacts, "meetings"),
    "proposal-declined": Kind(MeetingFacts, "meetings", "DECLINECOUNTER"),
    "sign-in-requested": Kind(LinkFacts),
    "subscription-requested": Kind(LinkFacts),
    "report-published": Kind(ReportFacts, "reports", unsubscribe=True),
    "report-corrected": Kind(ReportFacts, "reports", unsubscribe=True),
    "report-withdrawn": Kind(ReportFacts, "reports", unsubscribe=True),
    "task-assigned": Kind(TaskFacts, "decisions"),
    "task-lapsed": Kind(TaskFacts, "decisions"),
    "section-assigned": Kind(WritingFacts, "writing"),
    "section-submitted": Kind(WritingFacts, "writing"),
    "section-changes-requested": Kind(WritingFacts, "writing"),
    "section-accepted": Kind(WritingFacts, "writing"),
    "section-signed-off": Kind(WritingFacts, "writing"),
    "section-commented": Kind(WritingFacts, "writing"),
    "sections-due": Kind(WritingFacts, "writing"),
    "release-held-back": Kind(ReleaseFacts, "writing"),
    "webhook-disabled": Kind(WebhookFacts, "systems"),
    "brief-prepared": Kind(BriefFacts, "meetings"),
    "reporting-requested": Kind(PeriodFacts, "reporting"),
    "reporting-reminded": Kind(PeriodFacts, "reporting"),
    "key-expiring": Kind(LinkFacts),
    "digest": Kind(DigestFacts, "digests"),
    "reports-digest": Kind(DigestFacts, "reports", unsubscribe=True),
}


def prepare(kind: str, facts: Facts, language: Language, time_zone: str, sender: Sender) -> PreparedLetter:
    """Return the letter ``kind`` for every reader of ``language`` in ``time_zone``.

    Takes some milliseconds: do it once per event, language and zone.  Raises `KeyError` for an unknown kind,
    `TypeError` for facts of another kind, `Conflict` for an invitation to a meeting that was called off.
    """
    made = KINDS[kind]
    _check(kind, made, facts)
    token = secrets.token_hex(16)  # nobody who writes a title can guess how a link is marked
    told = tell(facts, language, time_zone)
    own = {"sender": sender, "link": lambda name: f"Z{token}{name}Z", "chosen": bool(made.roll), "must": is_must(kind)}
    rendered = render(kind, language, {**told, **own})
    boundary = f"=_{secrets.token_hex(12)}".encode()  # "=_" never stands in quoted-printable
    separator = CRLF + b"--" + boundary  # its line end is not the part's (RFC 2046 5.1.1)
    pieces = joined(
        [
            *_addressing(sender, rendered.subject, languages(told, language)),
            *_purpose(kind, made, facts, sender),
            b'Content-Type: multipart/alternative; boundary="' + boundary + b'"' + CRLF,
            *_writing(rendered, re.compile(f"Z{token}([a-z-]+)Z"), separator),
            *_calendar(made, facts, language, sender, separator=separator),
            separator + b"--" + CRLF,
        ]
    )
    return PreparedLetter(
        kind=kind,
        language=language,
        subject=rendered.subject,
        links=frozenset(piece.link for piece in pieces if isinstance(piece, Gap) and piece.link),
        method=made.method,
        asks=made.asks,
        sender=sender,
        _pieces=pieces,
    )


def _check(kind: str, made: Kind, facts: Facts) -> None:
    if not isinstance(facts, made.about):
        raise TypeError(f"{kind} needs {made.about.__name__}")
    if isinstance(facts, MeetingFacts) and facts.cancelled and made.method == "REQUEST":
        raise Conflict("meeting-cancelled", "Nobody can be invited to a meeting that was called off.")


def _addressing(sender: Sender, subject: str, spoken: str) -> list[Piece]:
    return [
        b"Date: ", DATE, CRLF,
        b"From: " + mailbox(sender.address, sender.name) + CRLF,
        b"Reply-To: " + mailbox(sender.reply_to, sender.name) + CRLF,
        b"To: ", TO, CRLF,
        b"Subject: " + unstructured(subject) + CRLF,
        b"Message-ID: ", MESSAGE_ID, CRLF,
        b"MIME-Version: 1.0" + CRLF,
        b"Auto-Submitted: auto-generated" + CRLF,
        f"Content-Language: {spoken}".encode() + CRLF,
    ]  # fmt: skip


def _purpose(kind: str, made: Kind, facts: Facts, sender: Sender) -> list[Piece]:
    """Say to which list the letter belongs and how to leave it (RFC 2919, RFC 8058)."""
    if isinstance(facts, LinkFacts):
        return []
    about = _about(facts)
    purpose: list[Piece] = [
        f"List-Id: <{made.roll}.{sender.list_domain}>".encode() + CRLF,
        f"Feedback-ID:\r\n {about}:{kind}:zgoda".encode() + CRLF,  # in a line of its own: some are long
    ]
    if made.unsubscribe:
        purpose += _leaving("unsubscribe")
    elif kind in TOPIC_OF:
        purpose += _leaving("stop")
    return purpose


def _leaving(link: str) -> list[Piece]:
    """Name the link by which a mail program leaves with one press (RFC 8058)."""
    post = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" + CRLF
    return [b"List-Unsubscribe:\r\n <", Gap("header", link), b">" + CRLF, post]


def is_must(kind: str) -> bool:
    """Whether a letter changes what was agreed with its reader, so that no preference keeps it back."""
    return bool(KINDS[kind].roll) and kind not in TOPIC_OF and KINDS[kind].about is not DigestFacts


def _about(facts: Paged | DigestFacts) -> str:
    match facts:
        case DigestFacts():
            return facts.digest_id
        case ReportFacts() | WritingFacts() | ReleaseFacts():
            return facts.report_id
        case TaskFacts():
            return facts.decision_id
        case PeriodFacts():
            return facts.period_id
        case WebhookFacts():
            return facts.webhook_id
        case _:
            return facts.meeting_id


def _writing(rendered: Rendered, mark: re.Pattern[str], separator: bytes) -> list[Piece]:
    return [
        separator + _describe("text/plain; charset=utf-8"),
        *body(rendered.text, mark, "text"),
        separator + _describe("text/html; charset=utf-8"),
        *body(rendered.html, mark, "html"),
    ]


def _calendar(made: Kind, facts: Facts, language: Language, sender: Sender, *, separator: bytes) -> list[Piece]:
    if made.method is None or not isinstance(facts, MeetingFacts):
        return []
    before, after = calendar(
        facts,
        language,
        sender,
        title=title(facts, language).text,
        method=made.method,
        called_off=made.called_off,
        now=utc_now(),
    )
    described = _describe(f"text/calendar; charset=utf-8; method={made.method}")
    return [separator + described + quoted_printable(before), ATTENDEE, quoted_printable(after)]


def _describe(content_type: str) -> bytes:
    return f"\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
