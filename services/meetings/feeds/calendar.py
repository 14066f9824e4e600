"""A feed as calendar programs subscribe to it: RFC 5545, RFC 7986, and the names that programs knew before that."""

from collections.abc import Sequence

from services.meetings.feeds.domain import REFRESH, Feed
from services.meetings.meetings.calendar import publish
from services.meetings.meetings.model import Meeting


def calendar_of(feed: Feed, meetings: Sequence[Meeting], *, name: str, organiser: str) -> bytes:
    """Return the feed's calendar; the same bytes while nothing in it has changed."""
    calendar = publish(meetings, language=feed.language, organiser=organiser)
    hours = f"PT{int(REFRESH.total_seconds() // 3600)}H"
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", hours)
    whole: bytes = calendar.to_ical()
    return whole
