"""What of a report each kind of caller may see: readers its latest edition's face, editors the draft."""

from collections.abc import Iterable
from typing import Any

from services.reports.reports.domain import Day, Report, Section, State
from services.reports.themes import THEMES
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Country, Language, Model, Time

DRAFT_FIELDS = {
    *("title", "summary", "country", "period_from_on", "period_to_on", "languages"),
    *("revision", "created_at", "updated_at"),
}
EDITION_FIELDS = {"edition", "sha256", "first_published_at", "published_at"}


class SectionView(Model):
    """One section in one language, as its writers see it; ``revision`` is its own, for ``If-Match``."""

    theme: Theme
    language: Language
    revision: int
    title: str
    heading: str
    text: str
    written: bool
    updated_at: Time


class ReportView(Model):
    """A report.  Readers get neither ``revision`` nor what follows it; ``sections`` are not in lists."""

    id: Id
    state: State
    title: dict[Language, str]
    summary: dict[Language, str]
    country: Country
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    themes: tuple[Theme, ...]
    edition: int | None = None
    sha256: str | None = None
    first_published_at: Time | None = None
    published_at: Time | None = None

    revision: int | None = None
    created_at: Time | None = None
    updated_at: Time | None = None
    unpublished_changes: bool | None = None
    """Whether anything was written since the latest edition."""
    sections: dict[Theme, dict[Language, SectionView]] | None = None


def for_readers(report: Report) -> ReportView:
    """Return what everybody may see of a published report: nothing of its draft."""
    if report.published is None:
        raise ValueError("only a published report has readers")
    return ReportView(id=report.id, state="published", **report.published.model_dump())


def for_editors(report: Report, sections: Iterable[Section] | None = None) -> ReportView:
    """Return the draft with the standing of its latest edition; with ``sections`` also them."""
    published = report.published
    return ReportView(
        id=report.id,
        state="draft" if published is None else "published",
        **report.model_dump(include=DRAFT_FIELDS),
        **({} if published is None else published.model_dump(include=EDITION_FIELDS)),
        themes=THEMES,
        **({} if sections is None else _written(report, sections)),
    )


def section_view(section: Section) -> SectionView:
    """Return the section as its writers see it."""
    facts = section.model_dump(include={"theme", "language", "revision", "title", "text", "updated_at"})
    return SectionView(heading=section.heading, written=section.written, **facts)


def _written(report: Report, sections: Iterable[Section]) -> dict[str, Any]:
    held = [each for each in sections if each.language in report.languages]
    return {"unpublished_changes": _changed(report, held), "sections": _by_place(held)}


def _changed(report: Report, sections: list[Section]) -> bool:
    last_at = max([report.updated_at, *(section.updated_at for section in sections)])
    return report.published is None or last_at > report.published.published_at


def _by_place(sections: list[Section]) -> dict[Theme, dict[Language, SectionView]]:
    return {theme: {each.language: section_view(each) for each in sections if each.theme == theme} for theme in THEMES}
