"""An edition as data for a web page: sanitised HTML for each section and language."""

import html
import re
from hashlib import sha256
from importlib.metadata import version

import nh3

from services.reports.publication.domain import Content, Edition
from services.reports.publication.markdown import READER, parse
from services.reports.reports.domain import Day
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Country, Language, Model, Time

VERSION = "1"  # raise it when the same text gives other HTML: it is part of the ETag
FIRST_HEADING = 3  # h1 is the report's title, h2 the section's
TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "a"),
    *("h3", "h4", "h5", "h6", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href"},
    "ol": {"start"},
    "th": {"scope", "class"},
    "td": {"class"},
}
ALIGNMENT = re.compile(r"text-align:(left|right|center)")


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


def to_html(text: str) -> str:
    """Return Markdown as HTML without scripts, images, styles or links to anything but https and mailto."""
    tokens = parse(text, first_heading=FIRST_HEADING)
    for token in tokens:
        if token.type in ("th_open", "td_open"):
            aligned = ALIGNMENT.fullmatch(str(token.attrs.pop("style", "")))
            token.attrs.update({"class": f"align-{aligned[1]}"} if aligned else {})
            token.attrs.update({"scope": "col"} if token.type == "th_open" else {})
    return nh3.clean(
        READER.renderer.render(tokens, READER.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


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
