"""Calls to the outside: what one is, and which addresses may be called at all.  Nothing here calls anybody."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import StringConstraints

from shared.problems import Invalid

Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
"""An address that somebody gave us, to be looked at by `check_url`."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request to the outside."""

    method: Literal["POST", "PUT"]
    url: str
    headers: dict[str, str]
    body: bytes


def check_url(url: str) -> str:
    """Return ``url`` if something may be sent there.  Raises `Invalid` (``url-not-allowed``).

    What its name resolves to is looked at again, each time, when it is called.  Control characters and spaces are
    refused, not dropped as `urlsplit` does: what was looked at and what is called must be the same.
    """
    if not url.isprintable() or " " in url:
        raise _not_allowed()
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
