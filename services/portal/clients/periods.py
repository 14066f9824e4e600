"""Reporting periods, asked of the registry: opened, changed, reminded of, and answered for one's own organisation."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page


class Counts(Model):
    """How many organisations have answered what."""

    reported: int = 0
    nothing_to_report: int = 0
    awaited: int = 0
    late: int = 0


class Period(Model):
    """A reporting period."""

    id: str
    revision: int
    title: dict[str, str] = Field(default_factory=dict)
    from_on: date
    to_on: date
    opens_at: datetime
    closes_at: datetime
    remind_days_before: int = 7
    state: str
    counts: Counts | None = None


class Report(Model):
    """What an organisation said for a period."""

    revision: int
    period_id: str
    organisation_id: str
    state: str
    note: str = ""
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    said_at: datetime | None = None
    late: bool = False


class OwnReport(Model):
    """What is awaited of one's own organisation."""

    period: Period
    report: Report


class Correction(Model):
    """What was changed after a period had locked."""

    activity_id: str
    reason: str = ""
    by: str | None = None
    at: datetime
    begun: bool = False


class Reminded(Model):
    """How many organisations were reminded."""

    organisations: int = 0


class Periods:
    """The registry's API of reporting periods."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def page(self, after: str = "") -> Page[Period]:
        """Return the newest periods."""
        return await self._call.get("/periods", Page[Period], {"after": after, "limit": 20})

    async def get(self, period_id: str) -> Period:
        """Return one period."""
        return await self._call.get(f"/periods/{period_id}", Period)

    async def open(self, body: dict[str, Any], key: str) -> Period:
        """Ask organisations to report on a period."""
        return await self._call.ask("POST", "/periods", Period, body, key=key)

    async def change(self, period_id: str, body: dict[str, Any], revision: int) -> Period:
        """Replace what a period says."""
        return await self._call.ask("PUT", f"/periods/{period_id}", Period, body, revision=revision)

    async def ask_more(self, period_id: str, organisation_ids: list[str]) -> Period:
        """Ask more organisations."""
        path = f"/periods/{period_id}/organisations"
        return await self._call.ask("POST", path, Period, {"organisation_ids": organisation_ids})

    async def cancel(self, period_id: str, revision: int) -> Period:
        """Call a period off."""
        return await self._call.ask("POST", f"/periods/{period_id}/cancellation", Period, revision=revision)

    async def remind(self, period_id: str, key: str) -> Reminded:
        """Remind the silent."""
        return await self._call.ask("POST", f"/periods/{period_id}/reminders", Reminded, key=key)

    async def reports(self, period_id: str, state: str = "", after: str = "") -> Page[Report]:
        """Return what the organisations said."""
        return await self._call.get(
            f"/periods/{period_id}/reports", Page[Report], {"state": state, "after": after, "limit": 50}
        )

    async def report(self, period_id: str, organisation_id: str) -> Report:
        """Return what one organisation said."""
        return await self._call.get(f"/periods/{period_id}/reports/{organisation_id}", Report)

    async def own(self) -> list[OwnReport]:
        """Return what is awaited of one's own organisations, and what they said."""
        return (await self._call.get("/periods/own-reports", Page[OwnReport])).items

    async def say(self, period_id: str, organisation_id: str, body: dict[str, Any], revision: int) -> Report:
        """Say what an organisation reports."""
        path = f"/periods/{period_id}/reports/{organisation_id}"
        return await self._call.ask("PUT", path, Report, body, revision=revision)

    async def corrections(self, period_id: str) -> Page[Correction]:
        """Return what was corrected after the period had locked."""
        return await self._call.get(f"/periods/{period_id}/corrections", Page[Correction], {"limit": 50})
