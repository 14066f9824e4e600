"""The words models are made of: one line is one line, a moment is one that every zone knows."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.ids import Id, new_id, utc_now
from shared.model import Country, Line, LocalLine, Text, Time, ZoneName, in_language

BREAKS = ["\r", "\n", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x00", "\x1b", "\t", "\x7f"]


def reads(kind: Any, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


ID = "01928f6c-3c1e-7d70-9a43-0d1b2c3d4e5f"


@pytest.mark.parametrize("character", BREAKS)
def test_a_line_holds_nothing_that_ends_one(character: str) -> None:
    assert not reads(Line, f"Subject{character}Bcc: somebody@example.org")


@given(st.text(max_size=300))
def test_whatever_line_is_accepted_stays_one_in_every_reading(value: str) -> None:
    if reads(Line, value):
        line = TypeAdapter(Line).validate_python(value)
        assert line.splitlines() == [line]
        assert 1 <= len(line) <= 200


@pytest.mark.parametrize("character", sorted({*BREAKS} - {"\r", "\n", "\r\n", "\t"}))
def test_a_text_holds_no_control_characters(character: str) -> None:
    assert not reads(Text, f"one{character}two")


def test_the_lines_of_a_text_end_alike() -> None:
    assert TypeAdapter(Text).validate_python("a\r\nb\rc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("2008-10-14T09:00:00+02:00", True),
        ("2008-10-14T09:00:00", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59-12:00", False),
        ("1900-01-01T00:00:00+14:00", True),
        ("2199-12-31T23:59:59-12:00", True),
        (10**18, False),
        ("2008-10-14", False),
        ({"$date": 0}, False),
    ],
)
def test_a_moment_is_aware_and_of_our_centuries(value: object, good: bool) -> None:
    assert reads(Time, value) == good


def test_a_moment_is_kept_in_utc_and_whole_milliseconds() -> None:
    kept = TypeAdapter(Time).validate_python("2008-10-14T09:00:00.123456+02:00")
    assert kept == datetime(2008, 10, 14, 7, 0, 0, 123000, tzinfo=UTC)
    assert utc_now().microsecond % 1000 == 0


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (ZoneName, "Europe/Warsaw", ["europe/warsaw", "", "../../etc/passwd", "Europe/Warsaw\n", "CEST"]),
        (Country, "BY", ["by", "BLR", "", "B1", "BY\n"]),
        (Id, ID, ["", "1", ID.upper(), ID + "\n", ID[:-1] + "$"]),
        (LocalLine, {"be": "Сустрэча"}, [{}, {"xx": "?"}, {"en": ""}, {"en": "a\nb"}, {"$ne": "x"}, {"en.x": "y"}]),
    ],
)
def test_a_word_is_spelled_in_one_way(kind: Any, good: object, bad: list[object]) -> None:
    assert (reads(kind, good), [each for each in bad if reads(kind, each)]) == (True, [])


def test_ids_sort_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert (ids, len(set(ids))) == (sorted(ids), 10_000)


def test_a_text_is_read_in_the_language_asked_for_or_the_next_best() -> None:
    texts = {"ru": "р", "uk": "у", "be": "б"}
    assert [in_language(texts, language) for language in ("be", "uk", "pl")] == ["б", "у", "р"]  # type: ignore[arg-type] # languages
    assert in_language({}, "pl") == ""
