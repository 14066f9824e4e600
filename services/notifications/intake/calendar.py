"""Reads what calendar programs send (iTIP, RFC 5546): who says what about which event.  Pure, and lenient.

Real programs write half of it their own way: names of zones that only Windows knows, answers without SEQUENCE, comments
in parameters, lines that no grammar allows.  What cannot be read is left out; the rest still counts.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from icalendar import Calendar
from icalendar.cal import Component
from icalendar.error import BrokenCalendarProperty
from icalendar.parser import Contentline, Contentlines
from pydantic import TypeAdapter, ValidationError

from shared.events.meetings import calendar_uid
from shared.events.notifications import Participation
from shared.ids import Id

MAX_BYTES = 256 * 1024  # an answer is 2 kB; Outlook adds its zones, and some send the whole text back
MAX_EVENTS = 20  # of one part
MAX_ATTENDEES = 1_000
MAX_SEQUENCE = 2**31 - 1
MAX_COMMENT = 2_000  # characters, as meetings keeps

ANSWERING: frozenset[str] = frozenset({"REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"})
"""The methods by which somebody answers an organiser (RFC 5546 1.4); the others are for those invited."""

_PARTICIPATIONS: dict[str, Participation] = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
    "DELEGATED": "delegated",
    "NEEDS-ACTION": "needs-action",
}
_KEPT = frozenset(
    {
        "BEGIN", "END", "METHOD", "UID", "SEQUENCE", "DTSTAMP", "ATTENDEE", "ORGANIZER", "COMMENT", "STATUS",
        "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "FREEBUSY",
        "TZID", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE", "TZNAME", "VERSION", "PRODID",
    }
)  # fmt: skip
_SPOKEN = ("VEVENT", "VFREEBUSY", "VTODO", "VJOURNAL")
_ID: TypeAdapter[str] = TypeAdapter(Id)


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody named in an event; addresses are in lower case and without ``mailto:``."""

    address: str
    participation: Participation
    delegated_to: str = ""
    delegated_from: str = ""
    comment: str = ""
    """What some programs write into a parameter of the answer instead of COMMENT."""


@dataclass(frozen=True, slots=True)
class CalendarMessage:
    """One event of a calendar part, as its sender tells it.

    ``method`` is in upper case, ``""`` when none was given.  ``stamped_at`` is DTSTAMP; ``starts_at`` and ``ends_at``
    are aware, and `None` when they were not given or cannot be told.
    """

    method: str
    kind: Literal["VEVENT", "VFREEBUSY", "VTODO", "VJOURNAL"]
    uid: str
    sequence: int
    stamped_at: datetime | None
    organiser: str
    attendees: tuple[Attendee, ...]
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    comment: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    """The calendar's own X- properties, which some programs explain themselves with."""

    @property
    def is_answer(self) -> bool:
        """Whether it is for an organiser to heed."""
        return self.method in ANSWERING and self.kind == "VEVENT"

    @property
    def meeting_id(self) -> str | None:
        """The meeting of ours that it is about, if it is about one."""
        meeting_id = self.uid.partition("@")[0]
        with suppress(ValidationError):
            return meeting_id if calendar_uid(_ID.validate_python(meeting_id)) == self.uid else None
        return None

    def said_by(self, address: str) -> Attendee | None:
        """Return what the attendee with this address says, if there is one."""
        wanted = address.strip().casefold()
        return next((each for each in self.attendees if each.address == wanted), None)


def read(part: bytes, *, method: str = "") -> list[CalendarMessage]:
    """Return what a ``text/calendar`` part says, in its order; nothing when it cannot be read at all.

    ``part`` is decoded from its transfer encoding; ``method`` is the parameter of its content type, for programs that
    leave METHOD out of the calendar itself.
    """
    if len(part) > MAX_BYTES:
        return []
    messages: list[CalendarMessage] = []
    for calendar in _calendars(_text(part)):
        said = str(calendar.get("method", method)).strip().upper()
        own = tuple((str(name), str(value)) for name, value in calendar.items() if str(name).startswith("X-"))
        events = (each for each in calendar.subcomponents if each.name in _SPOKEN)
        messages += [_message(event, said, own) for event in events]
    return messages[:MAX_EVENTS]


