"""The registry, asked about organisations: found, written, matched, merged and told apart."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from shared.events.registry import OrganisationKind


class Identifier(Model):
    """A number that a register gave."""

    scheme: str
    value: str


class Organisation(Model):
    """An organisation's record."""

    id: str
    revision: int = 1
    names: dict[str, str]
    other_names: dict[str, str] = Field(default_factory=dict)
    acronym: str | None = None
    acronyms: list[str] = Field(default_factory=list)
    aliases: list[str] = Field(default_factory=list)
    identifiers: list[Identifier] = Field(default_factory=list)
    kinds: list[OrganisationKind] = Field(default_factory=list)
    type: str | None = None
    level: str | None = None
    represents: dict[str, str] = Field(default_factory=dict)
    country: str | None = None
    region: str | None = None
    teryt: str | None = None
    audience: Literal["public", "members", "coordinators"] = "public"
    merged_ids: list[str] = Field(default_factory=list)
    asked_id: str | None = None


class Counts(Model):
    """How many organisations fit."""

    total: int = 0
    more: bool = False
    by_kind: dict[str, int] = Field(default_factory=dict)
    by_country: dict[str, int] = Field(default_factory=dict)


class Waiting(Model):
    """How many questions wait for a coordinator."""

    open: int = 0


class Entry(Model):
    """One change of a record."""

    id: str
    organisation_id: str
    change: str
    fields: list[str] = Field(default_factory=list)
    other_ids: list[str] = Field(default_factory=list)
    by: str | None = None
    happened_at: datetime


class Merging(Model):
    """A merge into a record."""

    id: str
    merged_ids: list[str]
    people: int = 0
    coalitions: int = 0
    activities: int = 0
    merged_at: datetime
    undo_until: datetime
    undone_at: datetime | None = None


class Reason(Model):
    """Why two may be one."""

    code: str
    words: str = ""


class Candidate(Model):
    """An organisation that may be meant."""

    score: float
    reasons: list[Reason]
    organisation: Organisation


class Proposal(Model):
    """A name of which somebody must say whose it is."""

    id: str
    name: str
    command: dict[str, Any] = Field(default_factory=dict)
    shown: list[Candidate] = Field(default_factory=list)
    provisional_id: str | None = None
    state: str = "open"
    organisation_id: str | None = None
    source: str | None = None
    proposed_at: datetime
    decided_at: datetime | None = None


class Pair(Model):
    """Two records that are likely one organisation."""

    score: float
    reasons: list[Reason]
    organisations: list[Organisation]


class Organisations:
    """The registry's HTTP API, as far as it is about organisations."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def page(self, **wanted: Any) -> Page[Organisation]:
        """Search: ``q``, ``kind``, ``country``, ``region``, ``level``, ``after``, ``limit``."""
        return await self._call.get("/organisations", Page[Organisation], wanted)

    async def counts(self, **wanted: Any) -> Counts:
        """Count what a search finds."""
        return await self._call.get("/organisations/counts", Counts, wanted)

    async def one(self, organisation_id: str) -> Organisation:
        """Return one organisation."""
        return await self._call.get(f"/organisations/{organisation_id}", Organisation)

    async def register(self, command: dict[str, Any], *, key: str) -> Organisation:
        """Begin a record."""
        return await self._call.ask("POST", "/organisations", Organisation, command, key=key)

    async def update(self, organisation_id: str, command: dict[str, Any], *, revision: int) -> Organisation:
        """Correct a record of which ``revision`` was seen."""
        path = f"/organisations/{organisation_id}"
        return await self._call.ask("PUT", path, Organisation, command, revision=revision)

    async def history(self, organisation_id: str) -> Page[Entry]:
        """Return what became of a record, newest first."""
        return await self._call.get(f"/organisations/{organisation_id}/history", Page[Entry], {"limit": 30})

    async def mergings(self, organisation_id: str) -> Page[Merging]:
        """Return the merges into a record, newest first."""
        return await self._call.get(f"/organisations/{organisation_id}/mergings", Page[Merging])

    async def merge(self, organisation_id: str, other_id: str) -> Merging:
        """Merge another record into this one."""
        body = {"organisation_ids": [other_id]}
        return await self._call.ask("POST", f"/organisations/{organisation_id}/merging", Merging, body)

    async def undo_merge(self, organisation_id: str, merging_id: str) -> Merging:
        """Take a merge back."""
        path = f"/organisations/{organisation_id}/merging/undo"
        return await self._call.ask("POST", path, Merging, {"merging_id": merging_id})

    async def matches(self, command: dict[str, Any]) -> list[Candidate]:
        """Return which organisations may be meant."""
        return await self._call.ask("POST", "/organisations/matching", list[Candidate], command)

    async def proposals(self, **wanted: Any) -> Page[Proposal]:
        """List names to review: ``state``, ``after``, ``limit``."""
        return await self._call.get("/organisations/proposals", Page[Proposal], wanted)

    async def decide(self, proposal_id: str, organisation_id: str | None) -> Proposal:
        """Say whose a name is, or that it is nobody's."""
        path = f"/organisations/proposals/{proposal_id}"
        if organisation_id is None:
            return await self._call.ask("POST", f"{path}/rejection", Proposal)
        body = {"organisation_id": organisation_id}
        return await self._call.ask("POST", f"{path}/confirmation", Proposal, body)

    async def reopen(self, proposal_id: str) -> Proposal:
        """Take a decision back."""
        return await self._call.ask("POST", f"/organisations/proposals/{proposal_id}/reopening", Proposal)

    async def pairs(self, **wanted: Any) -> Page[Pair]:
        """List likely duplicates: ``state``, ``after``, ``limit``."""
        return await self._call.get("/organisations/duplicates", Page[Pair], wanted)

    async def tell_apart(self, ids: list[str], *, again: bool = False) -> None:
        """Say that two records are two organisations, or ask again."""
        path = "/organisations/duplicates/" + ("reopening" if again else "distinction")
        await self._call.ask("POST", path, object, {"organisation_ids": ids})

    async def waiting(self) -> tuple[int, int]:
        """Return how many names and how many pairs wait for a coordinator."""
        names = await self._call.get("/organisations/proposals/count", Waiting)
        pairs = await self._call.get("/organisations/duplicates/count", Waiting)
        return names.open, pairs.open
