"""Answering an invitation: by the link in the letter, and signed in."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from icalendar import Calendar

from services.meetings.directory.consumers import consumer
from services.meetings.meetings.domain import CancelMeeting
from shared.events.meetings import InvitationAnswered, calendar_uid
from shared.events.registry import PersonErased, PersonRegistered, PersonUpdated
from shared.ids import new_id
from shared.testing.stack import Running, Stack
from tests.meetings.builders import code, in_days, invitations_of, known, link_to, person, schedule

YES = {"answer": "accepted", "comment": "Two of us"}


@dataclass
class Invited:
    """Somebody with an invitation, and the means to answer it."""

    person: PersonRegistered
    meeting: dict[str, Any]
    invitation: dict[str, Any]
    by_link: httpx2.AsyncClient
    signed_in: httpx2.AsyncClient


async def invite(meetings: Running, stack: Stack, *, guest: PersonRegistered | None = None, **changes: Any) -> Invited:
    guest = guest or person(language="be", time_zone="Europe/Minsk")
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]}, **changes)
    (invitation,) = await invitations_of(meetings, meeting["id"])
    by_link = meetings.bearing(link_to(stack, invitation))
    return Invited(guest, meeting, invitation, by_link, meetings.as_("member", person_id=guest.person_id))


async def begun(meetings: Running, meeting_id: str) -> None:
    """Let the meeting have begun, behind the service's back."""
    change = {"$set": {"starts_at": datetime.now(UTC) - timedelta(minutes=1)}}
    await meetings.storage.reader["meetings"].update_one({"_id": meeting_id}, change)


async def answers_told(meetings: Running, invited: Invited) -> list[str]:
    told = await meetings.published(InvitationAnswered.name)
    return [each["event"].answer for each in told if each["subject"] == invited.invitation["_id"]]


async def test_the_link_shows_the_meeting_and_the_own_answer(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack, link="https://example.org/room", series="BIIM")
    answer = await invited.by_link.get("/answer")
    assert (answer.status_code, answer.headers["etag"], answer.headers["cache-control"]) == (200, '"1"', "no-store")
    of_meeting = {
        name: invited.meeting[name]
        for name in (
            "title", "text", "place", "link", "held_as", "agenda", "starts_at", "ends_at", "time_zone", "languages",
            "series", "state", "reason",
        )
    }  # fmt: skip
    assert answer.json() == {
        **of_meeting,
        "invitation_id": invited.invitation["_id"],
        "meeting_id": invited.meeting["id"],
        "revision": 1,
        "answer": "pending",
        "comment": "",
        "joining": None,
        "answered_at": None,
        "moved_since": False,
        "can_answer": True,
        "can_answer_until": invited.meeting["starts_at"],
        "my_language": "be",
        "my_time_zone": "Europe/Minsk",
        "standing": "pending",
        "stands_in": False,
        "delegated": False,
    }


