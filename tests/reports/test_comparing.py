"""What changed between two texts, word by word, and what two people changed at once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reports.revisions.compare import compare, join

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
    assert [kind for kind, _ in told("a b " * 25_000, "b a " * 25_000)] == ["removed", "added"]


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
