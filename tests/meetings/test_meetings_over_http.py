"""Scheduling, moving, calling off and listing meetings, as each role may."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.events.meetings import MeetingCancelled, MeetingRescheduled
from shared.ids import new_id
from shared.testing.stack import Running
from tests.meetings.builders import (
    code,
    in_days,
    invitations_of,
    known,
    many_people,
    organisation,
    person,
    request,
    schedule,
)

LATER = {"starts_at": in_days(40), "ends_at": in_days(40.2), "reason": {"en": "Visas"}}


async def events_of(meetings: Running, meeting_id: str) -> list[dict[str, Any]]:
    return [each for each in await meetings.published() if each["subject"] == meeting_id]


async def test_scheduling_invites_the_audience_and_tells_both(meetings: Running) -> None:
    guest, stranger = person(), person()
    await known(meetings, guest, stranger)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    (invitation,) = await invitations_of(meetings, meeting["id"])
    assert (invitation["person_id"], invitation["answer"]) == (guest.person_id, "pending")
    told = await events_of(meetings, meeting["id"])
    assert [each["type"] for each in told] == ["meeting-scheduled", "people-invited"]
    invited = told[1]["event"]
    assert [(i.invitation_id, i.person_id) for i in invited.invitees] == [(invitation["_id"], guest.person_id)]
    assert (invited.revision, invited.sequence, invited.notice.place) == (1, 0, "Warsaw")


async def test_no_title_text_or_place_is_readable_in_the_outbox(meetings: Running) -> None:
    meeting = await schedule(meetings, title={"en": "Sanctions"}, text={"en": "Who pays"}, place="Hotel Bristol")
    rows = await meetings.storage.reader["outbox"].find({"aggregate": meeting["id"]}, limit=10)
    for row in rows:
        assert [word for word in (b"Sanctions", b"Who pays", b"Bristol") if word in row["body"]] == []


async def test_a_scheduled_meeting_is_answered_whole(meetings: Running) -> None:
    body = request(series="BIIM", link="https://example.org/room")
    answer = await meetings.as_("coordinator").post("/meetings", json=body)
    meeting = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert answer.headers["location"] == f"/meetings/{meeting['id']}"
    shown = {name: meeting[name] for name in ("title", "text", "place", "link", "time_zone", "languages", "series")}
    assert shown == {name: body[name] for name in shown}
    assert (meeting["state"], meeting["revision"], meeting["sequence"]) == ("scheduled", 1, 0)
    assert datetime.fromisoformat(meeting["starts_at"]) == datetime.fromisoformat(body["starts_at"])


async def test_nobody_named_who_is_unknown_is_left_out_in_silence(meetings: Running) -> None:
    before = await meetings.storage.reader["meetings"].count({})
    answer = await meetings.as_("coordinator").post("/meetings", json=request(audience={"person_ids": [new_id()]}))
    assert code(answer) == (422, "audience-not-known")
    assert await meetings.storage.reader["meetings"].count({}) == before


async def test_what_is_not_valid_is_refused_by_field(meetings: Running) -> None:
    body = request(ends_at=in_days(29), link="http://example.org")
    answer = await meetings.as_("coordinator").post("/meetings", json=body)
    assert code(answer) == (422, "meeting-not-valid")
    assert [each["field"] for each in answer.json()["errors"]] == ["ends_at", "link"]


@pytest.mark.parametrize(
    "changes",
    [{"revision": 7}, {"state": "cancelled"}, {"scheduled_by": "x"}, {"time_zone": "Mars"}, {"title": {"$ne": "x"}}],
)
async def test_what_is_not_asked_for_is_refused(meetings: Running, changes: dict[str, Any]) -> None:
    answer = await meetings.as_("coordinator").post("/meetings", json=request(**changes))
    assert code(answer) == (422, "input-not-valid")


async def test_the_same_request_fifty_times_schedules_once(meetings: Running) -> None:
    client, body = meetings.as_("coordinator", person_id=new_id()), request(series=f"once {new_id()}")
    headers = {"Idempotency-Key": new_id()}
    answers = await asyncio.gather(*(client.post("/meetings", json=body, headers=headers) for _ in range(50)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    again = await client.post("/meetings", json=body, headers=headers)
    (kept,) = await meetings.storage.reader["meetings"].find({"series": body["series"]}, limit=10)
    assert (again.status_code, again.json()["id"]) == (201, kept["_id"])


async def test_moving_tells_once_with_a_higher_sequence(meetings: Running) -> None:
    meeting = await schedule(meetings)
    client = meetings.as_("coordinator")
    address = f"/meetings/{meeting['id']}/rescheduling"
    first, second = await client.post(address, json=LATER), await client.post(address, json=LATER)
    assert (first.status_code, first.json()) == (200, second.json())
    assert (first.json()["revision"], first.json()["sequence"], first.headers["etag"]) == (2, 1, '"2"')
    told = [each["event"] for each in await events_of(meetings, meeting["id"])][1:]
    assert [type(event) for event in told] == [MeetingRescheduled]
    assert (told[0].revision, told[0].sequence, told[0].notice.reason) == (2, 1, {"en": "Visas"})


async def test_cancelling_tells_once_and_the_second_time_is_refused(meetings: Running) -> None:
    meeting = await schedule(meetings)
    client = meetings.as_("coordinator")
    address = f"/meetings/{meeting['id']}/cancellation"
    answer = await client.post(address, json={"reason": {"en": "No hall"}})
    assert (answer.status_code, answer.json()["state"], answer.json()["sequence"]) == (200, "cancelled", 1)
    assert code(await client.post(address, json={})) == (409, "meeting-cancelled")
    assert code(await client.post(f"/meetings/{meeting['id']}/rescheduling", json=LATER)) == (409, "meeting-cancelled")
    told = [type(each["event"]) for each in await events_of(meetings, meeting["id"])]
    assert told[1:] == [MeetingCancelled]


async def test_twenty_cancellations_at_once_make_one(meetings: Running) -> None:
    meeting = await schedule(meetings)
    client, address = meetings.as_("coordinator"), f"/meetings/{meeting['id']}/cancellation"
    answers = await asyncio.gather(*(client.post(address, json={}) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19


async def test_whoever_saw_an_older_revision_is_told_so(meetings: Running) -> None:
    meeting = await schedule(meetings)
    client, address = meetings.as_("coordinator"), f"/meetings/{meeting['id']}"
    assert (await client.post(f"{address}/rescheduling", json=LATER, headers={"If-Match": '"1"'})).status_code == 200
    stale = await client.post(f"{address}/cancellation", json={}, headers={"If-Match": '"1"'})
    assert code(stale) == (412, "changed-meanwhile")
    assert (await client.post(f"{address}/cancellation", json={}, headers={"If-Match": '"2"'})).status_code == 200


async def test_a_meeting_is_shown_to_coordinators_operators_and_the_invited_alone(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    address = f"/meetings/{meeting['id']}"
    for client in (
        meetings.as_("coordinator"),
        meetings.as_("operator"),
        meetings.as_("member", person_id=guest.person_id),
    ):
        assert (await client.get(address)).json() == meeting
    for client in (meetings.as_("member"), meetings.as_("editor")):
        assert code(await client.get(address)) == (404, "meeting-not-found")
    assert (await meetings.as_().get(address)).status_code == 401
    assert code(await meetings.as_("coordinator").get(f"/meetings/{new_id()}")) == (404, "meeting-not-found")


async def test_no_member_learns_who_else_or_how_many_are_invited(meetings: Running) -> None:
    guests = [person() for _ in range(3)]
    await known(meetings, *guests)
    ids = [each.person_id for each in guests]
    meeting = await schedule(meetings, {"person_ids": ids})
    member = meetings.as_("member", person_id=ids[0])
    shown = (await member.get(f"/meetings/{meeting['id']}")).text + (await member.get("/my/invitations")).text
    assert [other for other in ids[1:] if other in shown] == []
    assert 'invited"' not in shown
    for address in ("invitations", "summary"):
        assert (await member.get(f"/meetings/{meeting['id']}/{address}")).status_code == 403


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "/meetings"),
        ("GET", "/meetings"),
        ("POST", "/meetings/{id}/rescheduling"),
        ("POST", "/meetings/{id}/cancellation"),
        ("POST", "/meetings/{id}/invitations"),
        ("GET", "/meetings/{id}/invitations"),
        ("GET", "/meetings/{id}/summary"),
        ("POST", "/meetings/{id}/invitations/{id}/withdrawal"),
        ("POST", "/audiences/preview"),
    ],
)
async def test_only_coordinators_may_and_operators_may_look(meetings: Running, method: str, address: str) -> None:
    address = address.format(id=new_id())
    assert (await meetings.as_().request(method, address)).status_code == 401
    assert (await meetings.as_("member").request(method, address)).status_code == 403
    assert (await meetings.as_("editor").request(method, address)).status_code == 403
    as_operator = await meetings.as_("operator").request(method, address)
    assert (as_operator.status_code == 403) == (method == "POST")


async def stored(meetings: Running, series: str, *, days: list[float]) -> list[str]:
    """Schedule meetings and move them in time behind the service's back; return their ids."""
    ids = [(await schedule(meetings, series=series))["id"] for _ in days]
    now = datetime.now(UTC)
    for id, day in zip(ids, days, strict=True):
        starts_at = now + timedelta(days=day)
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
        await meetings.storage.reader["meetings"].update_one({"_id": id}, {"$set": times})
    return ids