async def test_looking_changes_nothing(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    for method in ("GET", "HEAD"):
        await invited.by_link.request(method, "/answer")
    assert await invitations_of(meetings, invited.meeting["id"]) == [invited.invitation]


async def test_an_answer_by_link_can_be_changed(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    first = await invited.by_link.put("/answer", json=YES)
    assert (first.json()["answer"], first.json()["comment"], first.headers["etag"]) == ("accepted", "Two of us", '"2"')
    second = await invited.by_link.put("/answer", json={"answer": "declined"})
    assert (second.json()["answer"], second.json()["comment"]) == ("declined", "")
    assert await answers_told(meetings, invited) == ["accepted", "declined"]


async def test_the_same_answer_twice_is_told_once(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    first, second = await invited.by_link.put("/answer", json=YES), await invited.by_link.put("/answer", json=YES)
    assert first.json() == second.json()
    assert await answers_told(meetings, invited) == ["accepted"]


async def test_a_comment_is_in_no_event(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    await invited.by_link.put("/answer", json={"answer": "accepted", "comment": "Wheelchair"})
    rows = await meetings.storage.reader["outbox"].find({"aggregate": invited.invitation["_id"]}, limit=10)
    assert [b"Wheelchair" in row["body"] for row in rows] == [False]


@pytest.mark.parametrize(
    "body",
    [
        {"answer": "pending"},
        {"answer": {"$ne": ""}},
        {"answer": "accepted", "comment": "x" * 2_001},
        {"answer": "accepted", "person_id": "x"},
        {},
    ],
)
async def test_an_answer_that_is_none_is_refused(meetings: Running, stack: Stack, body: dict[str, Any]) -> None:
    invited = await invite(meetings, stack)
    assert code(await invited.by_link.put("/answer", json=body)) == (422, "input-not-valid")
    assert await invitations_of(meetings, invited.meeting["id"]) == [invited.invitation]


async def test_fifty_answers_at_once_are_counted_exactly(meetings: Running, stack: Stack) -> None:
    guests = [person() for _ in range(50)]
    await known(meetings, *guests)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id for guest in guests]})
    given = ["accepted"] * 25 + ["declined"] * 15 + ["tentative"] * 10
    found = await invitations_of(meetings, meeting["id"])
    links = [meetings.bearing(link_to(stack, each)) for each in found]
    answers = await asyncio.gather(
        *(link.put("/answer", json={"answer": answer}) for link, answer in zip(links, given, strict=True))
    )
    assert {answer.status_code for answer in answers} == {200}
    summary = await meetings.as_("coordinator").get(f"/meetings/{meeting['id']}/summary")
    assert summary.json() == {
        "invited": 50, "accepted": 25, "declined": 15, "tentative": 10, "pending": 0, "expanding": False,
        "waiting": 0, "delegated": 0, "unreachable": 0, "moved_since": 0, "capacity": None,
            "in_room": 0, "online": 0,
    }  # fmt: skip


async def test_one_person_answering_fifty_times_at_once_has_one_answer(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    kinds = ["accepted", "declined"] * 25
    answers = await asyncio.gather(*(invited.by_link.put("/answer", json={"answer": kind}) for kind in kinds))
    assert {answer.status_code for answer in answers} == {200}
    (kept,) = await invitations_of(meetings, invited.meeting["id"])
    told = await answers_told(meetings, invited)
    assert kept["revision"] == 1 + len(told)
    assert (await invited.by_link.get("/answer")).json()["answer"] == kept["answer"]


async def test_whoever_saw_an_older_answer_is_told_so(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    await invited.by_link.put("/answer", json=YES, headers={"If-Match": '"1"'})
    stale = await invited.by_link.put("/answer", json={"answer": "declined"}, headers={"If-Match": '"1"'})
    assert code(stale) == (412, "changed-meanwhile")


async def test_a_cancelled_meeting_is_still_shown_and_takes_no_answer(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    body = CancelMeeting(reason={"en": "No hall"}).model_dump()
    await meetings.as_("coordinator").post(f"/meetings/{invited.meeting['id']}/cancellation", json=body)
    shown = (await invited.by_link.get("/answer")).json()
    assert (shown["state"], shown["can_answer"], shown["reason"]) == ("cancelled", False, {"en": "No hall"})
    assert code(await invited.by_link.put("/answer", json=YES)) == (409, "meeting-cancelled")


async def test_a_meeting_that_has_begun_takes_no_answer(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    await begun(meetings, invited.meeting["id"])
    assert (await invited.by_link.get("/answer")).json()["can_answer"] is False
    assert code(await invited.by_link.put("/answer", json=YES)) == (409, "meeting-begun")


async def test_an_answer_given_before_a_move_is_shown_as_such(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    await invited.by_link.put("/answer", json=YES)
    later = {"starts_at": in_days(50), "ends_at": in_days(50.2)}
    await meetings.as_("coordinator").post(f"/meetings/{invited.meeting['id']}/rescheduling", json=later)
    shown = (await invited.by_link.get("/answer")).json()
    assert (shown["answer"], shown["moved_since"]) == ("accepted", True)
    assert (await invited.by_link.put("/answer", json=YES)).json()["moved_since"] is False


async def test_a_link_that_is_not_good_is_refused(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    good = link_to(stack, invited.invitation)
    other_purpose = stack.links.sign(
        "unsubscribe", invited.invitation["_id"], expires_at=datetime.now(UTC) + timedelta(1)
    )
    expired = link_to(stack, invited.invitation, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    flipped = ("A" if good[5] != "A" else "B").join((good[:5], good[6:]))
    expected = {
        flipped: "link-not-valid",
        other_purpose: "link-not-valid",
        "": "link-not-valid",
        expired: "link-expired",
    }
    expected[link_to(stack, {**invited.invitation, "_id": new_id()})] = "link-not-valid"
    expected[link_to(stack, invited.invitation, generation=2)] = "link-withdrawn"
    for token, reason in expected.items():
        client = meetings.bearing(token)
        for request in (client.get("/answer"), client.put("/answer", json=YES), client.get("/answer/calendar")):
            assert code(await request) == (401, reason)
    assert code(await meetings.as_().get("/answer")) == (401, "link-needed")
    assert code(await meetings.as_("coordinator").get("/answer")) == (401, "link-needed")


async def test_the_link_of_somebody_who_left_is_refused(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    left = PersonUpdated.model_validate({**invited.person.model_dump(), "revision": 2, "active": False})
    await known(meetings, left)
    assert code(await invited.by_link.get("/answer")) == (401, "link-withdrawn")


async def test_a_link_sent_to_an_earlier_address_is_refused_and_one_to_the_newest_is_good(
    meetings: Running, stack: Stack
) -> None:
    invited = await invite(meetings, stack)
    moved = PersonUpdated.model_validate({**invited.person.model_dump(), "revision": 2, "address_generation": 2})
    await known(meetings, moved)
    assert code(await invited.by_link.get("/answer")) == (401, "link-withdrawn")
    newest = meetings.bearing(link_to(stack, invited.invitation, address_generation=2))
    assert (await newest.put("/answer", json=YES)).status_code == 200


async def test_the_calendar_file_holds_the_meeting_and_nobody(meetings: Running, stack: Stack) -> None:
    agenda = [{"starts_at": in_days(30.1), "title": {"be": "Адкрыццё; першае", "en": "Opening"}}]
    invited = await invite(
        meetings, stack, title={"en": "Meeting", "be": "Сустрэча, другая"}, agenda=agenda, link="https://example.org/a"
    )
    answer = await invited.by_link.get("/answer/calendar")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["content-disposition"] == 'attachment; filename="meeting.ics"'
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.events
    assert (calendar["method"], event["uid"]) == ("PUBLISH", calendar_uid(invited.meeting["id"]))
    assert (event["sequence"], event["status"], event["summary"]) == (0, "CONFIRMED", "Сустрэча, другая")
    assert event.start == datetime.fromisoformat(invited.meeting["starts_at"])
    assert str(event["dtstart"].params["tzid"]) == "Europe/Warsaw"
    assert [zone.tz_name for zone in calendar.timezones] == ["Europe/Warsaw"]
    assert event["location"] == "Warsaw"
    assert "Адкрыццё; першае" in str(event["description"])
    assert event.get("attendee") is None


async def test_the_calendar_file_follows_the_meeting(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    coordinator, address = meetings.as_("coordinator"), f"/meetings/{invited.meeting['id']}"
    found = []
    for change, body in (
        (None, {}),
        ("rescheduling", {"starts_at": in_days(50), "ends_at": in_days(50.2)}),
        ("cancellation", {}),
    ):
        if change:
            await coordinator.post(f"{address}/{change}", json=body)
        (event,) = Calendar.from_ical((await invited.by_link.get("/answer/calendar")).content).events
        found.append((str(event["uid"]), event["sequence"], str(event["status"])))
    uid = calendar_uid(invited.meeting["id"])
    assert found == [(uid, 0, "CONFIRMED"), (uid, 1, "CONFIRMED"), (uid, 2, "CANCELLED")]


async def test_members_see_and_answer_their_own_invitations_alone(meetings: Running, stack: Stack) -> None:
    invited, other = await invite(meetings, stack), await invite(meetings, stack)
    (mine,) = (await invited.signed_in.get("/my/invitations")).json()["items"]
    assert (mine["id"], mine["meeting"], mine["answer"]) == (invited.invitation["_id"], invited.meeting, "pending")
    assert (mine["can_answer"], mine["can_answer_until"]) == (True, invited.meeting["starts_at"])
    answered = await invited.signed_in.put(f"/my/invitations/{mine['id']}/answer", json=YES)
    assert (answered.json()["answer"], answered.headers["etag"]) == ("accepted", '"2"')
    theirs = await invited.signed_in.put(f"/my/invitations/{other.invitation['_id']}/answer", json=YES)
    assert code(theirs) == (404, "invitation-not-found")
    coordinators = await meetings.as_("coordinator").put(f"/my/invitations/{mine['id']}/answer", json=YES)
    assert code(coordinators) == (404, "invitation-not-found")
    stale = await invited.signed_in.put(
        f"/my/invitations/{mine['id']}/answer", json={"answer": "declined"}, headers={"If-Match": '"1"'}
    )
    assert code(stale) == (412, "changed-meanwhile")


async def test_own_invitations_come_in_the_order_of_the_meetings(meetings: Running, stack: Stack) -> None:
    guest = person()
    ids = [
        (await invite(meetings, stack, guest=guest, starts_at=in_days(day), ends_at=in_days(day + 0.1))).meeting["id"]
        for day in (9, 3, 6)
    ]
    member = meetings.as_("member", person_id=guest.person_id)
    found: list[str] = []
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        after = {"after": page["next"]} if page["next"] else {}
        page = (await member.get("/my/invitations", params={"limit": 1, **after})).json()
        found += [item["meeting"]["id"] for item in page["items"]]
    assert found == [ids[1], ids[2], ids[0]]
    assert (await member.get("/my/invitations", params={"when": "past"})).json() == {"items": [], "next": None}
    everything = (await member.get("/my/invitations", params={"when": "all"})).json()["items"]
    assert [item["meeting"]["id"] for item in everything] == [ids[0], ids[2], ids[1]]


async def test_an_answer_given_by_telephone_is_noted_with_who_noted_it(meetings: Running, stack: Stack) -> None:
    invited, by = await invite(meetings, stack), new_id()
    secretary = meetings.as_("coordinator", person_id=by)
    path = f"/meetings/{invited.meeting['id']}/invitations/{invited.invitation['_id']}"
    for _ in range(2):  # saying it twice changes nothing
        answer = await secretary.put(f"{path}/answer", json=YES)
        assert (answer.status_code, answer.json()["standing"], answer.json()["comment"]) == (
            200,
            "accepted",
            "Two of us",
        )
        assert [(each["by"], each["what"]) for each in answer.json()["noted"]] == [(by, "accepted")]
    assert await answers_told(meetings, invited) == ["accepted"]
    assert (await invited.by_link.get("/answer")).json()["answer"] == "accepted"
    assert "noted" not in (await invited.by_link.get("/answer")).json()
    await invited.signed_in.put(f"/my/invitations/{invited.invitation['_id']}/answer", json={"answer": "declined"})
    shown = await secretary.get(path)
    assert (shown.json()["answer"], len(shown.json()["noted"]), shown.headers["etag"]) == ("declined", 1, '"3"')
    stale = await secretary.put(f"{path}/answer", json=YES, headers={"If-Match": '"2"'})
    assert stale.status_code == 412
    assert (await meetings.as_("member").put(f"{path}/answer", json=YES)).status_code == 403
    await meetings.deliver(consumer, PersonErased(person_id=by, revision=2))
    shown = await meetings.as_("coordinator").get(path)
    assert [each["by"] for each in shown.json()["noted"]] == [None]


async def test_no_answer_is_noted_to_what_was_withdrawn_or_has_begun(meetings: Running, stack: Stack) -> None:
    gone, late = await invite(meetings, stack), await invite(meetings, stack)
    path, other = (f"/meetings/{each.meeting['id']}/invitations/{each.invitation['_id']}" for each in (gone, late))
    coordinator = meetings.as_("coordinator")
    await coordinator.post(f"{path}/withdrawal")
    assert code(await coordinator.put(f"{path}/answer", json=YES)) == (409, "invitation-withdrawn")
    await begun(meetings, late.meeting["id"])
    assert code(await coordinator.put(f"{other}/answer", json=YES)) == (409, "meeting-begun")
    assert (await coordinator.get(other)).json()["noted"] == []
    strange = f"/meetings/{gone.meeting['id']}/invitations/{late.invitation['_id']}"
    assert code(await coordinator.put(f"{strange}/answer", json=YES)) == (404, "invitation-not-found")


ONLINE: dict[str, Any] = {"answer": "accepted", "joining": "online"}


async def test_who_comes_to_a_hybrid_meeting_says_where_and_may_change_it(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack, link="https://example.org/room")  # and in Warsaw
    path, client = f"/meetings/{invited.meeting['id']}", meetings.as_("coordinator")
    assert (await invited.by_link.put("/answer", json=YES)).json()["joining"] is None
    assert (await invited.by_link.put("/answer", json=ONLINE)).json()["joining"] == "online"
    kept = await invited.by_link.put("/answer", json=YES)  # as a calendar program answers, which cannot say
    assert kept.json()["joining"] == "online"
    counts = (await client.get(f"{path}/summary")).json()
    assert (counts["accepted"], counts["in_room"], counts["online"]) == (1, 0, 1)
    mine = f"/my/invitations/{invited.invitation['_id']}/answer"
    changed = await invited.signed_in.put(mine, json={**ONLINE, "joining": "room"})
    assert changed.json()["joining"] == "room"
    (listed,) = (await client.get(f"{path}/invitations")).json()["items"]
    counts = (await client.get(f"{path}/summary")).json()
    assert (listed["joining"], counts["in_room"], counts["online"]) == ("room", 1, 0)
    for answer in ({"answer": "declined", "joining": "room"}, {"answer": "accepted"}):
        assert (await invited.by_link.put("/answer", json=answer)).json()["joining"] is None
    wrong = await invited.by_link.put("/answer", json={**ONLINE, "joining": "bridge"})
    assert wrong.status_code == 422


async def test_where_there_is_no_choice_nobody_says_where_they_will_be(meetings: Running, stack: Stack) -> None:
    invited = await invite(meetings, stack)
    refused = await invited.by_link.put("/answer", json=ONLINE)
    assert code(refused) == (422, "meeting-not-hybrid")
    assert [each["field"] for each in refused.json()["errors"]] == ["joining"]
    other = await invite(meetings, stack, link="https://example.org/room")
    await other.by_link.put("/answer", json=ONLINE)
    path, client = f"/meetings/{other.meeting['id']}", meetings.as_("coordinator")
    moved = {"starts_at": in_days(50), "ends_at": in_days(50.2), "place": ""}
    assert (await client.post(f"{path}/rescheduling", json=moved)).json()["held_as"] == "online"
    assert (await other.by_link.get("/answer")).json()["joining"] is None
    counts = (await client.get(f"{path}/summary")).json()
    assert (counts["accepted"], counts["online"]) == (1, 0)
