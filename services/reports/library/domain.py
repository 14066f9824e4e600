"""What a published report is found by: a card in the library, written anew with each edition.

A card says nothing that the edition does not say: it can be thrown away and written again.
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from services.reports.publication.content import Content
from services.reports.publication.domain import Edition
from services.reports.reports.domain import Day
from shared.events.reports import ReportKind, Theme
from shared.folding import index_words
from shared.model import Aggregate, Country, Language, Model, Time

CARD_VERSION = 3  # raise it when reports must be found by something new: see jobs.py
WORDS_AT_MOST = 20_000  # distinct folded words of one report: sixty pages in five languages have about as many

Facet = Literal["theme", "country", "region", "language", "format", "source", "year"]
"""What the published reports are counted by."""


class Card(Aggregate):
    """One published report as readers find it, under the report's own id: the face of its newest edition."""

    kind: ReportKind = "monitoring-report"
    edition: int = Field(ge=1)
    sha256: str
    first_published_at: Time
    published_at: Time
    country: Country
    regions: tuple[str, ...] = ()
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    themes: tuple[Theme, ...]
    title: dict[Language, str]
    summary: dict[Language, str]
    sources: tuple[dict[Language, str], ...] = ()
    """Who wrote it, as readers may know them, in each language."""
    erratum: dict[Language, str] = Field(default_factory=dict)
    """What was wrong in the edition before, where this one corrects it."""


class Filter(Model):
    """What somebody looks for; what is `None` does not matter."""

    question: str | None = None
    theme: Theme | None = None
    country: Country | None = None
    region: str | None = None
    language: Language | None = None
    format: ReportKind | None = None
    source: str | None = None
    year: int | None = None
    """Of the newest edition."""


def card_of(edition: Edition, content: Content, *, first_published_at: Time) -> Card:
    """Return the card of a report whose newest edition this is."""
    return Card(
        id=edition.report_id,
        kind=content.kind,
        edition=edition.edition,
        sha256=edition.sha256,
        first_published_at=first_published_at,
        published_at=edition.published_at,
        country=content.country,
        regions=content.regions,
        period_from_on=content.period_from_on,
        period_to_on=content.period_to_on,
        languages=content.languages,
        themes=edition.themes,
        title=content.title,
        summary=content.summary,
        sources=sources_of(content),
        erratum={} if content.erratum is None else content.erratum.text,
    )


def sources_of(content: Content) -> tuple[dict[Language, str], ...]:
    """Return who wrote a report, as readers may know them, each once."""
    named = [author.name for section in content.sections for author in section.authors]
    return tuple(name for place, name in enumerate(named) if name not in named[:place])


def words_of(content: Content) -> list[str]:
    """Return the folded words by which a report is found, the first `WORDS_AT_MOST`: titles go before texts."""
    return index_words(_texts(content), WORDS_AT_MOST)


def _texts(content: Content) -> Iterator[str]:
    yield from content.title.values()
    yield from content.summary.values()
    for section in content.sections:
        yield from section.title.values()
    for practice in content.practices:
        yield from practice.title.values()
    for section in content.sections:
        yield from section.text.values()
    for practice in content.practices:
        yield from practice.text.values()
