"""An e-mail address that mail can be sent to (RFC 5321, RFC 5322)."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
MAX_LOCAL_PART = 64  # RFC 5321 4.5.3.1.1

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")  # RFC 5322 dot-atom
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def _reachable(value: str) -> str:
    local, at, domain = value.rpartition("@")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    fits = at and len(local) <= MAX_LOCAL_PART and len(local) + 1 + len(domain) <= MAX_ADDRESS
    if not fits or not _LOCAL_PART.fullmatch(local) or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("must be an e-mail address, as in name@example.org")
    return f"{local}@{domain}"


Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_ADDRESS), AfterValidator(_reachable)]
"""An e-mail address; its domain in small ASCII letters."""
