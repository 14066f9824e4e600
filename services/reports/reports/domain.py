"""The rules of a report that is being written: its sections, as its template has them, in each of its languages.

Each section in each language has a revision of its own, so that people who write different parts at the same time
never stand in each other's way.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, PlainSerializer, model_validator

from services.reports.regions import Regions
from services.reports.templates.catalogue import TEMPLATES
from services.reports.templates.domain import Key, Kind, Outline, PlannedSection, keys_of, theme_of, themes_of
from services.reports.themes import THEMES
from shared.events.reports import Theme
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Country, Language, Line, LocalLine, LocalText, Model, Time, in_language
from shared.problems import NotFound, Stale

MARKDOWN_BYTES = 100_000  # about forty printed pages; thirty of them stay far below a 16 MB document
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")

State = Literal["draft", "published", "withdrawn"]


def _markdown(value: str) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(value):
        raise ValueError("must not hold control characters")
    if len(value.encode()) > MARKDOWN_BYTES:
        raise ValueError(f"must be at most {MARKDOWN_BYTES} bytes as UTF-8")
    return value


def _each_once(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(value)) != len(value):
        raise ValueError("must name each once")
    return value


Markdown = Annotated[str, Field(max_length=MARKDOWN_BYTES), AfterValidator(_markdown)]
"""CommonMark with tables and strikethrough, at most `MARKDOWN_BYTES` as UTF-8; raw HTML has no effect."""

Day = Annotated[date, PlainSerializer(date.isoformat, return_type=str)]
"""A calendar date, written as in 2008-10-14."""

Languages = Annotated[tuple[Language, ...], Field(min_length=1), AfterValidator(_each_once)]

Themes = Annotated[tuple[Theme, ...], Field(max_length=len(THEMES)), AfterValidator(_each_once)]


class _About(Command):
    title: LocalLine
    summary: LocalText = Field(default_factory=dict)
    country: Country
    regions: Regions | None = None
    period_from_on: Day
    period_to_on: Day
    languages: Languages

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if any(not each.startswith(f"{self.country}-") for each in self.regions or ()):
            raise ValueError("regions must be of the report's country")
        if self.period_to_on < self.period_from_on:
            raise ValueError("period_to_on must not be before period_from_on")
        if not (set(self.title) | set(self.summary)) <= set(self.languages):
            raise ValueError("title and summary must be in the report's languages")
        return self


class CreateReport(_About):
    """Begin a report.  ``summary`` is plain text, paragraphs divided by an empty line.

    Its sections are those of the template of its ``kind``, or ``outline``.  ``themes`` are those it is on besides the
    themes of its sections: who follows them is told of it.  ``regions`` are of its country; none: all of it.
    """

    kind: Kind = "monitoring-report"
    outline: Outline | None = None
    themes: Themes = ()


class UpdateReport(_About):
    """Replace what a report says of itself.  Sections of a language left out are kept, in case it comes back.

    Without ``themes`` they stay as they are, without ``regions`` those of its country do.
    """

    themes: Themes | None = None


class WriteSection(Command):
    """Replace one section in one language.  Without ``title`` the section bears the planned one."""

    title: Line | None = None
    text: Markdown


class Published(Model):
    """What readers see of a report: the face of its latest edition, whatever happens to the draft."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    edition: int = Field(ge=1)
    sha256: str
    kind: Kind = "monitoring-report"
    first_published_at: Time
    published_at: Time
    languages: tuple[Language, ...]
    themes: tuple[Theme, ...]
    title: dict[Language, str]
    summary: dict[Language, str]
    country: Country
    period_from_on: Day
    period_to_on: Day
    regions: tuple[str, ...] = ()
    corrects: int | None = None
    """The edition before that it corrects, if it does."""


class Withdrawn(Model):
    """What is left of editions that nobody can read any more: that they were there, and why they are not."""

    edition: int = Field(ge=1)
    """The last one that was withdrawn."""
    withdrawn_at: Time
    reason: dict[Language, str]
    first_published_at: Time
    kind: Kind
    country: Country
    languages: tuple[Language, ...]
    themes: tuple[Theme, ...]
    title: dict[Language, str]


