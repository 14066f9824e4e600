"""Reads a mail that came back: bounce, complaint, calendar answer, automatic answer, or something from a person.

Machine fields come first; words are believed last, and nothing that is not understood does anything.
"""

import email
import email.header
import email.policy
import re
from collections.abc import Iterator
from email.message import Message

from services.notifications.intake.calendar import ANSWERING
from services.notifications.intake.delivery_status import bounce_in_fields, complaint_in_fields
from services.notifications.intake.domain import Finding
from services.notifications.intake.wording import bounce_in_words

PARTS_AT_MOST = 200
_METHOD = re.compile(rb"^METHOD\s*:\s*([A-Z]+)\s*$", re.IGNORECASE | re.MULTILINE)
_AUTOMATIC = re.compile(
    r"out of (?:the )?office|automatic reply|auto(?:matic)?[ -]?(?:reply|response|respond)|autoreply"
    r"|on (?:vacation|leave)"
    r"|automatische antwort|abwesenheit|réponse automatique|odpowied[zź] automatyczna|autoodpowied|nieobecno"
    r"|автоответ|автоматическ|автоматичн|аўтаматычн|аўтаадказ|автовідповід",
    re.IGNORECASE,
)
_AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Mail-Autoreply", "X-Vacation")


def parse(raw: bytes) -> Message:
    """Return a mail as a tree of parts; whatever is malformed becomes text."""
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def classify(message: Message) -> Finding:
    """Return what ``message`` says."""
    if sum(1 for _ in message.walk()) > PARTS_AT_MOST:
        return Finding(sort="other", source="none")
    return (
        complaint_in_fields(message)
        or bounce_in_fields(message)
        or _calendar_reply(message)
        or bounce_in_words(message)
        or _automatic(message)
        or Finding(sort="other", source="none")
    )


def calendar_parts(message: Message) -> Iterator[tuple[bytes, str]]:
    """Yield the calendars of a mail's own, not those of a mail it quotes, each with its content type's ``method``."""
    if message.get_content_type() == "message/rfc822":
        return
    payload = message.get_payload()
    if isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from calendar_parts(part)
    elif message.get_content_type() in ("text/calendar", "application/ics"):
        decoded = message.get_payload(decode=True)
        if isinstance(decoded, bytes):
            yield decoded, str(message.get_param("method", ""))


def _calendar_reply(message: Message) -> Finding | None:
    for source, method in calendar_parts(message):
        written = _METHOD.search(source)
        if (written[1].decode() if written else method).upper() in ANSWERING:
            return Finding(sort="calendar-reply", source="fields")
    return None


def _automatic(message: Message) -> Finding | None:
    """Recognise answers that nobody wrote (RFC 3834 5, and older habits)."""
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    if (
        not submitted.startswith("no")
        or precedence in ("auto_reply", "bulk", "junk", "list")
        or any(name in message for name in _AUTOMATIC_HEADERS)
    ):
        return Finding(sort="auto-reply", source="header")
    subject = str(email.header.make_header(email.header.decode_header(str(message.get("Subject", "")))))
    return Finding(sort="auto-reply", source="words") if _AUTOMATIC.search(subject) else None
