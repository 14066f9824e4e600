"""What changed between two texts, word by word, and what two people changed at once."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reports.revisions import compare as comparing
from services.reports.revisions.compare import Piece, compare, join

TEXTS = st.text(alphabet="ab \n.", max_size=60)


def told(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in compare(before, after)]


@given(TEXTS, TEXTS)
@settings(max_examples=100, deadline=None)
def test_the_pieces_hold_both_texts_whole(before: str, after: str) -> None:
    pieces = told(before, after)
    assert "".join(text for kind, text in pieces if kind != "added") == before
    assert "".join(text for kind, text in pieces if kind != "removed") == after


def test_a_change_is_told_by_its_words() -> None:
    assert told("Ten people were held.\n", "Twelve people were held, and released.\n") == [
        ("removed", "Ten"),
        ("added", "Twelve"),
        ("same", " people were held"),
        ("added", ", and released"),
        ("same", ".\n"),
    ]


def test_texts_as_long_as_a_section_can_be_are_compared_in_no_time() -> None:
    assert len(told("a\n" * 50_000, "b\n" + "a\n" * 49_999)) > 1
    assert [kind for kind, _ in told("a b " * 25_000, "b a " * 25_000)] == ["removed", "added", "same"]


def test_the_words_of_all_stretches_together_are_compared_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs: list[int] = []
    by_words = comparing._by_words

    def counting(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
        pairs.append(len(old) * len(new))
        return by_words(old, new)

    monkeypatch.setattr(comparing, "_by_words", counting)
    before = "".join(f"{'one two ' * 150}\n\nParagraph {number}.\n\n" for number in range(60))
    pieces = told(before, before.replace("one two", "two three"))
    assert sum(pairs) <= comparing.PAIRS_AT_MOST
    assert len(pairs) > 5
    assert "".join(text for kind, text in pieces if kind != "added") == before


def test_one_word_of_a_long_paragraph_is_told_as_that_word() -> None:
    words = [f"word{number % 90}" for number in range(900)]
    before = " ".join(words)
    words[450] = "another"
    assert [piece for piece in told(before, " ".join(words)) if piece[0] != "same"] == [
        ("removed", "word0"),
        ("added", "another"),
    ]


def test_changes_of_different_paragraphs_are_joined() -> None:
    base = "One.\n\nTwo.\n\nThree.\n"
    assert join(base, "Zero.\n\nOne.\n\nTwo.\n\nThree.\n", "One.\n\nTwo.\n\nThree, and more.\n") == (
        "Zero.\n\nOne.\n\nTwo.\n\nThree, and more.\n"
    )
    assert join(base, "One.\n\nThree.\n", "One.\n\nThree.\n") == "One.\n\nThree.\n"


def test_changes_of_one_paragraph_are_for_a_person_to_join() -> None:
    assert join("One.\n", "One, I say.\n", "One, they say.\n") is None
    assert join("", "Mine.", "Theirs.") is None


@given(TEXTS, TEXTS)
@settings(max_examples=100, deadline=None)
def test_whoever_changed_nothing_gets_what_the_other_wrote(base: str, other: str) -> None:
    assert (join(base, base, other), join(base, other, base)) == (other, other)
