"""Times, zones and languages as readers meet them."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from services.portal.languages import preferred, speech_of
from services.portal.pages import local, local_language
from shared.model import LANGUAGES, Language

STARTS_AT = datetime(2008, 10, 14, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Tuesday, 14 October 2008, 09:00–17:00"),
        ("pl", "wtorek, 14 października 2008, 09:00–17:00"),
        ("be", "аўторак, 14 кастрычніка 2008, 09:00–17:00"),
        ("uk", "вівторок, 14 жовтня 2008, 09:00–17:00"),
        ("ru", "вторник, 14 октября 2008, 09:00–17:00"),
    ],
)
def test_a_day_is_said_once_when_the_meeting_ends_on_it(language: Language, said: str) -> None:
    span = speech_of(language).span(STARTS_AT, STARTS_AT + timedelta(hours=8), "Europe/Warsaw")
    assert span.replace("\u202f", " ").replace("\xa0", " ") == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_ends_a_sentence_with_one_full_stop(language: Language) -> None:
    speech, on = speech_of(language), STARTS_AT.date()
    months = [speech.period(on, on + timedelta(days=each)) for each in (0, 60, 400)]
    said = [speech.day(STARTS_AT, "UTC"), speech.short_day(STARTS_AT, "UTC"), speech.date(on), *months]
    assert [text for text in said if not text.endswith(("2008", "2009"))] == []
    assert [text for text in months if re.search(r"\d\W*\.", text)] == []


def test_a_meeting_over_midnight_says_both_days() -> None:
    span = speech_of("en").span(STARTS_AT, STARTS_AT + timedelta(hours=20), "Europe/Warsaw")
    assert span == "Tuesday, 14 October 2008, 09:00 – Wednesday, 15 October 2008, 05:00"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Warsaw", "Warsaw (UTC+2)"),
        ("America/New_York", "New York (UTC−4)"),
        ("Asia/Kolkata", "Kolkata (UTC+5:30)"),
        ("Europe/London", "London (UTC+1)"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_said_by_its_city_and_distance(zone: str, said: str) -> None:
    assert speech_of("en").zone(zone, STARTS_AT) == said


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de,fr", "en"),
        ("pl", "pl"),
        ("de;q=1, ru;q=0.4, be-BY;q=0.9", "be"),
        ("uk;q=0, pl;q=0.1", "pl"),
        ("pl;q=many", "en"),
        ("*" * 10_000, "en"),
    ],
)
def test_the_browser_s_wishes_are_followed_as_far_as_we_can(header: str | None, language: Language) -> None:
    assert preferred(header) == language


def test_a_missing_translation_falls_back_in_one_order() -> None:
    assert local_language({"ru": "р", "pl": "p"}, "uk") == "pl"
    assert local({"ru": "р", "en": ""}, "be") == "р"
    assert local({}, "be") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_countries_are_countries(language: Language) -> None:
    codes = {code for code, _ in speech_of(language).countries()}
    assert {"BY", "PL", "UA"} <= codes
    assert codes.isdisjoint({"EU", "UN", "ZZ", "001"})
