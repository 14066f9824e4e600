"""How many letters travel together."""

from services.notifications.deliveries.pace import FIRST_SLICE, SMALLEST_SLICE, Pace


def test_a_fast_relay_gets_larger_slices_up_to_the_largest() -> None:
    pace = Pace(largest=250, seconds=0.25)
    slices = []
    for _ in range(4):
        pace.took(pace.slice, seconds=0.01)
        slices.append(pace.slice)
    assert slices == [2 * FIRST_SLICE, 4 * FIRST_SLICE, 250, 250]


def test_a_slow_relay_gets_small_slices() -> None:
    pace = Pace(largest=250, seconds=0.25)
    pace.took(FIRST_SLICE, seconds=0.5)
    assert pace.slice == FIRST_SLICE // 2
    pace.took(pace.slice, seconds=100)
    assert pace.slice == SMALLEST_SLICE


def test_a_part_of_a_slice_does_not_speed_us_up() -> None:
    pace = Pace(largest=250, seconds=0.25)
    pace.took(1, seconds=0.001)
    assert pace.slice == FIRST_SLICE


def test_no_slice_is_larger_than_the_setting() -> None:
    pace = Pace(largest=4, seconds=0.25)
    pace.took(4, seconds=0.001)
    assert pace.slice == 4
