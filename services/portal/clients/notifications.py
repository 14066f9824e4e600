"""Notifications, asked: what became of every letter."""

from datetime import datetime
from typing import Any

from services.portal.clients.base import Caller, Model, Page


class Letter(Model):
    """One letter to one person."""

    id: str
    kind: str
    recipient_id: str = ""
    about_id: str = ""
    language: str | None = None
    state: str
    attempts: int = 0
    error: str | None = None
    due_at: datetime | None = None
    sent_at: datetime | None = None


class Summary(Model):
    """How many letters are in each state."""

    states: dict[str, int]


class Notifications:
    """The notifications service's HTTP API."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def letters(self, **wanted: Any) -> Page[Letter]:
        """List letters: ``about``, ``state``, ``kind``, ``after``, ``limit``."""
        return await self._call.get("/letters", Page[Letter], wanted)

    async def summary(self, about: str) -> dict[str, int]:
        """Return how many letters about something are in each state."""
        return (await self._call.get("/letters/summary", Summary, {"about": about})).states

    async def retry(self, letter_id: str) -> None:
        """Try a letter again that has failed."""
        await self._call.ask("POST", f"/letters/{letter_id}/retry", object)
