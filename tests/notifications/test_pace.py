"""How many letters a worker takes at once."""

from services.notifications.deliveries.sending import FIRST_WINDOW, SMALLEST_WINDOW, Pace


def test_a_fast_relay_gets_larger_windows_up_to_the_largest() -> None:
    pace = Pace(largest=250, seconds=0.25)
    windows = []
    for _ in range(4):
        pace.took(pace.window, seconds=0.01)
        windows.append(pace.window)
    assert windows == [2 * FIRST_WINDOW, 4 * FIRST_WINDOW, 250, 250]


def test_a_slow_relay_gets_small_windows() -> None:
    pace = Pace(largest=250, seconds=0.25)
    pace.took(FIRST_WINDOW, seconds=0.5)
    assert pace.window == FIRST_WINDOW // 2
    pace.took(pace.window, seconds=100)
    assert pace.window == SMALLEST_WINDOW


def test_a_part_of_a_window_does_not_speed_us_up() -> None:
    pace = Pace(largest=250, seconds=0.25)
    pace.took(1, seconds=0.001)
    assert pace.window == FIRST_WINDOW


def test_no_window_is_larger_than_the_setting() -> None:
    pace = Pace(largest=4, seconds=0.25)
    pace.took(4, seconds=0.001)
    assert pace.window == 4
