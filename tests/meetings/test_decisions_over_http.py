"""Minutes and decisions over HTTP, as each role may; reminders that a job can repeat without harm."""

import asyncio
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from services.meetings.decisions import actions
from services.meetings.decisions.jobs import remind_of_decisions
from services.meetings.directory.consumers import consumer
from services.meetings.minutes import actions as minutes_actions
from shared.events import Event
from shared.events.meetings import DecisionTaken, TaskAssigned, TaskLapsed
from shared.events.reports import ReportCommissioned, ReportPublished
from shared.ids import new_id, utc_now
from shared.testing.stack import Running
from tests.meetings.builders import code, known, organisation, person, schedule

TEXT = {"en": "Monitor the freedom of the media."}
COMMISSION = {
    "title": {"en": "Monitoring report"},
    "country": "BY",
    "period_from_on": "2008-01-01",
    "period_to_on": "2008-12-31",
    "languages": ["en"],
    "due_on": "2030-02-01",
}


async def world(meetings: Running, **changes: Any) -> dict[str, Any]:
    """Return a meeting with one invited member of one organisation, and ids of strangers."""
    here = organisation("implementer")
    await known(meetings, here)
    guest = person(organisation_ids=[here.organisation_id])
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]}, **changes)
    return {"meeting": meeting["id"], "organisation": here.organisation_id, "person": guest.person_id}


def member(meetings: Running, found: dict[str, Any]) -> httpx2.AsyncClient:
    """Return the client of the invited member."""
    return meetings.as_("member", person_id=found["person"], organisation_ids=[found["organisation"]])


