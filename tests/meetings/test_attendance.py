"""Who came is recorded by organisers or by the code of the day; counts are for all, names for organisers alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.meetings.attendance import actions, domain
from services.meetings.attendance.domain import EnterCode, VenueCode
from shared.ids import new_id
from shared.problems import Conflict, Invalid
from shared.testing.stack import Running, Stack
from tests.meetings.builders import BEGINS, ENDS, code, invitations_of, known, link_to, person, schedule, scheduled

MINUTE = timedelta(minutes=1)


async def under_way(meetings: Running, *people: str, **changes: Any) -> str:
    """Schedule a meeting and let it have begun an hour ago."""
    meeting = await schedule(meetings, {"person_ids": list(people)}, **changes)
    now = datetime.now(UTC).replace(microsecond=0)
    times = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=7)}
    await meetings.storage.reader["meetings"].update_one({"_id": meeting["id"]}, {"$set": times})
    return str(meeting["id"])


async def shown_code(meetings: Running, meeting_id: str) -> str:
    answer = await meetings.as_("coordinator").post(f"/meetings/{meeting_id}/attendance/code")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["code"])


async def marks(meetings: Running, meeting_id: str) -> dict[str, tuple[bool, str | None]]:
    answer = await meetings.as_("coordinator").get(f"/meetings/{meeting_id}/attendance/people")
    return {each["person_id"]: (each["present"], each["how"]) for each in answer.json()["items"]}


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        (BEGINS - timedelta(hours=1) - MINUTE, False),
        (BEGINS - timedelta(hours=1), True),
        (ENDS + timedelta(hours=3), True),
        (ENDS + timedelta(hours=3) + MINUTE, False),
    ],
)
def test_the_code_is_taken_from_an_hour_before_until_three_hours_after(now: datetime, taken: bool) -> None:
    assert domain.takes_code(scheduled(), now=now) is taken


def test_a_code_is_read_however_it_is_typed_and_no_other_is_taken() -> None:
    known_code = VenueCode(id=new_id(), code="ABCDEF", shown_at=BEGINS)
    domain.check_code(scheduled(), known_code, EnterCode(code=" abc-def "), now=BEGINS)
    with pytest.raises(Invalid):
        domain.check_code(scheduled(), known_code, EnterCode(code="ABCDEG"), now=BEGINS)
    with pytest.raises(Conflict):
        domain.check_code(scheduled(), None, EnterCode(code="ABCDEF"), now=BEGINS)


async def test_somebody_invited_enters_the_code_shown_at_the_venue(meetings: Running, stack: Stack) -> None:
    member, bearer = person(), person()
    await known(meetings, member, bearer)
    meeting_id = await under_way(meetings, member.person_id, bearer.person_id)
    venue = await shown_code(meetings, meeting_id)
    client = meetings.as_("member", person_id=member.person_id)
    wrong = await client.post(f"/meetings/{meeting_id}/attendance/entry", json={"code": "AAAAAA"})
    assert code(wrong) == (422, "attendance-code-wrong")
    assert (await client.get(f"/meetings/{meeting_id}/attendance")).json() == {
        "present": 0,
        "mine": False,
        "can_enter": True,
    }
    assert (
        await client.post(f"/meetings/{meeting_id}/attendance/entry", json={"code": venue.lower()})
    ).status_code == 204
    invitation = next(
        each for each in await invitations_of(meetings, meeting_id) if each["person_id"] != member.person_id
    )
    holder = meetings.bearing(link_to(stack, invitation))
    assert (await holder.post("/answer/attendance", json={"code": venue})).status_code == 204
    assert (await holder.get("/answer/attendance")).json() == {"present": 2, "mine": True, "can_enter": False}
    assert await marks(meetings, meeting_id) == {
        member.person_id: (True, "code"),
        bearer.person_id: (True, "code"),
    }


async def test_a_new_code_ends_the_old_one(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    meeting_id = await under_way(meetings, guest.person_id)
    first = await shown_code(meetings, meeting_id)
    second = await shown_code(meetings, meeting_id)
    client, path = meetings.as_("member", person_id=guest.person_id), f"/meetings/{meeting_id}/attendance/entry"
    assert code(await client.post(path, json={"code": first})) == (422, "attendance-code-wrong")
    assert (await client.post(path, json={"code": second})).status_code == 204
    again = await meetings.as_("coordinator").get(f"/meetings/{meeting_id}/attendance/code")
    assert again.json()["code"] == second


async def test_guessing_is_slow(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    meeting_id = await under_way(meetings, guest.person_id)
    await shown_code(meetings, meeting_id)
    client, path = meetings.as_("member", person_id=guest.person_id), f"/meetings/{meeting_id}/attendance/entry"
    answers = [await client.post(path, json={"code": "WRONG"}) for _ in range(6)]
    assert [each.status_code for each in answers] == [422] * 5 + [429]


async def test_whoever_is_not_invited_cannot_enter_a_code(meetings: Running) -> None:
    meeting_id = await under_way(meetings)
    venue = await shown_code(meetings, meeting_id)
    answer = await meetings.as_("member").post(f"/meetings/{meeting_id}/attendance/entry", json={"code": venue})
    assert code(answer) == (404, "meeting-not-found")


async def test_organisers_mark_and_unmark_who_came_invited_or_not(meetings: Running) -> None:
    guest, walk_in = person(), person()
    await known(meetings, guest, walk_in)
    meeting_id = await under_way(meetings, guest.person_id)
    client, path = meetings.as_("coordinator"), f"/meetings/{meeting_id}/attendance"
    body = {"present": [guest.person_id, walk_in.person_id]}
    for _ in range(2):
        assert (await client.put(f"{path}/people", json=body)).status_code == 204
    assert await marks(meetings, meeting_id) == {guest.person_id: (True, "organiser")}
    assert [each["person_id"] for each in (await client.get(f"{path}/walk-ins")).json()] == [walk_in.person_id]
    await client.put(f"{path}/people", json={"absent": [guest.person_id]})
    assert await marks(meetings, meeting_id) == {guest.person_id: (False, "organiser")}
    assert (await client.get(path)).json()["present"] == 1
    unknown = await client.put(f"{path}/people", json={"present": [new_id()]})
    assert code(unknown) == (422, "person-not-known")


async def test_nobody_came_before_the_meeting_or_to_one_called_off(meetings: Running) -> None:
    meeting = await schedule(meetings)
    client, path = meetings.as_("coordinator"), f"/meetings/{meeting['id']}/attendance"
    assert code(await client.put(f"{path}/people", json={})) == (409, "meeting-not-begun")
    await client.post(f"/meetings/{meeting['id']}/cancellation", json={})
    assert code(await client.post(f"{path}/code")) == (409, "meeting-not-held")


async def test_names_are_for_coordinators_and_counts_for_the_invited(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    meeting_id = await under_way(meetings, guest.person_id, closed=True)
    member = meetings.as_("member", person_id=guest.person_id)
    for path in ("people", "walk-ins", "code"):
        assert (await member.get(f"/meetings/{meeting_id}/attendance/{path}")).status_code == 403
    assert (await member.get(f"/meetings/{meeting_id}/attendance")).json()["present"] == 0
    assert (await meetings.as_("member").get(f"/meetings/{meeting_id}/attendance")).status_code == 404


async def test_that_somebody_came_stays_when_they_are_forgotten(meetings: Running) -> None:
    guest, coordinator = person(), new_id()
    await known(meetings, guest)
    meeting_id = await under_way(meetings, guest.person_id)
    client = meetings.as_("coordinator", person_id=coordinator)
    await client.put(f"/meetings/{meeting_id}/attendance/people", json={"present": [guest.person_id]})
    for gone in (guest.person_id, coordinator):
        await meetings.storage.transact(actions.forget_person, gone)
    assert (await client.get(f"/meetings/{meeting_id}/attendance")).json()["present"] == 1
    rows = await meetings.storage.reader["attendance"].find({"meeting_id": meeting_id}, limit=10)
    assert [word for word in (guest.person_id, coordinator) if word in str(rows)] == []


async def test_one_s_own_past_meetings_say_whether_one_was_there_page_by_page(meetings: Running) -> None:
    guest, other = person(), person()
    await known(meetings, guest, other)
    came, missed, unknown = [await under_way(meetings, guest.person_id, other.person_id) for _ in range(3)]
    client = meetings.as_("coordinator")
    for meeting_id, noted in ((came, "present"), (missed, "present"), (missed, "absent")):
        answer = await client.put(f"/meetings/{meeting_id}/attendance/people", json={noted: [guest.person_id]})
        assert answer.status_code == 204, answer.text
    await client.put(f"/meetings/{unknown}/attendance/people", json={"present": [other.person_id]})
    mine = meetings.as_("member", person_id=guest.person_id)
    now = datetime.now(UTC).replace(microsecond=0)
    over = {"$set": {"starts_at": now - timedelta(hours=2), "ends_at": now - MINUTE}}
    await meetings.storage.reader["meetings"].update_many({"_id": {"$in": [came, missed, unknown]}}, over)
    first = (await mine.get("/my/invitations", params={"when": "past", "limit": 2})).json()
    rest = (await mine.get("/my/invitations", params={"when": "past", "limit": 2, "after": first["next"]})).json()
    found = {each["meeting"]["id"]: each["attended"] for each in first["items"] + rest["items"]}
    assert (found, rest["next"]) == ({came: True, missed: False, unknown: None}, None)
    assert (await mine.get("/my/invitations")).json()["items"] == []
