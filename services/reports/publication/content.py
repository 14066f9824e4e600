"""What an edition says, in the format `zgoda-report-2`, and the one way to write it down.

The form is RFC 8785 (JSON Canonicalization Scheme): UTF-8, no white space, names sorted.  Values of indicators are
texts, and the only numbers are whole ones, so that nothing could be written in two ways.  Readers never learn from it
what they must not: whoever writes under a pseudonym is here under that alone, without an id.
"""

import hashlib
import json
from typing import Final, Literal

from pydantic import Field

from services.reports.reports.domain import Day
from shared.events.reports import ReportKind, Theme
from shared.ids import Id
from shared.model import Country, Language, Model

FORMAT: Final = "zgoda-report-2"

Texts = dict[Language, str]
"""A text in each language of the edition that has it."""

Chart = Literal["bars", "line", "none"]
"""How an indicator is drawn beside its table."""


class Author(Model):
    """Who wrote, as readers see it: the name of an organisation, or its pseudonym."""

    name: Texts
    pseudonym: bool = False


class Dissent(Model):
    """What an author holds against a section that it helped to write; plain text."""

    author: Author
    text: Texts


class ContentSection(Model):
    """One section; ``text`` is Markdown, in which ``image:ID`` stands for an image of the edition."""

    key: str
    theme: Theme | None
    title: Texts
    text: Texts
    authors: tuple[Author, ...] = ()
    dissents: tuple[Dissent, ...] = ()


class ContentImage(Model):
    """A picture that a text shows; ``sha256`` is of its bytes, in hexadecimal digits, width and height in pixels."""

    image_id: Id
    sha256: str
    content_type: str
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    alt: Texts
    caption: Texts = Field(default_factory=dict)


class ContentSeries(Model):
    """One row of an indicator's table: a value for each column as decimal text, `None` where none is known."""

    label: Texts
    values: tuple[str | None, ...]


class ContentIndicator(Model):
    """A table of numbers on a theme, as it was on the day of publication; ``columns`` are mostly periods."""

    indicator_id: Id
    theme: Theme | None
    title: Texts
    unit: Texts = Field(default_factory=dict)
    note: Texts = Field(default_factory=dict)
    source: Texts = Field(default_factory=dict)
    columns: tuple[Texts, ...]
    series: tuple[ContentSeries, ...]
    chart: Chart = "bars"


class ContentPractice(Model):
    """One practice of a Book of Good Practices; ``key`` is its address within the book and stays over editions."""

    practice_id: Id
    key: str
    region: str | None = None
    """ISO 3166-2, as in PL-20; `None` for a whole country."""
    kind: str
    """What it is, in kebab-case: action, project, grant, programme …"""
    title: Texts
    place: Texts = Field(default_factory=dict)
    carried_out_by: Texts = Field(default_factory=dict)
    text: Texts
    """Markdown."""


class Erratum(Model):
    """What was wrong in edition ``corrects`` and is right in this one; plain text, paragraphs by empty lines."""

    corrects: int = Field(ge=1)
    text: Texts


class Content(Model):
    """Everything an edition says, and nothing about when or as which number it was published."""

    format: Literal["zgoda-report-2"] = FORMAT
    kind: ReportKind = "monitoring-report"
    report_id: Id
    country: Country
    regions: tuple[str, ...] = ()
    """The regions of the country that it is about, by ISO 3166-2; not there where it is about all of it."""
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    translation_of: dict[Language, Language] = Field(default_factory=dict)
    """The language each translation was made from; what was written in its own language is not here."""
    title: Texts
    summary: Texts
    erratum: Erratum | None = None
    sections: tuple[ContentSection, ...]
    images: tuple[ContentImage, ...] = ()
    indicators: tuple[ContentIndicator, ...] = ()
    practices: tuple[ContentPractice, ...] = ()


def canonical(content: Model) -> str:
    """Return the one way to write ``content`` (RFC 8785; names are ASCII, so sorting by code point is its order).

    What is about no regions says nothing of them, as before there were any: what is the same has the same hash.
    """
    unsaid = {"regions"} if isinstance(content, Content) and not content.regions else None
    facts = content.model_dump(mode="json", exclude=unsaid)
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
