"""Whether a letter to somebody is encrypted, and what becomes of it when it should be and cannot."""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.model import Aggregate, Command

Wish = Literal["wanted", "required"]
"""``wanted``: encrypted when that is possible · ``required``: never sent in clear."""

MAX_KEY = 100_000
WARN_BEFORE = timedelta(days=30)
LETTERS_BEFORE = (WARN_BEFORE, timedelta(days=7))
"""How long before a key expires its owner is told so by a letter, which is still encrypted to it."""

ArmoredKey = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_KEY)]


class KeepKey(Command):
    """Encrypt letters to this public key from now on."""

    armored: ArmoredKey
    required: bool = False


class RequireEncryption(Command):
    """Say whether letters that cannot be encrypted may go out in clear."""

    required: bool


class PublicKey(Aggregate):
    """Somebody's public key; ``id`` is the person's.  The key itself is kept under the person's own key."""

    required: bool
    expires_at: datetime | None = None
    kept_at: datetime

    @property
    def wish(self) -> Wish:
        """What the owner wants."""
        return "required" if self.required else "wanted"


def warning_id(person_id: str, expires_at: datetime, before: timedelta) -> str:
    """Return the id of the one warning that is due so long ``before`` a key expires: whoever makes it makes this."""
    digits = hashlib.sha256(f"{person_id} {expires_at.isoformat()} {before.days}".encode()).hexdigest()
    time = f"{int((expires_at - before).timestamp() * 1000):012x}"
    return f"{time[:8]}-{time[8:]}-7{digits[:3]}-8{digits[4:7]}-{digits[7:19]}"


def expires_soon(expires_at: datetime | None, *, now: datetime) -> bool:
    """Whether the owner should be warned that their key will be of no use before long."""
    return expires_at is not None and expires_at - now <= WARN_BEFORE
