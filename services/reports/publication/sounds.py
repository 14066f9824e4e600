"""How a name sounds, roughly, whatever script and spelling it is written in, so that it is found in all of them.

Бяляцкі, Беляцкий, Białacki and Bialiatski are one sound.  What differs by habit only is one letter here: the vowels
a, e and o (Belarusian writes as it is said), g and h, v and w, s and sh.  Nothing is ever shown in this form.
"""

import re
import unicodedata
from functools import lru_cache

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "h", "д": "d", "е": "e", "є": "e", "ж": "z", "з": "z", "и": "i",
    "і": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "sc", "ъ": "", "ы": "i", "ь": "", "э": "e",
    "ю": "u", "я": "a", "ў": "v", "ї": "i",
}  # fmt: skip
_LATIN = {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "ı": "i", "w": "v", "y": "i", "j": "i", "g": "h", "q": "k"}
_LETTERS = str.maketrans({**_CYRILLIC, **_LATIN, "x": "ks"})
_MARKS = re.compile(r"[\u0300-\u0305\u0307-\u036f'’ʼ`´]")  # and not the breve of й and ў, which are letters
_TOGETHER = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("szcz|shch|scz|sch", "sc"),
        ("sz|sh", "s"),
        ("cz|ts|tz", "c"),
        ("zh|rz", "z"),
        ("kh", "h"),
        (r"(?<=[ao])u(?![aeiou])", "v"),
        (r"i(?=[aeiou])", ""),
        ("[eo]", "a"),
        (r"(.)\1+", r"\1"),
    )
]


@lru_cache(maxsize=100_000)
def sounds(word: str) -> tuple[str, ...]:
    """Return how ``word`` may sound, in Latin letters: two ways where it holds *ch*, which Poles and others read apart.

    ``()`` for what holds no letter.
    """
    small = unicodedata.normalize("NFC", word).casefold().replace("ў", "w").replace("ch", "\0")
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", small)).replace("и\u0306", "й").replace("\u0306", "")
    heard = bare.translate(_LETTERS)
    found = dict.fromkeys(_as_one(heard.replace("\0", each)) for each in ("c", "h"))
    return tuple(each for each in found if each)


def _as_one(letters: str) -> str:
    for pattern, sound in _TOGETHER:
        letters = pattern.sub(sound, letters)
    return "".join(each for each in letters if each.isalpha())
