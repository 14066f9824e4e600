"""Letters as their readers' programs see them: read back by two mail parsers and one calendar parser."""

import email
import email.header
import email.policy
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from html.parser import HTMLParser
from typing import Any

from icalendar import Calendar

from services.notifications.letters import Facts, PreparedLetter, prepare
from services.notifications.letters.samples import FACTS, LINKS, SENDER
from shared.model import Language

SENT_AT = datetime(2008, 10, 1, 8, 0, tzinfo=UTC)
MESSAGE_ID = "<0193.1@zgoda.example>"


def prepared(
    kind: str, language: Language = "en", time_zone: str = "Europe/Warsaw", facts: Facts | None = None
) -> PreparedLetter:
    """Return the sample letter ``kind``, or the same about ``facts``."""
    return prepare(kind, facts or FACTS[kind], language, time_zone, SENDER)


def fill(letter: PreparedLetter, **own: Any) -> bytes:
    """Return ``letter`` for one reader, of whom only what matters is said."""
    links: Mapping[str, str] = own.pop("links", LINKS)
    usual = {"address": "reader@example.org", "display_name": "", "message_id": MESSAGE_ID, "date": SENT_AT}
    return letter.fill(links=links, **{**usual, **own})


def read(raw: bytes) -> EmailMessage:
    """Parse with the standard library's present parser, which must find no defect."""
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    for part in message.walk():
        assert part.defects == []
    return message


def read_old(raw: bytes) -> Message:
    """Parse with the standard library's former parser, which most Python programs still use."""
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def decoded(value: str) -> str:
    """Decode RFC 2047 encoded words as the former parser does."""
    return str(email.header.make_header(email.header.decode_header(value)))


def body(raw: bytes, subtype: str) -> str:
    """Return the decoded part ``text/subtype``."""
    part = read(raw).get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def calendar_source(raw: bytes) -> bytes:
    """Return the decoded calendar part, exactly as it arrives."""
    (part,) = [each for each in read_old(raw).walk() if each.get_content_type() == "text/calendar"]
    source = part.get_payload(decode=True)
    assert isinstance(source, bytes)
    return source


def calendar(raw: bytes) -> Any:  # a property's type depends on its name, which no checker can follow
    """Return the calendar part, which must be one valid calendar."""
    return Calendar.from_ical(calendar_source(raw))


class Page(HTMLParser):
    """What a browser would make of an HTML part, as far as the rules below ask."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, tag: str, attribute: str) -> list[str | None]:
        return [attrs[attribute] for name, attrs in self.tags if name == tag and attribute in attrs]
