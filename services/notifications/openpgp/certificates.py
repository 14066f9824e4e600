"""Reads public keys (OpenPGP, RFC 9580) and says whether something may be encrypted to them now.

The library encrypts to keys that have expired or were revoked, and says nothing: so it is asked only with the parts of
a key that are good now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pysequoia import Cert
from pysequoia.packet import Packet, PacketPile, SignatureType, Tag

from shared.problems import Invalid

Trouble = Literal["key-expired", "key-revoked", "key-cannot-encrypt"]

MAX_KEY = 100_000  # characters: a key with many signatures by others; a usual one has 3,000
MAX_PACKETS = 2_000


@dataclass(frozen=True, slots=True)
class Certificate:
    """A public key: ``fingerprint`` in capitals, ``expires_at`` when it can no longer be encrypted to, if ever."""

    fingerprint: str
    names: tuple[str, ...]
    expires_at: datetime | None
    trouble: Trouble | None
    cert: Cert

    @property
    def spaced_fingerprint(self) -> str:
        """The fingerprint in groups of four, as people compare it."""
        return " ".join(self.fingerprint[start : start + 4] for start in range(0, len(self.fingerprint), 4))


def read_certificate(armored: str, *, now: datetime) -> Certificate:
    """Return the one public key in ``armored``.

    Raises `Invalid` when it is none (``key-not-readable``, ``key-too-large``) or a secret one (``key-is-secret``).
    """
    packets = _packets(armored)
    try:
        return _certificate(Cert.from_bytes(armored.encode()), packets, now)
    except Exception:  # the library raises RuntimeError for everything, with a trace of its own in the text
        raise _unreadable() from None


def _certificate(cert: Cert, packets: list[Packet], now: datetime) -> Certificate:
    usable = list(_usable(packets, now))
    ends = [end for end in (cert.expiration, _last_end(usable)) if end is not None]
    return Certificate(
        fingerprint=cert.fingerprint.upper(),
        names=tuple(str(each) for each in cert.user_ids)[:5],
        expires_at=min(ends, default=None),
        trouble=_trouble(cert, packets, usable, now),
        cert=Cert.from_packets([*_head(packets), *(each for part in usable for each in part)]),
    )


def _packets(armored: str) -> list[Packet]:
    if len(armored) > MAX_KEY:
        raise Invalid("key-too-large", "This key has too many signatures: export it with export-minimal.")
    try:
        packets = list(PacketPile.from_bytes(armored.encode()))
        tags = {str(packet.tag) for packet in packets}
    except Exception:
        raise _unreadable() from None
    if tags & {str(Tag.SecretKey), str(Tag.SecretSubkey)}:
        raise Invalid("key-is-secret", "This is a secret key: keep it to yourself, and paste the public one.")
    if len(packets) > MAX_PACKETS:
        raise Invalid("key-too-large", "This key has too many signatures: export it with export-minimal.")
    return packets


def _unreadable() -> Invalid:
    return Invalid("key-not-readable", "Paste the whole public key, with its lines BEGIN and END.")


def _trouble(cert: Cert, packets: list[Packet], usable: list[list[Packet]], now: datetime) -> Trouble | None:
    if cert.is_revoked:
        return "key-revoked"
    if cert.expiration is not None and cert.expiration <= now:
        return "key-expired"
    if usable:
        return None
    return "key-expired" if any(map(_encrypts, _subkeys(packets))) else "key-cannot-encrypt"


def _head(packets: list[Packet]) -> list[Packet]:
    """Return the primary key, its names, and what is signed of them."""
    ends = (place for place, packet in enumerate(packets) if packet.tag == Tag.PublicSubkey)
    return packets[: next(ends, len(packets))]


def _subkeys(packets: list[Packet]) -> Iterator[list[Packet]]:
    """Yield each subkey with the signatures that follow it."""
    part: list[Packet] = []
    for packet in packets[len(_head(packets)) :]:
        if packet.tag == Tag.PublicSubkey and part:
            yield part
            part = []
        part.append(packet)
    if part:
        yield part


def _usable(packets: list[Packet], now: datetime) -> Iterator[list[Packet]]:
    """Yield the subkeys that something may be encrypted to at ``now``."""
    for part in _subkeys(packets):
        revoked = any(each.signature_type == SignatureType.SubkeyRevocation for each in part)
        end = _end(part)
        if _encrypts(part) and not revoked and (end is None or end > now):
            yield part


def _binding(part: list[Packet]) -> Packet | None:
    """Return the newest signature that binds a subkey to its primary key: it says what the subkey is for."""
    bindings = [each for each in part if each.signature_type == SignatureType.SubkeyBinding]
    return max(bindings, key=lambda each: each.signature_created or datetime.min.replace(tzinfo=UTC), default=None)


def _encrypts(part: list[Packet]) -> bool:
    binding = _binding(part)
    flags = binding.key_flags if binding else None
    return flags is not None and (flags.transport_encryption or flags.storage_encryption)


def _end(part: list[Packet]) -> datetime | None:
    binding = _binding(part)
    created, lasts = part[0].key_created, binding.key_validity_period if binding else None
    return created + lasts if created is not None and lasts else None


def _last_end(usable: list[list[Packet]]) -> datetime | None:
    ends = [_end(part) for part in usable]
    return None if not ends or None in ends else max(end for end in ends if end)
