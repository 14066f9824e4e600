"""Folds words so that one name is found under many spellings: without case, diacritics, or the choice of script."""

import re
import unicodedata
from collections.abc import Iterable

MAX_WORD = 40  # characters of a word that count: longer words are one word with their beginning
MAX_WORDS = 80  # distinct words kept of one record: names, not books
MAX_ASKED = 8  # words of one question

# Letters that no decomposition turns into a basic Latin letter.
_LATIN = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe",
    "ə": "e", "ŋ": "n",
}  # fmt: skip

# Belarusian, Ukrainian and Russian in the spelling of English newspapers.
_ENGLISH = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "i",
    "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "i", "ь": "", "э": "e",
    "ю": "iu", "я": "ia",
}  # fmt: skip

# The same letters as Belarusian and Polish Latin spelling has them: Hrodna, Charkaŭ, Mahiloŭ.
_LOCAL = {**_ENGLISH, "г": "h", "х": "ch", "ц": "c", "ч": "c", "ш": "s", "щ": "sc", "ж": "z"}

# One letter where spellings differ by habit: Maydan, Majdan, Maidan; Warszawa, Varshava.
_ALIKE = {"y": "i", "j": "i", "w": "v"}

_TABLES = tuple(str.maketrans({**_LATIN, **table}) for table in (_ENGLISH, _LOCAL))
_HABITS = str.maketrans(_ALIKE)
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_WORD = re.compile(r"[^\W_]+")


def _bare(text: str) -> str:
    """Return ``text`` in small letters without marks above, below and through them."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def _words(text: str) -> list[str]:
    return _WORD.findall(_APOSTROPHES.sub("", _bare(text)))


def _spellings(word: str) -> tuple[str, ...]:
    found = dict.fromkeys(word.translate(table).translate(_HABITS)[:MAX_WORD] for table in _TABLES)
    return tuple(each for each in found if each)


def fold(text: str) -> str:
    """Return the one form in which two spellings of the same name are equal; ``""`` when it has no letter or digit."""
    return " ".join(spelled[0] for spelled in map(_spellings, _words(text)) if spelled)


def foldings(text: str) -> tuple[str, ...]:
    """Return `fold` of ``text``, and where Latin letters are written for Cyrillic by local habit, that form too.

    Two spellings mean one name when they have a form in common: Гродна, Grodna and Hrodna.
    """
    spelled = [spellings for spellings in map(_spellings, _words(text)) if spellings]
    forms = dict.fromkeys((" ".join(each[0] for each in spelled), " ".join(each[-1] for each in spelled)))
    return tuple(each for each in forms if each)


def index_words(texts: Iterable[str], at_most: int = MAX_WORDS) -> list[str]:
    """Return the folded words under which a record with ``texts`` is found: distinct, sorted, the first ``at_most``."""
    words = (spelling for text in texts for word in _words(text) for spelling in _spellings(word))
    return sorted(list(dict.fromkeys(words))[:at_most])


def asked_words(question: str) -> list[tuple[str, ...]]:
    """Return the first `MAX_ASKED` words of ``question``, each in its folded spellings."""
    asked = [spelled for spelled in map(_spellings, _words(question)) if spelled]
    return asked[:MAX_ASKED]
