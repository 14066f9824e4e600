"""Who asks, and what they may: access tokens, roles, signed links; every route declares one of these.

Access tokens are JWTs (RFC 7519) signed with Ed25519 by the registry, good for ten minutes and for one service; the
keys are fetched from the registry (RFC 7517) and cached.  A change of a person's roles puts older tokens out at the
next request.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, Protocol

import httpx2
from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBase as HTTPBaseModel
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared import logs
from shared.events.registry import PersonErased, PersonUpdated, Role
from shared.ids import utc_now
from shared.links import LinkClaims, Links, Purpose
from shared.model import Model
from shared.problems import Forbidden, Unauthenticated, Unavailable
from shared.storage import Document, Reader, Tx, asking

log = logs.get(__name__)

ISSUER = "zgoda-registry"
ALGORITHMS = ["Ed25519"]  # RFC 9864
KEYS_KEPT = 300  # seconds
ASK_AGAIN_AFTER = 5  # seconds, when a token names a key that is not known
MAX_TOKEN = 4096  # characters

Needed = Literal["member", "editor", "coordinator", "operator"]

GRANTED_BY: dict[Needed, frozenset[Role]] = {
    "member": frozenset({"member", "editor", "coordinator", "operator"}),
    "editor": frozenset({"editor", "coordinator"}),
    "coordinator": frozenset({"coordinator"}),
    "operator": frozenset({"operator"}),
}
READ_GRANTED_BY: dict[Needed, frozenset[Role]] = {
    **GRANTED_BY,
    "coordinator": frozenset({"coordinator", "operator"}),
}
"""Operators may look at what coordinators see, and change none of it."""


class Actor(Model):
    """The person who asks; ``revision`` is that of their record when the token was made."""

    person_id: str
    roles: frozenset[Role]
    organisation_ids: tuple[str, ...] = ()
    revision: int = 1

    def may(self, needed: Needed) -> bool:
        """Return whether one of this person's roles grants ``needed``."""
        return bool(self.roles & GRANTED_BY[needed])


class Keys(Protocol):
    """Where the public keys come from that access tokens are verified with."""

    async def current(self, *, fresh: bool = False) -> KeySet:
        """Return the keys; ``fresh`` when a token names one that is not among them.  Raises `Unavailable`."""
        ...


class RemoteKeys:
    """The registry's keys, fetched over HTTP and kept for five minutes."""

    def __init__(self, registry_url: str) -> None:
        self._url = f"{registry_url.rstrip('/')}/.well-known/jwks.json"
        self._keys: KeySet | None = None
        self._fetched_at = -KEYS_KEPT * 1.0
        self._one_at_a_time = asyncio.Lock()

    async def current(self, *, fresh: bool = False) -> KeySet:
        """Return the keys, fetched anew when they are old, or on demand at most every five seconds."""
        async with self._one_at_a_time:
            age = time.monotonic() - self._fetched_at
            if self._keys is None or age > KEYS_KEPT or (fresh and age > ASK_AGAIN_AFTER):
                await self._fetch()
        if self._keys is None:
            raise Unavailable("keys-not-available", "Signing in cannot be checked for the moment: try again.")
        return self._keys

    async def _fetch(self) -> None:
        try:
            async with httpx2.AsyncClient(timeout=5, follow_redirects=False) as client:
                answer = await client.get(self._url)
                answer.raise_for_status()
            self._keys = KeySet.import_key_set(answer.json())
            self._fetched_at = time.monotonic()
        except (httpx2.HTTPError, ValueError, JoseError) as error:
            log.warning("keys-not-fetched", reason=type(error).__name__)  # old keys serve on


async def verify(token: str, *, audience: str, keys: Keys) -> Actor:
    """Return who the access token speaks for.  Raises `Unauthenticated` (``token-not-valid``)."""
    if len(token) > MAX_TOKEN:
        raise _bad_token()
    for fresh in (False, True):
        known = await keys.current(fresh=fresh)
        try:
            decoded = jwt.decode(token, known, algorithms=ALGORITHMS)
        except Exception:  # noqa: S112 - the key is not among these, or whatever else a forged token breaks
            continue
        return _actor(decoded.claims, audience)
    raise _bad_token()


