"""Coalitions, asked of the registry: formed, named, and of which organisations they are."""

from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page


class Coalition(Model):
    """A named group of organisations, with those of whom whoever asks may know."""

    id: str
    revision: int
    name: dict[str, str]
    organisation_ids: list[str] = Field(default_factory=list)


class Coalitions:
    """What the registry's HTTP API says about coalitions."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def page(self, after: str = "") -> Page[Coalition]:
        """Return some coalitions."""
        return await self._call.get("/coalitions", Page[Coalition], {"after": after, "limit": 50})

    async def one(self, coalition_id: str) -> Coalition:
        """Return one coalition."""
        return await self._call.get(f"/coalitions/{coalition_id}", Coalition)

    async def form(self, body: dict[str, Any], *, key: str) -> Coalition:
        """Give a group of organisations a name."""
        return await self._call.ask("POST", "/coalitions", Coalition, body, key=key)

    async def rename(self, coalition_id: str, name: dict[str, str], *, revision: int) -> Coalition:
        """Call it something else."""
        path = f"/coalitions/{coalition_id}/name"
        return await self._call.ask("PUT", path, Coalition, {"name": name}, revision=revision)

    async def change(self, coalition_id: str, organisation_ids: list[str], *, revision: int) -> Coalition:
        """Replace its members."""
        path = f"/coalitions/{coalition_id}/members"
        return await self._call.ask("PUT", path, Coalition, {"organisation_ids": organisation_ids}, revision=revision)
