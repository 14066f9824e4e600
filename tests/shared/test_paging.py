"""A list is read page by page, from cursors that nobody else can make mischief with."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.paging import Page, Paging, cursor, page_of, read_cursor
from shared.problems import Invalid

WHOLE = st.integers(min_value=-(2**63), max_value=2**63 - 1)


def sealed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), WHOLE)
def test_a_cursor_gives_back_its_key(text: str, number: int) -> None:
    assert read_cursor(cursor(text, number), str, int) == [text, number]


@given(st.text(max_size=500))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_cursor(text + "!", str, int)


@pytest.mark.parametrize(
    "value",
    [
        ["only one"],
        ["a", "b"],
        [1, "a"],
        ["a", True],
        ["a", 1.5],
        ["a", {"$ne": 1}],
        [{"$gt": ""}, 1],
        {"$gt": ""},
        "a1",
        None,
        ["a", 2**63],
        ["a", -(2**63) - 1],
        ["\ud800", 1],
    ],
)
def test_a_forged_cursor_of_other_kinds_is_refused(value: object) -> None:
    with pytest.raises(Invalid) as refused:
        read_cursor(sealed(value), str, int)
    assert refused.value.code == "cursor-not-valid"


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    everything = [f"{number:03d}" for number in range(25)]
    seen: list[str] = []
    page = Page[str](items=[], next="")
    while page.next is not None:
        last = read_cursor(page.next, str)[0] if page.next else ""
        rest = [each for each in everything if each > last][: 10 + 1]
        page = page_of(rest, 10, key=lambda item: (item,))
        seen += page.items
    assert seen == everything


def test_a_full_last_page_has_no_next() -> None:
    assert page_of([1, 2, 3], 3, key=lambda item: (item,)) == Page(items=[1, 2, 3], next=None)


def test_the_first_page_has_no_key() -> None:
    assert Paging().key(str) is None
