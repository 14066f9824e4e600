"""Links in letters: signed, for one purpose and one subject, expiring, revocable; what they allow needs no account."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from itsdangerous import BadSignature, Signer
from pydantic_core import from_json, to_json

from shared.problems import Unauthenticated

Purpose = Literal["answer", "feed", "preferences", "sign-in", "stop", "subscription", "unsubscribe"]
"""``answer``: an invitation · ``feed``: somebody's calendar · ``preferences``: how somebody is written to ·
``sign-in``: a sign-in · ``stop``: letters of one topic, and nothing else of the preferences · ``subscription``:
confirm one · ``unsubscribe``: end one."""

NONCE_BYTES = 16  # 128 random bits, so that no two links of a subject are alike
MAX_TOKEN = 400  # characters


@dataclass(frozen=True, slots=True)
class LinkClaims:
    """What a good link says; ``generation`` is compared with the subject's to revoke older links.

    ``address_generation`` says to which of the reader's addresses it was sent, the first being 1: a letter to a
    mailbox that is somebody else's by now must open nothing.
    """

    purpose: Purpose
    subject: str
    generation: int
    expires_at: datetime
    address_generation: int = 1


class Links:
    """Signs with the first of ``secrets`` and accepts any: put a new one in front to rotate."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._signers = {
            purpose: Signer(list(reversed(secrets)), salt=f"zgoda-link-{purpose}", digest_method=_sha256)
            for purpose in get_args(Purpose)
        }

    def sign(
        self,
        purpose: Purpose,
        subject: str,
        *,
        generation: int = 1,
        expires_at: datetime,
        nonce: bytes | None = None,
        address_generation: int = 1,
    ) -> str:
        """Return a token of about 150 URL-safe characters; the same ``nonce`` gives the same token."""
        salt = base64.urlsafe_b64encode(nonce or secrets.token_bytes(NONCE_BYTES)).decode().rstrip("=")
        later = [] if address_generation == 1 else [address_generation]
        claims = to_json([subject, generation, int(expires_at.timestamp()), salt, *later])
        return self._signers[purpose].sign(base64.urlsafe_b64encode(claims).rstrip(b"=")).decode()

    def read(self, purpose: Purpose, token: str, *, now: datetime) -> LinkClaims:
        """Return what the link says.

        Raises `Unauthenticated`: ``link-not-valid`` when it is not one of ours for this purpose, ``link-expired``.
        """
        try:
            if len(token) > MAX_TOKEN:
                raise ValueError
            signed = self._signers[purpose].unsign(_canonical(token))
            subject, generation, expires, _, *later = from_json(
                base64.urlsafe_b64decode(signed + b"=" * (-len(signed) % 4))
            )
        except (BadSignature, ValueError):
            raise Unauthenticated(
                "link-not-valid", "This link is not complete or not ours: open it again from the letter."
            ) from None
        claims = LinkClaims(purpose, subject, generation, datetime.fromtimestamp(expires, UTC), *later)
        if claims.expires_at <= now:
            raise Unauthenticated("link-expired", "This link has expired: ask for a new one.")
        return claims


def _canonical(token: str) -> bytes:
    """Return ``token`` if its signature is written as we write it: base64 leaves two bits of 43 characters free."""
    signature = token.rpartition(".")[2]
    if base64.urlsafe_b64encode(base64.urlsafe_b64decode(f"{signature}=")).decode() != f"{signature}=":
        raise ValueError
    return token.encode("ascii")


def _sha256(data: bytes = b"") -> object:
    import hashlib  # noqa: PLC0415 - itsdangerous wants a callable

    return hashlib.sha256(data)
