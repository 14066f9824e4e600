"""Whether a letter to somebody is encrypted, and what becomes of it when it should be and cannot."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.model import Aggregate, Command

Wish = Literal["wanted", "required"]
"""``wanted``: encrypted when that is possible · ``required``: never sent in clear."""

MAX_KEY = 100_000
WARN_BEFORE = timedelta(days=30)

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


def expires_soon(expires_at: datetime | None, *, now: datetime) -> bool:
    """Whether the owner should be warned that their key will be of no use before long."""
    return expires_at is not None and expires_at - now <= WARN_BEFORE
