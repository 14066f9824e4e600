"""What the Atom feed and the JSON feed of the same reports have in common."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from services.reports.addresses import feed_address
from services.reports.library.domain import Card, Filter
from services.reports.publication.telling import excerpt
from services.reports.publication.words import CORRECTED, FEED_TITLES, country_name
from services.reports.templates.catalogue import TEMPLATES
from services.reports.themes import THEME_NAMES
from shared.model import Language, in_language

ENTRIES_AT_MOST = 50
SUMMARY_CHARACTERS = 1_000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without entries was changed last


def title_of(wanted: Filter, publisher: str) -> str:
    """Return what a feed is called: the publisher, and what its reports have in common."""
    spoken: Language = wanted.language or "en"
    named = [
        TEMPLATES[wanted.format].title[spoken] if wanted.format else FEED_TITLES[spoken],
        THEME_NAMES[wanted.theme][spoken] if wanted.theme else "",
        country_name(wanted.country, spoken) if wanted.country else "",
    ]
    return f"{publisher}: {' · '.join(each for each in named if each)}"


def address_of(wanted: Filter, portal_url: str, *, form: str) -> str:
    """Return where a feed is read: ``form`` is ``atom`` or ``json``."""
    return feed_address(
        portal_url, wanted.theme, wanted.language, country=wanted.country, kind=wanted.format, form=form
    )


def updated_at(cards: Sequence[Card]) -> datetime:
    """Return when the newest edition of these reports was published."""
    return max((each.published_at for each in cards), default=NEVER)


def time(value: datetime) -> str:
    """Return a moment as in RFC 3339, in UTC and whole seconds."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def feed_etag(body: bytes) -> str:
    """Return the entity tag of a feed."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def summary_of(card: Card, language: Language) -> str:
    """Return the summary of a report, or its beginning; what was corrected goes before it."""
    summary = excerpt(card.summary[language], SUMMARY_CHARACTERS)
    if not card.erratum:
        return summary
    erratum = excerpt(in_language(card.erratum, language), SUMMARY_CHARACTERS)
    return f"{CORRECTED[language]}: {erratum}\n\n{summary}"
