"""An edition as data for a web page: sanitised HTML for each section and language."""

import html
import re
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version

from services.reports.publication.around import around
from services.reports.publication.arranging import authors_of, is_drawn, other_indicators, with_indicators
from services.reports.publication.content import (
    Content,
    ContentIndicator,
    ContentPractice,
    ContentSection,
    ContentSeries,
    Texts,
)
from services.reports.publication.domain import Edition
from services.reports.publication.html import to_html
from services.reports.reports.domain import Day
from shared.events.reports import ReportKind, Theme
from shared.ids import Id
from shared.model import Country, Language, Model, Time

VERSION = "6"  # raise it when the same text gives other HTML: it is part of the ETag
FACTS = {"kind", "country", "regions", "period_from_on", "period_to_on", "languages", "translation_of"}


class DissentPage(Model):
    """What an author holds against a section; ``html`` is its plain text in paragraphs."""

    author: Texts
    html: Texts


class IndicatorPage(Model):
    """A table of numbers; ``drawn`` when there is a picture of it beside it."""

    indicator_id: Id
    theme: Theme | None
    title: Texts
    unit: Texts
    note: Texts
    source: Texts
    columns: tuple[Texts, ...]
    series: tuple[ContentSeries, ...]
    drawn: bool


class SectionPage(Model):
    """One section: its title and HTML in each language, who wrote it, who dissents, and the numbers on its theme."""

    key: str
    theme: Theme | None
    title: Texts
    html: Texts
    authors: tuple[Texts, ...] = ()
    dissents: tuple[DissentPage, ...] = ()
    indicators: tuple[IndicatorPage, ...] = ()


class PracticePage(Model):
    """One practice of a Book of Good Practices."""

    practice_id: Id
    key: str
    region: str | None
    kind: str
    title: Texts
    place: Texts
    carried_out_by: Texts
    html: Texts


class ErratumPage(Model):
    """What was wrong in edition ``corrects`` and is right in this one."""

    corrects: int
    html: Texts


class EditionPage(Model):
    """One edition.  ``summary`` is plain text, ``summary_html`` the same in paragraphs; ``html`` is sanitised."""

    report_id: Id
    kind: ReportKind
    edition: int
    sha256: str
    published_at: Time
    country: Country
    regions: tuple[str, ...] = ()
    """The regions of the country that it is about, by ISO 3166-2; none: the whole country."""
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    translation_of: dict[Language, Language]
    """The language each translation was made from."""
    themes: tuple[Theme, ...]
    title: Texts
    summary: Texts
    summary_html: Texts
    erratum: ErratumPage | None = None
    authors: tuple[Texts, ...] = ()
    sections: tuple[SectionPage, ...]
    indicators: tuple[IndicatorPage, ...] = ()
    """Those on no theme that a section is on."""
    practices: tuple[PracticePage, ...] = ()


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a plain text: they are divided by empty lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def summary_html(text: str) -> str:
    """Return a plain text as HTML paragraphs."""
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in paragraphs(text))


def edition_page(edition: Edition, language: Language | None) -> EditionPage:
    """Return ``edition`` for a web page, in all its languages or in one of them."""
    content = edition.read()
    chosen = content.languages if language is None else (language,)
    return EditionPage(
        **edition.model_dump(include={"report_id", "edition", "sha256", "published_at", "themes"}),
        **content.model_dump(include=FACTS),
        title=_in(content.title, chosen),
        summary=_in(content.summary, chosen),
        summary_html={each: summary_html(content.summary[each]) for each in chosen},
        erratum=_erratum(content, chosen),
        authors=tuple(_in(each.name, chosen) for each in authors_of(content)),
        sections=tuple(_section(content, section, found, chosen) for section, found in with_indicators(content)),
        indicators=tuple(_indicator(each, chosen) for each in other_indicators(content)),
        practices=tuple(_practice(content, each, chosen) for each in content.practices),
    )


def _in(texts: Texts, chosen: Sequence[Language]) -> Texts:
    """Return what there is of ``texts`` in the chosen languages; where there is nothing, what there is in any."""
    found = {each: texts[each] for each in chosen if texts.get(each)}
    return found or texts


def _section(
    content: Content, section: ContentSection, indicators: Sequence[ContentIndicator], chosen: Sequence[Language]
) -> SectionPage:
    return SectionPage(
        key=section.key,
        theme=section.theme,
        title=_in(section.title, chosen),
        html={each: to_html(section.text[each], around(content, section.key, each)) for each in chosen},
        authors=tuple(_in(each.name, chosen) for each in section.authors),
        dissents=tuple(
            DissentPage(author=_in(each.author.name, chosen), html=_in(_as_html(each.text), chosen))
            for each in section.dissents
        ),
        indicators=tuple(_indicator(each, chosen) for each in indicators),
    )


def _indicator(indicator: ContentIndicator, chosen: Sequence[Language]) -> IndicatorPage:
    return IndicatorPage(
        indicator_id=indicator.indicator_id,
        theme=indicator.theme,
        title=_in(indicator.title, chosen),
        unit=_in(indicator.unit, chosen),
        note=_in(indicator.note, chosen),
        source=_in(indicator.source, chosen),
        columns=tuple(_in(each, chosen) for each in indicator.columns),
        series=tuple(each.model_copy(update={"label": _in(each.label, chosen)}) for each in indicator.series),
        drawn=is_drawn(indicator),
    )


def _practice(content: Content, practice: ContentPractice, chosen: Sequence[Language]) -> PracticePage:
    written = [each for each in chosen if practice.text.get(each)] or list(practice.text)
    return PracticePage(
        **practice.model_dump(include={"practice_id", "key", "region", "kind"}),
        title=_in(practice.title, chosen),
        place=_in(practice.place, chosen),
        carried_out_by=_in(practice.carried_out_by, chosen),
        html={each: to_html(practice.text[each], around(content, practice.key, each)) for each in written},
    )


def _erratum(content: Content, chosen: Sequence[Language]) -> ErratumPage | None:
    if content.erratum is None:
        return None
    return ErratumPage(corrects=content.erratum.corrects, html=_in(_as_html(content.erratum.text), chosen))


def _as_html(texts: Texts) -> Texts:
    return {language: summary_html(text) for language, text in texts.items()}


def page_etag(edition_sha256: str) -> str:
    """Return the entity tag of an edition's page: another edition or another way to render it has another."""
    rendering = sha256(f"{VERSION} {version('nh3')}".encode()).hexdigest()[:8]
    return f'"{edition_sha256}-{rendering}"'
