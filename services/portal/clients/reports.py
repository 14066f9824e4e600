"""Reports, asked: writing, publishing and reading them, and subscriptions to them."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from shared.events.reports import Theme
from shared.model import Language


class Section(Model):
    """One section in one language, as its writers see it."""

    theme: Theme | None = None
    language: Language
    title: str = ""
    text: str = ""
    revision: int = 1
    written: bool = False
    updated_at: datetime | None = None


class Planned(Model):
    """A section as it is planned: what it is called."""

    key: str
    title: dict[str, str]


class Report(Model):
    """A report: for readers the face of its newest edition, for editors the draft."""

    id: str
    kind: str = "monitoring-report"
    state: str = "draft"
    title: dict[str, str]
    summary: dict[str, str] = Field(default_factory=dict)
    country: str = ""
    regions: list[str] = Field(default_factory=list)
    """Those of its country that it is about; none: the whole country."""
    period_from_on: date
    period_to_on: date
    languages: list[Language] = Field(default_factory=list)
    themes: list[Theme] = Field(default_factory=list)
    edition: int | None = None
    """The newest published edition."""
    published_at: datetime | None = None
    revision: int | None = None
    unpublished_changes: bool | None = None
    outline: list[Planned] = Field(default_factory=list)
    sections: dict[str, dict[Language, Section]] | None = None

    def written(self, key: str, language: Language) -> bool:
        """Whether there is anything to read in a section."""
        section = (self.sections or {}).get(key, {}).get(language)
        return section is not None and section.written


class Reports:
    """The reports service's HTTP API."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def all(self, **wanted: Any) -> Page[Report]:
        """List reports: ``theme``, ``language``, ``country``, ``state``, ``after``, ``limit``."""
        return await self._call.get("/reports", Page[Report], wanted)

    async def one(self, report_id: str) -> Report:
        """Return one report."""
        return await self._call.get(f"/reports/{report_id}", Report)

    async def create(self, command: dict[str, Any], *, key: str | None) -> Report:
        """Begin a report with its six sections empty."""
        return await self._call.ask("POST", "/reports", Report, command, key=key)

    async def change(self, report_id: str, command: dict[str, Any], *, revision: int) -> Report:
        """Change a report's title, summary, country, period or languages."""
        return await self._call.ask("PUT", f"/reports/{report_id}", Report, command, revision=revision)
