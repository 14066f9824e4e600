"""The kinds of reports and their sections.  Pure.

A section has a key that never changes: it stands in addresses, in stored texts and in published editions.  A section
whose key is one of the six themes is on that theme.
"""

from collections.abc import Sequence
from typing import Annotated, get_args

from pydantic import AfterValidator, Field, StringConstraints

from services.reports.themes import THEMES
from shared.events.reports import ReportKind, Theme
from shared.model import LocalLine, LocalText, Model

Kind = ReportKind
KINDS: tuple[Kind, ...] = get_args(ReportKind)

MAX_SECTIONS = 40  # of one report: as many chapters as a thick book has

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""The key of a section in kebab-case, at most 60 characters."""


class PlannedSection(Model):
    """A section before it is written: its title and what belongs in it, in each language."""

    key: Key
    title: LocalLine
    guidance: LocalText = Field(default_factory=dict)

    @property
    def theme(self) -> Theme | None:
        """The theme it is on, if any."""
        return theme_of(self.key)


def _each_once(value: tuple[PlannedSection, ...]) -> tuple[PlannedSection, ...]:
    if len({section.key for section in value}) != len(value):
        raise ValueError("must name each section once")
    return value


Outline = Annotated[
    tuple[PlannedSection, ...], Field(min_length=1, max_length=MAX_SECTIONS), AfterValidator(_each_once)
]
"""The sections of a report, in the order in which they are read: 1 to `MAX_SECTIONS`, each key once."""


class Template(Model):
    """What a report of one kind begins with."""

    kind: Kind
    title: LocalLine
    """What such a report is called."""
    sections: Outline


def theme_of(key: str) -> Theme | None:
    """Return the theme that a section with this key is on, if any."""
    return next((theme for theme in THEMES if theme == key), None)


def keys_of(outline: Sequence[PlannedSection]) -> tuple[str, ...]:
    """Return the keys of sections, in their order."""
    return tuple(section.key for section in outline)


def themes_of(outline: Sequence[PlannedSection]) -> tuple[Theme, ...]:
    """Return the themes that sections are on, in their order."""
    return tuple(section.theme for section in outline if section.theme is not None)
