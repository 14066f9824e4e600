"""The rules of practices: what each says, in which chapter it stands, and what hinders its publication.  Pure.

A practice is typed in, or comes from a survey; it keeps its key, which is its address within the Book.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args

from pydantic import Field

from services.reports.publication.content import ContentPractice
from services.reports.publication.words import language_name
from services.reports.regions import Region
from services.reports.reports.domain import Markdown
from shared.folding import fold, index_words
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Country, Language, Line, LocalLine, Time, in_language
from shared.problems import Conflict, FieldError

PracticeKind = Literal["action", "project", "grant", "programme"]
KINDS: tuple[PracticeKind, ...] = get_args(PracticeKind)

MAX_PRACTICES = 500  # of one book: a thousand pages
MAX_KEY = 60  # characters
WORDS_AT_MOST = 2_000  # distinct folded words of one practice


class WritePractice(Command):
    """Say what was done, where and by whom.  ``text`` is Markdown; without ``region`` it is the whole country's."""

    kind: PracticeKind
    region: Region | None = None
    title: LocalLine
    place: dict[Language, Line] = Field(default_factory=dict)
    carried_out_by: dict[Language, Line] = Field(default_factory=dict)
    text: dict[Language, Markdown] = Field(default_factory=dict)


class Practice(Aggregate):
    """One practice of a Book that is being made."""

    report_id: Id
    key: str
    """Its address within the Book: kebab-case, and never changed."""
    source_id: Id | None = None
    """The practice of the survey that it was selected from, if it was."""
    kind: PracticeKind
    region: Region | None = None
    title: dict[Language, str]
    place: dict[Language, str] = Field(default_factory=dict)
    carried_out_by: dict[Language, str] = Field(default_factory=dict)
    text: dict[Language, str] = Field(default_factory=dict)
    removed: bool = False
    created_at: Time
    changed_at: Time


class PublishedPractice(Aggregate):
    """A practice as readers find it, under its own id: as the newest edition that holds it has it."""

    report_id: Id
    edition: int
    in_newest: bool = True
    """Whether the newest edition of the Book still holds it; its address leads to it in any case."""
    book_title: dict[Language, str]
    country: Country
    languages: tuple[Language, ...]
    published_at: Time
    practice: ContentPractice
    search: list[str] = Field(default_factory=list)
    """The folded words by which it is found."""


def add(
    report_id: str,
    command: WritePractice,
    *,
    taken: Collection[str],
    now: datetime,
    source_id: str | None = None,
) -> Practice:
    """Return a new practice with a key that is not ``taken``.  Raises `Conflict` when the Book has 500."""
    if len(taken) >= MAX_PRACTICES:
        raise Conflict("too-many-practices", f"A book has at most {MAX_PRACTICES} practices: remove one first.")
    key = _free(key_of(command.title), taken)
    facts = command.model_dump()
    return Practice(
        id=new_id(), report_id=report_id, key=key, source_id=source_id, created_at=now, changed_at=now, **facts
    )


def change(practice: Practice, command: WritePractice, *, now: datetime) -> Practice:
    """Return ``practice`` as the command has it; as it was when nothing changes."""
    changed = practice.model_copy(update=command.model_dump())
    return practice if changed == practice else changed.evolve(changed_at=now)


def remove(practice: Practice, *, removed: bool, now: datetime) -> Practice:
    """Return ``practice`` taken out of the Book, or back in it; as it was when it is there already."""
    return practice if practice.removed == removed else practice.evolve(removed=removed, changed_at=now)


def key_of(title: Mapping[Language, str]) -> str:
    """Return a key that can be read: the title in Latin letters without marks, as far as whole words fit."""
    name = in_language(title, "en")
    latin = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l")).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", latin) or re.findall(r"[a-z0-9]+", fold(name))
    key = ""
    for word in words:
        longer = f"{key}-{word}" if key else word[: MAX_KEY - 5]
        if len(longer) > MAX_KEY - 5:  # room for a number behind it
            break
        key = longer
    return key or "practice"


def _free(key: str, taken: Collection[str]) -> str:
    names = (key, *(f"{key}-{number}" for number in range(2, MAX_PRACTICES + 2)))
    return next(name for name in names if name not in taken)


def chapters(practices: Iterable[Practice]) -> list[Practice]:
    """Return practices in the order of the Book: the whole country's, then by region, kind and title."""
    return sorted(practices, key=lambda each: (each.region or "", KINDS.index(each.kind), fold(_name(each)), each.id))


def _name(practice: Practice) -> str:
    return in_language(practice.title, "en")


def published(practice: Practice) -> ContentPractice:
    """Return a practice as an edition holds it."""
    return ContentPractice(
        practice_id=practice.id,
        **practice.model_dump(include={"key", "region", "kind", "title", "place", "carried_out_by", "text"}),
    )


def points(practices: Sequence[Practice], languages: Sequence[Language]) -> tuple[FieldError, ...]:
    """Return what the practices still lack in each of ``languages``: a title, a text."""
    return tuple(
        FieldError(
            code=f"practice-{part}-missing",
            field=f"practices.{practice.id}.{part}.{language}",
            detail=f"The practice “{_name(practice)}” has no {part} in {language_name(language, 'en')}.",
        )
        for practice in practices
        for language in languages
        for part, texts in (("title", practice.title), ("text", practice.text))
        if not texts.get(language, "").strip()
    )


def words_of(practice: ContentPractice) -> list[str]:
    """Return the folded words by which a practice is found, the first `WORDS_AT_MOST`: titles go before texts."""
    parts = (practice.title, practice.place, practice.carried_out_by, practice.text)
    return index_words((text for part in parts for text in part.values()), WORDS_AT_MOST)
