"""An edition as data for a web page: sanitised HTML for each section and language."""

import html
import re
from hashlib import sha256
from importlib.metadata import version

from services.reports.publication.content import Content
from services.reports.publication.domain import Edition
from services.reports.publication.html import to_html
from services.reports.reports.domain import Day
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Country, Language, Model, Time

VERSION = "2"  # raise it when the same text gives other HTML: it is part of the ETag


class SectionPage(Model):
    """One theme: its title and HTML in each language."""

    theme: Theme
    title: dict[Language, str]
    html: dict[Language, str]


class EditionPage(Model):
    """One edition.  ``summary`` is plain text, ``summary_html`` the same in paragraphs; ``html`` is sanitised."""

    report_id: Id
    edition: int
    sha256: str
    published_at: Time
    country: Country
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    themes: tuple[Theme, ...]
    title: dict[Language, str]
    summary: dict[Language, str]
    summary_html: dict[Language, str]
    sections: tuple[SectionPage, ...]


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
        report_id=edition.report_id,
        edition=edition.edition,
        sha256=edition.sha256,
        published_at=edition.published_at,
        country=content.country,
        period_from_on=content.period_from_on,
        period_to_on=content.period_to_on,
        languages=content.languages,
        themes=edition.themes,
        title={each: content.title[each] for each in chosen},
        summary={each: content.summary[each] for each in chosen},
        summary_html={each: summary_html(content.summary[each]) for each in chosen},
        sections=_sections(content, chosen),
    )


def _sections(content: Content, chosen: tuple[Language, ...]) -> tuple[SectionPage, ...]:
    return tuple(
        SectionPage(
            theme=section.theme,
            title={language: section.title[language] for language in chosen},
            html={language: to_html(section.text[language]) for language in chosen},
        )
        for section in content.sections
    )


def page_etag(edition_sha256: str) -> str:
    """Return the entity tag of an edition's page: another edition or another way to render it has another."""
    rendering = sha256(f"{VERSION} {version('nh3')}".encode()).hexdigest()[:8]
    return f'"{edition_sha256}-{rendering}"'
