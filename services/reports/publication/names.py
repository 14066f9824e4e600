"""Finds names that must not be in print, however they are spelled, declined, split by markup or hidden in a file name.

It would rather find too much than too little: a person looks at each place.  A person's family name is found alone,
a given name only near another part of the name or its initial; the name of an organisation only as a whole, and its
acronym only where that begins with capitals: *IT* is not *it*.
"""

import html
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote

from services.reports.publication.given_names import GIVEN_NAMES
from services.reports.publication.sounds import sounds

ALONE = 4  # letters of a stem that is found without the rest of the name: Lis alone is any fox
PERSON_PARTS = 3  # given name, patronymic, family name: what has more parts is no person
BESIDE = 2  # words that may stand among the parts of a name
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_HUMP = re.compile(r"(?<=[^\W\d_])(?<![A-ZА-ЯІЎЁ])(?=[A-ZА-ЯІЎЁ])")
_OWNER = re.compile(r"['’ʼ]s$")
_ENDING = re.compile("(?:a|i|u|s|am|ai|av|ah|au|im|ih|ia|ami|imi|amu|imu|aha|iha|avi|ava|avu|avam|avah|avami)?")
_FLEETING = re.compile(r"^(.+[^aiu])a([kclnr])$")  # Marek, Marka; Paweł, Pawła; Alesiek
_LAST_VOWELS = re.compile("[aiu]+$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name was found: line and word, counted from 1."""

    line: int
    word: int
    sources: frozenset[str] = field(default=frozenset(), compare=False)
    """Where the names are from that stand in this line."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of one name: its stems, whether the plain form ends with a vowel, is enough alone, is an acronym."""

    name: int
    number: int
    stems: tuple[str, ...]
    open_ended: bool
    alone: bool
    acronym: bool


@dataclass(frozen=True, slots=True)
class _Heard:
    """One word of a text."""

    sounds: tuple[str, ...]
    capital: bool
    capitals: bool
    line: int
    word: int


class Names:
    """Names to look for: ``people`` in any of their forms, ``phrases`` only whole.

    A text is searched in time that grows with its words and with the names of which it holds every part, not with all.
    What is looked for ``beside`` may be shared by many.
    """

    def __init__(
        self, people: Iterable[str] = (), phrases: Iterable[str] = (), *, beside: "Names | None" = None
    ) -> None:
        self._beside = beside
        self._by_stem: dict[str, list[_Part]] = defaultdict(list)
        self._joined: dict[str, str] = {}
        self._initials: list[tuple[frozenset[str], ...]] = []
        self._sources: list[str] = []
        self.learn(people, phrases)

    def learn(self, people: Iterable[str], phrases: Iterable[str] = (), *, source: str = "") -> None:
        """Look for these, too; `find` says that they are of ``source``."""
        for person in sorted(set(people)):
            self._learn(_words(person), source, person=True)
        for phrase in sorted(set(phrases)):
            self._learn(_words(phrase), source, person=False)

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._initials) or bool(self._beside)

    def find(self, text: str) -> list[Place]:
        """Return where a name stands in ``text``, in the order of reading, each line once."""
        found = {each.line: each for each in self._beside.find(text)} if self._beside else {}
        for reading in _readings(text):
            for place in self._found(reading):
                held = found.get(place.line)
                sources = place.sources if held is None else held.sources | place.sources
                found[place.line] = Place(place.line, place.word, sources)
        return [found[line] for line in sorted(found)]

    def _learn(self, words: list[str], source: str, *, person: bool) -> None:
        heard = [each for each in (sounds(word) for word in words) if each and max(map(len, each)) > 1]
        acronym = len(words) == 1 and not person and words[0].isupper()
        if not heard:
            return
        name = len(self._initials)
        self._initials.append(tuple(_letters(frozenset(sound[0] for sound in each)) for each in heard))
        self._sources.append(source)
        person = person and len(heard) <= PERSON_PARTS
        for number, each in enumerate(heard):
            alone = len(heard) == 1 or (person and not GIVEN_NAMES.intersection(each))
            part = _part(name, number, each, alone=alone, acronym=acronym)
            for stem in part.stems:
                self._by_stem[stem].append(part)
        if person and len(heard) > 1:
            for order in (heard, heard[::-1]):
                self._joined.setdefault("".join(each[0] for each in order), source)

    def _found(self, words: list[_Heard]) -> Iterator[Place]:
        positions: dict[tuple[tuple[str, ...], bool], list[int]] = defaultdict(list)
        for position, word in enumerate(words):
            positions[word.sounds, word.capitals].append(position)
        met: dict[int, list[tuple[_Part, list[int]]]] = defaultdict(list)
        for (heard, capitals), where in positions.items():
            if (source := self._joined_in(heard)) is not None:
                yield from (_place(words[each], source) for each in where)
            for part in self._parts(heard, capitals=capitals):
                met[part.name].append((part, where))
        initials = {sound for word in words if word.capital for sound in word.sounds if len(sound) == 1}
        for name, parts in met.items():
            yield from (
                _place(words[each], self._sources[name]) for each in self._standing(name, parts, words, initials)
            )

    def _standing(
        self, name: int, parts: list[tuple[_Part, list[int]]], words: list[_Heard], initials: set[str]
    ) -> Iterator[int]:
        """Yield the positions at which ``name`` stands: a part that is enough alone, or one beside all the others."""
        yield from (at for part, where in parts if part.alone for at in where if words[at].capital)
        wanted, numbers = self._initials[name], {part.number for part, _ in parts}
        if not all(number in numbers or letters & initials for number, letters in enumerate(wanted)):
            return
        by_position = sorted((at, part.number) for part, where in parts for at in where)
        yield from (at for at, _ in by_position if _complete(wanted, at, by_position, words))

    def _parts(self, heard: tuple[str, ...], *, capitals: bool) -> Iterable[_Part]:
        """Return the parts of names that a word may be a form of, each once."""
        found: dict[_Part, None] = {}
        for sound in heard:
            for end in range(1, len(sound) + 1):
                for part in self._by_stem.get(sound[:end], ()):
                    if _is_ending(sound[end:], part) and (capitals or not part.acronym):
                        found[part] = None
        return found

    def _joined_in(self, heard: tuple[str, ...]) -> str | None:
        beginnings = (sound[:end] for sound in heard for end in range(2, len(sound) + 1))
        return next((self._joined[each] for each in beginnings if each in self._joined), None)