async def listed(meetings: Running, when: str, *, limit: int) -> list[str]:
    """Return the ids on all pages of a list."""
    ids: list[str] = []
    after: dict[str, str] = {}
    while True:
        answer = await meetings.as_("coordinator").get("/meetings", params={"when": when, "limit": limit, **after})
        ids += [item["id"] for item in answer.json()["items"]]
        if answer.json()["next"] is None:
            return ids
        after = {"after": answer.json()["next"]}


@pytest.mark.parametrize("limit", [1, 2, 200])
async def test_lists_are_in_the_order_of_time_page_by_page(meetings: Running, limit: int) -> None:
    await meetings.storage.reader["meetings"].delete_many({})
    past, long_past, running, soon, twin, later = await stored(meetings, "lists", days=[-1, -9, -0.01, 1, 1, 5])
    await meetings.storage.reader["meetings"].update_one(
        {"_id": twin},
        {"$set": {"starts_at": (await meetings.storage.reader["meetings"].find_one({"_id": soon}) or {})["starts_at"]}},
    )
    assert await listed(meetings, "upcoming", limit=limit) == [running, soon, twin, later]
    assert await listed(meetings, "past", limit=limit) == [past, long_past]
    assert await listed(meetings, "all", limit=limit) == [later, twin, soon, running, past, long_past]


