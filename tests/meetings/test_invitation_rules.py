"""The rules of answering, withdrawing and inviting again."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.meetings.directory.domain import Audience
from services.meetings.invitations import domain
from services.meetings.invitations.domain import AnswerInvitation, InvitePeople
from services.meetings.meetings import domain as meetings
from services.meetings.meetings.domain import CancelMeeting, Meeting, RescheduleMeeting
from shared.problems import Conflict, Invalid, Problem
from tests.meetings.builders import BEGINS, ENDS, NEXT_DAY, NOW, invited, scheduled

YES = AnswerInvitation(answer="accepted", comment="With a colleague")
NO = AnswerInvitation(answer="declined")


def called_off(meeting: Meeting) -> Meeting:
    return meetings.cancel(meeting, CancelMeeting(), now=NOW)[0]


def code_of(call: Any) -> str:
    with pytest.raises(Problem) as refused:
        call()
    return refused.value.code


def test_an_answer_can_be_changed_until_the_meeting_begins() -> None:
    meeting = scheduled()
    accepted, event = domain.answer(invited(meeting), meeting, YES, now=NOW)
    assert (accepted.answer, accepted.comment, accepted.answered_at) == ("accepted", "With a colleague", NOW)
    assert event is not None
    assert (event.invitation_id, event.revision, event.answer) == (accepted.id, 2, "accepted")
    declined, _ = domain.answer(accepted, meeting, NO, now=BEGINS - NEXT_DAY)
    assert (declined.answer, declined.comment, declined.revision) == ("declined", "", 3)
    assert code_of(lambda: domain.answer(declined, meeting, YES, now=BEGINS)) == "meeting-begun"


def test_a_comment_never_travels() -> None:
    meeting = scheduled()
    _, event = domain.answer(invited(meeting), meeting, YES, now=NOW)
    assert event is not None
    assert set(event.model_dump()) == {"revision", "invitation_id", "meeting_id", "person_id", "answer"}


def test_a_comment_has_a_bound() -> None:
    assert AnswerInvitation(answer="tentative", comment="x" * 2_000).comment == "x" * 2_000
    with pytest.raises(ValidationError):
        AnswerInvitation(answer="tentative", comment="x" * 2_001)


def test_nobody_answers_pending() -> None:
    with pytest.raises(ValidationError):
        AnswerInvitation.model_validate({"answer": "pending"})


def test_the_same_answer_again_changes_and_tells_nothing() -> None:
    meeting = scheduled()
    accepted, _ = domain.answer(invited(meeting), meeting, YES, now=NOW)
    assert domain.answer(accepted, meeting, YES, now=NOW + NEXT_DAY) == (accepted, None)


def test_an_answer_stands_when_the_meeting_moves_and_says_what_it_was_for() -> None:
    meeting = scheduled()
    accepted, _ = domain.answer(invited(meeting), meeting, YES, now=NOW)
    later = RescheduleMeeting(starts_at=BEGINS + NEXT_DAY, ends_at=ENDS + NEXT_DAY)
    moved, _ = meetings.reschedule(meeting, later, now=NOW)
    assert domain.moved_since(accepted, moved)
    again, event = domain.answer(accepted, moved, YES, now=NOW)
    assert event is not None
    assert not domain.moved_since(again, moved)


def test_a_cancelled_meeting_takes_no_answer() -> None:
    meeting = scheduled()
    assert code_of(lambda: domain.answer(invited(meeting), called_off(meeting), YES, now=NOW)) == "meeting-cancelled"


def test_a_withdrawal_raises_the_sequence_and_revokes_the_links() -> None:
    meeting = scheduled()
    invitation = invited(meeting)
    withdrawn, changed, event = domain.withdraw(invitation, meeting, now=NOW)
    assert (withdrawn.withdrawn, withdrawn.generation) == (True, 2)
    assert (changed.revision, changed.sequence) == (2, 1)
    assert event is not None
    assert (event.revision, event.sequence, event.invitation_id) == (2, 1, invitation.id)


def test_a_withdrawn_invitation_takes_no_answer() -> None:
    meeting = scheduled()
    withdrawn, meeting, _ = domain.withdraw(invited(meeting), meeting, now=NOW)
    assert code_of(lambda: domain.answer(withdrawn, meeting, YES, now=NOW)) == "invitation-withdrawn"


def test_withdrawing_again_changes_and_tells_nothing() -> None:
    meeting = scheduled()
    withdrawn, meeting, _ = domain.withdraw(invited(meeting), meeting, now=NOW)
    assert domain.withdraw(withdrawn, meeting, now=NOW) == (withdrawn, meeting, None)


def test_an_invitation_to_what_is_over_cannot_be_withdrawn() -> None:
    meeting = scheduled()
    invitation = invited(meeting)
    assert code_of(lambda: domain.withdraw(invitation, meeting, now=BEGINS)) == "meeting-begun"
    assert code_of(lambda: domain.withdraw(invitation, called_off(meeting), now=NOW)) == "meeting-cancelled"


def test_who_is_invited_again_has_not_answered_and_needs_a_new_link() -> None:
    meeting = scheduled()
    accepted, _ = domain.answer(invited(meeting), meeting, YES, now=NOW)
    withdrawn, meeting, _ = domain.withdraw(accepted, meeting, now=NOW)
    again = domain.invite_again(withdrawn, now=NOW + NEXT_DAY)
    assert (again.withdrawn, again.answer, again.comment, again.answered_at) == (False, "pending", "", None)
    assert (again.id, again.generation) == (accepted.id, 2)
    (invitee,) = domain.tell(meeting, [again]).invitees
    assert (invitee.invitation_id, invitee.generation) == (accepted.id, 2)


def test_more_people_are_invited_only_to_what_is_still_to_come() -> None:
    meeting, command = scheduled(), InvitePeople(audience=Audience(organisation_kinds=["donor"]))
    assert domain.invite_more(meeting, command, now=NOW).revision == 2
    with pytest.raises(Conflict):
        domain.invite_more(meeting, command, now=BEGINS)
    with pytest.raises(Conflict):
        domain.invite_more(called_off(meeting), command, now=NOW)


def test_inviting_nobody_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        domain.invite_more(scheduled(), InvitePeople(audience=Audience()), now=NOW)
    assert refused.value.code == "audience-empty"