async def take(meetings: Running, found: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Take a decision over HTTP."""
    body = {"text": TEXT, "owner_id": found["organisation"], "due_on": "2030-01-01", **changes}
    answer = await meetings.as_("coordinator").post(f"/meetings/{found['meeting']}/decisions", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def told(meetings: Running, decision_id: str, kind: type[Event]) -> list[Any]:
    return [each["event"] for each in await meetings.published(kind.name) if each["subject"] == decision_id]


async def test_a_decision_is_told_with_its_owner_and_what_it_commissions(meetings: Running) -> None:
    found = await world(meetings)
    decision = await take(meetings, found, commission={**COMMISSION, "regions": ["BY-HR"]})
    (event,) = await told(meetings, decision["id"], DecisionTaken)
    assert (event.owner_id, event.commission.country, event.commission.regions, event.notice.report) == (
        found["organisation"],
        "BY",
        ["BY-HR"],
        {"en": "Monitoring report"},
    )
    (assigned,) = await told(meetings, decision["id"], TaskAssigned)
    assert (assigned.person_ids, assigned.task_id, assigned.notice.text) == ([found["person"]], None, TEXT)


async def test_no_word_of_a_decision_is_readable_in_the_outbox(meetings: Running) -> None:
    decision = await take(meetings, await world(meetings), text={"en": "Sanctions"}, commission=COMMISSION)
    for row in await meetings.storage.reader["outbox"].find({"aggregate": decision["id"]}, limit=10):
        assert [word for word in (b"Sanctions", b"Monitoring report") if word in row["body"]] == []


async def test_twenty_decisions_at_once_have_twenty_numbers(meetings: Running) -> None:
    found = await world(meetings)
    taken = await asyncio.gather(*(take(meetings, found) for _ in range(20)))
    assert sorted(int(each["number"].split("/")[1]) for each in taken) == list(range(1, 21))


async def test_nobody_unknown_answers_for_a_decision(meetings: Running) -> None:
    found = await world(meetings)
    body = {"text": TEXT, "owner_id": new_id()}
    answer = await meetings.as_("coordinator").post(f"/meetings/{found['meeting']}/decisions", json=body)
    assert code(answer) == (422, "not-known")


async def test_a_decision_is_shown_to_the_invited_and_to_its_owner_alone(meetings: Running) -> None:
    found = await world(meetings)
    decision = await take(meetings, found)
    address = f"/decisions/{decision['id']}"
    for client in (meetings.as_("coordinator"), meetings.as_("operator"), member(meetings, found)):
        assert (await client.get(address)).status_code == 200
    colleague = meetings.as_("member", organisation_ids=[found["organisation"]])
    assert (await colleague.get(address)).json()["mine"] is True
    assert code(await meetings.as_("member").get(address)) == (404, "decision-not-found")
    assert code(await meetings.as_("member").get(f"/meetings/{found['meeting']}/decisions")) == (
        404,
        "meeting-not-found",
    )


async def test_only_its_owner_and_coordinators_move_a_decision(meetings: Running) -> None:
    found = await world(meetings)
    decision = await take(meetings, found)
    address, body = f"/decisions/{decision['id']}/state", {"state": "done"}
    assert code(await meetings.as_("member").put(address, json=body)) == (404, "decision-not-found")
    done = await member(meetings, found).put(address, json=body)
    assert (done.status_code, done.json()["state"]) == (200, "done")
    undone = await member(meetings, found).put(address, json={"state": "open"})
    assert undone.json()["state"] == "open"


async def test_a_member_does_their_task_and_nobody_elses(meetings: Running) -> None:
    found = await world(meetings)
    other = organisation("donor")
    await known(meetings, other)
    decision = await take(meetings, found, owner_id=None)
    tasks = f"/decisions/{decision['id']}/tasks"
    coordinator = meetings.as_("coordinator")
    for owner in (found["organisation"], other.organisation_id):
        answer = await coordinator.post(tasks, json={"text": {"en": "Write"}, "organisation_id": owner})
        assert answer.status_code == 201, answer.text
    mine, theirs = (each["id"] for each in answer.json()["tasks"])
    client = member(meetings, found)
    done = await client.put(f"{tasks}/{mine}/state", json={"state": "done"})
    assert [each["state"] for each in done.json()["tasks"]] == ["done", "open"]
    assert code(await client.put(f"{tasks}/{theirs}/state", json={"state": "done"})) == (404, "task-not-found")
    listed = (await client.get("/my/decisions")).json()["items"]
    assert [each["id"] for each in listed] == [decision["id"]]


async def test_whoever_saw_an_older_decision_does_not_overwrite_it(meetings: Running) -> None:
    decision = await take(meetings, await world(meetings))
    client, address = meetings.as_("coordinator"), f"/decisions/{decision['id']}"
    new = {"text": {"en": "Other words"}, "owner_id": None}
    assert (await client.put(address, json=new)).status_code == 428
    assert (await client.put(address, json=new, headers={"If-Match": '"1"'})).status_code == 200
    stale = await client.put(address, json={"text": TEXT}, headers={"If-Match": '"1"'})
    assert code(stale) == (412, "changed-meanwhile")


async def test_the_board_lists_what_is_due_first_page_by_page(meetings: Running) -> None:
    found = await world(meetings)
    days = ["2030-03-01", None, "2030-01-01"]
    ids = [(await take(meetings, found, due_on=day))["id"] for day in days]
    listed: list[str] = []
    after: dict[str, str] = {}
    while True:
        query = {"organisation_id": found["organisation"], "limit": 1, **after}
        page = (await meetings.as_("coordinator").get("/decisions", params=query)).json()
        listed += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert listed == [ids[2], ids[0], ids[1]]


async def test_what_is_late_is_on_the_next_agenda_of_the_series(meetings: Running) -> None:
    series = f"BIIM {new_id()}"
    found = await world(meetings, series=series)
    late = await take(meetings, found, due_on="2008-12-01")
    await take(meetings, found)
    following = await schedule(meetings, series=series)
    answer = await meetings.as_("coordinator").get(f"/meetings/{following['id']}/overdue")
    assert [each["id"] for each in answer.json()["items"]] == [late["id"]]
    assert answer.json()["items"][0]["overdue"] is True
    agenda = (await meetings.as_("coordinator").get(f"/meetings/{following['id']}/agenda")).json()
    assert [(each["number"], each["text"]) for each in agenda["carried_over"]] == [(late["number"], TEXT)]


async def test_whoever_is_invited_later_reads_what_is_late_in_the_series_and_nothing_else(meetings: Running) -> None:
    series = f"BIIM {new_id()}"
    found = await world(meetings, series=series)
    late, open_still = await take(meetings, found, due_on="2008-12-01"), await take(meetings, found)
    guest = person()
    await known(meetings, guest)
    await schedule(meetings, {"person_ids": [guest.person_id]}, series=series)
    client = meetings.as_("member", person_id=guest.person_id)
    assert (await client.get(f"/decisions/{late['id']}")).status_code == 200
    assert code(await client.get(f"/decisions/{open_still['id']}")) == (404, "decision-not-found")


async def test_of_the_people_in_a_decision_members_see_themselves_alone(meetings: Running) -> None:
    found = await world(meetings)
    other = person()
    await known(meetings, other)
    decision = await take(meetings, found, person_id=other.person_id)
    body = {"text": {"en": "Write"}, "person_id": found["person"]}
    assert (await meetings.as_("coordinator").post(f"/decisions/{decision['id']}/tasks", json=body)).status_code == 201
    shown = (await member(meetings, found).get(f"/decisions/{decision['id']}")).json()
    assert (shown["person_id"], shown["tasks"][0]["person_id"]) == (None, found["person"])


async def test_an_owner_is_reminded_once_however_often_the_job_runs(meetings: Running) -> None:
    found = await world(meetings)
    yesterday = (utc_now().date() - timedelta(days=1)).isoformat()
    decision = await take(meetings, found, due_on=yesterday)
    await asyncio.gather(remind_of_decisions(meetings.context), remind_of_decisions(meetings.context))
    await remind_of_decisions(meetings.context)
    (lapsed,) = await told(meetings, decision["id"], TaskLapsed)
    assert (lapsed.reminder, lapsed.person_ids, lapsed.due_on) == (
        1,
        [found["person"]],
        date.fromisoformat(yesterday),
    )


async def test_a_reminder_killed_in_between_is_given_once(meetings: Running) -> None:
    found = await world(meetings)
    decision = await take(meetings, found, due_on="2008-12-01")

    async def dies(tx: Any, decision_id: str) -> None:
        await actions.remind(tx, decision_id, now=utc_now())
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        await meetings.storage.transact(dies, decision["id"])
    assert await told(meetings, decision["id"], TaskLapsed) == []
    counts = [
        await meetings.storage.transact(actions.remind, decision["id"], now=utc_now() + timedelta(days=days))
        for days in (0, 0, 6, 7)
    ]
    assert counts == [1, 0, counts[2], counts[3]]
    assert counts[2] + counts[3] == 1  # a week later once more, whichever day of the week it is


async def test_the_report_of_a_decision_is_noted_and_closes_it(meetings: Running) -> None:
    decision = await take(meetings, await world(meetings), commission=COMMISSION)
    report_id = new_id()
    begun = ReportCommissioned(revision=1, report_id=report_id, decision_id=decision["id"], due_on=date(2030, 2, 1))
    published = ReportPublished(
        revision=7,
        report_id=report_id,
        edition=1,
        themes=["media-freedom"],
        languages=["en"],
        country="BY",
        published_at=utc_now(),
        decision_id=decision["id"],
    )
    for event in (published, begun, published, begun):  # news may come twice, and out of order
        await meetings.deliver(consumer, event)
    shown = (await meetings.as_("coordinator").get(f"/decisions/{decision['id']}")).json()
    assert (shown["state"], shown["report_id"], shown["edition"]) == ("done", report_id, 1)
    assert [each["what"] for each in shown["history"]] == ["taken", "commissioned", "report-published"]


async def test_minutes_are_written_proposed_and_approved_and_only_then_read_as_such(meetings: Running) -> None:
    found = await world(meetings)
    address = f"/meetings/{found['meeting']}/minutes"
    coordinator, guest = meetings.as_("coordinator"), member(meetings, found)
    written = await coordinator.put(f"{address}/general", json={"text": {"en": "We **agreed**."}})
    assert (written.status_code, written.headers["etag"]) == (200, '"1"')
    assert (await guest.get(address)).json()["items"] == []
    for state in ("proposed", "approved"):
        answer = await coordinator.put(f"{address}/general/state", json={"state": state})
        assert answer.status_code == 200, answer.text
        (shown,) = (await guest.get(address)).json()["items"]
        assert (shown["state"], shown["html"]["en"]) == (state, "<p>We <strong>agreed</strong>.</p>\n")
        assert (shown["changed_by"], shown["speaker_ids"]) == (None, [])
    etag = {"If-Match": answer.headers["etag"]}
    correction = {"text": {"en": "We disagreed."}, "reason": "A slip"}
    assert (await coordinator.put(f"{address}/general", json=correction, headers=etag)).status_code == 200
    assert (await guest.get(f"{address}/general")).json()["html"]["en"] == shown["html"]["en"]
    versions = (await coordinator.get(f"{address}/general/versions")).json()["items"]
    assert [(each["version"], each["reason"]) for each in versions] == [(2, "A slip"), (1, "")]
    assert code(await meetings.as_("member").get(address)) == (404, "meeting-not-found")


async def test_of_two_who_write_at_once_the_second_is_told(meetings: Running) -> None:
    found = await world(meetings)
    address, client = f"/meetings/{found['meeting']}/minutes/general", meetings.as_("coordinator")
    assert (await client.put(address, json={"text": {"en": "First"}})).status_code == 200
    body = {"text": {"en": "Second"}}
    assert (await client.put(address, json=body)).status_code == 428
    assert (await client.put(address, json=body, headers={"If-Match": '"1"'})).status_code == 200
    stale = await client.put(address, json={"text": {"en": "Third"}}, headers={"If-Match": '"1"'})
    assert code(stale) == (412, "changed-meanwhile")


async def test_after_a_closed_meeting_others_do_not_see_whose_a_decision_is(meetings: Running) -> None:
    found = await world(meetings)
    other = organisation("donor")
    await known(meetings, other)
    decision = await take(meetings, found, owner_id=other.organisation_id)
    await meetings.storage.reader["meetings"].update_one({"_id": found["meeting"]}, {"$set": {"closed": True}})
    shown = (await member(meetings, found).get(f"/decisions/{decision['id']}")).json()
    assert (shown["owner_id"], shown["tasks"], shown["meeting_title"]) == (None, [], {})


async def test_whoever_is_forgotten_is_in_no_decision_and_no_minutes(meetings: Running) -> None:
    found = await world(meetings)
    decision = await take(meetings, found, person_id=found["person"])
    address = f"/meetings/{found['meeting']}/minutes/general"
    body = {"text": {"en": "Said."}, "speaker_ids": [found["person"]]}
    assert (await meetings.as_("coordinator").put(address, json=body)).status_code == 200
    await meetings.storage.transact(actions.forget_person, found["person"])
    await meetings.storage.transact(minutes_actions.forget_person, found["person"])
    for name in ("decisions", "minutes", "minutes_versions"):
        rows = await meetings.storage.reader[name].find({}, limit=1_000)
        assert found["person"] not in str(rows)
    assert (await meetings.as_("coordinator").get(f"/decisions/{decision['id']}")).json()["person_id"] is None
