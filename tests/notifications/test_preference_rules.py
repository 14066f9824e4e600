"""When a letter may go out, as its reader wishes, on the reader's own clocks."""

from datetime import UTC, datetime

import pytest

from services.notifications.preferences.domain import (
    QuietHours,
    Wishes,
    next_digest,
    postpone,
    quiet_until,
    stop,
)

NIGHT = QuietHours(starts="22:00", ends="07:00")
NOON = QuietHours(starts="12:00", ends="13:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "zone", "now", "until"),
    [
        (NIGHT, "Europe/Warsaw", "2030-06-10 19:59", None),
        (NIGHT, "Europe/Warsaw", "2030-06-10 20:00", "2030-06-11 05:00"),
        (NIGHT, "Europe/Warsaw", "2030-06-11 04:59", "2030-06-11 05:00"),
        (NIGHT, "Europe/Warsaw", "2030-06-11 05:00", None),
        (NIGHT, "America/New_York", "2030-06-11 05:00", "2030-06-11 11:00"),
        (NIGHT, "Europe/Warsaw", "2030-03-30 23:00", "2030-03-31 05:00"),  # the night of summer time
        (NOON, "Europe/Minsk", "2030-06-10 09:30", "2030-06-10 10:00"),
        (NOON, "Europe/Minsk", "2030-06-10 10:00", None),
        (QuietHours(starts="08:00", ends="08:00"), "UTC", "2030-06-10 08:00", None),
        (None, "UTC", "2030-06-10 03:00", None),
    ],
    ids=["before", "begins", "ends-soon", "over", "elsewhere", "clocks-change", "noon", "after-noon", "empty", "none"],
)
def test_quiet_hours_last_until_their_end_on_the_readers_clocks(
    quiet: QuietHours | None, zone: str, now: str, until: str | None
) -> None:
    assert quiet_until(quiet, time_zone=zone, now=at(now)) == (at(until) if until else None)


@pytest.mark.parametrize(
    ("weekly", "now", "due"),
    [
        (False, "2030-06-10 05:59", "2030-06-10 06:00"),
        (False, "2030-06-10 06:00", "2030-06-11 06:00"),
        (True, "2030-06-10 05:59", "2030-06-12 06:00"),
        (True, "2030-06-12 06:00", "2030-06-19 06:00"),
    ],
    ids=["today", "tomorrow", "this-week", "next-week"],
)
def test_a_digest_is_due_at_the_chosen_hour(weekly: bool, now: str, due: str) -> None:
    wishes = Wishes(digest_hour=8, digest_weekday=2)
    assert next_digest(wishes, weekly=weekly, time_zone="Europe/Warsaw", now=at(now)) == at(due)


def test_what_must_be_known_is_never_kept_back() -> None:
    wishes = Wishes(topics={"meetings": "never", "reports": "never"}, quiet=NIGHT)
    night = at("2030-06-10 23:00")
    for kind in ("meeting-rescheduled", "meeting-cancelled", "invitation-withdrawn", "sign-in-requested"):
        assert postpone(wishes, kind, time_zone="UTC", now=night) is None


def test_what_nobody_wants_is_not_sent() -> None:
    change = postpone(stop(Wishes(), "reports"), "report-published", time_zone="UTC", now=at("2030-06-10 12:00"))
    assert change is not None
    assert (change.state, change.error and change.error.code) == ("suppressed", "unwanted")


def test_what_is_gathered_waits_for_its_digest_and_the_rest_for_the_morning() -> None:
    wishes = Wishes(topics={"tasks": "daily"}, quiet=NIGHT)
    gathered = postpone(wishes, "task-assigned", time_zone="UTC", now=at("2030-06-10 23:00"))
    late = postpone(wishes, "people-invited", time_zone="UTC", now=at("2030-06-10 23:00"))
    assert gathered is not None
    assert late is not None
    assert (gathered.state, gathered.due_at) == ("collected", at("2030-06-11 08:00"))
    assert (late.state, late.due_at) == ("deferred", at("2030-06-11 07:00"))


def test_a_digest_itself_is_not_gathered_again() -> None:
    wishes = Wishes(topics={"meetings": "daily"})
    assert postpone(wishes, "digest", time_zone="UTC", now=at("2030-06-10 12:00")) is None
