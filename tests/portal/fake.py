"""The services as the portal sees them over HTTP, played by a table of answers that remembers what was asked."""

import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
from fastapi import FastAPI

from services.portal.main import create_app
from services.portal.sessions import Session
from services.portal.settings import Settings
from shared.ids import new_id, utc_now

SECRET = "a-secret-for-tests-that-is-long-enough"
PORTAL = "http://127.0.0.1:8080"
MEETING = new_id()
PERSON = new_id()
TOKEN = "a.signed.token-from-a-letter"

Play = Callable[[httpx2.Request], Any]


def problem(status: int, code: str, *errors: dict[str, Any]) -> httpx2.Response:
    """Return a refusal as the services give it."""
    body = {"status": status, "code": code, "detail": "In English, for programs.", "errors": list(errors)}
    return httpx2.Response(status, json=body, headers={"Content-Type": "application/problem+json"})


@dataclass
class Services:
    """All services behind one transport; ``plays`` maps *METHOD path* to an answer or to what makes one."""

    plays: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx2.Request] = field(default_factory=list)
    renewals: int = 0

    def __post_init__(self) -> None:
        self.plays["POST /tokens"] = self.renew

    def renew(self, _: httpx2.Request) -> Any:
        """Give the next tokens."""
        self.renewals += 1
        expires_at = (utc_now() + timedelta(minutes=10)).isoformat()
        return {
            "access_token": f"access-{self.renewals}",
            "expires_at": expires_at,
            "refresh_token": f"r{self.renewals}",
        }

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """Play one answer; what is not in the table is down."""
        self.asked.append(request)
        play = self.plays.get(f"{request.method} {request.url.path}")
        if play is None:
            raise httpx2.ConnectError("nobody listens")
        found = play(request) if callable(play) else play
        return found if isinstance(found, httpx2.Response) else httpx2.Response(200, json=found)

    def changes(self) -> list[httpx2.Request]:
        """Return what was asked that could change something."""
        return [each for each in self.asked if each.method != "GET" and each.url.path != "/tokens"]

    def body(self, index: int = -1) -> Any:
        """Return the JSON of one of the `changes`."""
        return json.loads(self.changes()[index].content)


@dataclass
class Portal:
    """The portal in this process, and the services behind it."""

    app: FastAPI
    services: Services

    def browser(self, *roles: str, **headers: str) -> httpx2.AsyncClient:
        """Return a browser on the portal's own pages, signed in when there are ``roles``."""
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app),
            base_url=self.app.state.settings.portal_url,
            headers={"Origin": self.app.state.settings.origin, **headers},
        )
        if roles:
            session = session_of(*roles)
            name, _, value = self.app.state.cookies.keep_session(session).partition(";")[0].partition("=")
            client.cookies.set(name, value)
        return client


def session_of(*roles: str) -> Session:
    """Return the session of somebody with ``roles``."""
    person = {"id": PERSON, "display_name": "Alena", "roles": roles, "language": "be", "time_zone": "Europe/Minsk"}
    values = {"id": new_id(), "refresh_token": "r0", "started_at": utc_now(), "person": person}
    return Session.model_validate(values)


def settings(**values: Any) -> Settings:
    """Return settings for a test."""
    return Settings(**{"session_secrets": [SECRET], "portal_url": PORTAL, "log_level": "error", **values})


@asynccontextmanager
async def running(**values: Any) -> Any:
    """Yield the portal before services that are played."""
    services = Services()
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(services.answer))
    app = create_app(settings(**values), http)
    async with app.router.lifespan_context(app):
        yield Portal(app, services)


def linked(**values: Any) -> dict[str, Any]:
    """Return what meetings says to the holder of an answer link."""
    starts_at = utc_now() + timedelta(days=10)
    return {
        "invitation_id": new_id(),
        "meeting_id": MEETING,
        "title": {"en": "Implementers' Meeting", "pl": "Spotkanie realizatorów"},
        "text": {"en": "We meet."},
        "place": "Warsaw",
        "link": "",
        "agenda": [{"starts_at": starts_at.isoformat(), "title": {"en": "Opening"}}],
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=2)).isoformat(),
        "time_zone": "Europe/Warsaw",
        "languages": ["en"],
        "state": "scheduled",
        "answer": "pending",
        "comment": "",
        "moved_since": False,
        "can_answer": True,
        "can_answer_until": starts_at.isoformat(),
        "my_language": "en",
        "my_time_zone": "Europe/Minsk",
        **values,
    }