@pytest.mark.parametrize("after", ["x", "W10", "WzEsMl0", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OSwieCJd"])
async def test_a_cursor_that_is_not_ours_is_refused(meetings: Running, after: str) -> None:
    answer = await meetings.as_("coordinator").get("/meetings", params={"after": after})
    assert code(answer) == (422, "cursor-not-valid")


async def test_the_first_five_hundred_are_invited_with_the_request_itself(meetings: Running) -> None:
    here = organisation("implementer")
    await known(meetings, here)
    ids = await many_people(meetings, here.organisation_id, 501)
    meeting = await schedule(meetings, {"organisation_ids": [here.organisation_id]})
    invited = await invitations_of(meetings, meeting["id"])
    assert sorted(each["person_id"] for each in invited) == ids[:500]
    summary = await meetings.as_("coordinator").get(f"/meetings/{meeting['id']}/summary")
    assert (summary.json()["invited"], summary.json()["expanding"]) == (500, True)


async def test_five_hundred_people_leave_nothing_to_the_job(meetings: Running) -> None:
    here = organisation("implementer")
    await known(meetings, here)
    await many_people(meetings, here.organisation_id, 500)
    meeting = await schedule(meetings, {"organisation_ids": [here.organisation_id]})
    summary = await meetings.as_("coordinator").get(f"/meetings/{meeting['id']}/summary")
    assert (summary.json()["invited"], summary.json()["expanding"]) == (500, False)
