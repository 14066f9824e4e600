"""The words of the letters in five languages: catalogues, counts, and which text to give whom.

A new sentence is written in English in its template and added to each file of ``locale``; a test names what misses.
"""

from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from shared.model import LANGUAGES, Language, in_language

LOCALE = Path(__file__).parent / "locale"
SOURCE: Language = "en"
"""The language the templates are written in: its catalogue is empty."""

_LOCALES: dict[Language, str] = {"en": "en_GB"}  # 14 October, 13:00: the rest of Europe's habit


def N_(message: str) -> str:
    """Mark ``message`` for the catalogues (by gettext's own name for that), and return it."""
    return message


THEMES: dict[str, str] = {
    "media-freedom": N_("Media freedom"),
    "freedom-of-association": N_("Freedom of association"),
    "freedom-of-assembly": N_("Freedom of assembly"),
    "political-persecution": N_("Political persecution and arbitrary detentions"),
    "repression-of-activists": N_("Repression of civic activists"),
    "economic-liberalisation": N_("Economic liberalisation"),
}


@cache
def translations(language: Language) -> NullTranslations:
    """Return the words of ``language``, compiled the first time they are asked for."""
    if language == SOURCE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


def catalogue(language: Language) -> Catalog:
    """Return what is translated into ``language``: one file for each family of letters, joined."""
    joined = Catalog(locale=language)
    for path in sorted((LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                joined[message.id] = message
    return joined


@cache
def locale(language: Language) -> Locale:
    """Return what Babel knows of ``language``."""
    return Locale.parse(_LOCALES.get(language, language))


def spoken(texts: Mapping[Language, str], language: Language) -> tuple[str, Language]:
    """Return the text for a reader of ``language`` and the language it is really in; ``""`` if there is none."""
    text = in_language(texts, language)
    return text, next((each for each in (language, *LANGUAGES) if text and texts.get(each) == text), language)


def language_name(code: Language, language: Language) -> str:
    """Return what ``language`` calls the language ``code``."""
    return str(locale(language).languages[code])
