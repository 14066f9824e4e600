"""Every word of a letter exists in every language, and every count has its right form."""

import re

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

from services.notifications.letters.language import LOCALE, SOURCE, catalogue, spoken, translations
from shared.model import LANGUAGES, Language

TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
METHODS = [("**.py", "python"), ("templates/**.*", "jinja2.ext:babel_extract")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {"N_": None, "gettext": None, "ngettext": (1, 2)}
VARIABLE = re.compile(r"%\(\w+\)s")


def used() -> set[str | tuple[str, ...]]:
    """Every message that code or a template asks for."""
    found = extract_from_dir(LOCALE.parent, METHODS, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_exactly_the_messages_that_are_used(language: Language) -> None:
    assert {message.id for message in catalogue(language) if message.id} == used()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_with_the_same_variables(language: Language) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        forms = [str(form) for form in (message.string if message.pluralizable else [message.string]) or []]
        assert len(forms) == (3 if message.pluralizable else 1)
        assert not message.fuzzy
        source = str(message.id[-1] if message.pluralizable else message.id)
        for form in forms:
            assert form.strip()
            assert sorted(VARIABLE.findall(form)) == sorted(VARIABLE.findall(source))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_differs_from_its_source(language: Language) -> None:
    same = {message.id for message in catalogue(language) if message.id and message.id == message.string}
    assert same == ({"Online"} if language == "pl" else set())


OTHER_ADDRESS: dict[Language, str] = {
    "pl": r"\b(?:Ciebie|Tobie|Tw(?:ój|oj)\w*|Was\w*)\b|Szanowni Państwo,",
    "be": r"(?<![.!?]) (?:Вы|Вам|Вас|Ваш\w*)\b",
    "uk": r"(?<![.!?]) (?:Ви|Вам|Вас|Ваш\w*)\b",
    "ru": r"(?<![.!?]) (?:Вы|Вам|Вас|Ваш\w*)\b",
}


@pytest.mark.parametrize("language", TRANSLATED)
def test_all_letters_address_their_reader_in_one_way(language: Language) -> None:
    forms = [form for each in catalogue(language) for form in _strings(each) if each.id]
    assert [form for form in forms if re.search(OTHER_ADDRESS[language], form)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_begins_as_one(language: Language) -> None:
    begun = [(str(each.id), form) for each in catalogue(language) for form in _strings(each) if each.id]
    assert [form for id_, form in begun if id_[0].isupper() and form[0].islower()] == []


def _strings(message: Message) -> list[str]:
    found = message.string
    return [str(each) for each in found] if isinstance(found, tuple | list) else [str(found)]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "item items items items items"),
        ("pl", "punkt punkty punktów punktów punkty"),
        ("be", "пункт пункты пунктаў пункт пункты"),
        ("uk", "пункт пункти пунктів пункт пункти"),
        ("ru", "пункт пункта пунктов пункт пункта"),
    ],
)
def test_1_2_5_21_and_22_take_the_form_the_language_asks_for(language: Language, forms: str) -> None:
    ngettext = translations(language).ngettext
    counted = [ngettext("Agenda: %(num)s item", "Agenda: %(num)s items", num) for num in (1, 2, 5, 21, 22)]
    assert [each.rsplit(" ", 1)[1] for each in counted] == forms.split()


@pytest.mark.parametrize("language", ["pl", "be", "uk", "ru"])
def test_12_is_counted_like_5(language: Language) -> None:
    ngettext = translations(language).ngettext
    assert ngettext("%(num)s theme", "%(num)s themes", 12) == ngettext("%(num)s theme", "%(num)s themes", 5)


def test_a_reader_gets_the_next_language_when_theirs_is_missing_and_is_told_which() -> None:
    texts: dict[Language, str] = {"pl": "Cześć", "ru": "Привет"}
    assert spoken(texts, "be") == ("Cześć", "pl")
    assert spoken(texts, "ru") == ("Привет", "ru")
    assert spoken({}, "uk") == ("", "uk")
