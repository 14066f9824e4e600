"""A mail as it travels, and the four things that can become of it."""

import re
from dataclasses import dataclass

_ADDRESS = re.compile(r"[^\x00-\x20<>\x7f-\x9f\u2028\u2029]{1,254}")
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one recipient: ``content`` is the finished message, dots not doubled.

    ``canonical`` promises that every line of it ends in CRLF, and that CR and LF stand nowhere else; without that
    promise it is looked at, which costs as much as sending it.
    """

    sender: str
    recipient: str
    content: bytes
    canonical: bool = False

    def __post_init__(self) -> None:
        for address in (self.sender, self.recipient):
            if not _ADDRESS.fullmatch(address):
                raise ValueError("an address must not hold spaces, angle brackets, line ends or control characters")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The relay answered 250 to the final dot: it has the mail."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The relay said no: ``code`` 4xx for now, 5xx for good; ``enhanced`` is RFC 3463's code or ""."""

    code: int
    enhanced: str
    text: str


@dataclass(frozen=True, slots=True)
class NeverSent:
    """The final dot was never written, so the relay cannot have the mail.

    ``reached`` says whether the relay could be talked to at all.
    """

    reason: str
    reached: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The final dot was written and no reply came: the relay may have the mail."""

    reason: str


Outcome = Accepted | Refused | NeverSent | Ambiguous


def plain(mail: Mail) -> bool:
    """Return whether both addresses are ASCII."""
    return mail.recipient.isascii() and mail.sender.isascii()


def envelope(mail: Mail) -> tuple[bytes, bytes, bytes]:
    """Return the three commands that come before the text."""
    options = "" if mail.content.isascii() else " BODY=8BITMIME"
    options += "" if plain(mail) else " SMTPUTF8"
    sender = f"MAIL FROM:<{mail.sender}>{options}\r\n".encode()
    return sender, f"RCPT TO:<{mail.recipient}>\r\n".encode(), b"DATA\r\n"


def text_of(mail: Mail) -> bytes:
    """Return the message as it travels: line ends CRLF, leading dots doubled, the final dot (RFC 5321 4.5.2)."""
    content = mail.content
    if not mail.canonical and not content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n"):
        content = _LINE_END.sub(b"\r\n", content)  # a bare LF or CR may end the text early for some relays
    if b"\r\n." in content:
        content = content.replace(b"\r\n.", b"\r\n..")
    if content.startswith(b"."):
        content = b"." + content
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")
