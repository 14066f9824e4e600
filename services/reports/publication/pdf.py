"""An edition as a PDF: the document as plain data, and what typesets it."""

import base64
import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from services.reports.publication.arranging import authors_of, other_indicators, with_indicators
from services.reports.publication.content import Content, ContentImage
from services.reports.publication.domain import Edition, EditionFacts
from services.reports.publication.printing import (
    chapters_of,
    drawings,
    indicator_of,
    names,
    said,
    section_of,
    shown_paragraphs,
)
from services.reports.publication.tree import visible
from services.reports.publication.words import PDF_WORDS, TRANSLATED_FROM, country_name, day, period
from services.reports.regions import region_name
from services.reports.templates.catalogue import TEMPLATES
from shared.model import Language
from shared.typesetting import PDF_UA, Typesetter

PROGRAM = Path(__file__).with_name("typeset.py")
WITHIN_SECONDS = 60.0  # three hundred pages take two
SHORT_TITLE = 70  # characters that fit in the running header
BYTES_AT_MOST = 64 * 2**20
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def document(edition: Edition, language: Language, *, publisher: str, address: str) -> dict[str, Any]:
    """Return everything the template shows, as plain data; pictures by the names of `file_name`.

    ``address`` is the report's page.
    """
    content = edition.read()
    title = said(content.title, language)
    when = period(content.period_from_on, content.period_to_on, language)
    where = _where(content, language)
    kind = TEMPLATES[content.kind].title[language]
    return {
        "language": language,
        "words": {**PDF_WORDS[language], "kind": kind},
        "title": title,
        "short-title": title if len(title) <= SHORT_TITLE else title[: SHORT_TITLE - 1].rstrip() + "…",
        "description": f"{kind}: {where}, {when}",
        "publisher": publisher,
        "authors": names(authors_of(content), language),
        "country": where,
        "period": when,
        "edition": edition.edition,
        "published": day(edition.published_at, language),
        "published-at": int(edition.published_at.timestamp()),
        "sha256": edition.sha256,
        "address": address,
        "translated": translated(content, language),
        "erratum": erratum(content, language),
        "summary": shown_paragraphs(content.summary, language),
        "sections": [section_of(content, each, found, language) for each, found in with_indicators(content)],
        "indicators": [indicator_of(each, language) for each in other_indicators(content)],
        "chapters": chapters_of(content, language),
        "pictures": {each.image_id: file_name(each) for each in content.images},
        "files": files(content, language),
    }


def _where(content: Content, language: Language) -> str:
    """Return the country that a report is about, with those of its regions that it names."""
    regions = sorted(visible(region_name(each, language)) for each in content.regions)
    return country_name(content.country, language) + (f": {', '.join(regions)}" if regions else "")


def erratum(content: Content, language: Language) -> dict[str, Any] | None:
    """Return what was wrong in an edition before, if this one corrects it."""
    if content.erratum is None:
        return None
    title = PDF_WORDS[language]["erratum"].format(content.erratum.corrects)
    return {"title": title, "paragraphs": shown_paragraphs(content.erratum.text, language)}


def translated(content: Content, language: Language) -> str:
    """Return the sentence that says what this was translated from, or ``""``."""
    source = content.translation_of.get(language)
    return "" if source is None else TRANSLATED_FROM[language][source]


def file_name(image: ContentImage) -> str:
    """Return what the typesetter calls a picture."""
    return f"{image.image_id}.{EXTENSIONS[image.content_type]}"


def files(content: Content, language: Language) -> dict[str, str]:
    """Return every drawing as base64, by the names that the template knows."""
    found = drawings(content.indicators, language)
    return {name: base64.b64encode(content).decode() for name, content in found.items()}


def typesetter() -> Typesetter:
    """Return what makes PDFs of editions."""
    advice = "read the report as a page, or try again"
    return Typesetter(PROGRAM, within=WITHIN_SECONDS, bytes_at_most=BYTES_AT_MOST, promise=PDF_UA, advice=advice)


def rendering() -> str:
    """Return a short fingerprint of how PDFs are made now: the template, the program and the typesetter."""
    parts = (PROGRAM.with_name("report.typ").read_bytes(), PROGRAM.read_bytes(), version("typst").encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:8]


RENDERING = rendering()


def pdf_etag(facts: EditionFacts, language: Language) -> str:
    """Return the entity tag of an edition's PDF in one language."""
    return f'"{facts.sha256}-{facts.edition}-{language}-{RENDERING}"'


def pdf_name(report_id: str, facts: EditionFacts, language: Language) -> str:
    """Return what a reader's file is called: ASCII, without anything the authors wrote."""
    return f"report-{report_id[-12:]}-edition-{facts.edition}-{language}.pdf"
