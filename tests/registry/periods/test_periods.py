"""A period asks its organisations once, reminds the silent once, and locks; nobody is told twice, whoever dies."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.registry.periods import actions, domain, jobs, store
from services.registry.periods.domain import OpenPeriod, SayReported
from shared.ids import new_id, utc_now
from shared.problems import Conflict, Invalid
from shared.testing.stack import Running
from tests.registry.builders import an_address

FIRST, LAST = date(2008, 7, 1), date(2008, 12, 31)


class Clock:
    """What the actions take for the present."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: int) -> None:
        """Let time pass."""
        self.now += timedelta(**length)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The present, which a test may move."""
    clock = Clock()
    for module in (actions, domain, store):
        monkeypatch.setattr(module, "utc_now", clock, raising=False)
    return clock


async def organisation(registry: Running, *positions: str, people: int = 1) -> tuple[str, list[str]]:
    """Return an organisation and its people; ``positions`` are what the first of them do there."""
    client = registry.as_("coordinator")
    made = (await client.post("/organisations", json={"names": {"en": f"Fund {new_id()}"}})).json()["id"]
    ids = []
    for number in range(max(people, len(positions))):
        held = [{"organisation_id": made, "function": each} for each in positions[number : number + 1]]
        body = {"display_name": "Hanna", "address": an_address(), "organisation_ids": [made], "positions": held}
        answer = await client.post("/people", json=body)
        assert answer.status_code == 201, answer.text
        ids.append(answer.json()["id"])
    return made, ids


def command(*organisation_ids: str, **fields: Any) -> dict[str, Any]:
    now = utc_now()
    return {
        "title": {"en": "Second half of 2008"},
        "from_on": FIRST.isoformat(),
        "to_on": LAST.isoformat(),
        "opens_at": (now - timedelta(minutes=1)).isoformat(),
        "closes_at": (now + timedelta(days=30)).isoformat(),
        "organisation_ids": list(organisation_ids),
        **fields,
    }


async def a_period(registry: Running, *organisation_ids: str, **fields: Any) -> str:
    answer = await registry.as_("coordinator").post("/periods", json=command(*organisation_ids, **fields))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def told(registry: Running, name: str, period_id: str) -> list[str]:
    """Return whom the events ``name`` of a period name, sorted."""
    found = [each["event"] for each in await registry.published(name) if each["subject"] == period_id]
    return sorted(person_id for event in found for person_id in event.person_ids)


async def say(registry: Running, period_id: str, organisation_id: str, answer: str, **claims: Any) -> Any:
    path = f"/periods/{period_id}/reports/{organisation_id}"
    client = registry.as_("member", organisation_ids=[organisation_id], **claims)
    seen = (await client.get(path)).headers.get("ETag", '"1"')
    return await client.put(path, json={"state": answer}, headers={"If-Match": seen})


async def test_focal_points_are_asked_and_where_there_are_none_everybody_once(registry: Running) -> None:
    one, (focal, _) = await organisation(registry, "focal-point", people=2)
    other, everybody = await organisation(registry, people=2)
    period_id = await a_period(registry, one, other)
    for _ in range(2):
        await jobs.turn_periods(registry.context)
    assert await told(registry, "reporting-requested", period_id) == sorted([focal, *everybody])
    (event,) = [
        each["event"] for each in await registry.published("reporting-requested") if each["subject"] == period_id
    ]
    assert event.notice.title == {"en": "Second half of 2008"}


async def test_somebody_of_two_organisations_is_asked_once(registry: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "CHUNK", 1)
    one, _ = await organisation(registry, people=0)
    other, _ = await organisation(registry, people=0)
    body = {"display_name": "Hanna", "address": an_address(), "organisation_ids": [one, other]}
    person = (await registry.as_("coordinator").post("/people", json=body)).json()["id"]
    period_id = await a_period(registry, one, other)
    await jobs.turn_periods(registry.context)
    assert await told(registry, "reporting-requested", period_id) == [person]


async def test_nobody_is_asked_twice_or_forgotten_when_the_job_dies_between_chunks(
    registry: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "CHUNK", 1)
    made = [await organisation(registry) for _ in range(4)]
    period_id = await a_period(registry, *(each for each, _ in made))
    real, calls = actions.ask, 0

    async def dying(*args: Any) -> bool:
        nonlocal calls
        calls += 1
        if calls % 2:
            raise OSError("killed")
        return await real(*args)

    monkeypatch.setattr(actions, "ask", dying)
    for _ in range(20):
        try:
            await jobs.turn_periods(registry.context)
        except OSError:
            await registry.storage.release(f"period:{period_id}", registry.settings.instance)
            continue
    assert await told(registry, "reporting-requested", period_id) == sorted(id for _, ids in made for id in ids)


async def test_only_the_silent_are_reminded_and_only_once(registry: Running, clock: Clock) -> None:
    silent, (person,) = await organisation(registry)
    quick, _ = await organisation(registry)
    period_id = await a_period(registry, silent, quick, remind_days_before=7)
    await jobs.turn_periods(registry.context)
    assert (await say(registry, period_id, quick, "reported")).status_code == 200
    clock.forward(days=22)
    await jobs.turn_periods(registry.context)
    assert await told(registry, "reporting-reminded", period_id) == []
    clock.forward(days=2)
    for _ in range(3):
        await jobs.turn_periods(registry.context)
    assert await told(registry, "reporting-reminded", period_id) == [person]


async def test_a_coordinator_reminds_the_silent_but_presses_nobody_twice_a_day(registry: Running) -> None:
    silent, (person,) = await organisation(registry)
    period_id = await a_period(registry, silent)
    await jobs.turn_periods(registry.context)
    answers = [await registry.as_("coordinator").post(f"/periods/{period_id}/reminders") for _ in range(2)]
    assert [each.json()["organisations"] for each in answers] == [1, 0]
    assert await told(registry, "reporting-reminded", period_id) == [person]


async def test_members_answer_for_their_own_organisation_alone(registry: Running) -> None:
    own, _ = await organisation(registry)
    other, _ = await organisation(registry)
    period_id = await a_period(registry, own, other)
    member = registry.as_("member", organisation_ids=[own])
    assert (await say(registry, period_id, own, "nothing-to-report")).json()["state"] == "nothing-to-report"
    foreign = f"/periods/{period_id}/reports/{other}"
    assert (await member.get(foreign)).status_code == 404
    answer = await member.put(foreign, json={"state": "reported"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (404, "report-not-found")
    assert (await member.get(f"/periods/{period_id}/reports")).status_code == 403
    listed = (await member.get("/periods/own-reports")).json()["items"]
    assert [each["report"]["organisation_id"] for each in listed] == [own]
    counts = (await registry.as_("coordinator").get(f"/periods/{period_id}")).json()["counts"]
    assert counts == {"reported": 0, "nothing_to_report": 1, "awaited": 1, "late": 0}


async def test_an_answer_after_the_lock_is_late_and_stays_in_the_history(registry: Running, clock: Clock) -> None:
    late, _ = await organisation(registry)
    period_id = await a_period(registry, late)
    clock.forward(days=31)
    await jobs.turn_periods(registry.context)
    answer = (await say(registry, period_id, late, "reported")).json()
    assert (answer["late"], [each["late"] for each in answer["history"]]) == (True, [True])
    await say(registry, period_id, late, "nothing-to-report")
    again = (await say(registry, period_id, late, "nothing-to-report")).json()
    assert [each["state"] for each in again["history"]] == ["reported", "nothing-to-report"]


async def test_no_activity_and_no_data_reported_are_told_apart(registry: Running) -> None:
    reported, nothing, silent, stranger = [(await organisation(registry, people=0))[0] for _ in range(4)]
    period_id = await a_period(registry, reported, nothing, silent)
    await jobs.turn_periods(registry.context)
    await say(registry, period_id, reported, "reported")
    await say(registry, period_id, nothing, "nothing-to-report")
    ids = [reported, nothing, silent, stranger]
    found = await actions.reporting_state(registry.storage.reader, ids, (date(2008, 10, 1), date(2008, 10, 31)))
    assert found == {reported: "reported", nothing: "nothing-to-report", silent: "awaited", stranger: "not-asked"}
    before = await actions.reporting_state(registry.storage.reader, ids, (date(2007, 1, 1), date(2007, 12, 31)))
    assert set(before.values()) == {"not-asked"}


async def test_nobody_is_left_in_a_period_who_was_erased(registry: Running) -> None:
    own, (person,) = await organisation(registry)
    period_id = await a_period(registry, own)
    await jobs.turn_periods(registry.context)
    await say(registry, period_id, own, "reported", person_id=person)
    await registry.storage.transact(actions.forget_person, person)
    for collection in ("periods", "period_reports", "period_told", "corrections"):
        rows = await registry.storage.reader[collection].find({}, limit=1_000)
        assert person not in repr(rows), collection


async def test_a_period_needs_organisations_that_exist_and_an_end_to_come(registry: Running) -> None:
    client = registry.as_("coordinator")
    unknown = await client.post("/periods", json=command(new_id()))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "organisation-not-found")
    own, _ = await organisation(registry, people=0)
    past = (utc_now() - timedelta(seconds=5)).isoformat()
    over = await client.post("/periods", json=command(own, closes_at=past))
    assert (over.status_code, over.json()["code"]) == (422, "period-over")


def opened(**fields: Any) -> domain.Period:
    body = {**command(new_id()), **fields}
    return domain.open_period(OpenPeriod.model_validate(body), by=new_id(), now=utc_now())[0]


def test_the_clock_alone_opens_and_locks_a_period() -> None:
    period, now = opened(), utc_now()
    moments = [period.opens_at - timedelta(days=1), now, period.closes_at]
    assert [period.state_at(each) for each in moments] == ["planned", "open", "locked"]
    assert [period.is_locked(each) for each in moments] == [False, False, True]


def test_a_period_that_is_locked_or_called_off_is_not_changed() -> None:
    period = opened()
    with pytest.raises(Conflict, match="period-locked"):
        domain.cancel(period, now=period.closes_at)
    with pytest.raises(Conflict, match="period-cancelled"):
        domain.cancel(domain.cancel(period, now=utc_now()), now=utc_now())


def test_nobody_answers_before_a_period_opens() -> None:
    period = opened()
    (report,) = domain.reports_of(period, [new_id()])
    with pytest.raises(Conflict, match="period-not-open"):
        domain.say(report, period, SayReported(state="reported"), by=new_id(), now=period.opens_at - timedelta(hours=1))


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises((ValueError, Invalid)):
        opened(to_on="2008-01-01")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "touches"),
    [
        (date(2008, 1, 1), date(2008, 7, 1), True),
        (date(2008, 12, 31), None, True),
        (date(2009, 1, 1), None, False),
        (None, date(2008, 6, 30), False),
        (date(2007, 1, 1), date(2010, 1, 1), True),
        (None, None, False),
    ],
    ids=["ends-on-its-first-day", "begins-on-its-last", "after", "before", "around", "without-days"],
)
def test_an_activity_is_of_a_period_when_a_day_of_it_is(
    starts_on: date | None, ends_on: date | None, touches: bool
) -> None:
    assert domain.touches(FIRST, LAST, starts_on=starts_on, ends_on=ends_on) is touches