def _actor(claims: dict[str, Any], audience: str) -> Actor:
    rules = jwt.JWTClaimsRegistry(
        leeway=0,
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        rules.validate(claims)
        return Actor(
            person_id=claims["sub"],
            roles=claims.get("roles", ()),
            organisation_ids=claims.get("organisation_ids", ()),
            revision=claims.get("rev", 1),
        )
    except (JoseError, ValueError):
        raise _bad_token() from None


def _bad_token() -> Unauthenticated:
    return Unauthenticated("token-not-valid", "Sign in again: this access token is not, or no longer, good.")


async def remember_access(tx: Tx, event: PersonUpdated) -> None:
    """Keep since which revision a person's roles and organisations are what they are: older tokens are out."""
    access = tx["access"]
    known = await access.find_one({"_id": event.person_id})
    if known is not None and (known["revision"] >= event.revision or known.get("erased")):
        return
    now = {"roles": sorted(event.roles), "organisations": sorted(event.organisation_ids), "active": event.active}
    changed = known is None or any(known[name] != value for name, value in now.items())
    since = event.revision if changed or known is None else known["since"]
    row = {"_id": event.person_id, "revision": event.revision, "since": since, **now}
    await access.replace_one({"_id": event.person_id}, row, upsert=True)


async def end_access(tx: Tx, event: PersonErased) -> None:
    """Put all tokens of somebody who was forgotten out, for good."""
    known = await tx["access"].find_one({"_id": event.person_id})
    revision = max(event.revision, known["revision"] if known else 0)
    row: Document = {"_id": event.person_id, "revision": revision, "since": revision, "roles": [], "organisations": []}
    await tx["access"].replace_one({"_id": event.person_id}, {**row, "active": False, "erased": True}, upsert=True)


async def check_access(reader: Reader, actor: Actor) -> None:
    """Refuse a token that is older than the last change of the person's rights.  Raises `Unauthenticated`."""
    known = await reader["access"].find_one({"_id": actor.person_id})
    if known is not None and (not known["active"] or actor.revision < known["since"]):
        raise Unauthenticated("token-outdated", "Sign in again: your rights have changed.")


class Needs(SecurityBase):
    """What a route demands of an access token: a role, or nothing (``None``: anyone may call it).

    ``operators_read`` says whether operators may look at what coordinators see.
    """

    def __init__(self, role: Needed | None, *, operators_read: bool = True) -> None:
        self.role = role
        self.operators_read = operators_read
        self.model = HTTPBearerModel(bearerFormat="JWT", description="An access token of the registry")
        self.scheme_name = "access token"

    async def __call__(self, request: Request) -> Actor | None:
        """Return who asks.  Raises `Unauthenticated` and `Forbidden`."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            if self.role is None:
                return None
            raise Unauthenticated("sign-in-needed", "This needs an access token: sign in first.")
        context = request.app.state.context
        actor = await verify(token, audience=context.settings.service, keys=context.keys)
        await check_access(context.storage.reader, actor)
        granted = READ_GRANTED_BY if self.operators_read and request.method in ("GET", "HEAD") else GRANTED_BY
        if self.role is not None and not actor.roles & granted[self.role]:
            raise Forbidden("role-needed", "Your roles do not allow this: ask a coordinator.", role=self.role)
        asking.set(actor.person_id)  # what is told because of this request says so
        return actor


class Bearing(SecurityBase):
    """A route that is open to whoever holds a signed link for ``purpose``: ``Authorization: Link <token>``.

    A link for ``wider``, which may do more elsewhere, opens it too.
    """

    def __init__(self, purpose: Purpose, *, wider: Purpose | None = None) -> None:
        self.purpose: Purpose = purpose
        self.wider = wider
        self.model = HTTPBaseModel(scheme="link", description=f"The token of a signed link ({purpose})")
        self.scheme_name = f"{purpose} link"

    async def __call__(self, request: Request) -> LinkClaims:
        """Return what the link says.  Raises `Unauthenticated`."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "link":
            raise Unauthenticated("link-needed", "This needs the personal link from the letter.")
        links: Links = request.app.state.context.links
        try:
            return links.read(self.purpose, token, now=utc_now())
        except Unauthenticated as refused:
            if self.wider is None or refused.code != "link-not-valid":
                raise
        return links.read(self.wider, token, now=utc_now())


Anyone = Annotated[Actor | None, Depends(Needs(None))]
"""A public route; the actor where one has signed in."""
Member = Annotated[Actor, Depends(Needs("member"))]
Editor = Annotated[Actor, Depends(Needs("editor"))]
Coordinator = Annotated[Actor, Depends(Needs("coordinator"))]
Secretariat = Annotated[Actor, Depends(Needs("coordinator", operators_read=False))]
"""A coordinator, where it is about people: whoever merely runs the machines need not know them."""
Operator = Annotated[Actor, Depends(Needs("operator"))]
AnswerLink = Annotated[LinkClaims, Depends(Bearing("answer"))]
FeedLink = Annotated[LinkClaims, Depends(Bearing("feed"))]
PreferencesLink = Annotated[LinkClaims, Depends(Bearing("preferences"))]
StopLink = Annotated[LinkClaims, Depends(Bearing("stop", wider="preferences"))]
"""Letters sent before there were links for this alone name the wider one to mail programs (RFC 8058)."""
SubscriptionLink = Annotated[LinkClaims, Depends(Bearing("subscription"))]
UnsubscribeLink = Annotated[LinkClaims, Depends(Bearing("unsubscribe"))]

Access = Needs | Bearing
AccessCheck = Callable[[Reader, Actor], Awaitable[None]]