def _complete(
    wanted: Sequence[frozenset[str]], at: int, by_position: list[tuple[int, int]], words: list[_Heard]
) -> bool:
    """Return whether the other parts of a name stand near ``at``, or at least their initials."""
    if len(wanted) == 1:
        return words[at].capital
    reach = len(wanted) - 1 + BESIDE
    first, end = bisect_left(by_position, (at - reach, -1)), bisect_left(by_position, (at + reach + 1, -1))
    near = {number for _, number in by_position[first:end]}
    if len(near) == len(wanted):
        return True
    single = {
        sound
        for word in words[max(0, at - reach) : at + reach + 1]
        if word.capital
        for sound in word.sounds
        if len(sound) == 1
    }
    return all(number in near or bool(letters & single) for number, letters in enumerate(wanted))


def _place(word: _Heard, source: str) -> Place:
    return Place(word.line, word.word, frozenset((source,)))


@cache
def _letters(letters: frozenset[str]) -> frozenset[str]:
    """Return the same letters as one object for all names: there are few such sets, and many names."""
    return letters


def _part(name: int, number: int, heard: tuple[str, ...], *, alone: bool, acronym: bool) -> _Part:
    stems: dict[str, None] = {}
    for sound in heard:
        stem = _LAST_VOWELS.sub("", sound) or sound
        stems[stem] = None
        if fleeting := _FLEETING.match(sound):
            stems["".join(fleeting.groups())] = None
    whole = all(sound == stem for sound, stem in zip(heard, stems, strict=False))
    return _Part(name, number, tuple(stems), not whole, alone and max(map(len, stems)) >= ALONE, acronym)


def _is_ending(ending: str, part: _Part) -> bool:
    """Return whether a stem and ``ending`` are a case of the part: none only where the plain form has none."""
    return bool(_ENDING.fullmatch(ending)) and (bool(ending) or not part.open_ended)


def _words(text: str) -> list[str]:
    return [_OWNER.sub("", each) for each in _WORD.findall(_HUMP.sub(" ", _visible(text)))]


def _visible(text: str) -> str:
    """Return what a reader sees: without format characters, with entities and escapes read as what they stand for."""
    read = html.unescape(text)
    read = unquote(read) if "%" in read else read
    return "".join(each for each in read if unicodedata.category(each) != "Cf")


def _readings(text: str) -> Iterator[list[_Heard]]:
    """Yield the words of ``text`` with marks of emphasis taken for nothing, and where there are any, for spaces."""
    yield _hear(re.sub(r"[*~`\\]", "", text))
    if re.search(r"[*~`\\]", text):
        yield _hear(re.sub(r"[*~`\\]", " ", text))


def _hear(text: str) -> list[_Heard]:
    heard = []
    for line, content in enumerate(text.split("\n"), start=1):
        for number, word in enumerate(_words(content), start=1):
            heard.append(_Heard(sounds(word), word[0].isupper(), word[:2].isupper(), line, number))
    return heard
