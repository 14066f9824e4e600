"""The Atom feed of published reports (RFC 4287)."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from services.reports.addresses import feed_address, library_address, pdf_address, report_address
from services.reports.publication.domain import excerpt
from services.reports.publication.words import FEED_TITLES
from services.reports.reports.domain import Published, Report
from services.reports.themes import THEME_NAMES
from shared.events.reports import Theme
from shared.model import LANGUAGES, Language

ATOM = "http://www.w3.org/2005/Atom"
NAMESPACES: Any = {None: ATOM}  # the stubs know no default namespace
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
ENTRIES_AT_MOST = 50
SUMMARY_CHARACTERS = 1_000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without entries was changed last
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def updated_at(reports: Sequence[Report]) -> datetime:
    """Return when the newest edition of ``reports`` was published."""
    return max((each.published.published_at for each in reports if each.published), default=NEVER)


def feed(
    reports: Sequence[Report],
    *,
    theme: Theme | None,
    language: Language | None,
    publisher: str,
    portal_url: str,
) -> bytes:
    """Return the feed of ``reports``, newest first: one entry a report, whose id stays over its editions."""
    spoken: Language = language or "en"
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=NAMESPACES)
    root.set(XML_LANG, spoken)
    _add(root, "id", uuid5(NAMESPACE_URL, feed_address(portal_url, theme, language)).urn)
    named = f" · {THEME_NAMES[theme][spoken]}" if theme else ""
    _add(root, "title", f"{publisher}: {FEED_TITLES[spoken]}{named}")
    _add(root, "updated", _time(updated_at(reports)))
    _add(_add(root, "author"), "name", publisher)
    _link(root, "self", "application/atom+xml", feed_address(portal_url, theme, language))
    _link(root, "alternate", "text/html", library_address(portal_url, spoken))
    for report in reports:
        if report.published is not None:
            _entry(root, report.id, report.published, language, portal_url)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _entry(root: etree._Element, report_id: str, face: Published, language: Language | None, portal_url: str) -> None:
    spoken = language if language in face.languages else _first_of(face.languages)
    entry = _add(root, "entry")
    entry.set(XML_LANG, spoken)
    _add(entry, "id", f"urn:uuid:{report_id}")
    _add(entry, "title", face.title[spoken])
    _add(entry, "updated", _time(face.published_at))
    _add(entry, "published", _time(face.first_published_at))
    _link(entry, "alternate", "text/html", report_address(portal_url, report_id, spoken), spoken)
    _link(entry, "alternate", "application/pdf", pdf_address(portal_url, report_id, face.edition, spoken), spoken)
    for theme in face.themes:
        etree.SubElement(entry, f"{{{ATOM}}}category", term=theme, label=THEME_NAMES[theme][spoken])
    _add(entry, "summary", excerpt(face.summary[spoken], SUMMARY_CHARACTERS))


def _first_of(languages: Sequence[Language]) -> Language:
    order: tuple[Language, ...] = ("en", *LANGUAGES)
    return next(each for each in order if each in languages)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    if text is not None:
        element.text = NOT_IN_XML.sub("", text)
    return element


def _link(parent: etree._Element, rel: str, kind: str, href: str, language: Language | None = None) -> None:
    link = etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, type=kind, href=href)
    if language is not None:
        link.set("hreflang", language)


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def feed_etag(body: bytes) -> str:
    """Return the entity tag of a feed."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
