"""People, asked of the registry: their records, what they agreed to, and that they be forgotten."""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from services.portal.clients.registry import Person
from shared.model import Language


class Position(Model):
    """What somebody does for one of their organisations."""

    organisation_id: str
    function: str


class Record(Person):
    """A person's whole record, as coordinators and the person see it."""

    revision: int
    address: str
    legal_name: str = ""
    phone: str = ""
    notes: str = ""
    positions: list[Position] = Field(default_factory=list)
    registered_at: datetime


class Consent(Model):
    """What somebody agreed to, in which words, from when and until when."""

    id: str
    purpose: str
    text: str
    language: Language
    given_at: datetime
    way: str
    withdrawn_at: datetime | None = None


class Colleague(Model):
    """A colleague of whoever asks."""

    id: str
    display_name: str


class People:
    """What the registry's HTTP API says about people."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def one(self, person_id: str) -> Record:
        """Return somebody's record."""
        return await self._call.get(f"/people/{person_id}", Record)

    async def me(self) -> Record:
        """Return the record of whoever asks."""
        return await self._call.get("/me", Record)

    async def colleagues(self, person_ids: list[str]) -> list[Colleague]:
        """Return what those of ``person_ids`` are called who work for an organisation of whoever asks."""
        return (await self._call.ask("POST", "/me/colleagues", Page[Colleague], {"ids": person_ids})).items

    async def register(self, command: dict[str, Any], *, key: str) -> Record:
        """Begin a record."""
        return await self._call.ask("POST", "/people", Record, command, key=key)

    async def correct(self, person_id: str, command: dict[str, Any], *, revision: int) -> Record:
        """Replace what a record says."""
        return await self._call.ask("PUT", f"/people/{person_id}", Record, command, revision=revision)

    async def correct_me(self, command: dict[str, Any], *, revision: int) -> Record:
        """Replace what people may change of their own record."""
        return await self._call.ask("PUT", "/me", Record, command, revision=revision)

    async def consents(self, person_id: str) -> list[Consent]:
        """Return what somebody agreed to, oldest first."""
        return (await self._call.get(f"/people/{person_id}/consents", Page[Consent])).items

    async def record_consent(self, person_id: str, command: dict[str, Any], *, key: str) -> Consent:
        """Record that somebody agreed."""
        return await self._call.ask("POST", f"/people/{person_id}/consents", Consent, command, key=key)

    async def withdraw_consent(self, person_id: str, consent_id: str) -> Consent:
        """Take back what somebody agreed to."""
        return await self._call.ask("POST", f"/people/{person_id}/consents/{consent_id}/withdrawal", Consent)

    async def erase(self, person_id: str, display_name: str) -> None:
        """Forget somebody, everywhere and for good."""
        await self._call.ask("POST", f"/people/{person_id}/erasure", object, {"display_name": display_name})

    async def erase_me(self, display_name: str) -> None:
        """Forget whoever asks, everywhere and for good."""
        await self._call.ask("POST", "/me/erasure", object, {"display_name": display_name})

    async def my_data(self) -> Any:
        """Return everything the registry keeps about whoever asks."""
        return await self._call.get("/me/data", object)
