"""Times stand on the reader's own clocks, with the meeting's beside them."""

from datetime import UTC, datetime

import pytest

from services.notifications.letters.dates import city, point, spans, utc_offset
from services.notifications.letters.facts import Slot
from shared.model import Language

MOMENT = datetime(2008, 10, 14, 11, 0, tzinfo=UTC)
MEETING = Slot(MOMENT, datetime(2008, 10, 14, 13, 30, tzinfo=UTC), "Europe/Minsk")


def written(slot: Slot, language: Language, time_zone: str) -> list[str]:
    return [f"{each.date} {each.hours} ({each.whose})" for each in spans(slot, language, time_zone)]


@pytest.mark.parametrize(
    ("time_zone", "mine"),
    [
        ("Europe/Warsaw", "Tuesday, 14 October 2008, 13:00–15:30 (Warsaw time, UTC+2)"),
        ("America/New_York", "Tuesday, 14 October 2008, 07:00–09:30 (New York time, UTC−4)"),
        ("Asia/Kolkata", "Tuesday, 14 October 2008, 16:30–19:00 (Kolkata time, UTC+5:30)"),
        ("UTC", "Tuesday, 14 October 2008, 11:00–13:30 (UTC)"),
    ],
)
def test_a_reader_elsewhere_sees_their_time_and_then_the_meetings(time_zone: str, mine: str) -> None:
    theirs = "Tuesday, 14 October 2008, 14:00–16:30 (Minsk time, UTC+3)"
    assert written(MEETING, "en", time_zone) == [mine, theirs]


def test_a_reader_at_the_place_of_the_meeting_sees_one_time() -> None:
    assert written(MEETING, "en", "Europe/Minsk") == ["Tuesday, 14 October 2008, 14:00–16:30 (Minsk time, UTC+3)"]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("pl", "wtorek, 14 października 2008, 13:00–15:30 (czas: Warszawa, UTC+2)"),
        ("be", "аўторак, 14 кастрычніка 2008\xa0г., 13:00–15:30 (час: Варшава, UTC+2)"),
        ("uk", "вівторок, 14 жовтня 2008\xa0р., 13:00–15:30 (час: Варшава, UTC+2)"),
        ("ru", "вторник, 14 октября 2008\xa0г., 13:00–15:30 (время: Варшава, UTC+2)"),
    ],
)
def test_a_date_is_written_as_the_language_writes_it(language: Language, line: str) -> None:
    assert written(MEETING, language, "Europe/Warsaw")[0] == line


def test_a_meeting_that_ends_on_another_day_says_so() -> None:
    late = Slot(datetime(2008, 10, 14, 20, 0, tzinfo=UTC), datetime(2008, 10, 15, 1, 0, tzinfo=UTC), "Europe/Minsk")
    assert written(late, "en", "Europe/Warsaw") == [
        "Tuesday, 14 October 2008, 22:00 – Wednesday, 15 October 2008, 03:00 (Warsaw time, UTC+2)",
        "Tuesday, 14 October 2008, 23:00 – Wednesday, 15 October 2008, 04:00 (Minsk time, UTC+3)",
    ]


def test_a_day_may_be_another_one_on_the_readers_calendar() -> None:
    late = Slot(datetime(2008, 10, 14, 20, 0, tzinfo=UTC), datetime(2008, 10, 14, 22, 0, tzinfo=UTC), "Europe/London")
    assert written(late, "en", "Asia/Tokyo")[0] == "Wednesday, 15 October 2008, 05:00–07:00 (Tokyo time, UTC+9)"


def test_one_moment_is_written_in_full() -> None:
    assert point(MOMENT, "en", "Europe/Warsaw") == "Tuesday, 14 October 2008, 13:00 (Warsaw time, UTC+2)"


@pytest.mark.parametrize(
    ("time_zone", "language", "name"),
    [
        ("Europe/Kyiv", "uk", "Київ"),
        ("Europe/Kiev", "uk", "Київ"),
        ("Europe/Kyiv", "en", "Kyiv"),
        ("America/Argentina/Buenos_Aires", "ru", "Буэнос-Айрес"),
        ("America/Argentina/Buenos_Aires", "en", "Buenos Aires"),
        ("Etc/GMT+3", "en", ""),
        ("UTC", "be", ""),
    ],
)
def test_a_zone_is_named_by_its_city_under_its_present_name(time_zone: str, language: Language, name: str) -> None:
    assert city(time_zone, language) == name


def test_an_offset_follows_summer_time() -> None:
    assert utc_offset(datetime(2027, 1, 1, tzinfo=UTC), "Europe/Warsaw") == "UTC+1"
    assert utc_offset(datetime(2027, 7, 1, tzinfo=UTC), "Europe/Warsaw") == "UTC+2"
    assert utc_offset(datetime(2027, 7, 1, tzinfo=UTC), "Africa/Abidjan") == "UTC"
