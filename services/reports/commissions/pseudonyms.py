"""Pseudonyms of organisations that write: *Organisation C*.  Pure.

Nothing may follow from a letter: it is drawn, not dealt in the order of names, and an organisation keeps its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from string import ascii_uppercase

from shared.model import Language

ORGANISATION: dict[Language, str] = {
    "pl": "Organizacja",
    "en": "Organisation",
    "be": "Арганізацыя",
    "uk": "Організація",
    "ru": "Организация",
}
LETTERS = (*ascii_uppercase, *(first + second for first in ascii_uppercase[:4] for second in ascii_uppercase))
"""A … Z, AA … DZ: more than a report can have contributors."""


def choose_letters(
    organisation_ids: Iterable[str], held: Mapping[str, str], *, choose: Callable[[Sequence[str]], str]
) -> dict[str, str]:
    """Return a letter for each organisation: that which it has ``held``, or else one that is free, taken by ``choose``.

    The single letters are drawn from first.
    """
    wanted = list(organisation_ids)
    found = {each: held[each] for each in wanted if each in held}
    taken = set(held.values())
    for each in wanted:
        if each not in found:
            free = [letter for letter in LETTERS if letter not in taken]
            found[each] = choose([letter for letter in free if len(letter) == 1] or free)
            taken.add(found[each])
    return found


def pseudonym(letter: str) -> dict[Language, str]:
    """Return what an organisation is called by its letter, in each language."""
    return {language: f"{word} {letter}" for language, word in ORGANISATION.items()}
