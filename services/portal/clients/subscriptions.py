"""Subscriptions and webhooks, asked of reports: by anybody, by the link in a letter, by coordinators."""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from shared.events.reports import ReportKind, Theme
from shared.model import Language


class Offered(Model):
    """What a subscription may be narrowed to."""

    countries: list[str] = Field(default_factory=list)


class Subscription(Model):
    """What somebody asked to be told of."""

    state: str = ""
    revision: int | None = None
    themes: list[Theme] = Field(default_factory=list)
    language: Language = "en"
    languages: list[Language] = Field(default_factory=list)
    countries: list[str] = Field(default_factory=list)
    kinds: list[ReportKind] = Field(default_factory=list)
    frequency: str = "now"


class Webhook(Model):
    """A system that is told of reports."""

    id: str
    label: str
    host: str
    themes: list[Theme] = Field(default_factory=list)
    languages: list[Language] = Field(default_factory=list)
    countries: list[str] = Field(default_factory=list)
    kinds: list[ReportKind] = Field(default_factory=list)
    state: str
    registered_at: datetime
    verified_at: datetime | None = None
    taken_at: datetime | None = None
    failing_since: datetime | None = None
    trouble: str | None = None
    secret: str = ""
    """Told once, to whoever has registered it just now."""


class Message(Model):
    """One message to a webhook."""

    id: str
    type: str
    state: str
    code: str | None = None
    attempts: int
    created_at: datetime
    tried_at: datetime | None = None
    due_at: datetime | None = None


class Subscriptions:
    """What the reports service's HTTP API says about subscriptions."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def offered(self) -> Offered:
        """Return what a subscription may be narrowed to."""
        return await self._call.get("/subscriptions/offered", Offered)

    async def ask(self, address: str, wish: dict[str, Any]) -> None:
        """Have a letter sent that asks the owner of the address to confirm."""
        await self._call.ask("POST", "/subscriptions", object, {"address": address, **wish})

    async def waiting(self) -> Subscription:
        """Return what the confirmation link is for."""
        return await self._call.get("/subscription", Subscription)

    async def confirm(self) -> None:
        """Confirm the subscription of the link."""
        await self._call.ask("POST", "/subscription/confirmation", object)

    async def ending(self) -> object:
        """Return what the link would end.  Raises `Refused` when the link is not good."""
        return await self._call.get("/subscription/ending", object)

    async def end(self) -> None:
        """End the subscription of the link; again is no harm."""
        await self._call.ask("POST", "/subscription/ending", object)

    async def own(self) -> Subscription:
        """Return what the holder of a link to their preferences hears of."""
        return await self._call.get("/subscription/own", Subscription)

    async def change(self, wish: dict[str, Any], *, revision: int) -> Subscription:
        """Hear of this from now on."""
        return await self._call.ask("PUT", "/subscription/own", Subscription, wish, revision=revision)

    async def end_own(self) -> None:
        """Hear no more; again is no harm."""
        await self._call.ask("DELETE", "/subscription/own", object)


class Webhooks:
    """What the reports service's HTTP API says about systems that are told of reports."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def all(self, **wanted: Any) -> Page[Webhook]:
        """List the webhooks: ``after``, ``limit``."""
        return await self._call.get("/webhooks", Page[Webhook], wanted)

    async def one(self, webhook_id: str) -> Webhook:
        """Return one webhook."""
        return await self._call.get(f"/webhooks/{webhook_id}", Webhook)

    async def register(self, command: dict[str, Any], *, key: str | None) -> Webhook:
        """Register a webhook; its secret is in this answer alone."""
        return await self._call.ask("POST", "/webhooks", Webhook, command, key=key)

    async def verify(self, webhook_id: str) -> None:
        """Call it once more and ask for the challenge."""
        await self._call.ask("POST", f"/webhooks/{webhook_id}/verification", object)

    async def remove(self, webhook_id: str) -> None:
        """Call it no more."""
        await self._call.send("DELETE", f"/webhooks/{webhook_id}")

    async def messages(self, webhook_id: str, **wanted: Any) -> Page[Message]:
        """List what was or will be sent: ``after``, ``limit``."""
        return await self._call.get(f"/webhooks/{webhook_id}/messages", Page[Message], wanted)
