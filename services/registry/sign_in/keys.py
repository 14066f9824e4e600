"""The keys that sign access tokens: made here, sealed in the database, their public halves published."""

import asyncio
import time
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey
from pydantic_core import from_json, to_json

from services.registry.people.domain import Person
from services.registry.sign_in import store
from services.registry.sign_in.domain import ACCESS_LASTS, Audience
from shared.auth import ISSUER
from shared.ids import new_id, utc_now
from shared.sealing import Sealer
from shared.settings import ServiceSettings, plain
from shared.storage import Document, Storage

SIGNS_FOR = timedelta(days=30)
NEXT_MADE_BEFORE = timedelta(days=1)  # so that other services have long fetched a key when it begins to sign
PUBLISHED_AFTER = timedelta(hours=1)  # longer than any token lasts
KEPT = 60  # seconds in memory
ALGORITHM = "Ed25519"  # RFC 9864


class SigningKeys:
    """Signs access tokens, and verifies them here without asking anybody."""

    def __init__(self, storage: Storage, settings: ServiceSettings) -> None:
        self._storage = storage
        self._sealer = Sealer(plain(settings.vault_secrets), purpose="signing-key")
        self._rows: list[Document] = []
        self._read_at = -1.0 * KEPT
        self._one_at_a_time = asyncio.Lock()

    async def current(self, *, fresh: bool = False) -> KeySet:
        """Return the public keys."""
        return KeySet([OKPKey.import_key(row["public"]) for row in await self._kept(fresh=fresh)])

    async def sign(self, person: Person, audience: Audience, *, now: datetime) -> tuple[str, datetime]:
        """Return an access token (RFC 9068) for ``person`` at one service, and until when it is good."""
        key = await self._signing(now)
        expires_at = now + ACCESS_LASTS
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "sub": person.id,
            "roles": list(person.roles),
            "organisation_ids": list(person.organisation_ids),
            "rev": person.revision,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": new_id(),
        }
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": "at+jwt"}
        return jwt.encode(header, claims, key, algorithms=[ALGORITHM]), expires_at.replace(microsecond=0)

    async def prepare(self, *, now: datetime) -> None:
        """Make the next key when there is none that will sign tomorrow; two replicas may make two, and both serve."""
        rows = await self._kept(fresh=True)
        if not any(row["signs_until"] > now + NEXT_MADE_BEFORE for row in rows):
            await store.add_key(self._storage.reader, self._new(rows, now))
            self._read_at = -1.0 * KEPT

    def _new(self, rows: list[Document], now: datetime) -> Document:
        """Return a new key; it signs from now where it is the first, else when the last one ends."""
        kid = new_id()
        key = OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig"}, private=True)
        begins = max((row["signs_until"] for row in rows), default=now)
        begins = max(begins, now)
        return {
            "_id": kid,
            "sealed": self._sealer.seal(to_json(key.as_dict(private=True))),
            "public": key.as_dict(private=False),
            "signs_from": begins,
            "signs_until": begins + SIGNS_FOR,
            "published_until": begins + SIGNS_FOR + PUBLISHED_AFTER,
        }

    async def _signing(self, now: datetime) -> OKPKey:
        for fresh in (False, True):
            for row in await self._kept(fresh=fresh):
                if row["signs_from"] <= now < row["signs_until"]:
                    return OKPKey.import_key(from_json(self._sealer.open(row["sealed"])))
            if not fresh:
                await self.prepare(now=now)
        raise AssertionError("prepare has made a key that signs now")

    async def _kept(self, *, fresh: bool) -> list[Document]:
        async with self._one_at_a_time:
            if fresh or time.monotonic() - self._read_at > KEPT:
                self._rows = await store.keys(self._storage.reader, now=utc_now())
                self._read_at = time.monotonic()
            return self._rows
