"""The library, asked: published reports by words and facets, their editions in every form, the practices of Books."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from shared.events.reports import ReportKind, Theme
from shared.model import Language

Texts = dict[str, str]


class Named(Model):
    """A thing with a code and its name."""

    id: str = ""
    code: str = ""
    name: str = ""


class Dates(Model):
    """When a report was published first, and when its newest edition was."""

    created: datetime
    changed: datetime


class Item(Model):
    """A published report as the library shows it, in one language."""

    id: str
    title: str
    title_language: Language = "en"
    headline: str = ""
    date: Dates
    primary_country: Named
    region: list[Named] = Field(default_factory=list)
    theme: list[Named] = Field(default_factory=list)
    source: list[Named] = Field(default_factory=list)
    format: list[Named] = Field(default_factory=list)
    language: list[Named] = Field(default_factory=list)
    edition: int = 1


class Counts(Model):
    """How many reports fit, and how many each other value would find."""

    total: int = 0
    facets: dict[str, dict[str, int]] = Field(default_factory=dict)


class Row(Model):
    """One row of a table of numbers: decimal text, `None` where nothing is known."""

    label: Texts = Field(default_factory=dict)
    values: list[str | None] = Field(default_factory=list)


class Indicator(Model):
    """A table of numbers of an edition."""

    indicator_id: str
    title: Texts
    unit: Texts = Field(default_factory=dict)
    note: Texts = Field(default_factory=dict)
    source: Texts = Field(default_factory=dict)
    columns: list[Texts] = Field(default_factory=list)
    series: list[Row] = Field(default_factory=list)
    drawn: bool = False


class Dissent(Model):
    """What an author holds against a section, as HTML paragraphs."""

    author: Texts
    html: Texts


class Erratum(Model):
    """What was wrong in an edition before, as HTML paragraphs."""

    corrects: int
    html: Texts


class PublishedSection(Model):
    """One section of an edition: sanitised HTML in each language."""

    key: str
    theme: Theme | None = None
    title: Texts = Field(default_factory=dict)
    html: Texts = Field(default_factory=dict)
    authors: list[Texts] = Field(default_factory=list)
    dissents: list[Dissent] = Field(default_factory=list)
    indicators: list[Indicator] = Field(default_factory=list)


class PracticeInBook(Model):
    """One practice of an edition."""

    practice_id: str
    region: str | None = None
    kind: str = ""
    title: Texts
    place: Texts = Field(default_factory=dict)
    carried_out_by: Texts = Field(default_factory=dict)


class Edition(Model):
    """A published edition: it never changes, and its hash proves it."""

    report_id: str
    kind: ReportKind = "monitoring-report"
    edition: int
    sha256: str
    published_at: datetime
    country: str = ""
    regions: list[str] = Field(default_factory=list)
    period_from_on: date
    period_to_on: date
    languages: list[Language]
    translation_of: dict[str, Language] = Field(default_factory=dict)
    themes: list[Theme] = Field(default_factory=list)
    title: Texts
    summary: Texts = Field(default_factory=dict)
    summary_html: Texts = Field(default_factory=dict)
    erratum: Erratum | None = None
    authors: list[Texts] = Field(default_factory=list)
    sections: list[PublishedSection] = Field(default_factory=list)
    indicators: list[Indicator] = Field(default_factory=list)
    practices: list[PracticeInBook] = Field(default_factory=list)

    @property
    def has_numbers(self) -> bool:
        """Whether there are tables to save."""
        return bool(self.indicators) or any(section.indicators for section in self.sections)


class EditionFacts(Model):
    """Which edition this is."""

    edition: int
    published_at: datetime
    languages: list[Language] = Field(default_factory=list)


class PracticeCard(Model):
    """A published practice in a list."""

    id: str
    report_id: str
    book_title: Texts
    edition: int
    in_newest: bool = True
    country: str
    region: str | None = None
    region_name: Texts = Field(default_factory=dict)
    kind: str
    title: Texts
    place: Texts = Field(default_factory=dict)
    carried_out_by: Texts = Field(default_factory=dict)
    published_at: datetime


class Practice(PracticeCard):
    """A published practice with its text as sanitised HTML."""

    html: Texts = Field(default_factory=dict)


class WrittenPractice(Model):
    """A practice of a Book that is being made."""

    id: str
    revision: int
    kind: str
    region: str | None = None
    title: Texts
    place: Texts = Field(default_factory=dict)
    carried_out_by: Texts = Field(default_factory=dict)
    text: Texts = Field(default_factory=dict)
    removed: bool = False


class Library:
    """The reports service's HTTP API, as far as readers and the Book need it."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def find(self, **wanted: Any) -> Page[Item]:
        """List reports: ``q``, ``shown_in``, and the facets, from ``theme`` to ``year``."""
        return await self._call.get("/library", Page[Item], wanted)

    async def count(self, **wanted: Any) -> Counts:
        """Count the reports that such a list shows."""
        return await self._call.get("/library/counts", Counts, wanted)

    async def edition(self, report_id: str, number: int, language: str) -> Edition:
        """Return one published edition in one of its languages."""
        return await self._call.get(f"/reports/{report_id}/editions/{number}", Edition, {"language": language})

    async def editions(self, report_id: str) -> list[EditionFacts]:
        """Return a report's editions, newest first."""
        return (await self._call.get(f"/reports/{report_id}/editions", Page[EditionFacts])).items

    async def pdf(self, report_id: str, number: int, language: str) -> bytes:
        """Return a published edition as PDF in one language."""
        path = f"/reports/{report_id}/editions/{number}/pdf"
        return (await self._call.send("GET", path, params={"language": language}, timeout=60)).content

    async def numbers(self, report_id: str, form: str, number: int, language: str) -> bytes:
        """Return the numbers of an edition as ``csv`` or ``json``."""
        path = f"/reports/{report_id}/editions/{number}/indicators" + (".csv" if form == "csv" else "")
        params = {"language": language} if form == "csv" else {}
        return (await self._call.send("GET", path, params=params)).content

    async def chart(self, report_id: str, number: int, indicator_id: str, language: str) -> bytes:
        """Return the picture of an indicator as SVG."""
        path = f"/reports/{report_id}/editions/{number}/charts/{indicator_id}"
        return (await self._call.send("GET", path, params={"language": language})).content

    async def feed(self, form: str, **wanted: str) -> bytes:
        """Return the ``atom`` or ``json`` feed: ``theme``, ``country``, ``format``, ``language``."""
        given = {name: value for name, value in wanted.items() if value}
        return (await self._call.send("GET", f"/feed.{form}", params=given)).content

    async def sitemap(self) -> bytes:
        """Return the map of the published reports for search engines."""
        return (await self._call.send("GET", "/sitemap.xml")).content

    async def published_practices(self, **wanted: Any) -> Page[PracticeCard]:
        """List published practices: ``book``, ``kind``, ``region``, ``country``."""
        return await self._call.get("/practices", Page[PracticeCard], wanted)

    async def published_practice(self, practice_id: str) -> Practice:
        """Return one published practice."""
        return await self._call.get(f"/practices/{practice_id}", Practice)

    async def practices(self, report_id: str, *, removed: bool = False) -> list[WrittenPractice]:
        """Return the practices of a Book that is being made."""
        wanted = {"removed": "true"} if removed else {}
        return await self._call.get(f"/reports/{report_id}/practices", list[WrittenPractice], wanted)

    async def practice(self, report_id: str, practice_id: str) -> WrittenPractice:
        """Return one practice of a Book that is being made."""
        return await self._call.get(f"/reports/{report_id}/practices/{practice_id}", WrittenPractice)

    async def add_practice(self, report_id: str, command: dict[str, Any], *, key: str | None) -> WrittenPractice:
        """Add a practice to a Book."""
        return await self._call.ask("POST", f"/reports/{report_id}/practices", WrittenPractice, command, key=key)

    async def change_practice(
        self, report_id: str, practice_id: str, command: dict[str, Any], *, revision: int
    ) -> WrittenPractice:
        """Say anew what a practice is; ``revision`` is that which was seen."""
        path = f"/reports/{report_id}/practices/{practice_id}"
        return await self._call.ask("PUT", path, WrittenPractice, command, revision=revision)

    async def keep_practice(self, report_id: str, practice_id: str, *, removed: bool) -> None:
        """Take a practice out of the Book, or back in it."""
        verb = "removal" if removed else "restoration"
        await self._call.ask("POST", f"/reports/{report_id}/practices/{practice_id}/{verb}", object)
