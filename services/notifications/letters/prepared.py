"""A letter finished but for its reader: everything that is the same for all is bytes already."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple

from services.notifications.letters.encoding import (
    calendar_line,
    link_in_header,
    link_in_html,
    link_in_text,
    mailbox,
    message_identifier,
    quoted_printable,
)
from services.notifications.letters.facts import Sender
from services.notifications.letters.invitation import Method, attendee, organiser
from shared.model import Language

SOFT_BREAK = b"=\r\n"

LINK_WRITERS: dict[str, Callable[[str], bytes]] = {
    "header": link_in_header,
    "text": link_in_text,
    "html": link_in_html,
}


class Gap(NamedTuple):
    """Where something of one reader goes: ``link`` is empty for what is not a link."""

    what: str
    link: str = ""


TO, DATE, MESSAGE_ID, ATTENDEE = Gap("to"), Gap("date"), Gap("message-id"), Gap("attendee")

Piece = bytes | Gap


@dataclass(frozen=True, slots=True)
class PreparedLetter:
    """A letter for everybody who reads one language in one time zone; `fill` makes it one reader's own.

    It holds nothing of any reader and is never changed, so one can be shared by all tasks of a process.
    """

    kind: str
    language: Language
    subject: str
    links: frozenset[str]
    """The names of the links that `fill` must be given."""
    method: Method | None
    """The method of its calendar part, if it has one."""
    sender: Sender
    _pieces: tuple[Piece, ...]
    asks: bool = True
    """Whether its calendar part asks for an answer."""

    def fill(
        self,
        *,
        address: str,
        display_name: str,
        message_id: str,
        links: Mapping[str, str],
        date: datetime,
        organiser_address: str = "",
    ) -> bytes:
        """Return the whole message (RFC 5322), lines ended by CRLF, dots not stuffed.

        ``organiser_address`` is where this reader's calendar answers to, the sender's ``reply_to`` when none is given;
        ``date`` is aware; links that the letter does not show are ignored.  Raises `shared.problems.Invalid` with code
        ``address-not-mailable``, `KeyError` for a link that is missing, `ValueError` for one that is malformed.
        """
        own: dict[Gap, bytes] = {
            TO: mailbox(address, display_name),
            DATE: _date(date),
            MESSAGE_ID: message_identifier(message_id),
        }
        if self.method is not None:
            asks = organiser(organiser_address or self.sender.reply_to, self.sender.name)
            asked = attendee(address, display_name, method=self.method, asks=self.asks)
            own[ATTENDEE] = quoted_printable(calendar_line(asks) + calendar_line(asked))
        return b"".join(
            [
                piece if isinstance(piece, bytes) else own.get(piece) or LINK_WRITERS[piece.what](links[piece.link])
                for piece in self._pieces
            ]
        )


@lru_cache(maxsize=8)
def _date(date: datetime) -> bytes:
    return format_datetime(date).encode()  # a tenth of the work, and the same for all that are written together


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return ``pieces`` with neighbouring bytes made one."""
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and result and isinstance(result[-1], bytes):
            result[-1] += piece
        else:
            result.append(piece)
    return tuple(result)


def body(text: str, mark: re.Pattern[str], what: str) -> list[Piece]:
    """Return ``text`` in quoted-printable, with a gap for every mark of a link (group 1 is the link's name).

    Lines end softly before and after a gap, so whatever is put there cannot make a line too long.
    """
    pieces: list[Piece] = []
    for index, part in enumerate(mark.split(text)):
        if index % 2:
            pieces.append(Gap(what, part))
            continue
        pieces.append(b"" if index == 0 or part.startswith("\n") else SOFT_BREAK)
        pieces.append(quoted_printable(part))
        if not part.endswith("\n"):
            pieces.append(SOFT_BREAK)
    return pieces
