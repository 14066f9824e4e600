"""The Atom feed of published reports (RFC 4287)."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from services.reports.addresses import library_address, pdf_address, report_address
from services.reports.library.domain import Card, Filter
from services.reports.library.views import source_names, spoken_in
from services.reports.publication.feeds import address_of, summary_of, time, title_of, updated_at
from services.reports.templates.catalogue import TEMPLATES
from services.reports.themes import THEME_NAMES
from shared.model import Language

ATOM = "http://www.w3.org/2005/Atom"
NAMESPACES: Any = {None: ATOM}  # the stubs know no default namespace
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def feed(cards: Sequence[Card], wanted: Filter, *, publisher: str, portal_url: str) -> bytes:
    """Return the feed of the reports that were ``wanted``, newest first: one entry each, whose id stays."""
    spoken: Language = wanted.language or "en"
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=NAMESPACES)
    root.set(XML_LANG, spoken)
    address = address_of(wanted, portal_url, form="atom")
    _add(root, "id", uuid5(NAMESPACE_URL, address).urn)
    _add(root, "title", title_of(wanted, publisher))
    _add(root, "updated", time(updated_at(cards)))
    _add(_add(root, "author"), "name", publisher)
    _link(root, "self", "application/atom+xml", address)
    _link(root, "alternate", "text/html", library_address(portal_url, spoken))
    for card in cards:
        _entry(root, card, spoken_in(card.languages, wanted.language), publisher, portal_url)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _entry(root: etree._Element, card: Card, spoken: Language, publisher: str, portal_url: str) -> None:
    entry = _add(root, "entry")
    entry.set(XML_LANG, spoken)
    _add(entry, "id", f"urn:uuid:{card.id}")
    _add(entry, "title", card.title[spoken])
    _add(entry, "updated", time(card.published_at))
    _add(entry, "published", time(card.first_published_at))
    for name in source_names(card, spoken, publisher):
        _add(_add(entry, "author"), "name", name)
    _link(entry, "alternate", "text/html", report_address(portal_url, card.id, spoken), spoken)
    _link(entry, "alternate", "application/pdf", pdf_address(portal_url, card.id, card.edition, spoken), spoken)
    for theme in card.themes:
        etree.SubElement(entry, f"{{{ATOM}}}category", term=theme, label=THEME_NAMES[theme][spoken])
    etree.SubElement(entry, f"{{{ATOM}}}category", term=card.kind, label=TEMPLATES[card.kind].title[spoken])
    _add(entry, "summary", summary_of(card, spoken))


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    if text is not None:
        element.text = NOT_IN_XML.sub("", text)
    return element


def _link(parent: etree._Element, rel: str, kind: str, href: str, language: Language | None = None) -> None:
    link = etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, type=kind, href=href)
    if language is not None:
        link.set("hreflang", language)
