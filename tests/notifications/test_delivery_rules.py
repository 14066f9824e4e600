"""What becomes of a letter is a rule, not an accident."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.notifications.deliveries import domain
from services.notifications.deliveries.domain import STATES, Change, Letter, State, Trouble
from services.notifications.smtp import Accepted, Ambiguous, NeverSent, Outcome, Refused
from shared.ids import new_id
from shared.problems import Conflict

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def settle(
    outcome: Outcome, *, attempts: int = 1, doubts: int = 0, age: timedelta = timedelta(), hold: bool = False
) -> Change:
    return domain.settle(outcome, attempts=attempts, doubts=doubts, since=NOW - age, now=NOW, hold=hold)


def test_an_accepted_letter_is_sent() -> None:
    assert settle(Accepted(250, "ok")) == Change("sent")


def test_a_letter_refused_for_good_has_failed() -> None:
    assert settle(Refused(550, "5.1.1", "no such mailbox")) == Change(
        "failed", Trouble(code="550 5.1.1", text="no such mailbox")
    )


def test_a_letter_refused_for_now_is_tried_later_and_later_for_two_days() -> None:
    waits, age, attempts = [], timedelta(), 1
    while (due_at := settle(Refused(451, "", "later"), attempts=attempts, age=age).due_at) is not None:
        waits.append(due_at - NOW)
        age += due_at - NOW
        attempts += 1
    minutes = [int(wait.total_seconds()) // 60 for wait in waits]
    assert minutes == [1, 5, 30, 120, 360, 360, 360, 360, 360, 360, 360]
    assert settle(Refused(451, "", "later"), attempts=attempts, age=age).state == "failed"


def test_what_the_relay_says_is_kept_without_addresses() -> None:
    change = settle(Refused(550, "5.1.1", "<ada@example.org>: unknown user ada@example.org"))
    assert change.error == Trouble(code="550 5.1.1", text="<…@…>: unknown user …@…")


def test_a_relay_that_cannot_be_reached_does_not_use_up_attempts() -> None:
    change = settle(NeverSent("relay-not-reached"), attempts=9, age=timedelta(days=9))
    assert change == Change("queued", Trouble(code="relay-not-reached"), NOW, attempted=False)


def test_a_letter_that_the_relay_hangs_up_on_is_put_off() -> None:
    change = settle(NeverSent("connection-lost", reached=True))
    assert (change.state, change.due_at) == ("deferred", NOW + timedelta(minutes=1))


def test_a_doubtful_letter_is_marked_and_sent_again_at_most_three_times() -> None:
    changes = [settle(Ambiguous("timed-out"), doubts=doubts) for doubts in range(4)]
    assert [change.state for change in changes] == ["ambiguous"] * 4
    assert [change.due_at for change in changes] == [NOW, NOW + timedelta(minutes=5), NOW + timedelta(minutes=30), None]


def test_a_doubtful_letter_of_a_held_kind_waits_for_an_operator() -> None:
    assert settle(Ambiguous("timed-out"), hold=True) == Change("ambiguous", Trouble(code="timed-out"))


def test_a_letter_to_somebody_unknown_waits_for_the_contact_and_not_for_ever() -> None:
    first = domain.await_contact(0, since=NOW, now=NOW)
    assert (first.state, first.due_at) == ("deferred", NOW + timedelta(seconds=5))
    last = domain.await_contact(12, since=NOW - timedelta(hours=47), now=NOW)
    assert (last.state, last.due_at) == ("failed", None)
    assert [(each.attempted, each.sought) for each in (first, last)] == [(False, True)] * 2  # no relay had its say


@given(event_id=some.uuids(version=4), other=some.uuids(version=4))
def test_one_event_owes_one_person_one_letter_of_a_kind(event_id: UUID, other: UUID) -> None:
    event, person = new_id(), str(event_id)
    first = domain.letter_id(event, person, "people-invited")
    assert first == domain.letter_id(event, person, "people-invited")
    assert first != domain.letter_id(event, person, "meeting-cancelled")
    assert (first == domain.letter_id(event, str(other), "people-invited")) == (event_id == other)
    assert (UUID(first).version, UUID(first).variant) == (7, "specified in RFC 4122")
    assert UUID(first).bytes[:6] == UUID(event).bytes[:6]


def letter(state: State) -> Letter:
    return Letter(
        id=new_id(),
        kind="people-invited",
        event_id=new_id(),
        about_id=new_id(),
        recipient_id=new_id(),
        state=state,
        priority=1,
        created_at=NOW,
    )


@pytest.mark.parametrize("state", ["failed", "ambiguous", "deferred"])
def test_a_letter_that_needs_it_can_be_sent_again(state: State) -> None:
    assert domain.retry(letter(state), now=NOW) == Change("queued", due_at=NOW, attempted=False)


@pytest.mark.parametrize("state", sorted(set(STATES) - {"failed", "ambiguous", "deferred", "held"}))
def test_no_other_letter_can_be_sent_again(state: State) -> None:
    with pytest.raises(Conflict):
        domain.retry(letter(state), now=NOW)


def test_whoever_waits_for_a_link_does_not_wait_behind_news() -> None:
    urgent = {kind for kind in get_args(domain.LetterKind) if domain.priority_of(kind) == 0}
    assert urgent == {"sign-in-requested", "subscription-requested"}
