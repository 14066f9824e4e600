"""The rules of an agenda: times are minutes after the beginning, so that all of it moves along with its meeting."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.meetings.meetings.model import MAX_AGENDA_ITEMS, AgendaEntry
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Line, LocalLine, LocalText, Model, Text, Time
from shared.problems import NotFound, TooLarge

MAX_SESSIONS = 200
MAX_SPEAKERS = 30
MAX_MINUTES = 14 * 24 * 60  # a fortnight: no conference is longer
MAX_SUMMARY_BYTES = 15_000  # of the agenda as letters tell it, beside the other 25,000 of a notice

LOGGED = ("title", "text", "after_minutes", "lasts_minutes", "track", "room", "speakers")
What = Literal["added", "changed", "removed", "translated", "restored"]


class Speaker(Model):
    """Who speaks: somebody of the registry, or somebody by name, or both."""

    person_id: Id | None = None
    name: Line | None = None
    """As it is announced."""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.person_id is None and self.name is None:
            raise ValueError("must name a person by id, by name or both")
        return self

    @property
    def keys(self) -> set[str]:
        """By what it is known that two speakers are one."""
        known = {self.person_id} if self.person_id else set()
        return known | ({" ".join(self.name.casefold().split())} if self.name else set())


class PlanSession(Command):
    """A session as it is to be."""

    after_minutes: int = Field(ge=0, le=MAX_MINUTES)
    """When it begins: so many minutes after the meeting does."""
    lasts_minutes: int = Field(ge=1, le=24 * 60)
    title: LocalLine
    text: dict[Language, Annotated[Text, Field(max_length=5_000)]] = Field(default_factory=dict)
    source_language: Language | None = None
    """From which language the others are translated; else the first that has a title."""
    track: Line | Literal[""] = ""
    """Sessions of different tracks may be at the same time; nothing: for everybody."""
    room: Line | Literal[""] = ""
    speakers: Annotated[list[Speaker], Field(max_length=MAX_SPEAKERS)] = Field(default_factory=list)


class TranslateSession(Command):
    """A session's words in one language, made or found right now."""

    title: Line
    text: Annotated[Text, Field(max_length=5_000)] = ""


class Session(Model):
    """One session; ``translated_from`` is the ``source_revision`` that each other language was translated from."""

    id: Id
    after_minutes: int
    lasts_minutes: int
    title: LocalLine
    text: LocalText = Field(default_factory=dict)
    source_language: Language
    source_revision: int = 1
    translated_from: dict[Language, int] = Field(default_factory=dict)
    track: str = ""
    room: str = ""
    speakers: list[Speaker] = Field(default_factory=list)

    @property
    def until_minutes(self) -> int:
        """When it ends."""
        return self.after_minutes + self.lasts_minutes

    @property
    def outdated(self) -> list[Language]:
        """The languages whose words were translated from older ones than now."""
        return sorted(each for each, of in self.translated_from.items() if of < self.source_revision)


class Agenda(Aggregate):
    """The agenda of one meeting, whose id it has: sessions in the order of their times."""

    sessions: list[Session] = Field(default_factory=list)

    def session(self, session_id: str) -> Session:
        """Return one session.  Raises `NotFound`."""
        found = next((each for each in self.sessions if each.id == session_id), None)
        if found is None:
            raise NotFound("session-not-found", "There is no such session in this agenda.")
        return found


class Change(Model):
    """Who changed what of an agenda, and how it was before: what is undone by it."""

    id: Id
    meeting_id: Id
    at: Time
    by: Id | None
    """Who; nobody when they wanted to be forgotten."""
    what: What
    session_id: Id
    fields: list[str] = Field(default_factory=list)
    before: Session | None = None
    after: Session | None = None


def plan(command: PlanSession, known: Session | None, *, id: str) -> Session:
    """Return the session that ``command`` makes, or makes of the ``known`` one.

    When the words of the source language change, translations that were not changed with them become outdated.
    """
    wanted = (command.source_language, known.source_language if known else None, *command.title)
    source = next(each for each in wanted if each is not None and each in command.title)
    words = {each: _words(command.title, command.text, each) for each in command.title}
    before = {each: _words(known.title, known.text, each) for each in known.title} if known else {}
    revision = known.source_revision if known else 1
    if known and (words[source] != before.get(source) or source != known.source_language):
        revision += 1
    translated = known.translated_from if known else {}
    return Session(
        **command.model_dump(exclude={"source_language", "speakers"}),
        speakers=command.speakers,
        id=id,
        source_language=source,
        source_revision=revision,
        translated_from={
            each: translated.get(each, revision) if words[each] == before.get(each) else revision
            for each in words
            if each != source
        },
    )