def _text(part: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1250"):
        with suppress(UnicodeDecodeError):
            return part.decode(encoding)
    return part.decode("latin-1")


def _calendars(text: str) -> Iterator[Calendar]:
    """Yield the calendars in ``text``: with their own zones, or without those when they are broken."""
    lines = list(_readable_lines(text))
    for attempt in (lines, list(_without_zones(lines))):
        try:
            found = Calendar.from_ical("\r\n".join(attempt) + "\r\n", multiple=True)
        except (ValueError, IndexError, KeyError, OverflowError):
            continue
        yield from (each for each in found if isinstance(each, Calendar))
        return


def _readable_lines(text: str) -> Iterator[str]:
    """Yield the lines that matter and can be read, X- lines of the calendar itself, and an END for every BEGIN."""
    within: list[str] = []
    for line in _unfolded(text):
        try:
            parts = Contentline(line).parts()  # type: ignore[no-untyped-call]
        except ValueError:
            continue
        name, value = str(parts[0]).upper(), str(parts[2]).strip().upper()
        if name == "BEGIN":
            within.append(value)
        elif name == "END":
            if value not in within:
                continue
            while within[-1] != value:
                yield f"END:{within.pop()}"
            within.pop()
        elif name not in _KEPT and not (name.startswith("X-") and len(within) == 1):
            continue
        yield line
    yield from (f"END:{each}" for each in reversed(within))  # the mail was cut off


def _unfolded(text: str) -> list[str]:
    try:
        return [str(line) for line in Contentlines.from_ical(text)]  # type: ignore[no-untyped-call]
    except ValueError:
        return text.splitlines()


def _without_zones(lines: Iterable[str]) -> Iterator[str]:
    within = False
    for line in lines:
        within = within or line.upper().startswith("BEGIN:VTIMEZONE")
        if not within:
            yield line
        if line.upper().startswith("END:VTIMEZONE"):
            within = False


def _message(event: Component, method: str, own: tuple[tuple[str, str], ...]) -> CalendarMessage:
    attendees = tuple(_attendee(each) for each in _all(event, "ATTENDEE")[:MAX_ATTENDEES])
    starts_at = _moment(_value(event, "DTSTART"))
    spoken = [str(each) for each in _all(event, "COMMENT")] + [each.comment for each in attendees]
    return CalendarMessage(
        method=method,
        kind=event.name,  # type: ignore[arg-type]  # one of the four that `read` takes
        uid=str(event.get("UID", "")).strip(),
        sequence=_sequence(event),
        stamped_at=_moment(_value(event, "DTSTAMP"), naive_is_utc=True),
        organiser=_address(str(event.get("ORGANIZER", ""))),
        attendees=attendees,
        starts_at=starts_at,
        ends_at=_end(event, starts_at),
        comment="\n".join(dict.fromkeys(filter(None, (each.strip() for each in spoken))))[:MAX_COMMENT],
        properties=own,
    )


def _all(event: Component, name: str) -> list[Any]:
    found = event.get(name, [])
    return list(found) if isinstance(found, list) else [found]


def _attendee(value: Any) -> Attendee:
    given: dict[str, Any] = {str(name).upper(): each for name, each in getattr(value, "params", {}).items()}
    address = _address(str(value))
    if "@" not in address:  # a calendar's own number for somebody, with the address beside it (RFC 7986 6.2)
        address = _address(_first(given.get("EMAIL"))) or address
    return Attendee(
        address=address,
        participation=_PARTICIPATIONS.get(_first(given.get("PARTSTAT")).upper(), "needs-action"),
        delegated_to=_address(_first(given.get("DELEGATED-TO"))),
        delegated_from=_address(_first(given.get("DELEGATED-FROM"))),
        comment=_first(given.get("X-RESPONSE-COMMENT")),
    )


def _first(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return str(value or "").strip()


def _address(value: str) -> str:
    value = value.strip().strip('"').casefold()
    return value.removeprefix("mailto:").strip()


def _sequence(event: Component) -> int:
    """Return SEQUENCE; 0 when it is left out (RFC 5545 3.8.7.4), or is no number."""
    try:
        return max(0, min(int(str(_first(event.get("SEQUENCE", 0)) or 0)), MAX_SEQUENCE))
    except ValueError:
        return 0


def _value(event: Component, name: str) -> Any:
    try:
        return getattr(event.get(name), "dt", None)
    except BrokenCalendarProperty:
        return None


def _moment(value: Any, *, naive_is_utc: bool = False) -> datetime | None:
    """Return an aware time; a day, or a time of nobody's clock, is none."""
    if not isinstance(value, datetime):
        return None
    if value.tzinfo is None and not naive_is_utc:
        return None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _end(event: Component, starts_at: datetime | None) -> datetime | None:
    ends_at, length = _moment(_value(event, "DTEND")), _value(event, "DURATION")
    if ends_at is None and starts_at is not None and isinstance(length, timedelta):
        with suppress(OverflowError):
            return starts_at + length
    return ends_at
