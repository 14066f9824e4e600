"""An edition as a PDF: the document as plain data, and what typesets it."""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from services.reports.publication.domain import Edition, EditionFacts
from services.reports.publication.page import paragraphs
from services.reports.publication.tree import to_tree, visible
from services.reports.publication.words import PDF_WORDS, country_name, day, period
from services.reports.templates.catalogue import TEMPLATES
from shared.model import Language
from shared.typesetting import Typesetter

PROGRAM = Path(__file__).with_name("typeset.py")
WITHIN_SECONDS = 60.0  # three hundred pages take two
SHORT_TITLE = 70  # characters that fit in the running header
BYTES_AT_MOST = 64 * 2**20


def document(edition: Edition, language: Language, *, publisher: str, address: str) -> dict[str, Any]:
    """Return everything the template shows, as plain data.  ``address`` is the report's page."""
    content = edition.read()
    title = visible(content.title[language])
    when = period(content.period_from_on, content.period_to_on, language)
    where = country_name(content.country, language)
    kind = TEMPLATES[content.kind].title[language]
    return {
        "language": language,
        "words": {**PDF_WORDS[language], "kind": kind},
        "title": title,
        "short-title": title if len(title) <= SHORT_TITLE else title[: SHORT_TITLE - 1].rstrip() + "…",
        "description": f"{kind}: {where}, {when}",
        "publisher": publisher,
        "country": where,
        "period": when,
        "edition": edition.edition,
        "published": day(edition.published_at, language),
        "published-at": int(edition.published_at.timestamp()),
        "sha256": edition.sha256,
        "address": address,
        "summary": [visible(part) for part in paragraphs(content.summary[language])],
        "sections": [
            {"title": visible(section.title[language]), "blocks": to_tree(section.text[language])}
            for section in content.sections
        ],
    }


def typesetter() -> Typesetter:
    """Return what makes PDFs of editions."""
    advice = "read the report as a page, or try again"
    return Typesetter(PROGRAM, within=WITHIN_SECONDS, bytes_at_most=BYTES_AT_MOST, advice=advice)


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
