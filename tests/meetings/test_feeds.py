"""Series, and the calendar feeds of people and series: secret, revocable, valid, and naming nobody."""

from datetime import timedelta
from typing import Any

from icalendar import Calendar

from services.meetings.feeds import actions
from shared.events.registry import PersonUpdated
from shared.ids import new_id
from shared.testing.stack import Running
from tests.meetings.builders import code, in_days, known, person, request, schedule


async def begun(meetings: Running, title: str = "Implementers' meetings") -> dict[str, Any]:
    answer = await meetings.as_("coordinator").post("/series", json={"title": {"en": title}})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def opened(meetings: Running, path: str, **as_: Any) -> str:
    answer = await meetings.as_(as_.pop("role", "coordinator"), **as_).put(path, json={"language": "en"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
    return str(answer.json()["token"])


async def read(meetings: Running, token: str) -> list[Any]:
    answer = await meetings.bearing(token).get("/feed")
    assert answer.status_code == 200, answer.text
    calendar: Any = Calendar.from_ical(answer.content)
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=6)
    return list(calendar.walk("VEVENT"))


async def test_the_meetings_of_a_series_are_listed_and_nobody_elses(meetings: Running) -> None:
    series, other = await begun(meetings), await begun(meetings)
    first = await schedule(meetings, series_id=series["id"])
    await schedule(meetings, series_id=other["id"])
    listed = await meetings.as_("coordinator").get(f"/series/{series['id']}/meetings")
    assert [each["id"] for each in listed.json()["items"]] == [first["id"]]
    draft = (await meetings.as_("coordinator").post(f"/meetings/{first['id']}/copy")).json()
    assert draft["series_id"] == series["id"]


async def test_a_series_is_described_anew_by_whoever_has_seen_it(meetings: Running) -> None:
    series = await begun(meetings)
    path, body = f"/series/{series['id']}", {"title": {"en": "BIIM"}, "description": {"en": "Since 2002."}}
    assert code(await meetings.as_("coordinator").put(path, json=body)) == (428, "if-match-needed")
    changed = await meetings.as_("coordinator").put(path, json=body, headers={"If-Match": '"1"'})
    assert (changed.json()["title"], changed.json()["description"]) == (body["title"], body["description"])


async def test_a_meeting_belongs_to_a_series_that_exists(meetings: Running) -> None:
    answer = await meetings.as_("coordinator").post("/meetings", json=request(series_id=new_id()))
    assert code(answer) == (422, "series-not-known")


async def test_a_persons_feed_holds_what_they_are_invited_to_and_nobody(meetings: Running) -> None:
    guest, other = person(), person()
    await known(meetings, guest, other)
    mine = await schedule(meetings, {"person_ids": [guest.person_id, other.person_id]})
    await schedule(meetings, {"person_ids": [other.person_id]})
    token = await opened(meetings, "/my/feed", role="member", person_id=guest.person_id)
    (event,) = await read(meetings, token)
    assert (event["UID"], event["SUMMARY"]) == (f"{mine['id']}@zgoda", "Coordination")
    assert "ATTENDEE" not in event
    assert event["DTSTART"].params["TZID"] == "Europe/Warsaw"


async def test_a_feed_tells_a_cancellation_and_leaves_out_what_has_no_date_or_was_declined(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    audience, coordinator = {"person_ids": [guest.person_id]}, meetings.as_("coordinator")
    off, later, declined = [await schedule(meetings, audience) for _ in range(3)]
    member = meetings.as_("member", person_id=guest.person_id)
    invitations = (await member.get("/my/invitations")).json()["items"]
    (no,) = [each["id"] for each in invitations if each["meeting"]["id"] == declined["id"]]
    await member.put(f"/my/invitations/{no}/answer", json={"answer": "declined"})
    await coordinator.post(f"/meetings/{off['id']}/cancellation", json={})
    await coordinator.post(f"/meetings/{later['id']}/postponement", json={})
    token = await opened(meetings, "/my/feed", role="member", person_id=guest.person_id)
    assert [(each["UID"], each["STATUS"]) for each in await read(meetings, token)] == [
        (f"{off['id']}@zgoda", "CANCELLED")
    ]
    dated = {"starts_at": in_days(60), "ends_at": in_days(60.2)}
    await coordinator.post(f"/meetings/{later['id']}/rescheduling", json=dated)
    assert len(await read(meetings, token)) == 2


async def test_the_feed_of_a_series_is_named_after_it_and_neutral_on_closed_meetings(meetings: Running) -> None:
    series = await begun(meetings, "BIIM")
    await schedule(meetings, series_id=series["id"], closed=True, place="Hotel Bristol")
    token = await opened(meetings, f"/series/{series['id']}/feed")
    answer = await meetings.bearing(token).get("/feed")
    assert Calendar.from_ical(answer.content)["NAME"] == "BIIM"
    assert [word for word in ("Coordination", "Bristol", "Warsaw") if word in answer.text] == []


async def test_a_feed_that_has_not_changed_is_not_sent_again(meetings: Running) -> None:
    series = await begun(meetings)
    meeting = await schedule(meetings, series_id=series["id"])
    client = meetings.bearing(await opened(meetings, f"/series/{series['id']}/feed"))
    tag = (await client.get("/feed")).headers["etag"]
    same = await client.get("/feed", headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    await meetings.as_("coordinator").post(f"/meetings/{meeting['id']}/cancellation", json={})
    assert (await client.get("/feed", headers={"If-None-Match": tag})).status_code == 200


async def test_the_address_of_a_feed_is_the_same_until_it_is_renewed_or_withdrawn(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    member = meetings.as_("member", person_id=guest.person_id)
    assert code(await member.get("/my/feed")) == (404, "feed-not-found")
    first = await opened(meetings, "/my/feed", role="member", person_id=guest.person_id)
    assert (await member.get("/my/feed")).json()["token"] == first
    second = await opened(meetings, "/my/feed", role="member", person_id=guest.person_id)
    assert code(await meetings.bearing(first).get("/feed")) == (401, "link-withdrawn")
    assert await read(meetings, second) == []
    assert (await member.delete("/my/feed")).status_code == 204
    assert code(await meetings.bearing(second).get("/feed")) == (401, "link-withdrawn")


async def test_whoever_has_left_or_is_erased_has_no_feed(meetings: Running) -> None:
    left, erased = person(), person()
    await known(meetings, left, erased)
    tokens = [await opened(meetings, "/my/feed", role="member", person_id=each.person_id) for each in (left, erased)]
    await known(meetings, PersonUpdated(person_id=left.person_id, revision=2, active=False))
    await meetings.storage.transact(actions.forget_person, erased.person_id)
    for token in tokens:
        assert code(await meetings.bearing(token).get("/feed")) == (401, "link-withdrawn")
