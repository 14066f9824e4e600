"""The evidence of a report, asked: incidents, parties, exhibits, claims, the log of custody."""

from collections.abc import AsyncIterable
from datetime import date, datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page, Stream


class When(Model):
    """From which day to which, and how exactly that is known."""

    from_on: date
    to_on: date | None = None
    precision: str = "day"


class Where(Model):
    """A country, and a region of it where that is known."""

    country: str
    region: str | None = None


class Incident(Model):
    """What happened; a field in ``withheld`` is there and not for this reader."""

    id: str
    revision: int = 1
    theme: str | None = None
    title: dict[str, str] | None = None
    text: dict[str, str] | None = None
    when: When | None = None
    where: Where | None = None
    detail: str | None = None
    acts: list[dict[str, Any]] | None = None
    sources: list[dict[str, Any]] | None = None
    level: str
    levels: dict[str, str] = Field(default_factory=dict)
    state: str = "recorded"
    reason: str = ""
    withheld: list[str] = Field(default_factory=list)
    mine: bool = False


class Party(Model):
    """Somebody whom the evidence names; ``names`` is nothing where they are not for this reader."""

    id: str
    revision: int = 1
    kind: str = "person"
    label: str | None = None
    names: list[str] | None = None
    notes: str | None = None
    level: str
    mine: bool = False


class Exhibit(Model):
    """A file of the evidence, with the hash that it had when it was taken in."""

    id: str
    revision: int = 1
    title: str | None = None
    file_name: str | None = None
    notes: str | None = None
    level: str
    content_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    withheld: bool = False
    mine: bool = False
    recorded_at: datetime


class Claim(Model):
    """A passage and the evidence that it rests on; what is not for this reader is counted."""

    id: str
    section: str
    language: str
    quote: str
    incident_ids: list[str] = Field(default_factory=list)
    exhibit_ids: list[str] = Field(default_factory=list)
    protected: int = 0


class Row(Model):
    """One row of the log of custody."""

    seq: int
    at: datetime
    what: str
    kind: str
    subject_id: str
    by: str | None = None
    note: str = ""
    hash: str


class Fault(Model):
    """One thing that is not as it was left."""

    code: str
    seq: int | None = None
    exhibit_id: str | None = None


class Verification(Model):
    """Whether log and files are as they were left."""

    rows: int
    files: int
    head: str
    faults: list[Fault] = Field(default_factory=list)
    more_faults: int = 0


class Counts(Model):
    """How much evidence there is, protected pieces included."""

    incidents: int = 0
    parties: int = 0
    exhibits: int = 0
    by_level: dict[str, int] = Field(default_factory=dict)


