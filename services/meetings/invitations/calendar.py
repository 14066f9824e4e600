"""An invitation as a file that a calendar program opens, in one person's language."""

from datetime import datetime

from services.meetings.meetings.calendar import publish
from services.meetings.meetings.domain import Meeting
from shared.model import Language


def calendar_file(meeting: Meeting, *, language: Language, organiser: str, now: datetime) -> bytes:
    """Return a calendar that holds ``meeting`` alone.  ``organiser`` is an address; nobody invited is named."""
    whole: bytes = publish([meeting], language=language, organiser=organiser, stamp=now).to_ical()
    return whole
