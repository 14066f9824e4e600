"""The rules of signing in: how long links, sessions and tokens are good, and when a session is ended."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.registry.people.domain import Person
from shared.addresses import MAX_ADDRESS
from shared.events.registry import Role, SignInRequested
from shared.ids import Id, new_id
from shared.model import Command, Language, Model, Time, ZoneName
from shared.problems import Unauthenticated

LINK_LASTS = timedelta(minutes=15)
ACCESS_LASTS = timedelta(minutes=10)
SESSION_RESTS = timedelta(days=14)  # a session that is not used for so long is over
SESSION_LASTS = timedelta(days=90)  # then even a session in daily use needs a new letter
GRACE = timedelta(seconds=30)  # tabs that renew at the same moment
MAX_SPENT = 64  # renewals within `GRACE` that are remembered
SECRET_BYTES = 32
SENDING = "sign-in-links"
"""The job that sends links; each request wakes it."""

Audience = Literal["registry", "meetings", "notifications", "reports"]
BrowserHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256, in hexadecimal, of a random secret that stays in the browser."""
RefreshToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{86}$")]


class RequestSignIn(Command):
    """Ask for a link to sign in; the answer is the same whether the address is known or not."""

    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=MAX_ADDRESS)]
    browser: BrowserHash
    language: Language = "en"


class RedeemSignIn(Command):
    """Sign in with the token of the link, in the browser that asked."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    browser: BrowserHash


class RenewTokens(Command):
    """Ask for an access token for one service."""

    refresh_token: RefreshToken
    audience: Audience


class SignOut(Command):
    """End the session."""

    refresh_token: RefreshToken


class SignedInPerson(Model):
    """Who has signed in."""

    id: Id
    display_name: str
    roles: list[Role]
    organisation_ids: list[Id]
    language: Language
    time_zone: ZoneName


class SignedIn(Model):
    """A session has begun: ``refresh_token`` is its key and is shown once."""

    refresh_token: str
    person: SignedInPerson


class Tokens(Model):
    """An access token for one service, good until ``expires_at``, and the refresh token for the next."""

    access_token: str
    expires_at: Time
    refresh_token: str


class SignIn(Model):
    """A request to sign in, made in a browser with an address that may be nobody's."""

    id: Id
    fingerprint: str
    """By which the person is found; the address itself is not kept."""
    browser: str
    language: Language
    asked_at: Time
    expires_at: Time
    state: Literal["asked", "sent"] = "asked"
    person_id: Id | None = None
    used_at: Time | None = None


def ask(command: RequestSignIn, *, fingerprint: str, now: datetime) -> SignIn:
    """Return the request as it is kept."""
    return SignIn(
        id=new_id(),
        fingerprint=fingerprint,
        browser=command.browser,
        language=command.language,
        asked_at=now,
        expires_at=now + LINK_LASTS,
    )


def send(sign_in: SignIn, person: Person | None) -> tuple[SignIn, SignInRequested] | None:
    """Return the request with its person and the news that a link is to be sent, or `None` when nobody gets one.

    Those who are not to be contacted get none either: anybody could have asked in their name.
    """
    if person is None or not person.active or person.no_contact:
        return None
    event = SignInRequested(
        revision=1,
        sign_in_id=sign_in.id,
        person_id=person.id,
        language=sign_in.language,
        expires_at=sign_in.expires_at,
    )
    return sign_in.model_copy(update={"state": "sent", "person_id": person.id}), event


def redeem(sign_in: SignIn | None, command: RedeemSignIn, *, now: datetime) -> SignIn:
    """Return the request, used.  Raises `Unauthenticated` with the reason that helps whoever holds the link."""
    if sign_in is None or sign_in.person_id is None:
        raise Unauthenticated("link-not-valid", "This link is not ours, or has been forgotten: ask for a new one.")
    if sign_in.used_at is not None:
        raise Unauthenticated("link-used", "This link has been used: ask for a new one.")
    if sign_in.expires_at <= now:
        raise Unauthenticated("link-expired", "This link has expired: ask for a new one.")
    if not hmac.compare_digest(sign_in.browser, command.browser):
        raise Unauthenticated("other-browser", "Open the link in the browser in which you asked for it.")
    return sign_in.model_copy(update={"used_at": now})


class Spent(Model):
    """A refresh token that was replaced: its SHA-256, and when."""

    token: str
    at: Time


class Session(Model):
    """A family of refresh tokens, each made from the one before; only hashes are kept."""

    id: str
    """SHA-256 of the part that all tokens of the family share."""
    person_id: Id
    current: str
    """SHA-256 of the token that is good now."""
    spent: list[Spent] = Field(default_factory=list)
    """The tokens before, those replaced less than `GRACE` ago, oldest first."""
    begun_at: Time
    expires_at: Time


@dataclass(frozen=True, slots=True)
class Renewal:
    """What came of a refresh token: the session as it is now, and the token to use next."""

    session: Session
    token: str


def begin(person_id: Id, *, now: datetime) -> Renewal:
    """Return a new session and its first refresh token."""
    family, secret = secrets.token_bytes(SECRET_BYTES), secrets.token_bytes(SECRET_BYTES)
    session = Session(
        id=_hash(family),
        person_id=person_id,
        current=_hash(secret),
        begun_at=now,
        expires_at=now + SESSION_RESTS,
    )
    return Renewal(session, _token(family, secret))


def session_id(token: str) -> str:
    """Return the id of the session that a refresh token belongs to."""
    return _hash(_parts(token)[0])


def renew(session: Session, token: str, *, key: bytes, now: datetime) -> Renewal | None:
    """Return the renewed session and the next refresh token, or `None`: the session must end.

    The next token is made from this one with ``key``, so that tabs that renew at the same moment end with the same one.
    A token that comes back after `GRACE` was copied; which of the two holders is the thief cannot be known, so both
    are out.
    """
    if session.expires_at <= now:
        return None
    family, secret = _parts(token)
    session = session.model_copy(update={"spent": [each for each in session.spent if now < each.at + GRACE]})
    if hmac.compare_digest(_hash(secret), session.current):
        following = _following(secret, key)
        spent = [*session.spent, Spent(token=session.current, at=now)][-MAX_SPENT:]
        expires_at = min(now + SESSION_RESTS, session.begun_at + SESSION_LASTS)
        changes = {"current": _hash(following), "spent": spent, "expires_at": expires_at}
        return Renewal(session.model_copy(update=changes), _token(family, following))
    if any(hmac.compare_digest(_hash(secret), each.token) for each in session.spent):
        newest = _newest(secret, session, key)
        return None if newest is None else Renewal(session, _token(family, newest))
    return None


def _newest(secret: bytes, session: Session, key: bytes) -> bytes | None:
    """Return the token that is good now, found from a spent one."""
    for _ in session.spent:
        secret = _following(secret, key)
        if hmac.compare_digest(_hash(secret), session.current):
            return secret
    return None


def _following(secret: bytes, key: bytes) -> bytes:
    return hmac.digest(key, secret, hashlib.sha256)


def signed_in(person: Person) -> SignedInPerson:
    """Return what the portal may know of who has signed in."""
    return SignedInPerson(**{name: getattr(person, name) for name in SignedInPerson.model_fields})


def _token(family: bytes, secret: bytes) -> str:
    return base64.urlsafe_b64encode(family + secret).decode().rstrip("=")


def _parts(token: str) -> tuple[bytes, bytes]:
    parts = base64.urlsafe_b64decode(token + "==")
    return parts[:SECRET_BYTES], parts[SECRET_BYTES:]


def _hash(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()
