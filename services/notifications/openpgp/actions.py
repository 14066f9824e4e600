"""What is done about public keys in a transaction: keeping them, and the letters that waited for a good one.

Whoever keeps a key, or demands that it be used, makes every link sent until then useless.  So the links that are good
came in letters encrypted to that very key, or after signing in, or in clear while nothing could be encrypted to it:
nobody who reads an old letter in clear can take a key away, put another in its place, or allow letters in clear.
"""

from services.notifications.contacts import store as contacts
from services.notifications.deliveries import moving
from services.notifications.openpgp import store
from services.notifications.openpgp.certificates import read_certificate
from services.notifications.openpgp.domain import KeepKey, PublicKey, RequireEncryption
from shared.ids import utc_now
from shared.problems import Conflict, NotFound
from shared.storage import Tx


async def keep_key(tx: Tx, person_id: str, command: KeepKey) -> None:
    """Encrypt to a key from now on.  Raises `Invalid`, `Conflict` when nothing can be encrypted to it, `NotFound`."""
    now = utc_now()
    certificate = read_certificate(command.armored, now=now)
    if certificate.trouble is not None:
        raise Conflict(certificate.trouble, _WHY[certificate.trouble])
    known = await store.find(tx, person_id)
    key = PublicKey(
        id=person_id,
        revision=known[0].revision + 1 if known else 1,
        required=command.required,
        expires_at=certificate.expires_at,
        kept_at=now,
    )
    if not await store.keep(tx, key, command.armored):
        raise NotFound("contact-not-found", "We do not know how to reach this person, so nothing is sent to them.")
    await contacts.revoke_links(tx, person_id)
    await moving.release_held(tx, person_id, now=now)


_WHY = {
    "key-expired": "This key has expired: prolong it, or make a new one, and paste that.",
    "key-revoked": "This key was revoked: make a new one, and paste that.",
    "key-cannot-encrypt": "Nothing can be encrypted to this key: add a subkey for encryption, and paste it again.",
}


async def require_encryption(tx: Tx, person_id: str, command: RequireEncryption) -> None:
    """Say whether letters may go out in clear.  Raises `NotFound` when there is no key."""
    known = await store.find(tx, person_id)
    if known is None:
        raise NotFound("key-not-found", "There is no key yet: paste one first.")
    key, armored = known
    await store.keep(tx, key.evolve(required=command.required), armored)
    if command.required and not key.required:
        await contacts.revoke_links(tx, person_id)
    await moving.release_held(tx, person_id, now=utc_now())


async def forget_key(tx: Tx, person_id: str) -> None:
    """Send in clear from now on, the letters that were held too."""
    await store.forget(tx, person_id)
    await moving.release_held(tx, person_id, now=utc_now())


async def forget_person(tx: Tx, person_id: str) -> None:
    """Delete somebody's key."""
    await store.forget(tx, person_id)