class Report(Aggregate):
    """A report on one country and period; its sections are kept beside it."""

    kind: Kind = "monitoring-report"
    own_outline: Outline | None = None
    """Its sections, where they are not those of the template of its kind."""
    more_themes: tuple[Theme, ...] = ()
    """Themes it is on besides those of its sections."""
    title: dict[Language, str]
    summary: dict[Language, str]
    country: Country
    regions: tuple[str, ...] = ()
    """The regions of the country that it is about; none: the whole country."""
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    created_at: Time
    updated_at: Time
    updated_by: Id | None
    """Nobody when they wanted to be forgotten."""
    decision_id: Id | None = None
    """The decision that commissioned it, if one did."""
    published: Published | None = None
    withdrawn: Withdrawn | None = None
    """Its editions that were withdrawn; later ones may be there beside."""

    @property
    def state(self) -> State:
        """Whether readers have it, had it, or never had."""
        if self.published is not None:
            return "published"
        return "draft" if self.withdrawn is None else "withdrawn"

    @property
    def last_edition(self) -> int:
        """The number of its newest edition, withdrawn or not; 0 before the first."""
        return max(each.edition if each else 0 for each in (self.published, self.withdrawn))

    @property
    def outline(self) -> tuple[PlannedSection, ...]:
        """Its sections as they are planned, in the order in which they are read."""
        return self.own_outline or TEMPLATES[self.kind].sections

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its sections, in the order in which they are read."""
        return keys_of(self.outline)

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The themes it is on, those of its sections and others, in the order of `THEMES`."""
        found = {*themes_of(self.outline), *self.more_themes}
        return tuple(theme for theme in THEMES if theme in found)

    def planned(self, key: str) -> PlannedSection:
        """Return one of its sections as it is planned.  Raises `NotFound`."""
        found = next((section for section in self.outline if section.key == key), None)
        if found is None:
            raise NotFound("section-not-found", "This report has no such section.")
        return found

    def heading(self, section: "Section") -> str:
        """Return the title that ``section`` bears: its own, or the planned one."""
        return section.title or in_language(self.planned(section.key).title, section.language)


class Section(Aggregate):
    """One section of one report in one language; ``title`` is ``""`` where the planned one is good enough."""

    report_id: Id
    key: Key
    language: Language
    title: str = ""
    text: str = ""
    updated_at: Time
    updated_by: Id | None
    """Nobody when they wanted to be forgotten."""

    @property
    def written(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.text.strip())

    @property
    def theme(self) -> Theme | None:
        """The theme it is on, if any."""
        return theme_of(self.key)


def create(command: CreateReport, *, now: datetime, by: Id) -> tuple[Report, list[Section]]:
    """Return a new report and its empty sections, in each of its languages."""
    facts = command.model_dump(exclude={"outline", "themes", "regions"})
    report = Report(
        id=new_id(),
        created_at=now,
        updated_at=now,
        updated_by=by,
        own_outline=command.outline,
        more_themes=command.themes,
        regions=command.regions or (),
        **facts,
    )
    return report, missing_sections(report, (), now=now, by=by)


def missing_sections(report: Report, held: Iterable[Section], *, now: datetime, by: Id) -> list[Section]:
    """Return an empty section for every key and language of ``report`` that is not ``held``."""
    known = {(section.key, section.language) for section in held}
    return [
        Section(id=new_id(), report_id=report.id, key=key, language=language, updated_at=now, updated_by=by)
        for key in report.keys
        for language in report.languages
        if (key, language) not in known
    ]


def update(report: Report, command: UpdateReport, *, seen: int, now: datetime, by: Id) -> Report:
    """Return ``report`` as the command has it.  Raises `Stale` unless ``seen`` is its revision.

    A command that changes nothing returns the report as it is, whatever was seen: a save sent twice succeeds twice.
    """
    facts = command.model_dump(exclude={"themes"})
    if command.themes is not None:
        facts["more_themes"] = command.themes
    if command.regions is None:
        facts["regions"] = tuple(each for each in report.regions if each.startswith(f"{command.country}-"))
    changed = Report.model_validate({**report.model_dump(), **facts})
    if changed == report:
        return report
    _check_seen(report, seen, report.updated_at)
    return changed.evolve(updated_at=now, updated_by=by)


def write(section: Section, command: WriteSection, *, seen: int, now: datetime, by: Id) -> Section:
    """Return ``section`` as written.  Raises `Stale` unless ``seen`` is its revision.

    A command that changes nothing returns the section as it is, whatever was seen: a save sent twice succeeds twice.
    """
    if (section.title, section.text) == (command.title or "", command.text):
        return section
    _check_seen(section, seen, section.updated_at)
    return section.evolve(title=command.title or "", text=command.text, updated_at=now, updated_by=by)


def _check_seen(aggregate: Aggregate, seen: int, updated_at: datetime) -> None:
    if aggregate.revision != seen:
        raise Stale(
            "changed-meanwhile",
            "Somebody saved another text in the meantime. Read it, join the two, and save again.",
            revision=aggregate.revision,
            updated_at=updated_at.isoformat(),
        )
