"""Times of sessions as people read and write them: the day of the meeting and a time of day."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.portal.clients.agenda import Draft
from services.portal.clients.meetings import Meeting

MAX_DAYS = 14
_CLOCK = re.compile(r"^([01]?\d|2[0-3])[:.]([0-5]\d)$")


@dataclass(frozen=True, slots=True)
class Calendar:
    """On which days, and on whose clocks, the sessions of a meeting or draft are."""

    owner: Meeting | Draft

    @property
    def dated(self) -> bool:
        """Whether the days have dates."""
        return isinstance(self.owner, Meeting)

    @property
    def begins(self) -> datetime:
        """When it begins on the clocks of its place; a draft on a day of no meaning, at its usual time."""
        if isinstance(self.owner, Meeting):
            local = self.owner.starts_at.astimezone(ZoneInfo(self.owner.time_zone))
            return local.replace(second=0, microsecond=0)  # nobody writes seconds into a form
        hour, minute = self.owner.clock.split(":")
        return datetime(2001, 1, 1, int(hour), int(minute), tzinfo=ZoneInfo("UTC"))

    @property
    def days(self) -> int:
        """On how many days it is held; a draft may be on any of a fortnight."""
        if not isinstance(self.owner, Meeting):
            return MAX_DAYS
        last = self.owner.ends_at.astimezone(ZoneInfo(self.owner.time_zone)) - timedelta(seconds=1)
        return max(1, min(MAX_DAYS, (last.date() - self.begins.date()).days + 1))

    def day_of(self, after_minutes: int) -> int:
        """Return on which day, from 1, something is that begins so many minutes after the meeting."""
        return (self.at(after_minutes).date() - self.begins.date()).days + 1

    def clock_of(self, after_minutes: int) -> str:
        """Return at what time of day it begins: *09:30*."""
        return f"{self.at(after_minutes):%H:%M}"

    def at(self, after_minutes: int) -> datetime:
        """Return when it begins, on the clocks of the place."""
        return (self.begins.astimezone(ZoneInfo("UTC")) + timedelta(minutes=after_minutes)).astimezone(
            self.begins.tzinfo
        )

    def after(self, day: str, clock: str) -> int | None:
        """Return how many minutes after the beginning that is; `None` for what is no time, or before it."""
        found = _CLOCK.match(clock.strip())
        if found is None or not day.isdecimal() or not 1 <= int(day) <= MAX_DAYS:
            return None
        on = self.begins.date() + timedelta(days=int(day) - 1)
        wanted = datetime.combine(on, time(int(found[1]), int(found[2])), self.begins.tzinfo)
        minutes = int((wanted.astimezone(ZoneInfo("UTC")) - self.begins.astimezone(ZoneInfo("UTC"))).total_seconds())
        return minutes // 60 if minutes >= 0 else None
