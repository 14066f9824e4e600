"""Opening, renewing, withdrawing and reading feeds."""

import secrets

from services.meetings.directory.store import find_person
from services.meetings.feeds import domain, store
from services.meetings.feeds.calendar import calendar_of
from services.meetings.feeds.domain import Feed, Kind, OpenFeed
from services.meetings.feeds.store import FEEDS
from services.meetings.series.store import SERIES
from shared.ids import utc_now
from shared.links import NONCE_BYTES, LinkClaims, Links
from shared.model import in_language
from shared.problems import NotFound, Unauthenticated
from shared.storage import Reader, Tx

NAME = "Zgoda"


async def open_feed(tx: Tx, kind: Kind, owner_id: str, command: OpenFeed) -> Feed:
    """Give a person or series a feed, or a new address for it: the old one is no longer good."""
    if kind == "series":
        await SERIES.get(tx, owner_id)
    known = await store.of(tx, kind, owner_id)
    nonce = secrets.token_hex(NONCE_BYTES)
    feed = domain.open_feed(known, kind, owner_id, command, nonce=nonce, now=utc_now())
    await (FEEDS.put(tx, feed) if known else FEEDS.add(tx, feed))
    return feed


async def close_feed(tx: Tx, kind: Kind, owner_id: str) -> None:
    """Take a feed away: its address is no longer good.  Nothing happens when there is none."""
    await store.remove(tx, kind, owner_id)


async def feed_of(reader: Reader, kind: Kind, owner_id: str) -> Feed:
    """Return the feed of a person or series.  Raises `NotFound`."""
    feed = await store.of(reader, kind, owner_id)
    if feed is None:
        raise NotFound("feed-not-found", "There is no such feed: open one first.")
    return feed


def token_of(feed: Feed, links: Links) -> str:
    """Return the secret part of a feed's address: the same each time, until it is renewed."""
    nonce = bytes.fromhex(feed.nonce)
    return links.sign("feed", feed.id, generation=feed.generation, expires_at=feed.expires_at, nonce=nonce)


async def read_feed(reader: Reader, link: LinkClaims, *, organiser: str) -> bytes:
    """Return the calendar behind a secret address.  Raises `Unauthenticated` when it was renewed or withdrawn."""
    feed = await FEEDS.find(reader, link.subject)
    if feed is None or feed.generation != link.generation or not await _still_there(reader, feed):
        raise Unauthenticated("link-withdrawn", "This address was withdrawn: open a new one.")
    meetings = await store.meetings_in(reader, feed, now=utc_now())
    name = await _name(reader, feed)
    return calendar_of(feed, meetings, name=name, organiser=organiser)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person's feed away."""
    await store.remove(tx, "person", person_id)


async def _still_there(reader: Reader, feed: Feed) -> bool:
    if feed.kind == "series":
        return True
    person = await find_person(reader, feed.owner_id)
    return person is not None and person.active


async def _name(reader: Reader, feed: Feed) -> str:
    if feed.kind == "person":
        return NAME
    return in_language((await SERIES.get(reader, feed.owner_id)).title, feed.language)
