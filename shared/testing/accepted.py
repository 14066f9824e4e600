"""What the sink says of a mail it accepted."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from itertools import takewhile
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class AcceptedMail:
    """One accepted mail; ``at`` is in seconds since 1970, ``size`` in bytes."""

    sender: str
    recipients: list[str]
    message_id: str
    size: int
    at: float
    content: bytes = b""

    @property
    def recipient(self) -> str:
        """The only recipient."""
        (recipient,) = self.recipients
        return recipient

    @property
    def message(self) -> EmailMessage:
        """The parsed message."""
        return message_from_bytes(self.content, policy=SMTP)

    def part(self, content_type: str) -> EmailMessage:
        """Return the part of this type.  Raises `LookupError` when there is none."""
        for part in self.message.walk():
            if part.get_content_type() == content_type:
                return part
        raise LookupError(content_type)

    def text(self, content_type: str = "text/plain") -> str:
        """Return the decoded text of the part of this type."""
        return str(self.part(content_type).get_content())

    def document(self, *, contents: bool) -> dict[str, Any]:
        """Return the line that is recorded of it."""
        found = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "content"}
        return found | ({"content": self.content.decode("utf-8", "replace")} if contents else {})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sink answered to the mail for one recipient: a code of SMTP; 0: it took the mail and broke off."""

    recipient: str
    code: int


def read_verdicts(path: Path) -> Iterator[Verdict]:
    """Yield what a sink has written down of its answers; a last line that is not complete is none."""
    with path.open("rb") as file:
        for line in _whole(file):
            yield Verdict(**json.loads(line))


def read_record(path: Path, *, start: int = 0) -> Iterator[AcceptedMail]:
    """Yield the mails in a record from byte ``start`` on; a last line that is not complete is no promise."""
    for mail, _ in read_on(path, start=start):
        yield mail


def read_on(path: Path, *, start: int) -> Iterator[tuple[AcceptedMail, int]]:
    """Yield each mail in a record from byte ``start`` on, with the byte to read on from."""
    with path.open("rb") as file:
        file.seek(start)
        for line in _whole(file):
            start += len(line)
            found = json.loads(line)
            yield AcceptedMail(**{**found, "content": found.get("content", "").encode()}), start


def _whole(file: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines that are written to their end.

    It stops at the first that is not: read on, its other half would come as a line of its own as soon as it is there.
    """
    return takewhile(lambda line: line.endswith(b"\n"), file)
