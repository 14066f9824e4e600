"""How words are folded, so that a name is found under many spellings."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.searching import NOTHING, matching
from shared.folding import MAX_ASKED, MAX_WORD, MAX_WORDS, asked_words, fold, index_words

WORDS = st.text(alphabet=st.characters(categories=["Ll", "Lu", "Nd"], max_codepoint=0x52F), min_size=1, max_size=20)
TEXTS = st.text(max_size=200)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łódź", "lodz"),
        ("Беларусь", "Belarus"),
        ("МІНСК", "minsk"),
        ("Майдан", "Majdan"),
        ("Maydan", "Majdan"),
        ("Warszawa", "WARSZAVA"),
        ("Groß", "gross"),
        ("Україна", "Ukraina"),
        ("З'їзд", "Зʼїзд"),
        ("Straße  der—Freiheit", "strasse der freiheit"),
        ("Đorđević", "dordevic"),
    ],
)
def test_two_spellings_of_a_name_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_cyrillic_word_is_found_as_english_and_as_local_spelling_have_it() -> None:
    assert index_words(["Гродна"]) == ["grodna", "hrodna"]
    assert index_words(["Харьков"]) == ["charkov", "kharkov"]


def found_by(question: str, *texts: str) -> bool:
    words = index_words(texts)
    return all(any(word.startswith(asked) for asked in each for word in words) for each in asked_words(question))


@given(WORDS, st.integers(min_value=1))
def test_every_beginning_of_a_word_finds_it(word: str, length: int) -> None:
    assert found_by(word[:length], word)


@given(TEXTS)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_folded_words_hold_no_sign_that_a_pattern_could_mean(text: str) -> None:
    assert [word for word in index_words([text]) if re.escape(word) != word] == []


@given(TEXTS)
def test_only_folded_anchored_patterns_reach_the_database(question: str) -> None:
    where = matching(question)
    patterns = [each["search"]["$regex"] for word in where.get("$and", []) for each in word["$or"]]
    assert all(re.fullmatch(r"\^\w+", pattern) for pattern in patterns)
    assert bool(patterns) or where == ({} if not question.strip() else NOTHING)


@pytest.mark.parametrize("question", ['{"$ne": ""}', "$where", ".*", "^", "a|b", "(?i)x", "\\", "", "!!!"])
def test_a_question_is_words_and_never_an_operator_or_a_pattern(question: str) -> None:
    where = matching(question)
    written = "".join(each["search"]["$regex"][1:] for word in where.get("$and", []) for each in word["$or"])
    assert re.sub(r"[^$.*|(?\\^]", "", written) == ""


def test_a_record_keeps_a_bounded_number_of_words_of_bounded_length() -> None:
    words = index_words(f"{number:03d}{'x' * 100}" for number in range(200))
    assert (len(words), max(map(len, words))) == (MAX_WORDS, MAX_WORD)


def test_a_question_has_a_bounded_number_of_words() -> None:
    assert len(asked_words("one two three " * 100)) == MAX_ASKED
