"""The rules of planning, moving and calling off a meeting."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.meetings.meetings import domain
from services.meetings.meetings.domain import CancelMeeting, RescheduleMeeting
from shared.events import MAX_BODY_BYTES, enclose
from shared.events.meetings import INVITED_AT_ONCE, Invitee, PeopleInvited
from shared.ids import new_id
from shared.problems import Conflict, Invalid
from shared.sealing import Sealer
from tests.meetings.builders import BEGINS, ENDS, NEXT_DAY, NOW, plan, scheduled

HOUR = timedelta(hours=1)


def item(starts_at: Any, title: str = "Opening") -> dict[str, Any]:
    return {"starts_at": starts_at, "title": {"en": title}}


def codes_and_fields(**changes: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Invalid) as refused:
        domain.schedule(plan(**changes), by=new_id(), now=NOW)
    assert refused.value.code == "meeting-not-valid"
    return [(error.code, error.field) for error in refused.value.errors]


def moved_by(by: timedelta, **changes: Any) -> RescheduleMeeting:
    return RescheduleMeeting(**{"starts_at": BEGINS + by, "ends_at": ENDS + by, **changes})


def test_a_scheduled_meeting_is_told_of_with_its_facts() -> None:
    meeting, event = domain.schedule(plan(), by=new_id(), now=NOW)
    assert (meeting.state, meeting.revision, meeting.sequence) == ("scheduled", 1, 0)
    assert (event.meeting_id, event.revision, event.sequence) == (meeting.id, 1, 0)
    assert event.notice == domain.notice(meeting)


def test_a_meeting_must_end_after_it_starts() -> None:
    assert codes_and_fields(ends_at=BEGINS) == [("ends-before-start", "ends_at")]


def test_a_meeting_must_start_in_the_future() -> None:
    assert codes_and_fields(starts_at=NOW) == [("starts-in-the-past", "starts_at")]


@pytest.mark.parametrize(
    ("times", "errors"),
    [
        ([BEGINS, BEGINS, BEGINS + HOUR], None),
        ([BEGINS - HOUR], [("outside-the-meeting", "agenda.0.starts_at")]),
        ([ENDS], [("outside-the-meeting", "agenda.0.starts_at")]),
        ([BEGINS + HOUR, BEGINS], [("out-of-order", "agenda.1.starts_at")]),
    ],
)
def test_agenda_items_begin_in_order_while_the_meeting_lasts(times: list[Any], errors: Any) -> None:
    agenda = [item(time) for time in times]
    if errors is None:
        assert len(scheduled(agenda=agenda).agenda) == len(times)
    else:
        assert codes_and_fields(agenda=agenda) == errors


def test_a_meeting_speaks_one_to_five_languages_each_named_once() -> None:
    assert codes_and_fields(languages=["en", "en"]) == [("language-twice", "languages")]
    for languages in ([], ["pl", "en", "be", "uk", "ru", "pl"], ["de"]):
        with pytest.raises(ValidationError):
            plan(languages=languages)


def test_the_title_is_given_in_one_of_the_languages() -> None:
    assert codes_and_fields(languages=["uk"]) == [("title-missing", "title")]


@pytest.mark.parametrize("link", ["", "https://meet.example.org/a?b=c#d", "https://[2001:db8::1]/x"])
def test_a_link_is_https_or_nothing(link: str) -> None:
    assert scheduled(link=link).link == link


@pytest.mark.parametrize(
    "link",
    ["http://example.org", "javascript:alert(1)", "https://", "//example.org", "https://a:b@example.org", "https://[x"],
)
def test_another_link_is_refused(link: str) -> None:
    assert codes_and_fields(link=link) == [("link-not-https", "link")]


@pytest.mark.parametrize(
    "link", ["https://example.org/\r\nX: y", "https://example.org/ż", "https://e.org/" + "x" * 2000]
)
def test_a_link_has_no_white_space_no_controls_and_a_bound(link: str) -> None:
    with pytest.raises(ValidationError):
        plan(link=link)


@pytest.mark.parametrize("field", ["place", "series"])
def test_a_place_cannot_carry_a_header(field: str) -> None:
    with pytest.raises(ValidationError):
        plan(**{field: "Warsaw\r\nBcc: all"})


def test_everything_wrong_is_said_at_once() -> None:
    found = codes_and_fields(starts_at=NOW, ends_at=NOW, languages=["uk"], link="ftp://x", agenda=[item(ENDS)])
    assert [code for code, _ in found] == [
        "starts-in-the-past",
        "ends-before-start",
        "outside-the-meeting",
        "title-missing",
        "link-not-https",
    ]


def test_what_is_told_stays_under_the_limit_of_an_event() -> None:
    assert codes_and_fields(text={"be": "ў" * 20_000}) == [("too-long", "text")]
    meeting = scheduled(text={"be": "ў" * 19_700})
    invitees = [Invitee(invitation_id=new_id(), person_id=new_id(), generation=1_000) for _ in range(INVITED_AT_ONCE)]
    event = PeopleInvited(**domain.facts(meeting), invitees=invitees)
    envelope = enclose(event, sealer=Sealer(["s" * 32], purpose="events"), traceparent="0" * 55, cause=new_id())
    assert len(envelope.model_dump_json(exclude_none=True).encode()) < MAX_BODY_BYTES


def test_a_moved_meeting_keeps_its_id_and_raises_its_sequence() -> None:
    meeting = scheduled(agenda=[item(BEGINS + HOUR)])
    moved, event = domain.reschedule(meeting, moved_by(NEXT_DAY, reason={"en": "Visas"}), now=NOW)
    assert event is not None
    assert (moved.id, moved.revision, moved.sequence) == (meeting.id, 2, 1)
    assert (event.revision, event.sequence, event.starts_at) == (2, 1, BEGINS + NEXT_DAY)
    assert event.notice is not None
    assert event.notice.reason == {"en": "Visas"}


def test_the_agenda_moves_along_with_the_meeting() -> None:
    meeting = scheduled(agenda=[item(BEGINS + HOUR)])
    moved, _ = domain.reschedule(meeting, moved_by(NEXT_DAY), now=NOW)
    assert [each.starts_at for each in moved.agenda] == [BEGINS + NEXT_DAY + HOUR]


def test_an_agenda_that_no_longer_fits_must_be_given_anew() -> None:
    meeting = scheduled(agenda=[item(BEGINS + 4 * HOUR)])
    with pytest.raises(Invalid) as refused:
        domain.reschedule(meeting, moved_by(NEXT_DAY, ends_at=BEGINS + NEXT_DAY + HOUR), now=NOW)
    assert [error.code for error in refused.value.errors] == ["outside-the-meeting"]
    short = moved_by(NEXT_DAY, ends_at=BEGINS + NEXT_DAY + HOUR, agenda=[])
    assert domain.reschedule(meeting, short, now=NOW)[0].agenda == []


def test_what_is_not_named_stays_when_a_meeting_is_moved() -> None:
    meeting = scheduled(link="https://example.org")
    moved, _ = domain.reschedule(meeting, moved_by(NEXT_DAY, place=""), now=NOW)
    assert (moved.place, moved.link, moved.time_zone) == ("", meeting.link, meeting.time_zone)


def test_moving_a_meeting_to_where_it_is_changes_and_tells_nothing() -> None:
    meeting = scheduled()
    assert domain.reschedule(meeting, moved_by(timedelta(), place="Warsaw"), now=NOW) == (meeting, None)


def test_a_meeting_is_cancelled_only_once() -> None:
    cancelled, event = domain.cancel(scheduled(), CancelMeeting(reason={"en": "No visas"}), now=NOW)
    assert (cancelled.state, cancelled.revision, cancelled.sequence) == ("cancelled", 2, 1)
    assert (event.revision, event.sequence) == (2, 1)
    with pytest.raises(Conflict) as refused:
        domain.cancel(cancelled, CancelMeeting(), now=NOW)
    assert refused.value.code == "meeting-cancelled"


def test_a_cancelled_meeting_cannot_be_moved() -> None:
    cancelled, _ = domain.cancel(scheduled(), CancelMeeting(), now=NOW)
    with pytest.raises(Conflict) as refused:
        domain.reschedule(cancelled, moved_by(NEXT_DAY), now=NOW)
    assert refused.value.code == "meeting-cancelled"


def test_a_meeting_that_has_begun_is_neither_moved_nor_cancelled() -> None:
    meeting = scheduled()
    for change in (
        lambda: domain.reschedule(meeting, moved_by(NEXT_DAY), now=BEGINS),
        lambda: domain.cancel(meeting, CancelMeeting(), now=BEGINS),
    ):
        with pytest.raises(Conflict) as refused:
            change()
        assert refused.value.code == "meeting-begun"
