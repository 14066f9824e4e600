"""Briefs over the real database: each person once, what concerns them, and nothing they may not know."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.meetings.briefs import actions
from services.meetings.briefs.jobs import prepare_briefs
from services.meetings.directory.consumers import consumer
from services.notifications.deliveries import facts
from shared.events.meetings import BriefPrepared
from shared.events.registry import ActivityNotice, ActivityRecorded, ActivityWithdrawn
from shared.events.reports import ReportNotice, ReportPublished
from shared.ids import new_id, utc_now
from shared.testing.stack import Running
from tests.meetings.builders import in_days, known, organisation, person, schedule
from tests.notifications.letters.reading import body as body_of
from tests.notifications.letters.reading import fill, prepared, read

SOON: dict[str, Any] = {"starts_at": in_days(2), "ends_at": in_days(2.2)}


def recorded(organisation_id: str, title: str, **changes: Any) -> ActivityRecorded:
    """Return the news of an activity on media freedom in Minsk."""
    values = {
        "revision": 1,
        "activity_id": new_id(),
        "organisation_ids": [organisation_id],
        "sectors": ["15153"],
        "countries": ["BY"],
        "themes": ["media-freedom"],
        "regions": ["BY-HM"],
        "notice": ActivityNotice(title={"en": title}, funder={"en": f"Funder of {title}"}),
    }
    return ActivityRecorded.model_validate({**values, **changes})


async def invited(meetings: Running, *languages: str, **changes: Any) -> dict[str, Any]:
    """Return a meeting, due for its brief, to which people of one organisation in these languages are invited."""
    here = organisation("implementer")
    await known(meetings, here)
    people = [person(organisation_ids=[here.organisation_id], language=each) for each in languages]
    await known(meetings, *people)
    ids = [each.person_id for each in people]
    meeting = await schedule(meetings, {"person_ids": ids}, **{**SOON, **changes})
    long_ago = utc_now() - timedelta(days=2)
    await meetings.storage.reader["meetings"].update_one({"_id": meeting["id"]}, {"$set": {"scheduled_at": long_ago}})
    return {"id": meeting["id"], "people": ids, "organisation": here.organisation_id}


async def briefs(meetings: Running, meeting_id: str) -> list[BriefPrepared]:
    found = [each["event"] for each in await meetings.published("brief-prepared")]
    return [each for each in found if each.meeting_id == meeting_id]


async def test_everybody_has_one_brief_however_often_the_job_runs(meetings: Running) -> None:
    found = await invited(meetings, "pl", "pl", "be")
    await asyncio.gather(prepare_briefs(meetings.context), prepare_briefs(meetings.context))
    await prepare_briefs(meetings.context)
    told = await briefs(meetings, found["id"])
    assert sorted((each.language, len(each.person_ids)) for each in told) == [("be", 1), ("pl", 2)]
    assert sorted(id for each in told for id in each.person_ids) == sorted(found["people"])


async def test_whoever_is_invited_later_has_theirs_and_everybody_again_when_asked(meetings: Running) -> None:
    found = await invited(meetings, "pl")
    await prepare_briefs(meetings.context)
    late = person()
    await known(meetings, late)
    coordinator = meetings.as_("coordinator")
    body = {"audience": {"person_ids": [late.person_id]}}
    assert (await coordinator.post(f"/meetings/{found['id']}/invitations", json=body)).status_code == 200
    await prepare_briefs(meetings.context)
    assert [each.person_ids for each in await briefs(meetings, found["id"])] == [found["people"], [late.person_id]]
    again = await coordinator.post(f"/meetings/{found['id']}/briefs")
    assert (again.status_code, again.json()["turn"], again.json()["told"]) == (200, 2, 0)
    await prepare_briefs(meetings.context)
    assert len([id for each in await briefs(meetings, found["id"]) for id in each.person_ids]) == 4


async def test_whoever_is_invited_in_the_place_of_somebody_withdrawn_has_theirs(meetings: Running) -> None:
    found = await invited(meetings, "pl")
    await prepare_briefs(meetings.context)
    late, coordinator = person(), meetings.as_("coordinator")
    await known(meetings, late)
    (first,) = (await coordinator.get(f"/meetings/{found['id']}/invitations")).json()["items"]
    await coordinator.post(f"/meetings/{found['id']}/invitations/{first['id']}/withdrawal")
    body = {"audience": {"person_ids": [late.person_id]}}
    assert (await coordinator.post(f"/meetings/{found['id']}/invitations", json=body)).status_code == 200
    await prepare_briefs(meetings.context)
    assert [each.person_ids for each in await briefs(meetings, found["id"])] == [found["people"], [late.person_id]]


async def test_a_brief_that_dies_half_way_is_told_once(meetings: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await invited(meetings, "pl", "be")
    real, calls = actions.tell, 0

    async def dies(*args: Any, **kwargs: Any) -> None:
        nonlocal calls
        calls += 1
        await real(*args, **kwargs)
        if calls == 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(actions, "tell", dies)
    with pytest.raises(RuntimeError):
        await prepare_briefs(meetings.context)
    monkeypatch.undo()
    await prepare_briefs(meetings.context)
    told = [id for each in await briefs(meetings, found["id"]) for id in each.person_ids]
    assert sorted(told) == sorted(found["people"])


async def test_no_brief_goes_out_before_its_day_or_when_none_is_wanted(meetings: Running) -> None:
    later = await invited(meetings, "pl", starts_at=in_days(20), ends_at=in_days(20.2))
    unwanted = await invited(meetings, "pl")
    plan = await meetings.as_("coordinator").put(f"/meetings/{unwanted['id']}/brief-plan", json={"wanted": False})
    assert (plan.status_code, plan.json()["wanted"]) == (200, False)
    await prepare_briefs(meetings.context)
    assert await briefs(meetings, later["id"]) == []
    assert await briefs(meetings, unwanted["id"]) == []


async def test_a_brief_says_what_concerns_its_reader(meetings: Running) -> None:
    found = await invited(meetings, "en", series=f"BIIM {new_id()}")
    other, third = new_id(), new_id()
    running = {"starts_on": "2020-01-01", "ends_on": "2090-01-01"}
    events = [
        recorded(found["organisation"], "Mine", regions=["BY-HM", "BY-HR"]),
        recorded(other, "Legal aid", funder_ids=[other], **running),
        recorded(third, "Training", funder_ids=[third], **running),
        recorded(new_id(), "Elsewhere", regions=["PL-14"]),
        recorded(new_id(), "Economy", themes=["economic-liberalisation"]),
    ]
    gone = recorded(new_id(), "Withdrawn")
    report = ReportPublished(
        revision=1,
        report_id=new_id(),
        edition=1,
        themes=["media-freedom"],
        languages=["en"],
        country="BY",
        published_at=utc_now(),
        notice=ReportNotice(title={"en": "Autumn report"}),
    )
    for event in (*events, gone, report, ActivityWithdrawn(revision=2, activity_id=gone.activity_id), gone):
        await meetings.deliver(consumer, event)
    coordinator = meetings.as_("coordinator")
    body = {"text": {"en": "Name an expert."}, "owner_id": found["organisation"], "due_on": "2020-01-01"}
    assert (await coordinator.post(f"/meetings/{found['id']}/decisions", json=body)).status_code == 201
    await prepare_briefs(meetings.context)
    (brief,) = await briefs(meetings, found["id"])
    notice = brief.notice
    assert notice is not None
    assert [(each.text["en"], each.late) for each in notice.tasks.items] == [("Name an expert.", True)]
    assert sorted(each.text["en"] for each in notice.activities.items) == ["Legal aid", "Training"]
    assert [(each.theme, each.detail.split(", ")) for each in notice.overlaps.items] == [
        ("media-freedom", notice.overlaps.items[0].detail.split(", "))
    ]
    assert sorted(notice.overlaps.items[0].detail.split(", ")) == ["Funder of Legal aid", "Funder of Training"]
    assert "Autumn report" in [each.text["en"] for each in notice.reports.items]
    mine = {"person_id": found["people"][0], "organisation_ids": [found["organisation"]]}
    page = await meetings.as_("member", **mine).get(f"/meetings/{found['id']}/brief")
    assert sorted(each["text"]["en"] for each in page.json()["activities"]["items"]) == ["Legal aid", "Training"]


async def test_a_gap_is_where_nothing_is_on_record_that_is_not_over(meetings: Running) -> None:
    found = await invited(meetings, "en")
    events = [
        recorded(
            found["organisation"], "Mine, over", themes=["freedom-of-assembly"], regions=["BY-VI"], ends_on="2020-01-01"
        ),
        recorded(found["organisation"], "Mine", themes=["economic-liberalisation"], regions=["BY-MA"]),
        recorded(
            new_id(), "Of others", themes=["economic-liberalisation", "media-freedom"], regions=["BY-VI", "PL-14"]
        ),
    ]
    for event in events:
        await meetings.deliver(consumer, event)
    mine = {"person_id": found["people"][0], "organisation_ids": [found["organisation"]]}
    page = (await meetings.as_("member", **mine).get(f"/meetings/{found['id']}/brief")).json()
    assert [(each["theme"], each["region"]) for each in page["gaps"]["items"]] == [
        ("freedom-of-assembly", page["gaps"]["items"][0]["region"]),
        ("freedom-of-assembly", page["gaps"]["items"][1]["region"]),
    ]


async def test_a_task_given_to_one_person_is_in_their_brief_alone(meetings: Running) -> None:
    found = await invited(meetings, "en", "en")
    body = {"text": {"en": "Call the ministry."}, "person_id": found["people"][0]}
    assert (await meetings.as_("coordinator").post(f"/meetings/{found['id']}/decisions", json=body)).status_code == 201
    await prepare_briefs(meetings.context)
    told = {each.person_ids[0]: each.notice for each in await briefs(meetings, found["id"]) if each.notice}
    assert [len(told[each].tasks.items) for each in found["people"]] == [1, 0]


async def test_of_a_closed_meeting_the_letter_says_nothing(meetings: Running) -> None:
    found = await invited(meetings, "en", time_zone="Europe/Vilnius")
    body = {"text": {"en": "Secret."}, "owner_id": found["organisation"]}
    assert (await meetings.as_("coordinator").post(f"/meetings/{found['id']}/decisions", json=body)).status_code == 201
    await meetings.storage.reader["meetings"].update_one({"_id": found["id"]}, {"$set": {"closed": True}})
    await prepare_briefs(meetings.context)
    (brief,) = await briefs(meetings, found["id"])
    assert brief.closed is True
    assert brief.notice is not None
    assert brief.notice.model_dump(exclude_defaults=True) == {}
    raw = fill(prepared("brief-prepared", "en", "Europe/Minsk", facts.told(facts.facts_of_brief(brief))))
    for part in (str(read(raw)["Subject"]), body_of(raw, "plain"), body_of(raw, "html")):
        assert [each for each in ("Vilnius", "Implementers") if each in part] == []
    assert ("Minsk" in body_of(raw, "plain"), "UTC" in body_of(raw, "plain")) == (True, True)


async def test_five_hundred_long_briefs_fit_into_an_event(meetings: Running) -> None:
    here = organisation("implementer")
    await known(meetings, here)
    agenda = [{"starts_at": SOON["starts_at"], "title": {"en": "ў" * 200}} for _ in range(60)]
    meeting = await schedule(meetings, **SOON, agenda=agenda)
    rows = [
        {"_id": new_id(), "organisation_ids": [here.organisation_id], "language": "en", "revision": 1}
        | {"time_zone": "Europe/Warsaw", "active": True, "no_contact": False}
        for _ in range(500)
    ]
    await meetings.storage.reader["people"].insert_many(rows)
    for number in range(30):
        await meetings.deliver(consumer, recorded(here.organisation_id, f"Mine {number}"))
        await meetings.deliver(consumer, recorded(new_id(), "ў" * 1_000, funder_ids=[new_id()]))
        body = {"text": {"en": "ў" * 3_000}, "owner_id": here.organisation_id}
        answer = await meetings.as_("coordinator").post(f"/meetings/{meeting['id']}/decisions", json=body)
        assert answer.status_code == 201, answer.text
    body = {"audience": {"organisation_ids": [here.organisation_id]}}
    answer = await meetings.as_("coordinator").post(f"/meetings/{meeting['id']}/invitations", json=body)
    assert answer.status_code == 200, answer.text
    await meetings.as_("coordinator").post(f"/meetings/{meeting['id']}/briefs")
    await prepare_briefs(meetings.context)
    told = await briefs(meetings, meeting["id"])
    assert [len(each.person_ids) for each in told] == [500]
    assert told[0].notice is not None
    assert (len(told[0].notice.tasks.items), told[0].notice.tasks.more) == (8, 22)


async def test_whoever_is_forgotten_is_in_no_briefing(meetings: Running) -> None:
    found = await invited(meetings, "en")
    await prepare_briefs(meetings.context)
    await meetings.storage.transact(actions.forget_person, found["people"][0])
    rows = await meetings.storage.reader["briefings"].find({"meeting_id": found["id"]}, limit=10)
    assert rows == []
