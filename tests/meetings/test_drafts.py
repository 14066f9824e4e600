"""A draft invites nobody until it has a date, and a copy of the last meeting is the start of the next."""

from typing import Any

from services.meetings.drafts import actions
from shared.ids import new_id
from shared.testing.stack import Running
from tests.meetings.builders import code, in_days, invitations_of, known, person, request, schedule


def planned(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in request(**changes).items() if name not in ("starts_at", "ends_at")}


async def draft(meetings: Running, **changes: Any) -> dict[str, Any]:
    answer = await meetings.as_("coordinator").post("/drafts", json=planned(**changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_draft_invites_nobody_until_it_has_a_date_and_keeps_its_address(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    made = await draft(meetings, audience={"person_ids": [guest.person_id]}, closed=True, form="hybrid")
    assert await invitations_of(meetings, made["id"]) == []
    assert [each for each in await meetings.published() if each["subject"] == made["id"]] == []
    dates = {"starts_at": in_days(30), "ends_at": in_days(30.2)}
    answer = await meetings.as_("coordinator").post(f"/drafts/{made['id']}/scheduling", json=dates)
    meeting = answer.json()
    assert (answer.status_code, meeting["id"], meeting["state"]) == (201, made["id"], "scheduled")
    assert (meeting["closed"], meeting["held_as"], meeting["title"]) == (True, "hybrid", made["title"])
    assert [each["person_id"] for each in await invitations_of(meetings, made["id"])] == [guest.person_id]
    assert code(await meetings.as_("coordinator").get(f"/drafts/{made['id']}")) == (404, "draft-not-found")


async def test_a_copy_has_agenda_audience_and_languages_but_no_date_and_no_speakers(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    audience = {"person_ids": [guest.person_id]}
    meeting = await schedule(meetings, audience, series="BIIM", starts_at="2099-10-14T07:00:00Z",
                             ends_at="2099-10-14T15:00:00Z")  # fmt: skip
    session = {"after_minutes": 60, "lasts_minutes": 30, "title": {"en": "Talk"}, "speakers": [{"name": "Hanna"}]}
    client = meetings.as_("coordinator")
    await client.post(f"/meetings/{meeting['id']}/agenda/sessions", json=session)
    answer = await client.post(f"/meetings/{meeting['id']}/copy")
    copy = answer.json()
    assert (answer.status_code, copy["copied_from"], copy["clock"]) == (201, meeting["id"], "09:00")
    for name in ("title", "text", "place", "languages", "series", "time_zone"):
        assert copy[name] == meeting[name]
    assert copy["audience"]["person_ids"] == [guest.person_id]
    shown = (await client.get(f"/meetings/{copy['id']}/agenda")).json()["sessions"]
    assert [(each["after_minutes"], each["title"], each["speakers"]) for each in shown] == [(60, {"en": "Talk"}, [])]
    assert shown[0]["starts_at"] is None
    dates = {"starts_at": in_days(30), "ends_at": in_days(30.2)}
    next_one = (await client.post(f"/drafts/{copy['id']}/scheduling", json=dates)).json()
    assert [each["title"] for each in next_one["agenda"]] == [{"en": "Talk"}]
    after = (await client.get(f"/meetings/{copy['id']}/agenda")).json()["sessions"]
    assert [(each["id"], each["starts_at"]) for each in after] == [(shown[0]["id"], next_one["agenda"][0]["starts_at"])]


async def test_room_and_reminders_are_kept_in_a_draft_and_taken_from_the_last_meeting(meetings: Running) -> None:
    guests = [person(), person()]
    await known(meetings, *guests)
    reminders = {"days_before": [7, 2], "moved": True}
    audience = {"person_ids": [each.person_id for each in guests]}
    made = await draft(meetings, audience=audience, capacity=1, reminders=reminders)
    assert (made["capacity"], made["reminders"]) == (1, reminders)
    dates, client = {"starts_at": in_days(30), "ends_at": in_days(30.2)}, meetings.as_("coordinator")
    assert (await client.post(f"/drafts/{made['id']}/scheduling", json=dates)).status_code == 201
    assert (await client.get(f"/meetings/{made['id']}/summary")).json()["capacity"] == 1
    planned_rounds = (await client.get(f"/meetings/{made['id']}/reminders")).json()
    assert (planned_rounds["days_before"], planned_rounds["moved"], len(planned_rounds["rounds"])) == ([7, 2], True, 2)
    copy = (await client.post(f"/meetings/{made['id']}/copy")).json()
    assert (copy["capacity"], copy["reminders"]) == (1, reminders)
    plain = (await client.post(f"/meetings/{(await schedule(meetings))['id']}/copy")).json()
    assert (plain["capacity"], plain["reminders"]) == (None, None)
    body = planned(reminders={"days_before": [2, 2]})
    changed = await client.put(f"/drafts/{copy['id']}", json=body, headers={"If-Match": '"1"'})
    assert code(changed) == (422, "day-twice")


async def test_a_date_that_is_too_short_for_the_agenda_is_refused_and_the_draft_stays(meetings: Running) -> None:
    made = await draft(meetings)
    session = {"after_minutes": 600, "lasts_minutes": 60, "title": {"en": "Talk"}}
    client = meetings.as_("coordinator")
    await client.post(f"/meetings/{made['id']}/agenda/sessions", json=session)
    dates = {"starts_at": in_days(30), "ends_at": in_days(30.2)}
    assert code(await client.post(f"/drafts/{made['id']}/scheduling", json=dates)) == (422, "meeting-not-valid")
    assert (await client.get(f"/drafts/{made['id']}")).status_code == 200


async def test_a_draft_is_changed_by_whoever_has_seen_it_and_discarded(meetings: Running) -> None:
    made = await draft(meetings)
    client, path = meetings.as_("coordinator"), f"/drafts/{made['id']}"
    body = planned(title={"en": "Autumn"})
    assert code(await client.put(path, json=body)) == (428, "if-match-needed")
    changed = await client.put(path, json=body, headers={"If-Match": '"1"'})
    assert (changed.json()["title"], changed.headers["etag"]) == ({"en": "Autumn"}, '"2"')
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).status_code == 404


async def test_drafts_are_for_coordinators_alone(meetings: Running) -> None:
    made = await draft(meetings)
    member = meetings.as_("member")
    assert (await member.get(f"/drafts/{made['id']}")).status_code == 403
    assert (await member.get("/drafts")).status_code == 403
    assert code(await member.get(f"/meetings/{made['id']}/agenda")) == (404, "meeting-not-found")
    listed = (await meetings.as_("coordinator").get("/drafts", params={"limit": 200})).json()["items"]
    assert made["id"] in [each["id"] for each in listed]


async def test_a_draft_names_nobody_who_is_unknown(meetings: Running) -> None:
    answer = await meetings.as_("coordinator").post("/drafts", json=planned(audience={"person_ids": [new_id()]}))
    assert code(answer) == (422, "audience-not-known")


async def test_whoever_is_forgotten_is_in_no_audience_to_be_copied(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    audience = {"person_ids": [guest.person_id]}
    meeting, made = await schedule(meetings, audience), await draft(meetings, audience=audience)
    await meetings.storage.transact(actions.forget_person, guest.person_id)
    for name, id in (("meetings", meeting["id"]), ("drafts", made["id"])):
        row = await meetings.storage.reader[name].find_one({"_id": id})
        assert row is not None
        assert row["audience"]["person_ids"] == []
