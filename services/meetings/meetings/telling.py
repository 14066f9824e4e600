"""What others are told of a meeting: in letters, calendars and feeds.  Of a closed one: that it is, and when."""

from typing import Any

from services.meetings.meetings.model import Meeting
from shared.events.meetings import AgendaItem, Notice
from shared.model import Language, ZoneName

NEUTRAL_TITLE: dict[Language, str] = {
    "pl": "Spotkanie",
    "en": "Meeting",
    "be": "Сустрэча",
    "uk": "Зустріч",
    "ru": "Встреча",
}


def facts(meeting: Meeting) -> dict[str, Any]:
    """Return what every event about ``meeting`` says of it, so that any of them can bring the newest state."""
    return {
        "meeting_id": meeting.id,
        "revision": meeting.revision,
        "sequence": meeting.sequence,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "time_zone": told_zone(meeting),
        "notice": notice(meeting),
    }


def told_zone(meeting: Meeting) -> ZoneName:
    """Return the zone in which others are told when ``meeting`` is: that of a closed one would name its city."""
    return "UTC" if meeting.closed else meeting.time_zone


def notice(meeting: Meeting) -> Notice:
    """Return what people are told about ``meeting``: of a closed one nothing that a colleague could read over."""
    if meeting.closed:
        return Notice(title=NEUTRAL_TITLE)
    return Notice(
        title=meeting.title,
        text=meeting.text,
        place=meeting.place,
        link=meeting.link,
        agenda=[AgendaItem(starts_at=each.starts_at, title=each.title) for each in meeting.agenda],
        reason=meeting.reason,
    )