def translate(session: Session, language: Language, command: TranslateSession) -> Session:
    """Return ``session`` with words in ``language`` that fit the source as it is now."""
    if language == session.source_language:
        words = PlanSession(
            **session.model_dump(include=set(PlanSession.model_fields) - {"title", "text", "speakers"}),
            title={**session.title, language: command.title},
            text={**session.text, language: command.text},
            speakers=session.speakers,
        )
        return plan(words, session, id=session.id)
    changes = {
        "title": {**session.title, language: command.title},
        "text": {**session.text, language: command.text},
        "translated_from": {**session.translated_from, language: session.source_revision},
    }
    return session.model_copy(update=changes)


def put(agenda: Agenda, session: Session) -> Agenda:
    """Return ``agenda`` with ``session`` in its place.  Raises `TooLarge` for more than 200."""
    others = [each for each in agenda.sessions if each.id != session.id]
    if len(others) >= MAX_SESSIONS:
        raise TooLarge("agenda-too-long", f"An agenda has at most {MAX_SESSIONS} sessions.")
    return agenda.evolve(sessions=in_order([*others, session]))


def remove(agenda: Agenda, session_id: str) -> Agenda:
    """Return ``agenda`` without a session.  Raises `NotFound`."""
    gone = agenda.session(session_id)
    return agenda.evolve(sessions=[each for each in agenda.sessions if each.id != gone.id])


def in_order(sessions: Sequence[Session]) -> list[Session]:
    """Return ``sessions`` as they follow each other, those for everybody first."""
    return sorted(sessions, key=lambda each: (each.after_minutes, each.track.casefold(), each.id))


def change_of(
    meeting_id: str, what: What, *, by: str, now: datetime, before: Session | None = None, after: Session | None = None
) -> Change:
    """Return the row of the change log for one session as it was and as it is: one of the two there must be."""
    known = after or before
    if known is None:
        raise ValueError("a change is of something")
    fields = [name for name in LOGGED if before and after and getattr(before, name) != getattr(after, name)]
    return Change(
        id=new_id(),
        meeting_id=meeting_id,
        at=now,
        by=by,
        what=what,
        session_id=known.id,
        fields=fields,
        before=before,
        after=after,
    )


def summary(agenda: Agenda, starts_at: datetime) -> list[AgendaEntry]:
    """Return the agenda as letters tell it: as many of its sessions as fit there."""
    entries, size = [], 0
    for each in agenda.sessions[:MAX_AGENDA_ITEMS]:
        entry = AgendaEntry(starts_at=starts_at + timedelta(minutes=each.after_minutes), title=each.title)
        size += len(entry.model_dump_json().encode())
        if size > MAX_SUMMARY_BYTES:
            break
        entries.append(entry)
    return entries


def from_entries(meeting_id: str, starts_at: datetime, ends_at: datetime, entries: Sequence[AgendaEntry]) -> Agenda:
    """Return the agenda of a meeting for which only a short one was given: each item lasts until the next begins."""
    begin = [max(0, int((each.starts_at - starts_at).total_seconds() // 60)) for each in entries]
    end = max(1, int((ends_at - starts_at).total_seconds() // 60))
    sessions = []
    for number, (entry, after) in enumerate(zip(entries, begin, strict=True)):
        until = next((each for each in begin[number + 1 :] if each > after), end)
        command = PlanSession(after_minutes=after, lasts_minutes=min(max(1, until - after), 24 * 60), title=entry.title)
        sessions.append(plan(command, None, id=_derived_id(meeting_id, number, after)))
    return Agenda(id=meeting_id, sessions=in_order(sessions))


def _derived_id(meeting_id: str, number: int, after: int) -> str:
    """Return the same id each time: until it is changed, such an agenda is not stored anywhere."""
    digits = hashlib.sha256(f"{meeting_id} {number} {after}".encode()).hexdigest()
    return f"{meeting_id[:13]}-8{digits[:3]}-8{digits[3:6]}-{digits[6:18]}"


def _words(title: dict[Language, str], text: dict[Language, str], language: Language) -> tuple[str, str]:
    return title.get(language, ""), text.get(language, "")
