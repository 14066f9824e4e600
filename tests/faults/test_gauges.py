"""The soak sees what grows: memory and descriptors of one long life, and nothing in those that are short or level."""

import pytest

from tests.faults.gauges import EVERY, WARM_UP, Gauges, Life
from tests.faults.invariants import Found
from tests.system import System


def gauges(*, minutes: float, megabytes: float, descriptors: float = 0.0) -> Gauges:
    """Return the gauges of a service that grows by so much an hour, and by a lot while it warms up."""
    life = Life("notifications")
    for number in range(int(minutes * 60 / EVERY)):
        at = number * EVERY
        size = 100 + min(at, WARM_UP) + megabytes * at / 3600
        life.samples.append((at, size, 30 + int(descriptors * at / 3600)))
    return Gauges(System.__new__(System), ("notifications",), {("notifications", 1): life})


@pytest.mark.parametrize(
    ("grows", "fault"),
    [
        ({"minutes": 30, "megabytes": 100}, "notifications grew by 100 MB/h"),
        ({"minutes": 30, "megabytes": 0, "descriptors": 60}, "notifications kept 60 descriptors more an hour"),
        ({"minutes": 30, "megabytes": 0, "descriptors": 1200}, "notifications held 625 descriptors"),
        ({"minutes": 30, "megabytes": 10}, ""),
        ({"minutes": 8, "megabytes": 500}, ""),
    ],
)
def test_what_grows_is_a_fault_and_what_has_just_begun_is_not(grows: dict[str, float], fault: str) -> None:
    found = Found(processes=gauges(**grows).faults())
    assert found.faults[:1] == ([fault] if fault else [])


def test_a_letter_that_the_sweeper_found_was_lost() -> None:
    assert Found(found_again=2).faults == ["2 letters lost until they were found again"]
