"""The map of the published reports for search engines (https://www.sitemaps.org), with the languages of each."""

from collections.abc import Sequence
from typing import Any

from lxml import etree

from services.reports.addresses import library_address, practice_address, report_address
from services.reports.book.domain import PublishedPractice
from services.reports.library.domain import Card
from services.reports.publication.feeds import time
from shared.model import LANGUAGES, Language

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
NAMESPACES: Any = {None: SITEMAP, "xhtml": XHTML}  # the stubs know no default namespace
MEDIA_TYPE = "application/xml; charset=utf-8"
REPORTS_AT_MOST = 5_000  # in five languages: half of the 50,000 addresses that one map may hold
PRACTICES_AT_MOST = 4_900  # so that the rest, in five languages, fits beside the library


def sitemap(cards: Sequence[Card], practices: Sequence[PublishedPractice] = (), *, portal_url: str) -> bytes:
    """Return the map: the library, and the page of each report and practice in each language it is written in."""
    root = etree.Element(f"{{{SITEMAP}}}urlset", nsmap=NAMESPACES)
    _pages(root, {each: library_address(portal_url, each) for each in LANGUAGES}, None)
    for card in cards:
        addresses = {each: report_address(portal_url, card.id, each) for each in card.languages}
        _pages(root, addresses, time(card.published_at))
    for found in practices:
        written = [each for each in found.languages if found.practice.text.get(each)]
        addresses = {each: practice_address(portal_url, found.id, each) for each in written}
        _pages(root, addresses, time(found.published_at))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _pages(root: etree._Element, addresses: dict[Language, str], changed_at: str | None) -> None:
    """Add one page in its languages, each of which names the others."""
    for address in addresses.values():
        url = etree.SubElement(root, f"{{{SITEMAP}}}url")
        etree.SubElement(url, f"{{{SITEMAP}}}loc").text = address
        if changed_at is not None:
            etree.SubElement(url, f"{{{SITEMAP}}}lastmod").text = changed_at
        for language, other in addresses.items() if len(addresses) > 1 else ():
            etree.SubElement(url, f"{{{XHTML}}}link", rel="alternate", hreflang=language, href=other)
