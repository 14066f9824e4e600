"""Reports, asked: writing, publishing and reading them, and subscriptions to them."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from shared.events.reports import Theme
from shared.model import Language


class Section(Model):
    """One section in one language, as its writers see it."""

    theme: Theme
    language: Language
    title: str = ""
    text: str = ""
    revision: int = 1
    written: bool = False
    updated_at: datetime | None = None


class Report(Model):
    """A report: for readers the face of its newest edition, for editors the draft."""

    id: str
    state: str = "draft"
    title: dict[str, str]
    summary: dict[str, str] = Field(default_factory=dict)
    country: str = ""
    period_from_on: date
    period_to_on: date
    languages: list[Language] = Field(default_factory=list)
    themes: list[Theme] = Field(default_factory=list)
    edition: int | None = None
    """The newest published edition."""
    published_at: datetime | None = None
    revision: int | None = None
    unpublished_changes: bool | None = None
    sections: dict[Theme, dict[Language, Section]] | None = None

    def written(self, theme: Theme, language: Language) -> bool:
        """Whether there is anything to read in a section."""
        section = (self.sections or {}).get(theme, {}).get(language)
        return section is not None and section.written


class PublishedSection(Model):
    """One section of a published edition: sanitised HTML in each language."""

    theme: Theme
    title: dict[str, str] = Field(default_factory=dict)
    html: dict[str, str] = Field(default_factory=dict)


class Edition(Model):
    """A published edition: it never changes, and its hash proves it."""

    report_id: str
    edition: int
    sha256: str
    published_at: datetime
    country: str = ""
    period_from_on: date
    period_to_on: date
    languages: list[Language]
    title: dict[str, str]
    summary_html: dict[str, str] = Field(default_factory=dict)
    sections: list[PublishedSection] = Field(default_factory=list)


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

    async def section(self, report_id: str, theme: str, language: str) -> Section:
        """Return one section in one language with its text."""
        return await self._call.get(f"/reports/{report_id}/sections/{theme}/{language}", Section)

    async def write(
        self, report_id: str, theme: str, language: str, command: dict[str, Any], *, revision: int
    ) -> Section:
        """Write one section in one language; ``revision`` is that of the section that was seen."""
        path = f"/reports/{report_id}/sections/{theme}/{language}"
        return await self._call.ask("PUT", path, Section, command, revision=revision)

    async def publish(self, report_id: str, languages: list[str], *, revision: int | None, key: str | None) -> None:
        """Publish what is written, for good.  Raises `Refused` with what is still missing."""
        path = f"/reports/{report_id}/publication"
        await self._call.ask("POST", path, object, {"languages": languages}, key=key, revision=revision)

    async def edition(self, report_id: str, number: int, language: str) -> Edition:
        """Return one published edition in one of its languages."""
        return await self._call.get(f"/reports/{report_id}/editions/{number}", Edition, {"language": language})

    async def pdf(self, report_id: str, number: int, language: str) -> bytes:
        """Return a published edition as PDF in one language."""
        path = f"/reports/{report_id}/editions/{number}/pdf"
        return (await self._call.send("GET", path, params={"language": language}, timeout=60)).content

    async def feed(self, **wanted: str) -> bytes:
        """Return the Atom feed of published reports: ``theme``, ``language``."""
        given = {name: value for name, value in wanted.items() if value}
        return (await self._call.send("GET", "/feed.atom", params=given)).content
