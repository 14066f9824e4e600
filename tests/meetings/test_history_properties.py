"""Whatever is asked of a meeting in whatever order, what it tells keeps its promises."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from services.meetings.invitations import domain as invitations
from services.meetings.invitations.domain import AnswerInvitation
from services.meetings.meetings import domain as meetings
from services.meetings.meetings.domain import CancelMeeting, RescheduleMeeting
from shared.problems import Problem
from tests.meetings.builders import BEGINS, NOW, invited, scheduled

minutes = some.integers(-90 * 24 * 60, 90 * 24 * 60).map(lambda count: timedelta(minutes=count))
lengths = some.integers(-60, 3 * 24 * 60).map(lambda count: timedelta(minutes=count))
answers = some.sampled_from(["accepted", "declined", "tentative"])

requests = some.one_of(
    some.tuples(some.just("move"), minutes, lengths),
    some.tuples(some.just("cancel")),
    some.tuples(some.just("withdraw")),
    some.tuples(some.just("answer"), answers, some.text("abc", max_size=2)),
    some.tuples(some.just("wait"), some.integers(0, 30 * 24).map(lambda count: timedelta(hours=count))),
)


class History:
    """A meeting, one invitation to it, and everything it told."""

    def __init__(self) -> None:
        self.now: datetime = NOW
        self.meeting = scheduled()
        self.invitation = invited(self.meeting)
        self.told: list[Any] = [invitations.tell(self.meeting, [self.invitation])]
        self.answered: list[Any] = []

    def ask(self, what: str, *how: Any) -> None:
        """Ask for one thing; a refusal leaves everything as it was."""
        try:
            getattr(self, what)(*how)
        except Problem:
            return

    def wait(self, length: timedelta) -> None:
        self.now += length

    def move(self, by: timedelta, length: timedelta) -> None:
        command = RescheduleMeeting(starts_at=BEGINS + by, ends_at=BEGINS + by + length)
        self.meeting, event = meetings.reschedule(self.meeting, command, now=self.now)
        self.told += [event] if event else []

    def cancel(self) -> None:
        self.meeting, event = meetings.cancel(self.meeting, CancelMeeting(), now=self.now)
        self.told.append(event)

    def withdraw(self) -> None:
        self.invitation, self.meeting, event = invitations.withdraw(self.invitation, self.meeting, now=self.now)
        self.told += [event] if event else []

    def answer(self, answer: Any, comment: str) -> None:
        command = AnswerInvitation(answer=answer, comment=comment)
        self.invitation, event = invitations.answer(self.invitation, self.meeting, command, now=self.now)
        self.answered += [event] if event else []


@given(some.lists(requests, max_size=30))
def test_the_sequence_rises_by_one_with_everything_the_invited_must_hear(asked: list[tuple[Any, ...]]) -> None:
    history = History()
    for what, *how in asked:
        history.ask(what, *how)
    assert [event.sequence for event in history.told] == list(range(len(history.told)))
    assert [event.revision for event in history.told] == list(range(1, len(history.told) + 1))
    assert (history.meeting.sequence, history.meeting.revision) == (len(history.told) - 1, len(history.told))


@given(some.lists(requests, max_size=30))
def test_a_meeting_told_of_always_ends_after_it_starts_and_keeps_its_id(asked: list[tuple[Any, ...]]) -> None:
    history = History()
    for what, *how in asked:
        history.ask(what, *how)
    assert all(event.starts_at < event.ends_at for event in history.told)
    assert {event.meeting_id for event in history.told} == {history.meeting.id}


@given(some.lists(requests, max_size=30))
def test_nothing_is_told_after_a_cancellation(asked: list[tuple[Any, ...]]) -> None:
    history = History()
    for what, *how in [*asked, ("cancel",)]:
        history.ask(what, *how)
    told = (list(history.told), list(history.answered))
    if history.meeting.state == "cancelled":
        for what, *how in asked:
            history.ask(what, *how)
        assert (history.told, history.answered) == told


@given(some.lists(requests, max_size=30))
def test_the_last_answer_told_is_the_one_kept(asked: list[tuple[Any, ...]]) -> None:
    history = History()
    for what, *how in asked:
        history.ask(what, *how)
    revisions = [event.revision for event in history.answered]
    assert revisions == sorted(set(revisions))
    last = history.answered[-1].answer if history.answered else "pending"
    assert history.invitation.answer == last
