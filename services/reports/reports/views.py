"""What of a report each kind of caller may see: readers its latest edition's face, its writers the draft."""

from collections.abc import Iterable
from typing import Any

from services.reports.reports.domain import Day, Report, Section, State
from services.reports.templates.domain import Key, Kind, PlannedSection
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Country, Language, Model, Time

DRAFT_FIELDS = {
    *("kind", "themes", "title", "summary", "country", "regions", "period_from_on", "period_to_on"),
    *("languages", "revision", "created_at", "updated_at"),
}
EDITION_FIELDS = {"edition", "sha256", "first_published_at", "published_at", "corrects"}


class SectionView(Model):
    """One section in one language, as its writers see it; ``revision`` is its own, for ``If-Match``."""

    key: Key
    theme: Theme | None
    language: Language
    revision: int
    title: str
    heading: str
    text: str
    written: bool
    updated_at: Time


class PlannedView(Model):
    """A section as it is planned: what it is called and what belongs in it."""

    key: Key
    theme: Theme | None
    title: dict[Language, str]
    guidance: dict[Language, str]


class ReportView(Model):
    """A report.  Readers get neither ``revision`` nor what follows it; ``sections`` are not in lists."""

    id: Id
    state: State
    kind: Kind
    title: dict[Language, str]
    summary: dict[Language, str]
    country: Country
    regions: tuple[str, ...] = ()
    """The regions of the country that it is about, by ISO 3166-2; none: the whole country."""
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    themes: tuple[Theme, ...]
    edition: int | None = None
    sha256: str | None = None
    first_published_at: Time | None = None
    published_at: Time | None = None
    corrects: int | None = None
    """The edition before that this one corrects."""
    withdrawn_at: Time | None = None
    """When it was withdrawn, while it has no readers."""

    revision: int | None = None
    created_at: Time | None = None
    updated_at: Time | None = None
    unpublished_changes: bool | None = None
    """Whether anything was written since the latest edition."""
    outline: list[PlannedView] | None = None
    sections: dict[Key, dict[Language, SectionView]] | None = None


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
        state=report.state,
        **{name: getattr(report, name) for name in DRAFT_FIELDS},
        **({} if published is None else published.model_dump(include=EDITION_FIELDS)),
        **({"withdrawn_at": report.withdrawn.withdrawn_at} if report.withdrawn and published is None else {}),
        **({} if sections is None else _written(report, sections)),
    )


def section_view(report: Report, section: Section) -> SectionView:
    """Return the section of ``report`` as its writers see it."""
    facts = {name: getattr(section, name) for name in SectionView.model_fields if name != "heading"}
    return SectionView(heading=report.heading(section), **facts)


def planned_view(section: PlannedSection) -> PlannedView:
    """Return a section as it is planned."""
    return PlannedView(theme=section.theme, **section.model_dump())


def _written(report: Report, sections: Iterable[Section]) -> dict[str, Any]:
    held = [each for each in sections if each.language in report.languages]
    return {
        "unpublished_changes": _changed(report, held),
        "outline": [planned_view(each) for each in report.outline],
        "sections": _by_place(report, held),
    }


def _changed(report: Report, sections: list[Section]) -> bool:
    last_at = max([report.updated_at, *(section.updated_at for section in sections)])
    return report.published is None or last_at > report.published.published_at


def _by_place(report: Report, sections: list[Section]) -> dict[str, dict[Language, SectionView]]:
    found: dict[str, dict[Language, SectionView]] = {key: {} for key in report.keys}
    for section in sections:
        found[section.key][section.language] = section_view(report, section)
    return found
