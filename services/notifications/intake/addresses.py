"""The addresses that mails come back to: each names one letter or invitation and proves that we gave it away.

``bounce+…`` is where a letter's failure is told (VERP); ``reply+…`` is the organiser in one person's calendar: it names
the invitation, so that it stays the same for as long as the meeting is in that calendar.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shared.sealing import derive

Purpose = Literal["bounce", "reply"]
PURPOSES: tuple[Purpose, ...] = ("bounce", "reply")

FEEDBACK = "feedback"
"""The local part to which mail providers send complaints (RFC 5965); the letter is named inside."""

ID_DIGITS = 32
PROOF_LETTERS = 20  # of base32, 100 bits; "bounce+", id and proof are 59 of the 64 that a local part may have


@dataclass(frozen=True, slots=True)
class Named:
    """What an address names: a letter (``bounce``) or an invitation (``reply``)."""

    purpose: Purpose
    id: str


class IntakeAddresses:
    """Gives addresses away under the first of ``secrets`` and knows those under any of them."""

    def __init__(self, secrets: Sequence[str], domain: str) -> None:
        self.domain = domain.lower()
        self._keys = [derive(secret, "intake-addresses") for secret in secrets]

    def address(self, purpose: Purpose, id: str) -> str:
        """Return the address for a letter or an invitation."""
        return f"{purpose}+{id.replace('-', '')}{self._proof(self._keys[0], purpose, id)}@{self.domain}"

    def feedback(self, address: str) -> bool:
        """Whether ``address`` is where complaints are told."""
        return address.lower() == f"{FEEDBACK}@{self.domain}"

    def read(self, address: str) -> Named | None:
        """Return what ``address`` names; `None` when we never gave it away.  Case does not matter."""
        local, _, domain = address.strip().strip("<>").lower().rpartition("@")
        purpose, plus, token = local.partition("+")
        if domain != self.domain or not plus or len(token) != ID_DIGITS + PROOF_LETTERS or not token.isascii():
            return None
        digits, proof = token[:ID_DIGITS], token[ID_DIGITS:]
        id = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        for known in PURPOSES:
            if known == purpose and any(hmac.compare_digest(self._proof(key, known, id), proof) for key in self._keys):
                return Named(known, id)
        return None

    @staticmethod
    def _proof(key: bytes, purpose: Purpose, id: str) -> str:
        digest = hmac.digest(key, f"{purpose} {id}".encode(), hashlib.sha256)
        return base64.b32encode(digest).decode().lower()[:PROOF_LETTERS]
