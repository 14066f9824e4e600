"""The agenda over HTTP: planned, refused with a suggestion, taken back, moved along, and shown to those who may."""

from datetime import datetime, timedelta
from typing import Any

from services.meetings.agenda import actions
from shared.ids import new_id
from shared.testing.stack import Running, Stack
from tests.meetings.builders import code, in_days, invitations_of, known, link_to, person, schedule


def talk(after: int, **changes: Any) -> dict[str, Any]:
    return {"after_minutes": after, "lasts_minutes": 60, "title": {"en": "Talk"}, **changes}


async def add(meetings: Running, meeting_id: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await meetings.as_("coordinator").post(f"/meetings/{meeting_id}/agenda/sessions", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def agenda(meetings: Running, meeting_id: str, **as_: Any) -> dict[str, Any]:
    answer = await meetings.as_(as_.pop("role", "coordinator"), **as_).get(f"/meetings/{meeting_id}/agenda")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_session_is_planned_and_told_with_the_meeting(meetings: Running) -> None:
    meeting = await schedule(meetings)
    made = await add(meetings, meeting["id"], talk(60, track="Media", room="Hall A", speakers=[{"name": "Hanna"}]))
    begins = datetime.fromisoformat(meeting["starts_at"]) + timedelta(minutes=60)
    (session,) = made["sessions"]
    assert (made["tracks"], made["rooms"], datetime.fromisoformat(session["starts_at"])) == (
        ["Media"],
        ["Hall A"],
        begins,
    )
    shown = (await meetings.as_("coordinator").get(f"/meetings/{meeting['id']}")).json()
    assert [each["title"] for each in shown["agenda"]] == [{"en": "Talk"}]
    assert (shown["sequence"], shown["revision"]) == (0, 2)


async def test_what_is_in_the_way_is_refused_with_a_time_that_is_accepted(meetings: Running) -> None:
    meeting = await schedule(meetings)
    await add(meetings, meeting["id"], talk(0))
    path = f"/meetings/{meeting['id']}/agenda/sessions"
    answer = await meetings.as_("coordinator").post(path, json=talk(30))
    assert code(answer) == (422, "agenda-conflict")
    assert answer.json()["suggestion"]["after_minutes"] == 60
    await add(meetings, meeting["id"], talk(answer.json()["suggestion"]["after_minutes"]))


async def test_a_change_by_somebody_who_has_not_seen_the_newest_is_refused(meetings: Running) -> None:
    meeting = await schedule(meetings)
    made = await add(meetings, meeting["id"], talk(0))
    path = f"/meetings/{meeting['id']}/agenda/sessions/{made['sessions'][0]['id']}"
    stale = {"If-Match": f'"{made["revision"] - 1}"'}
    answer = await meetings.as_("coordinator").put(path, json=talk(60), headers=stale)
    assert code(answer) == (412, "changed-meanwhile")


async def test_the_log_says_who_changed_what_and_anything_is_taken_back(meetings: Running) -> None:
    meeting, somebody = await schedule(meetings), new_id()
    made = await add(meetings, meeting["id"], talk(0, track="Media"))
    session_id = made["sessions"][0]["id"]
    path, client = f"/meetings/{meeting['id']}/agenda", meetings.as_("coordinator", person_id=somebody)
    await client.put(f"{path}/sessions/{session_id}", json=talk(60, track="Law"))
    removal = (await client.post(f"{path}/sessions/{session_id}/removal")).json()
    assert removal["agenda"]["sessions"] == []
    log = (await client.get(f"{path}/changes")).json()["items"]
    assert [(each["what"], each["fields"]) for each in log] == [
        ("removed", []),
        ("changed", ["after_minutes", "track"]),
        ("added", []),
    ]
    assert {each["by"] for each in log[:2]} == {somebody}
    answer = await client.post(f"{path}/changes/{log[1]['id']}/undoing")
    assert code(answer) == (409, "changed-since")
    restored = (await client.post(f"{path}/changes/{removal['change_id']}/undoing")).json()
    assert [(each["id"], each["after_minutes"]) for each in restored["sessions"]] == [(session_id, 60)]
    again = (await client.post(f"{path}/changes/{log[1]['id']}/undoing")).json()
    assert [(each["after_minutes"], each["track"]) for each in again["sessions"]] == [(0, "Media")]


async def test_an_agenda_moves_along_and_must_still_fit(meetings: Running) -> None:
    meeting = await schedule(meetings)
    await add(meetings, meeting["id"], talk(120))
    path = f"/meetings/{meeting['id']}/rescheduling"
    answer = await meetings.as_("coordinator").post(path, json={"starts_at": in_days(40), "ends_at": in_days(40.1)})
    assert code(answer) == (422, "meeting-not-valid")
    later = {"starts_at": in_days(40), "ends_at": in_days(40.3)}
    moved = (await meetings.as_("coordinator").post(path, json=later)).json()
    shown = await agenda(meetings, meeting["id"])
    begins = datetime.fromisoformat(later["starts_at"]) + timedelta(minutes=120)
    assert datetime.fromisoformat(shown["sessions"][0]["starts_at"]) == begins
    assert datetime.fromisoformat(moved["agenda"][0]["starts_at"]) == begins


async def test_an_agenda_given_with_a_new_date_replaces_the_old_one(meetings: Running) -> None:
    meeting = await schedule(meetings)
    await add(meetings, meeting["id"], talk(120))
    later = {"starts_at": in_days(40), "ends_at": in_days(40.3), "agenda": []}
    await meetings.as_("coordinator").post(f"/meetings/{meeting['id']}/rescheduling", json=later)
    assert (await agenda(meetings, meeting["id"]))["sessions"] == []


async def test_a_short_agenda_can_be_worked_on(meetings: Running) -> None:
    starts_at = in_days(30)
    opening = {"starts_at": starts_at, "title": {"en": "Opening"}}
    meeting = await schedule(meetings, starts_at=starts_at, ends_at=in_days(30.25), agenda=[opening])
    (session,) = (await agenda(meetings, meeting["id"]))["sessions"]
    path = f"/meetings/{meeting['id']}/agenda/sessions/{session['id']}"
    changed = await meetings.as_("coordinator").put(path, json=talk(0, title={"en": "Opening", "pl": "Otwarcie"}))
    assert changed.json()["sessions"][0]["title"]["pl"] == "Otwarcie"


async def test_only_the_invited_see_the_agenda_and_of_a_closed_meeting_no_speakers(
    meetings: Running, stack: Stack
) -> None:
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]}, closed=True)
    await add(meetings, meeting["id"], talk(0, speakers=[{"name": "Hanna"}]))
    assert (await agenda(meetings, meeting["id"]))["sessions"][0]["speakers"] == [{"person_id": None, "name": "Hanna"}]
    shown = await agenda(meetings, meeting["id"], role="member", person_id=guest.person_id)
    assert [each["speakers"] for each in shown["sessions"]] == [[]]
    (invitation,) = await invitations_of(meetings, meeting["id"])
    answer = await meetings.bearing(link_to(stack, invitation)).get("/answer/agenda")
    assert (answer.json()["sessions"], answer.headers["cache-control"]) == (shown["sessions"], "no-store")
    stranger = await meetings.as_("member").get(f"/meetings/{meeting['id']}/agenda")
    assert code(stranger) == (404, "meeting-not-found")


async def test_whoever_is_erased_speaks_nowhere_and_changed_nothing(meetings: Running) -> None:
    meeting, somebody = await schedule(meetings), new_id()
    body = talk(0, speakers=[{"person_id": somebody, "name": "Hanna"}])
    path = f"/meetings/{meeting['id']}/agenda"
    await meetings.as_("coordinator", person_id=somebody).post(f"{path}/sessions", json=body)
    await meetings.storage.transact(actions.forget_person, somebody)
    log = await meetings.as_("coordinator").get(f"{path}/changes")
    for name in (somebody, "Hanna"):
        assert name not in log.text
        assert name not in str(await agenda(meetings, meeting["id"]))
