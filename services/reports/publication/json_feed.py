"""The JSON feed of published reports (JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Sequence
from typing import Any

from services.reports.addresses import library_address, pdf_address, report_address
from services.reports.library.domain import Card, Filter
from services.reports.library.views import source_names, spoken_in
from services.reports.publication.feeds import address_of, summary_of, time, title_of
from shared.model import Language

MEDIA_TYPE = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"


def feed(cards: Sequence[Card], wanted: Filter, *, publisher: str, portal_url: str) -> bytes:
    """Return the feed of the reports that were ``wanted``, newest first: one item each, whose id stays."""
    spoken: Language = wanted.language or "en"
    items = [_item(card, spoken_in(card.languages, wanted.language), publisher, portal_url) for card in cards]
    found = {
        "version": VERSION,
        "title": title_of(wanted, publisher),
        "home_page_url": library_address(portal_url, spoken),
        "feed_url": address_of(wanted, portal_url, form="json"),
        "language": spoken,
        "authors": [{"name": publisher}],
        "items": items,
    }
    return json.dumps(found, ensure_ascii=False).encode()


def _item(card: Card, spoken: Language, publisher: str, portal_url: str) -> dict[str, Any]:
    return {
        "id": f"urn:uuid:{card.id}",
        "url": report_address(portal_url, card.id, spoken),
        "title": card.title[spoken],
        "content_text": summary_of(card, spoken),
        "date_published": time(card.first_published_at),
        "date_modified": time(card.published_at),
        "authors": [{"name": name} for name in source_names(card, spoken, publisher)],
        "tags": [*card.themes, card.kind, card.country],
        "language": spoken,
        "attachments": [
            {
                "url": pdf_address(portal_url, card.id, card.edition, language),
                "mime_type": "application/pdf",
                "title": card.title[language],
            }
            for language in card.languages
        ],
    }
