"""How alike two names are: told by their words, so that order, legal forms and slips of the pen matter little.

Everything here takes folded names (`folding.foldings`).  `near_keys` are numbers that like names have in common, for an
index: each is a sample of the name's letters taken three at a time (minimal hashes, Broder 1997), or how it sounds.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from hashlib import blake2b

from shared.folding import fold

BANDS = 10  # samples of a name: like names (0.7 of their letters in threes) share one with 0.99, unlike (0.1) with 0.01
ROWS = 3  # hashes in a sample
SHARED = 0.3  # of their letters in threes: names that share less are not compared letter by letter
MAX_NAMES = 20  # of one record that are compared
SURE = 0.75  # likeness above which two names may be one
MAX_LETTERS = 120  # of a name that are compared letter by letter

_PRIME = (1 << 61) - 1
_WEIGHT_OF_FORM = 0.25  # of a word that says what it is and not who

# What says that it is an organisation, and which sort, but not which one.
_FORMS = """
fundacja foundation fond фонд фундацыя stowarzyszenie association assn асацыяцыя асоціація ассоциация związek union саюз
союз спілка obshchestvo towarzystwo society таварыства товариство общество organizacja organisation organization ngo
арганізацыя організація организация грамадская грамадскае громадська общественная общественное аб'яднанне об'єднання
объединение international міжнародная міжнароднае міжнародна международная международное międzynarodowe międzynarodowa
instytut institute інстытут інститут институт centrum center centre цэнтр центр komitet committee камітэт комітет
комитет urząd office gmina gminy miasto miasta miejski municipal starostwo powiatowe powiat województwo ministerstwo
ministry министерство міністэрства міністерство
the of and for in i w na dla do z o und der die das e v ev gmbh ltd inc llc sp zoo sa oo и і та ы в на па по
"""

_SOUNDS = (
    ("shch", "s"), ("szcz", "s"), ("sch", "s"), ("sh", "s"), ("sz", "s"), ("zh", "z"), ("rz", "z"), ("kh", "g"),
    ("tch", "c"), ("ch", "c"), ("cz", "c"), ("ts", "c"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("x", "ks"), ("q", "k"),
    ("h", "g"),
)  # fmt: skip


@cache
def _forms() -> frozenset[str]:
    return frozenset(fold(each) for each in _FORMS.split())


@lru_cache(maxsize=50_000)
def core(name: str) -> tuple[str, ...]:
    """Return the words of a folded name that say which one it is, sorted; all of them when none does."""
    words = name.split()
    return tuple(sorted(word for word in words if word not in _forms()) or sorted(words))


def near_keys(names: Iterable[str]) -> list[int]:
    """Return the numbers that a record with these folded names has in common with like ones: distinct, sorted."""
    found: set[int] = set()
    for name in list(dict.fromkeys(names))[:MAX_NAMES]:
        found.update(_keys_of(name))
    return sorted(found)


@lru_cache(maxsize=10_000)
def _keys_of(name: str) -> tuple[int, ...]:
    numbers = " ".join(word for word in core(name) if any(map(str.isdigit, word)))  # Hospital 7 is never Hospital 8
    least = _least([zlib.crc32(each.encode()) for each in _threes(name)])
    keys = [_number(f"{at}:{numbers}:{least[at : at + ROWS]}") for at in range(0, len(least), ROWS)]
    sounds = _sounds(name)
    return (*keys, _number(f"sound:{sounds}")) if len(sounds) >= 4 else tuple(keys)


@lru_cache(maxsize=50_000)
def _threes(name: str) -> frozenset[str]:
    """Return the letters of the words that matter, three at a time."""
    return frozenset(f" {word} "[at : at + 3] for word in core(name) for at in range(len(word)))


@lru_cache(maxsize=50_000)
def _sounds(name: str) -> str:
    return " ".join(sorted(map(sound, core(name))))


@cache
def _hashes() -> tuple[tuple[int, int], ...]:
    values = [int.from_bytes(blake2b(f"{at}".encode(), digest_size=7).digest()) for at in range(2 * BANDS * ROWS)]
    return tuple(zip(values[::2], values[1::2], strict=True))


def _least(numbers: Sequence[int]) -> list[int]:
    """Return, for each of `BANDS` × `ROWS` ways to shuffle all numbers, which of ``numbers`` comes first."""
    return [min((times * each + plus) % _PRIME for each in numbers) for times, plus in _hashes()] if numbers else []


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """Return how a folded word sounds: its consonants, those alike as one; a number stays as it is."""
    if any(map(str.isdigit, word)):
        return word
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    word = word[:1] + re.sub(r"[aeiou]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", word)


def likeness(one: str, other: str) -> float:
    """Return how alike two folded names are, from 0 to 1; 1 when they have the same words that matter."""
    if one == other:
        return 1.0
    first, second = core(one), core(other)
    if first == second:
        return 1.0
    mine, its = _threes(one), _threes(other)
    if len(mine & its) < SHARED * len(mine | its) and _sounds(one) != _sounds(other):
        return 0.0
    return max(_by_words(one.split(), other.split()), _by_letters("".join(first), "".join(second)))


def _by_letters(one: str, other: str) -> float:
    """Compare as if there were no spaces, which some leave out; short names must be equal, and numbers always."""
    allowed = min(len(one), len(other)) // 6
    if _digits(one) != _digits(other):
        return 0.0
    apart = distance(one[:MAX_LETTERS], other[:MAX_LETTERS], at_most=allowed)
    return 0.0 if apart > allowed else 1 - apart / max(len(one), len(other), 1)


def _by_words(one: Sequence[str], other: Sequence[str]) -> float:
    """Pair each word with its likest; what remains unpaired on either side counts against them."""
    left = list(dict.fromkeys(other))
    shared = total = 0.0
    for word in dict.fromkeys(one):
        best, alike = max(((each, alikeness(word, each)) for each in left), key=lambda pair: pair[1], default=("", 0.0))
        total += _weight(word)
        if alike:
            shared += _weight(word) * alike
            left.remove(best)
    total += sum(map(_weight, left))
    return shared / total if total else 0.0


def _weight(word: str) -> float:
    return _WEIGHT_OF_FORM if word in _forms() else 1.0


def alikeness(one: str, other: str) -> float:
    """Return how alike two words are: 1 when equal, less with each slip, 0 with more slips than a word may have."""
    if one == other:
        return 1.0
    allowed = slips(min(len(one), len(other)))
    if not allowed or _digits(one) or _digits(other):
        return 0.0
    if abs(len(one) - len(other)) <= allowed:
        apart = distance(one, other, at_most=allowed)
        if apart <= allowed:
            return 1 - apart / max(len(one), len(other))
    return 0.8 if len(one) > 4 and sound(one) == sound(other) else 0.0


def slips(length: int) -> int:
    """Return how many slips a word of ``length`` letters may have: none below 4, one below 8, two above."""
    return 0 if length < 4 else 1 if length < 8 else 2


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isdigit())


def distance(one: str, other: str, *, at_most: int) -> int:
    """Return how many letters must be put in, left out, changed, or changed places with a neighbour.

    Optimal string alignment; anything above ``at_most`` is told as ``at_most + 1``.
    """
    if abs(len(one) - len(other)) > at_most:
        return at_most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        earlier, before, row = before, row, [at]
        for there, its in enumerate(other, 1):
            cost = min(before[there] + 1, row[-1] + 1, before[there - 1] + (letter != its))
            if at > 1 and there > 1 and letter == other[there - 2] and one[at - 2] == its:
                cost = min(cost, earlier[there - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return at_most + 1
    return min(row[-1], at_most + 1)