class Evidence:
    """The evidence behind one report."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def counts(self, report_id: str) -> Counts:
        """Say how much there is."""
        return await self._call.get(f"/reports/{report_id}/evidence", Counts)

    async def incidents(self, report_id: str, **wanted: Any) -> Page[Incident]:
        """List incidents: ``theme``, ``state``, ``after``, ``limit``."""
        return await self._call.get(f"/reports/{report_id}/incidents", Page[Incident], wanted)

    async def incident(self, report_id: str, incident_id: str) -> Incident:
        """Return one incident, as far as it is for me."""
        return await self._call.get(f"/reports/{report_id}/incidents/{incident_id}", Incident)

    async def record(self, report_id: str, command: dict[str, Any], *, key: str | None) -> Incident:
        """Record an incident."""
        return await self._call.ask("POST", f"/reports/{report_id}/incidents", Incident, command, key=key)

    async def change(self, report_id: str, incident_id: str, command: dict[str, Any], *, revision: int) -> None:
        """Replace what an incident says."""
        path = f"/reports/{report_id}/incidents/{incident_id}"
        await self._call.ask("PUT", path, object, command, revision=revision)

    async def open(self, report_id: str, incident_id: str, reason: str) -> Incident:
        """Return all of an incident; the log says that I saw it, and why."""
        path = f"/reports/{report_id}/incidents/{incident_id}/opening"
        return await self._call.ask("POST", path, Incident, {"reason": reason})

    async def withdraw(self, report_id: str, incident_id: str, reason: str) -> None:
        """Take an incident out of the evidence."""
        path = f"/reports/{report_id}/incidents/{incident_id}/withdrawal"
        await self._call.ask("POST", path, object, {"reason": reason})

    async def restore(self, report_id: str, incident_id: str) -> None:
        """Have an incident back."""
        await self._call.ask("POST", f"/reports/{report_id}/incidents/{incident_id}/restoration", object)

    async def parties(self, report_id: str, **wanted: Any) -> Page[Party]:
        """List the people and groups that the evidence names."""
        return await self._call.get(f"/reports/{report_id}/parties", Page[Party], wanted)

    async def party(self, report_id: str, party_id: str) -> Party:
        """Return one of them, as far as it is for me."""
        return await self._call.get(f"/reports/{report_id}/parties/{party_id}", Party)

    async def record_party(self, report_id: str, command: dict[str, Any], *, key: str | None) -> None:
        """Say who somebody is."""
        await self._call.ask("POST", f"/reports/{report_id}/parties", object, command, key=key)

    async def change_party(self, report_id: str, party_id: str, command: dict[str, Any], *, revision: int) -> None:
        """Say anew who somebody is."""
        path = f"/reports/{report_id}/parties/{party_id}"
        await self._call.ask("PUT", path, object, command, revision=revision)

    async def open_party(self, report_id: str, party_id: str, reason: str) -> Party:
        """Return somebody's names; the log says that I saw them, and why."""
        path = f"/reports/{report_id}/parties/{party_id}/opening"
        return await self._call.ask("POST", path, Party, {"reason": reason})

    async def erase_party(self, report_id: str, party_id: str) -> None:
        """Forget somebody for good."""
        await self._call.send("POST", f"/reports/{report_id}/parties/{party_id}/erasure")

    async def exhibits(self, report_id: str, **wanted: Any) -> Page[Exhibit]:
        """List the files."""
        return await self._call.get(f"/reports/{report_id}/exhibits", Page[Exhibit], wanted)

    async def exhibit(self, report_id: str, exhibit_id: str) -> Exhibit:
        """Return one of them, as far as it is for me."""
        return await self._call.get(f"/reports/{report_id}/exhibits/{exhibit_id}", Exhibit)

    async def open_exhibit(self, report_id: str, exhibit_id: str, reason: str) -> Exhibit:
        """Return what is written of a file; the log says that I saw it, and why."""
        path = f"/reports/{report_id}/exhibits/{exhibit_id}/opening"
        return await self._call.ask("POST", path, Exhibit, {"reason": reason})

    async def relabel(self, report_id: str, exhibit_id: str, command: dict[str, Any], *, revision: int) -> None:
        """Say anew what a file is and for whom."""
        path = f"/reports/{report_id}/exhibits/{exhibit_id}"
        await self._call.ask("PUT", path, object, command, revision=revision)

    async def erase_exhibit(self, report_id: str, exhibit_id: str) -> None:
        """Delete a file for good."""
        await self._call.send("POST", f"/reports/{report_id}/exhibits/{exhibit_id}/erasure")

    async def describe(self, report_id: str, command: dict[str, Any]) -> Exhibit:
        """Announce a file."""
        return await self._call.ask("POST", f"/reports/{report_id}/exhibits", Exhibit, command)

    async def take_in(self, report_id: str, exhibit_id: str, body: AsyncIterable[bytes]) -> None:
        """Send a file."""
        await self._call.send("PUT", f"/reports/{report_id}/exhibits/{exhibit_id}/content", content=body)

    async def hand_out(self, report_id: str, exhibit_id: str, reason: str) -> Stream:
        """Return a file as it comes; the log says that I have it, and why."""
        path = f"/reports/{report_id}/exhibits/{exhibit_id}/handing-out"
        return await self._call.stream("POST", path, json={"reason": reason})

    async def claims(self, report_id: str) -> list[Claim]:
        """List which passages rest on which evidence."""
        return await self._call.get(f"/reports/{report_id}/claims", list[Claim])

    async def link(self, report_id: str, command: dict[str, Any], *, key: str | None) -> None:
        """Say on which evidence a passage rests."""
        await self._call.ask("POST", f"/reports/{report_id}/claims", object, command, key=key)

    async def unlink(self, report_id: str, claim_id: str) -> None:
        """Take such a link away."""
        await self._call.send("POST", f"/reports/{report_id}/claims/{claim_id}/removal")

    async def custody(self, report_id: str, **wanted: Any) -> Page[Row]:
        """List who had which evidence in hand."""
        return await self._call.get(f"/reports/{report_id}/custody", Page[Row], wanted)

    async def verify(self, report_id: str) -> Verification:
        """Say whether log and files are as they were left."""
        return await self._call.get(f"/reports/{report_id}/custody/verification", Verification)
