"""The form of a session, read: what it becomes, and what is wrong with it, by field."""

from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from services.portal.agenda.times import Calendar
from services.portal.clients.agenda import Session
from services.portal.clients.base import Refused
from services.portal.languages import N_
from services.portal.pages import Visit
from shared.model import LANGUAGES

MAX_LINE = 200  # characters of a title, a track, a room, a name
PLACES = {"after_minutes": "clock", "speakers": "speakers", "track": "track", "room": "room", "title": "title"}


@dataclass(slots=True)
class Entry:
    """A form that was sent: what was written, the command it becomes, and what is wrong, by field."""

    values: dict[str, str] = field(default_factory=dict)
    command: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    picked: dict[str, str] = field(default_factory=dict)
    """The speakers who are in the registry, by id, and how they are announced."""

    def value(self, name: str) -> str:
        """Return what was written into a field."""
        return self.values.get(name, "")


def blank(after_minutes: int, calendar: Calendar) -> Entry:
    """Return the form of a new session, after those there are."""
    return Entry({"day": str(calendar.day_of(after_minutes)), "clock": calendar.clock_of(after_minutes), "lasts": "30"})


def as_it_is(session: Session, calendar: Calendar) -> Entry:
    """Return the form of a session as it is offered at first."""
    values = {
        "day": str(calendar.day_of(session.after_minutes)),
        "clock": calendar.clock_of(session.after_minutes),
        "lasts": str(session.lasts_minutes),
        "track": session.track,
        "room": session.room,
        "speakers": "\n".join(each.name for each in session.speakers if each.name and not each.person_id),
        "source": session.source_language,
    }
    words = {f"title-{each}": text for each, text in session.title.items()}
    texts = {f"text-{each}": text for each, text in session.text.items()}
    picked = {each.person_id: each.name or "" for each in session.speakers if each.person_id}
    return Entry({**values, **words, **texts}, picked=picked)


def read(visit: Visit, form: FormData, calendar: Calendar) -> Entry:
    """Return the session that a form describes, but for its speakers, with everything that is wrong with it."""
    texts = {name: value.strip().replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}
    entry = Entry(texts)
    after = calendar.after(entry.value("day") or "1", entry.value("clock"))
    lasts = entry.value("lasts")
    entry.command = {
        "after_minutes": after,
        "lasts_minutes": int(lasts) if lasts.isdecimal() and len(lasts) <= 4 else 0,
        "title": _by_language(entry, "title"),
        "text": _by_language(entry, "text"),
        "source_language": entry.value("source") or visit.language,
        "track": entry.value("track"),
        "room": entry.value("room"),
    }
    _check(visit, entry)
    return entry


def take(visit: Visit, entry: Entry, refused: Refused, calendar: Calendar) -> None:
    """Bring a refusal to the fields, with the time that would be free; what is not about a field is raised again."""
    if refused.status not in (409, 422):
        raise refused
    for error in refused.errors:
        name = (error.field or "").removeprefix("body.").partition(".")[0]
        place = f"title-{visit.language}" if name == "title" else PLACES.get(name, name or "form")
        entry.errors.setdefault(place, visit.why(error.code, N_("This cannot be accepted as it is.")))
    after = refused.suggestion.get("after_minutes")
    if isinstance(after, int):
        free, day = calendar.clock_of(after), calendar.day_of(after)
        entry.errors["clock"] = visit.say("The next free time is %(clock)s on day %(day)s.", clock=free, day=day)
    if not entry.errors:
        entry.errors["form"] = visit.why(refused.code, N_("This cannot be accepted as it is."))


def _check(visit: Visit, entry: Entry) -> None:
    if not entry.command["title"]:
        entry.errors[f"title-{visit.language}"] = visit.say("Give the session a title in at least one language.")
    if entry.command["after_minutes"] is None:
        entry.errors["clock"] = visit.say("Give a time of day like 09:30, not before the meeting begins.")
    if not entry.command["lasts_minutes"]:
        entry.errors["lasts"] = visit.say("Say how many minutes it lasts.")
    lines = {
        name: text for name, text in entry.values.items() if name.startswith("title-") or name in ("track", "room")
    }
    for name, text in lines.items():
        if len(text) > MAX_LINE:
            entry.errors[name] = visit.say("Write at most %(number)s characters.", number=MAX_LINE)


def _by_language(entry: Entry, name: str) -> dict[str, str]:
    return {each: text for each in LANGUAGES if (text := entry.value(f"{name}-{each}"))}
