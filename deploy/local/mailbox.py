"""Keeps the newest caught mails on disk and takes them apart for reading."""

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

LIMIT = 2_000
"""How many mails are kept; the oldest go first."""

_LINK = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True)
class Mail:
    """What the list shows of one mail."""

    id: int
    sender: str
    recipients: tuple[str, ...]
    subject: str
    received_at: datetime


@dataclass(frozen=True)
class Parts:
    """One mail, taken apart."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    calendar: str

    @property
    def links(self) -> list[str]:
        """Every address in the text, each once, in order."""
        return list(dict.fromkeys(_LINK.findall(self.text)))


class Mailbox:
    """The newest `LIMIT` mails, oldest first, each a file ``<id>.eml`` below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mails: OrderedDict[int, Mail] = OrderedDict()
        folder.mkdir(parents=True, exist_ok=True)
        for number in sorted(int(file.stem) for file in folder.glob("*.eml")):
            file = self._file(number)
            received_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            self._mails[number] = _described(number, file.read_bytes(), received_at)

    def add(self, content: bytes) -> None:
        """Keep one mail, and let go of the oldest when there are too many."""
        number = next(reversed(self._mails), 0) + 1
        self._file(number).write_bytes(content)
        self._mails[number] = _described(number, content, datetime.now(UTC))
        while len(self._mails) > LIMIT:
            oldest, _ = self._mails.popitem(last=False)
            self._file(oldest).unlink(missing_ok=True)

    def newest(self, search: str = "") -> list[Mail]:
        """Return the mails with ``search`` in a recipient or the subject, newest first."""
        wanted = search.casefold()
        return [mail for mail in reversed(self._mails.values()) if wanted in _searchable(mail)]

    def get(self, number: int) -> Mail | None:
        """Return what is known of one mail."""
        return self._mails.get(number)

    def source(self, number: int) -> bytes:
        """Return one mail as it came."""
        return self._file(number).read_bytes()

    def parts(self, number: int) -> Parts:
        """Return one mail taken apart."""
        message = _parsed(self.source(number))
        leaves = {leaf.get_content_type(): leaf for leaf in reversed(list(_leaves(message)))}
        return Parts(
            headers=[(name, str(value)) for name, value in message.items()],
            text=_content(leaves.get("text/plain")),
            html=_content(leaves.get("text/html")),
            calendar=_content(leaves.get("text/calendar")),
        )

    def _file(self, number: int) -> Path:
        return self._folder / f"{number}.eml"


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _described(number: int, content: bytes, received_at: datetime) -> Mail:
    message = _parsed(content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    recipients = tuple(str(value) for value in message.get_all("To", []))
    sender, subject = str(message.get("From", "")), str(message.get("Subject", ""))
    return Mail(number, sender, recipients, subject, received_at)


def _searchable(mail: Mail) -> str:
    return " ".join((*mail.recipients, mail.subject)).casefold()


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    return (part for part in message.walk() if isinstance(part, EmailMessage) and not part.is_multipart())


def _content(part: EmailMessage | None) -> str:
    if part is None:
        return ""
    raw = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    return raw.decode(charset, "replace") if isinstance(raw, bytes) else ""
