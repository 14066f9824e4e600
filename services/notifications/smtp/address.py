"""Where mails are handed over: a relay's address, read from a URL."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

Encryption = Literal["implicit", "required", "offered", "never"]


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where mails are handed over, and how."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    encryption: Encryption = "offered"


def relay_address(url: str) -> RelayAddress:
    """Read ``smtp://user:password@host:port?starttls=required|offered|never`` or ``smtps://…``.

    Without ``starttls`` it is *required* where a password would travel and *offered* elsewhere.
    Raises `ValueError` when it is neither.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("the relay must be given as smtp://host:port or smtps://host:port")
    asked = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair).get("starttls")
    encryption = {"required": "required", "offered": "offered", "never": "never", None: None}.get(asked, "bad")
    if encryption == "bad":
        raise ValueError("starttls must be one of required, offered, never")
    secure = parts.scheme == "smtps"
    default: Encryption = "required" if parts.password else "offered"
    chosen: Encryption = "implicit" if secure else (encryption or default)  # type: ignore[assignment]  # checked above
    return RelayAddress(
        host=parts.hostname,
        port=parts.port or (465 if secure else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        encryption=chosen,
    )
