"""A meeting is scheduled, postponed, given a date anew, held or called off; a closed one is told of neutrally."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from services.meetings.meetings import domain, jobs
from services.meetings.meetings.calendar import publish
from services.meetings.meetings.domain import (
    CancelMeeting,
    CloseMeeting,
    Meeting,
    PostponeMeeting,
    RescheduleMeeting,
)
from shared.events.meetings import MeetingPostponed, MeetingRescheduled
from shared.ids import new_id
from shared.problems import Conflict
from shared.testing.stack import Running
from tests.meetings.builders import (
    BEGINS,
    ENDS,
    NEXT_DAY,
    NOW,
    code,
    in_days,
    known,
    person,
    schedule,
    scheduled,
)

SECRETS = ("International", "Warsaw", "Bristol", "meet.example.org", "sanctions", "Keynote")


def postponed(**changes: Any) -> Meeting:
    return domain.postpone(scheduled(**changes), PostponeMeeting(reason={"en": "Visas"}), now=NOW)[0]


def moved(by: timedelta = NEXT_DAY) -> RescheduleMeeting:
    return RescheduleMeeting(starts_at=BEGINS + by, ends_at=ENDS + by)


def secret_meeting(**changes: Any) -> Meeting:
    agenda = [{"starts_at": BEGINS, "title": {"en": "Keynote"}}]
    told = {"place": "Hotel Bristol", "link": "https://meet.example.org/x", "text": {"en": "On sanctions"}}
    return scheduled(**told, agenda=agenda, closed=True, **changes)


def refused(change: Any) -> str:
    with pytest.raises(Conflict) as found:
        change()
    return found.value.code


def test_everybody_is_told_that_a_meeting_has_no_date_and_why() -> None:
    meeting, event = domain.postpone(scheduled(), PostponeMeeting(reason={"en": "Visas"}), now=NOW)
    assert (meeting.state, meeting.revision, meeting.sequence) == ("postponed", 2, 1)
    assert isinstance(event, MeetingPostponed)
    assert event.notice is not None
    assert (event.sequence, event.starts_at, event.notice.reason) == (1, BEGINS, {"en": "Visas"})


def test_a_postponed_meeting_is_neither_answered_nor_postponed_again() -> None:
    meeting = postponed()
    assert not meeting.is_open(NOW)
    assert refused(lambda: domain.check_open(meeting, now=NOW)) == "meeting-postponed"
    assert refused(lambda: domain.postpone(meeting, PostponeMeeting(), now=NOW)) == "meeting-postponed"


def test_a_postponed_meeting_gets_a_date_even_after_the_old_one_has_passed() -> None:
    late = ENDS + NEXT_DAY
    meeting, event = domain.reschedule(postponed(), moved(10 * NEXT_DAY), now=late)
    assert isinstance(event, MeetingRescheduled)
    assert (meeting.state, meeting.sequence, meeting.moved_from) == ("scheduled", 2, BEGINS)


def test_a_postponed_meeting_may_be_held_at_its_old_date_after_all() -> None:
    meeting, event = domain.reschedule(postponed(), moved(timedelta()), now=NOW)
    assert event is not None
    assert (meeting.state, meeting.starts_at, meeting.moved_from) == ("scheduled", BEGINS, None)


def test_a_postponed_meeting_can_be_called_off_at_any_time() -> None:
    meeting, _ = domain.cancel(postponed(), CancelMeeting(), now=ENDS + NEXT_DAY)
    assert meeting.state == "cancelled"


def test_a_moved_meeting_remembers_when_it_was_to_be() -> None:
    assert domain.reschedule(scheduled(), moved(), now=NOW)[0].moved_from == BEGINS


def test_a_meeting_is_held_once_it_has_begun_and_never_changes_again() -> None:
    assert refused(lambda: domain.hold(scheduled(), now=NOW)) == "meeting-not-begun"
    held = domain.hold(scheduled(), now=BEGINS)
    assert (held.state, held.held_at, held.revision, held.sequence) == ("held", BEGINS, 2, 0)
    assert domain.hold(held, now=ENDS) is held
    assert refused(lambda: domain.reschedule(held, moved(), now=NOW)) == "meeting-begun"
    assert refused(lambda: domain.cancel(held, CancelMeeting(), now=NOW)) == "meeting-begun"


@pytest.mark.parametrize(
    ("meeting", "code"),
    [
        (postponed(), "meeting-postponed"),
        (domain.cancel(scheduled(), CancelMeeting(), now=NOW)[0], "meeting-cancelled"),
    ],
    ids=["postponed", "cancelled"],
)
def test_what_does_not_take_place_is_not_held(meeting: Meeting, code: str) -> None:
    assert refused(lambda: domain.hold(meeting, now=ENDS)) == code


def test_what_is_told_of_a_closed_meeting_is_neutral() -> None:
    told = domain.facts(secret_meeting())["notice"].model_dump_json()
    assert [word for word in SECRETS if word in told] == []
    assert domain.notice(secret_meeting()).title["be"] == "Сустрэча"


def test_the_calendar_of_a_closed_meeting_is_neutral() -> None:
    text = publish([secret_meeting()], language="en", organiser="office@example.org").to_ical().decode()
    assert [word for word in SECRETS if word in text] == []
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert (event["SUMMARY"], event["LOCATION"], event.get("ATTENDEE")) == ("Meeting", "", None)


def test_closing_a_meeting_replaces_what_calendars_hold_of_it() -> None:
    closed, event = domain.close(scheduled(), CloseMeeting(closed=True), now=NOW)
    assert event is not None
    assert event.notice is not None
    assert (closed.closed, event.sequence, event.notice.place) == (True, 1, "")
    assert domain.close(closed, CloseMeeting(closed=True), now=NOW) == (closed, None)
    late, nothing = domain.close(scheduled(), CloseMeeting(closed=True), now=ENDS)
    assert (late.closed, late.sequence, nothing) == (True, 0, None)


@pytest.mark.parametrize(
    ("place", "link", "form"),
    [
        ("Warsaw", "", "in-person"),
        ("", "https://e.org", "online"),
        ("Warsaw", "https://e.org", "hybrid"),
        ("", "", "in-person"),
    ],
)
def test_how_a_meeting_is_held_is_told_from_its_place_and_link(place: str, link: str, form: str) -> None:
    assert scheduled(place=place, link=link).held_as == form
    assert scheduled(place=place, link=link, form="online").held_as == "online"


async def test_postponing_tells_and_keeps_the_page_and_the_list(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    path = f"/meetings/{meeting['id']}"
    answer = await meetings.as_("coordinator").post(f"{path}/postponement", json={"reason": {"en": "Visas"}})
    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (200, "postponed", {"en": "Visas"})
    shown = await meetings.as_("member", person_id=guest.person_id).get(path)
    assert shown.json()["state"] == "postponed"
    listed = await meetings.as_("coordinator").get("/meetings", params={"when": "upcoming", "limit": 200})
    assert meeting["id"] in [each["id"] for each in listed.json()["items"]]
    told = [each["type"] for each in await meetings.published() if each["subject"] == meeting["id"]]
    assert told == ["meeting-scheduled", "people-invited", "meeting-postponed"]
    again = await meetings.as_("coordinator").post(f"{path}/postponement", json={})
    assert code(again) == (409, "meeting-postponed")
    dated = {"starts_at": in_days(60), "ends_at": in_days(60.2)}
    answer = await meetings.as_("coordinator").post(f"{path}/rescheduling", json=dated)
    assert (answer.status_code, answer.json()["state"]) == (200, "scheduled")
    assert answer.json()["moved_from"] == meeting["starts_at"]


async def test_the_job_notes_what_is_over_as_held_and_nothing_else(meetings: Running) -> None:
    over, coming = await schedule(meetings), await schedule(meetings)
    past = {"starts_at": datetime(2008, 10, 14, 7, tzinfo=UTC), "ends_at": datetime(2008, 10, 14, 15, tzinfo=UTC)}
    await meetings.storage.reader["meetings"].update_one({"_id": over["id"]}, {"$set": past})
    await jobs.note_held(meetings.context)
    await jobs.note_held(meetings.context)
    states = [
        (await meetings.as_("coordinator").get(f"/meetings/{each['id']}")).json()["state"] for each in (over, coming)
    ]
    assert states == ["held", "scheduled"]
    row = await meetings.storage.reader["meetings"].find_one({"_id": over["id"]})
    assert row is not None
    assert row["revision"] == 2


async def test_only_coordinators_postpone_close_and_conclude(meetings: Running) -> None:
    meeting = await schedule(meetings)
    path = f"/meetings/{meeting['id']}"
    for call in (
        meetings.as_("member").post(f"{path}/postponement", json={}),
        meetings.as_("member").put(f"{path}/closed", json={"closed": True}),
        meetings.as_("member").post(f"{path}/conclusion"),
    ):
        assert (await call).status_code == 403
    answer = await meetings.as_("coordinator").post(f"{path}/conclusion")
    assert code(answer) == (409, "meeting-not-begun")
    answer = await meetings.as_("coordinator").put(f"{path}/closed", json={"closed": True})
    assert (answer.json()["closed"], answer.json()["sequence"]) == (True, 1)
    assert (await meetings.as_("coordinator").get(f"/meetings/{new_id()}")).status_code == 404
