"""An edition as a PDF: the document as plain data, and the process that typesets it."""

import asyncio
import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from services.reports.publication.domain import Edition, EditionFacts
from services.reports.publication.page import paragraphs
from services.reports.publication.tree import to_tree, visible
from services.reports.publication.words import PDF_WORDS, country_name, day, period
from shared import logs
from shared.model import Language
from shared.problems import Unavailable

log = logs.get(__name__)

PROGRAM = Path(__file__).with_name("typeset.py")
WITHIN_SECONDS = 60.0  # three hundred pages take two
AT_ONCE = 1  # each may take much memory; whoever waits waits a second or two
SHORT_TITLE = 70  # characters that fit in the running header
BYTES_AT_MOST = 64 * 2**20


class NotTypeset(Unavailable):
    """The typesetter failed or took too long; the service itself is well."""


def document(edition: Edition, language: Language, *, publisher: str, address: str) -> dict[str, Any]:
    """Return everything the template shows, as plain data.  ``address`` is the report's page."""
    content = edition.read()
    title = visible(content.title[language])
    when = period(content.period_from_on, content.period_to_on, language)
    where = country_name(content.country, language)
    return {
        "language": language,
        "words": dict(PDF_WORDS[language]),
        "title": title,
        "short-title": title if len(title) <= SHORT_TITLE else title[: SHORT_TITLE - 1].rstrip() + "…",
        "description": f"{PDF_WORDS[language]['kind']}: {where}, {when}",
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


class Typesetter:
    """Makes PDFs in processes beside the service, at most `AT_ONCE` at a time."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    async def typeset(self, document: dict[str, Any]) -> bytes:
        """Return the PDF of ``document``.  Raises `NotTypeset`."""
        async with self._places:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(PROGRAM),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # a diagnosis would quote the document
                env={},
            )
            try:
                async with asyncio.timeout(WITHIN_SECONDS):
                    pdf, _ = await process.communicate(json.dumps(document).encode())
            except TimeoutError:
                pdf = b""
                log.warning("typesetting-too-slow", seconds=WITHIN_SECONDS)
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode != 0 or not pdf.startswith(b"%PDF-") or len(pdf) > BYTES_AT_MOST:
            log.error("typesetting-failed", status=process.returncode, bytes=len(pdf))
            raise NotTypeset("pdf-not-made", "The PDF could not be made. Read the report as a page, or try again.")
        return pdf


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
