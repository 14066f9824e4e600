"""Keeping text from those who only carry or store it.

A *sealed field* of an event (`Sealed`) is clear to the publisher and to the services that hold the event key, and
unreadable in the outbox, the broker's files and the dead letters.  A *vault* encrypts what is known about one person
under that person's own key, so that deleting the key erases the person, backups included.
"""

import base64
import hashlib
import hmac
import os
from typing import Any, Protocol

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import GetCoreSchemaHandler, SerializationInfo, ValidationInfo
from pydantic_core import CoreSchema, core_schema, from_json, to_json

NONCE_BYTES = 12  # NIST SP 800-38D 5.2.1.1: 96 bits
KEY_BYTES = 32


class Unsealable(Exception):
    """The text was sealed with a key that is not held here, or was altered."""


class Opener(Protocol):
    """Whoever can open what was sealed."""

    def open(self, sealed: str) -> bytes: ...


def derive(secret: str, purpose: str) -> bytes:
    """Return 32 bytes that belong to ``purpose`` alone (HKDF with one block, RFC 5869)."""
    pseudorandom = hmac.digest(b"zgoda", secret.encode(), hashlib.sha256)
    return hmac.digest(pseudorandom, purpose.encode() + b"\x01", hashlib.sha256)


class Sealer:
    """Seals with the first of ``secrets`` and opens with any: put a new one in front to rotate."""

    def __init__(self, secrets: list[str], *, purpose: str) -> None:
        if not secrets:
            raise ValueError("a sealer needs at least one secret")
        keys = [base64.urlsafe_b64encode(derive(secret, purpose)) for secret in secrets]
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, plain: bytes) -> str:
        """Return ``plain`` encrypted and signed, as URL-safe text."""
        return self._fernet.encrypt(plain).decode()

    def open(self, sealed: str) -> bytes:
        """Return what was sealed.  Raises `Unsealable`."""
        try:
            return self._fernet.decrypt(sealed.encode())
        except InvalidToken:
            raise Unsealable from None


class Sealed:
    """Marks an event's field whose value travels sealed: ``notice: Annotated[Notice | None, Sealed()]``.

    In code the field holds the value itself.  Written with ``context={"sealer": …}`` it becomes text; read with the
    same context it becomes the value again.  Whoever reads without a sealer gets `None`.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Describe the field to pydantic: sealed text on the outside, ``source`` within."""
        within = handler(source)
        return core_schema.with_info_wrap_validator_function(
            self._read,
            within,
            serialization=core_schema.wrap_serializer_function_ser_schema(
                self._write, info_arg=True, schema=within, return_schema=core_schema.any_schema()
            ),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        """Describe the field to the reader of a contract: text, and what it holds for those with the event key."""
        within = handler(schema)
        options = [each for each in within.get("anyOf", [within]) if each.get("type") != "null"]
        return {
            "type": ["string", "null"],
            "format": "sealed",
            "contentMediaType": "application/json",
            "contentSchema": options[0],
        }

    @staticmethod
    def _read(value: Any, within: Any, info: ValidationInfo) -> Any:
        sealer: Opener | None = (info.context or {}).get("sealer")
        if isinstance(value, str):
            value = None if sealer is None else from_json(sealer.open(value))
        elif sealer is not None and value is not None:  # from outside, where anybody could have written it
            raise ValueError("must be sealed")
        return within(value)

    @staticmethod
    def _write(value: Any, within: Any, info: SerializationInfo) -> Any:
        plain = within(value)
        sealer: Sealer | None = (info.context or {}).get("sealer") if info.context else None
        if plain is None:
            return None
        if sealer is None:
            raise ValueError("a sealed field is only written with a sealer")
        return sealer.seal(to_json(plain))


class Vault:
    """Encrypts what is known about one person under that person's own data key (AES-256-GCM).

    The data key is kept wrapped by a key derived from ``secrets``; whoever deletes the wrapped key has erased
    everything that was ever encrypted with it.
    """

    def __init__(self, secrets: list[str]) -> None:
        if not secrets:
            raise ValueError("a vault needs at least one secret")
        self._wrapping = [AESGCM(derive(secret, "data-key")) for secret in secrets]
        self._index_key = derive(secrets[-1], "blind-index")  # the oldest: an index cannot be rotated by reading

    def new_key(self) -> bytes:
        """Return a new data key, wrapped."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping[0].encrypt(nonce, os.urandom(KEY_BYTES), None)

    def _unwrap(self, wrapped: bytes) -> AESGCM:
        for key in self._wrapping:
            try:
                return AESGCM(key.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], None))
            except Exception:  # noqa: S112 - InvalidTag: it may have been wrapped by an older secret
                continue
        raise Unsealable

    def encrypt(self, wrapped: bytes, plain: str) -> bytes:
        """Return ``plain`` encrypted under the data key ``wrapped``.  Raises `Unsealable`."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._unwrap(wrapped).encrypt(nonce, plain.encode(), None)

    def decrypt(self, wrapped: bytes, cipher: bytes) -> str:
        """Return what was encrypted under the data key ``wrapped``.  Raises `Unsealable`."""
        try:
            return self._unwrap(wrapped).decrypt(cipher[:NONCE_BYTES], cipher[NONCE_BYTES:], None).decode()
        except Unsealable:
            raise
        except Exception:
            raise Unsealable from None

    def blind_index(self, value: str) -> str:
        """Return a keyed fingerprint of ``value``, case folded, by which it can be found and not read."""
        return hmac.digest(self._index_key, value.strip().casefold().encode(), hashlib.sha256).hex()
