"""What somebody wants to be told of, and when a letter to them may therefore go out."""

from datetime import datetime, time, timedelta
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

from services.notifications.deliveries import domain as deliveries
from services.notifications.deliveries.domain import Change, LetterKind, Trouble
from shared.ids import Id
from shared.model import Aggregate, Command, Language, Model, ZoneName

Topic = Literal["meetings", "reminders", "briefs", "reports", "tasks", "comments"]
TOPICS: tuple[Topic, ...] = get_args(Topic)

Frequency = Literal["now", "daily", "weekly", "never"]

TOPIC_OF: dict[LetterKind, Topic] = {
    "people-invited": "meetings",
    "reply-requested": "reminders",
    "brief-prepared": "briefs",
    "message-written": "briefs",
    "report-published": "reports",
    "report-corrected": "reports",
    "report-withdrawn": "reports",
    "task-assigned": "tasks",
    "task-lapsed": "tasks",
    "section-assigned": "tasks",
    "section-submitted": "tasks",
    "section-changes-requested": "tasks",
    "section-accepted": "tasks",
    "section-signed-off": "tasks",
    "section-commented": "comments",
    "sections-due": "reminders",
    "webhook-disabled": "tasks",
    "reporting-requested": "tasks",
    "reporting-reminded": "reminders",
}
"""What a letter is about, for choosing.  Every other kind is sent to everybody concerned, at once: that a meeting is
moved or called off, and what somebody asked for just now."""

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A time of day, as in 22:00."""


class QuietHours(Model):
    """From when until when nothing is sent; over midnight when the end is the earlier."""

    starts: Clock
    ends: Clock


class Wishes(Model):
    """How somebody wants to be written to; what is not said is as for everybody."""

    topics: dict[Topic, Frequency] = Field(default_factory=dict)
    language: Language | None = None
    time_zone: ZoneName | None = None
    quiet: QuietHours | None = None
    digest_hour: int = Field(default=8, ge=0, le=23)
    digest_weekday: int = Field(default=0, ge=0, le=6)
    """Of the weekly digest, Monday being 0."""


class ChangeWishes(Command):
    """Write to me like this from now on: whatever is left out is as for everybody."""

    topics: dict[Topic, Frequency] = Field(default_factory=dict)
    language: Language | None = None
    time_zone: ZoneName | None = None
    quiet: QuietHours | None = None
    digest_hour: int = Field(default=8, ge=0, le=23)
    digest_weekday: int = Field(default=0, ge=0, le=6)


class StopTopic(Command):
    """Write to me of this no more."""

    topic: Topic


class Preferences(Aggregate):
    """Somebody's wishes; ``id`` is the person's, or the subscription's."""

    wishes: Wishes = Wishes()
    changed_at: datetime


def change(known: Preferences | None, person_id: Id, wishes: Wishes, *, now: datetime) -> Preferences:
    """Return the wishes as they are from now on."""
    if known is None:
        return Preferences(id=person_id, wishes=wishes, changed_at=now)
    return known.evolve(wishes=wishes, changed_at=now)


def stop(wishes: Wishes, topic: Topic) -> Wishes:
    """Return ``wishes`` without ``topic``."""
    return choose(wishes, topic, "never")


def choose(wishes: Wishes, topic: Topic, frequency: Frequency) -> Wishes:
    """Return ``wishes`` with ``topic`` told of so often."""
    return wishes.model_copy(update={"topics": {**wishes.topics, topic: frequency}})


def postpone(wishes: Wishes, kind: LetterKind, *, time_zone: str, now: datetime) -> Change | None:
    """Return what becomes of a letter that must not go out now, as its reader wishes; `None` when it may."""
    topic = TOPIC_OF.get(kind)
    if kind in deliveries.DIGESTS:
        return _quiet(wishes, time_zone, now)
    if topic is None:
        return None
    match wishes.topics.get(topic, "now"):
        case "never":
            return deliveries.suppress("unwanted")
        case ("daily" | "weekly") as often:
            due_at = next_digest(wishes, weekly=often == "weekly", time_zone=time_zone, now=now)
            return Change("collected", Trouble(code=f"digest-{often}"), due_at, attempted=False)
    return _quiet(wishes, time_zone, now)


def _quiet(wishes: Wishes, time_zone: str, now: datetime) -> Change | None:
    until = quiet_until(wishes.quiet, time_zone=time_zone, now=now)
    return Change("deferred", Trouble(code=deliveries.QUIET_HOURS), until, attempted=False) if until else None


def next_digest(wishes: Wishes, *, weekly: bool, time_zone: str, now: datetime) -> datetime:
    """Return when the next digest is due: the chosen hour of the next day, or weekday, on the reader's clocks."""
    zone = ZoneInfo(time_zone)
    here = now.astimezone(zone)
    due = datetime.combine(here.date(), time(wishes.digest_hour), zone)
    if due <= here:
        due += timedelta(days=1)
    if weekly:
        due += timedelta(days=(wishes.digest_weekday - due.weekday()) % 7)
    return due.astimezone(now.tzinfo)


def quiet_until(quiet: QuietHours | None, *, time_zone: str, now: datetime) -> datetime | None:
    """Return when the quiet hours end in which ``now`` lies; `None` when it lies in none."""
    if quiet is None:
        return None
    here = now.astimezone(ZoneInfo(time_zone))
    starts, ends, clock = time.fromisoformat(quiet.starts), time.fromisoformat(quiet.ends), here.time()
    over_midnight = ends <= starts
    within = (clock >= starts or clock < ends) if over_midnight else starts <= clock < ends
    if not within or starts == ends:
        return None
    day = here.date() + timedelta(days=int(over_midnight and clock >= starts))
    return datetime.combine(day, ends, here.tzinfo).astimezone(now.tzinfo)
