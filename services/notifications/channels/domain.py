"""What a second path is, when it is taken, and how often it is tried."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints

from services.notifications.deliveries.domain import LetterKind
from shared.ids import Id
from shared.model import Aggregate, Command, Language, Model
from shared.problems import Invalid

ChannelName = Literal["webhook", "matrix"]

MUST_READ: frozenset[LetterKind] = frozenset({"people-invited", "meeting-rescheduled", "reply-requested"})
"""Letters that wait for an answer: when none comes, a second path is taken."""

OLD_NEWS = timedelta(days=7)
"""What has waited longer than this is not pushed any more: a path that is given today should not ring for it."""

AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""How long a push waits after its first, second … failure; after the last it has failed."""

Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
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


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request to the outside."""

    method: Literal["POST", "PUT"]
    url: str
    headers: dict[str, str]
    body: bytes


class Channel(Protocol):
    """What a channel must be able to do: say how a push is handed over."""

    def call(self, push: Push, to: Destination, *, now: datetime) -> Call:
        """Return the request that hands ``push`` over; the same one again must do no harm."""
        ...


def check_url(url: str) -> str:
    """Return ``url`` if something may be sent there.  Raises `Invalid` (``url-not-allowed``).

    What its name resolves to is looked at again, each time, when it is called.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _not_allowed() from None
    named = bool(host) and "." in host and not host.replace(".", "").isdigit() and host.isascii()
    plain = parts.username is None and parts.password is None and not parts.fragment
    if parts.scheme != "https" or not named or not plain or port == 0 or _is_number(host):
        raise _not_allowed()
    return url


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdigit() or host.rpartition(".")[2].startswith("0x")
    return True


def _not_allowed() -> Invalid:
    return Invalid("url-not-allowed", "Give an https address with a name, without user and password in it.")


def is_outside(address: str) -> bool:
    """Whether an IP address is somewhere in the public internet, and not this machine, its network or its cloud."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if inner is not None:
        return is_outside(str(inner))
    if found.version == 6 and found in ipaddress.ip_network("64:ff9b::/96"):  # RFC 6052: IPv4 behind a translator
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def next_try(attempts: int, *, now: datetime) -> datetime | None:
    """Return when to push again after so many failures; `None`: never."""
    return now + AGAIN[attempts - 1] if attempts <= len(AGAIN) else None
