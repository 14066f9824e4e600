"""Who is signed in: kept in one sealed cookie, with the newest tokens of each session remembered in memory.

Access tokens last minutes and belong to one service each; a refresh token is good once.  Parallel tabs send the same
cookie, so the first to ask refreshes and the others wait for it; a cookie that lost the race is simply an older turn.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import ValidationError

from services.portal.clients.base import Model
from services.portal.clients.registry import Issued, SignedIn
from shared.ids import utc_now
from shared.sealing import Sealer, Unsealable, derive

SESSION_LASTS = timedelta(days=14)
SIGN_IN_LASTS = timedelta(minutes=30)  # longer than a sign-in link, so that a late click is told so
MARGIN = timedelta(seconds=30)  # an access token is renewed before a service could call it expired
MAX_REMEMBERED = 10_000  # sessions; whoever is forgotten is refreshed from the cookie

Kept = TypeVar("Kept", bound=Model)

Refresh = Callable[[str, str], Awaitable[Issued]]
"""Refresh token, audience → the next ones."""


class Session(Model):
    """What the cookie holds: a refresh token, which turn of it this is, and who the person is."""

    id: str
    turn: int = 0
    refresh_token: str
    started_at: datetime
    person: SignedIn

    @property
    def may_coordinate(self) -> bool:
        """Whether the person prepares meetings and sees who is invited."""
        return "coordinator" in self.person.roles

    @property
    def may_look(self) -> bool:
        """Whether the person may see what coordinators see."""
        return self.may_coordinate or "operator" in self.person.roles

    @property
    def may_operate(self) -> bool:
        """Whether the person runs the machines: holds letters, looks after what could not be handled."""
        return "operator" in self.person.roles

    @property
    def may_edit(self) -> bool:
        """Whether the person writes and publishes reports."""
        return self.may_coordinate or "editor" in self.person.roles


class SignIn(Model):
    """What the cookie of a browser holds that asked to sign in: a secret, and where to go afterwards."""

    secret: str
    begun_at: datetime
    then: str = ""

    @property
    def browser(self) -> str:
        """The secret's SHA-256: what the registry may know of this browser."""
        return hashlib.sha256(self.secret.encode()).hexdigest()


def begin(refresh_token: str, person: SignedIn) -> Session:
    """Return the session of somebody who has just signed in."""
    return Session(id=secrets.token_urlsafe(18), refresh_token=refresh_token, started_at=utc_now(), person=person)


def ask(then: str = "") -> SignIn:
    """Return what binds a sign-in to the browser that asked for it."""
    return SignIn(secret=secrets.token_urlsafe(32), begun_at=utc_now(), then=then)


class Cookies:
    """Seals sessions and sign-ins into cookies, and reads them; over https their names bind them to the host."""

    def __init__(self, session_secrets: list[str], *, secure: bool) -> None:
        self._sessions = Sealer(session_secrets, purpose="portal-session")
        self._sign_ins = Sealer(session_secrets, purpose="portal-sign-in")
        self._visitors = derive(session_secrets[0], "portal-visitor")
        self._secure = secure
        prefix = "__Host-" if secure else ""  # RFC 6265bis 4.1.3.2: only with Secure, Path=/ and no Domain
        self.session_name = f"{prefix}zgoda-session"
        self.sign_in_name = f"{prefix}zgoda-sign-in"

    def session(self, cookie: str | None) -> Session | None:
        """Return the session in a cookie, or `None` when there is none that still holds."""
        session = _read(self._sessions, cookie, Session)
        return session if session and utc_now() - session.started_at < SESSION_LASTS else None

    def sign_in(self, cookie: str | None) -> SignIn | None:
        """Return the sign-in that this browser asked for, or `None`."""
        sign_in = _read(self._sign_ins, cookie, SignIn)
        return sign_in if sign_in and utc_now() - sign_in.begun_at < SIGN_IN_LASTS else None

    def keep_session(self, session: Session) -> str:
        """Return the ``Set-Cookie`` header that keeps ``session``."""
        left = SESSION_LASTS - (utc_now() - session.started_at)
        return self._header(self.session_name, self._sessions.seal(session.model_dump_json().encode()), left)

    def keep_sign_in(self, sign_in: SignIn) -> str:
        """Return the ``Set-Cookie`` header that keeps ``sign_in``."""
        sealed = self._sign_ins.seal(sign_in.model_dump_json().encode())
        return self._header(self.sign_in_name, sealed, SIGN_IN_LASTS)

    def fingerprint(self, network: str) -> str:
        """Return what tells the visitors from one network from others, without saying which network it is."""
        return hmac.digest(self._visitors, network.encode(), hashlib.sha256).hex()[:32]

    def forget(self, name: str) -> str:
        """Return the ``Set-Cookie`` header that ends the cookie ``name``."""
        return self._header(name, "", timedelta(0))

    def _header(self, name: str, value: str, lasts: timedelta) -> str:
        secure = "; Secure" if self._secure else ""
        seconds = max(0, int(lasts.total_seconds()))
        return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def _read(sealer: Sealer, cookie: str | None, model: type[Kept]) -> Kept | None:
    if not cookie:
        return None
    try:
        return model.model_validate_json(sealer.open(cookie))
    except (Unsealable, ValidationError):
        return None


@dataclass(slots=True)
class _Held:
    session: Session
    access: dict[str, Issued] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Tokens:
    """The newest refresh token and the access tokens of each session, in memory; bounded, and rebuilt from cookies."""

    def __init__(self, refresh: Refresh) -> None:
        self._refresh = refresh
        self._held: OrderedDict[str, _Held] = OrderedDict()

    def newest(self, session: Session) -> Session:
        """Return the latest turn of ``session`` known here."""
        return self._of(session).session

    async def access(self, session: Session, audience: str) -> str:
        """Return a token for ``audience`` that is good for some seconds more.  Raises the registry's refusal."""
        held = self._of(session)
        if (token := _fresh(held, audience)) is not None:
            return token
        async with held.lock:
            if (token := _fresh(held, audience)) is not None:
                return token
            issued = await self._refresh(held.session.refresh_token, audience)
            held.access[audience] = issued
            turn = held.session.turn + 1
            held.session = held.session.model_copy(update={"turn": turn, "refresh_token": issued.refresh_token})
            return issued.access_token

    def drop(self, session: Session, audience: str) -> None:
        """Forget the token for ``audience``: the service would not have it."""
        self._of(session).access.pop(audience, None)

    def end(self, session: Session) -> None:
        """Forget the session."""
        self._held.pop(session.id, None)

    def recognise(self, session: Session, person: SignedIn) -> None:
        """Remember what the registry says of the person now."""
        held = self._of(session)
        if held.session.person != person:
            held.session = held.session.model_copy(update={"turn": held.session.turn + 1, "person": person})

    def _of(self, session: Session) -> _Held:
        held = self._held.get(session.id)
        if held is None or held.session.turn < session.turn:  # another process of ours has refreshed it since
            held = self._held[session.id] = _Held(session, held.access if held else {})
        self._held.move_to_end(session.id)
        while len(self._held) > MAX_REMEMBERED:
            self._held.popitem(last=False)
        return held


def _fresh(held: _Held, audience: str) -> str | None:
    issued = held.access.get(audience)
    return issued.access_token if issued and issued.expires_at - MARGIN > utc_now() else None
