"""The silent are asked again, and nobody else: at nine in their own zone, once, whoever dies half-way."""

import asyncio
import json
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.meetings.reminders import actions, domain, store
from services.meetings.reminders.domain import Round, lay_out, nine_o_clocks, zones_due
from services.meetings.reminders.jobs import remind_the_silent
from shared.events.meetings import ReplyRequested
from shared.ids import utc_now
from shared.testing.stack import Running, Stack
from tests.meetings.builders import NOW, code, in_days, invitations_of, known, link_to, person, schedule, scheduled

ROOT = Path(__file__).parents[2]


# The rules


def test_each_zone_is_asked_at_nine_of_its_own_day() -> None:
    starts_at = datetime(2026, 10, 28, 8, 0, tzinfo=UTC)  # after the clocks went back; a week before they had not
    at = {name: moment for moment, names in nine_o_clocks(starts_at, 7) for name in names}
    assert at["Europe/Warsaw"] == datetime(2026, 10, 21, 7, 0, tzinfo=UTC)
    assert at["Europe/Minsk"] == datetime(2026, 10, 21, 6, 0, tzinfo=UTC)
    assert at["America/Los_Angeles"] == datetime(2026, 10, 21, 16, 0, tzinfo=UTC)
    assert at["Pacific/Kiritimati"] == datetime(2026, 10, 20, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_nine_comes_to_every_zone_while_the_round_lasts(hour: int) -> None:
    begins = datetime(2008, 10, 14, hour, 0, tzinfo=UTC)
    (due,) = lay_out(plan_of(7), scheduled(starts_at=begins, ends_at=begins + timedelta(hours=1)), now=NOW)
    moments = [moment for moment, _ in nine_o_clocks(begins, 7)]
    assert due.due_at <= moments[0] <= moments[-1] <= due.ends_at


def test_a_zone_is_due_when_nine_has_come() -> None:
    (due,) = lay_out(plan_of(7), scheduled(), now=NOW)
    nine = datetime(2008, 10, 7, 9, 0, tzinfo=ZoneInfo("Europe/Warsaw")).astimezone(UTC)
    names = [{name for _, each in zones_due(due, now=at) for name in each} for at in (nine - timedelta(1 / 24), nine)]
    assert ["Europe/Warsaw" in each for each in names] == [False, True]
    assert ["Europe/Minsk" in each for each in names] == [True, True]
    assert ["America/New_York" in each for each in names] == [False, False]


def test_a_round_whose_time_is_over_is_not_laid_out() -> None:
    assert [each.days_before for each in lay_out(plan_of(60, 7, 2), scheduled(), now=NOW)] == [7, 2]


def plan_of(*days: int) -> domain.ReminderPlan:
    """Return a plan."""
    return domain.ReminderPlan(id=scheduled().id, days_before=list(days))


# What comes of them


class Silence:
    """A meeting whose guests have not answered, with a round that is due for everybody."""

    def __init__(self, meetings: Running, stack: Stack, meeting: dict[str, Any]) -> None:
        self.meetings, self.stack, self.id = meetings, stack, str(meeting["id"])
        self.coordinator = meetings.as_("coordinator")

    @property
    def address(self) -> str:
        """Where the reminders are."""
        return f"/meetings/{self.id}/reminders"

    async def due(self, *, days: int = 7) -> Round:
        """Let a round be due: the meeting is so near, and everybody was invited long ago."""
        reader, now = self.meetings.storage.reader, utc_now()
        row = await reader["meetings"].find_one({"_id": self.id})
        assert row is not None
        made = Round(
            id=f"{self.id}:{days}",
            meeting_id=self.id,
            days_before=days,
            starts_at=row["starts_at"],
            due_at=now - timedelta(days=1),
            ends_at=now - timedelta(hours=1),
        )
        await self.meetings.storage.transact(store.ROUNDS.add, made)
        long_ago = {"$set": {"invited_at": now - timedelta(days=90)}}
        await reader["invitations"].update_many({"meeting_id": self.id}, long_ago)
        return made

    async def run(self) -> None:
        """Run the job once."""
        await remind_the_silent(self.meetings.context)

    async def asked(self) -> Counter[str]:
        """Return how often each person was asked."""
        told = await self.meetings.published(ReplyRequested.name)
        events = [each["event"] for each in told if each["subject"] == self.id]
        return Counter(invitee.person_id for event in events for invitee in event.invitees)

    async def answer(self, row: dict[str, Any], answer: str) -> None:
        """Answer an invitation."""
        given = await self.meetings.bearing(link_to(self.stack, row)).put("/answer", json={"answer": answer})
        assert given.status_code == 200, given.text


async def silence(meetings: Running, stack: Stack, *, guests: int = 3, days: float = 3, **changes: Any) -> Silence:
    people = [person(**changes) for _ in range(guests)]
    await known(meetings, *people)
    audience = {"person_ids": [each.person_id for each in people]}
    meeting = await schedule(meetings, audience, starts_at=in_days(days), ends_at=in_days(days + 0.1))
    return Silence(meetings, stack, meeting)


async def test_only_the_silent_are_asked_and_once(meetings: Running, stack: Stack) -> None:
    party = await silence(meetings, stack, guests=8)
    rows = await invitations_of(meetings, party.id)
    await party.answer(rows[0], "accepted")
    await party.answer(rows[1], "tentative")
    await party.answer(rows[2], "declined")
    await party.coordinator.post(f"/meetings/{party.id}/invitations/{rows[3]['_id']}/withdrawal")
    await party.coordinator.put(f"/meetings/{party.id}/invitations/{rows[4]['_id']}/withdrawal")
    await meetings.bearing(link_to(stack, rows[5])).post("/answer/delegation", json={})
    due = await party.due()
    for _ in range(3):
        await party.run()
    assert await party.asked() == {row["person_id"]: 1 for row in rows[6:]}
    done = await store.ROUNDS.get(meetings.storage.reader, due.id)
    assert (done.done, done.asked) == (True, 2)


async def test_who_answered_for_an_earlier_time_is_counted_apart_and_asked_again_once(
    meetings: Running, stack: Stack
) -> None:
    party = await silence(meetings, stack, guests=5)
    rows = await invitations_of(meetings, party.id)
    for row, answer in zip(rows, ("accepted", "declined", "accepted"), strict=False):
        await party.answer(row, answer)
    await meetings.bearing(link_to(stack, rows[2])).post("/answer/delegation", json={})
    summary, page = f"/meetings/{party.id}/summary", f"/meetings/{party.id}/invitations"
    assert (await party.coordinator.get(summary)).json()["moved_since"] == 0
    later = {"starts_at": in_days(4), "ends_at": in_days(4.1)}
    assert (await party.coordinator.post(f"/meetings/{party.id}/rescheduling", json=later)).status_code == 200
    assert (await party.coordinator.get(summary)).json()["moved_since"] == 3
    listed = (await party.coordinator.get(page, params={"moved": True})).json()["items"]
    assert [each["id"] for each in listed] == [row["_id"] for row in rows[:3]]
    assert {each["moved_since"] for each in listed} == {True}
    shown = (await party.coordinator.post(f"{party.address}/now", json={"whom": "moved"})).json()
    assert (shown["answered_before_move"], shown["silent"]) == (2, 2)  # who sent somebody else is not asked
    for _ in range(2):
        await party.run()
    asked = {row["person_id"]: 1 for row in rows[:2]}
    assert await party.asked() == asked
    long_ago = {"$set": {"reminded_at": utc_now() - timedelta(days=2)}}
    await meetings.storage.reader["invitations"].update_many({"meeting_id": party.id}, long_ago)
    shown = (await party.coordinator.post(f"{party.address}/now", json={"whom": "both"})).json()
    assert shown["answered_before_move"] == 0
    await party.run()
    assert await party.asked() == {**asked, **{row["person_id"]: 1 for row in rows[3:]}}
    await party.answer(rows[0], "accepted")
    assert (await party.coordinator.get(summary)).json()["moved_since"] == 2


async def test_a_planned_round_asks_those_who_answered_before_a_move_where_that_is_wanted(
    meetings: Running, stack: Stack
) -> None:
    party = await silence(meetings, stack, guests=2, days=20)
    rows = await invitations_of(meetings, party.id)
    await party.answer(rows[0], "accepted")
    await party.coordinator.put(party.address, json={"days_before": [2, 1]})
    later = {"starts_at": in_days(2.2), "ends_at": in_days(2.3)}
    assert (await party.coordinator.post(f"/meetings/{party.id}/rescheduling", json=later)).status_code == 200
    await party.run()
    planned = [each["whom"] for each in (await party.coordinator.get(party.address)).json()["rounds"]]
    assert planned == ["silent"] * len(planned)
    shown = (await party.coordinator.put(party.address, json={"days_before": [2, 1], "moved": True})).json()
    assert (shown["moved"], {each["whom"] for each in shown["rounds"]}) == (True, {"both"})
    reader, now = meetings.storage.reader, utc_now()
    due = {"due_at": now - timedelta(days=1), "ends_at": now - timedelta(hours=1), "days_before": 7}
    await reader["reminder_rounds"].update_many({"meeting_id": party.id}, {"$set": due})
    long_ago = {"$set": {"invited_at": now - timedelta(days=90)}}
    await reader["invitations"].update_many({"meeting_id": party.id}, long_ago)
    await party.run()
    assert await party.asked() == {row["person_id"]: 1 for row in rows}


async def test_nobody_is_asked_before_nine_of_their_own_day(meetings: Running, stack: Stack) -> None:
    party = await silence(meetings, stack, guests=2, days=30)
    await party.due(days=7)
    await party.run()
    assert await party.asked() == {}


async def test_whoever_was_invited_after_that_hour_is_not_asked_yet(meetings: Running, stack: Stack) -> None:
    party = await silence(meetings, stack, guests=2)
    await party.due()
    await meetings.storage.reader["invitations"].update_many(
        {"meeting_id": party.id}, {"$set": {"invited_at": utc_now()}}
    )
    await party.run()
    assert await party.asked() == {}


async def test_two_rounds_on_one_day_ask_nobody_twice(meetings: Running, stack: Stack) -> None:
    party = await silence(meetings, stack)
    await party.due(days=7)
    await party.due(days=6)
    await party.run()
    assert set((await party.asked()).values()) == {1}


async def test_two_processes_and_answers_at_the_same_time_ask_the_silent_once(
    meetings: Running, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "ASKED_AT_ONCE", 3)
    party = await silence(meetings, stack, guests=30)
    due, rows = await party.due(), await invitations_of(meetings, party.id)

    async def remind() -> None:
        while await meetings.storage.transact(actions.remind, due.id):
            pass

    answers = [party.answer(row, "accepted") for row in rows[:10]]
    await asyncio.gather(remind(), remind(), *answers)
    asked = await party.asked()
    assert set(asked.values()) == {1}
    assert set(asked) >= {row["person_id"] for row in rows[10:]}
    for row in await invitations_of(meetings, party.id):  # who was asked although they had answered?
        told_at, answered_at = row["reminded_at"], row["answered_at"]
        assert told_at is None or answered_at is None or told_at <= answered_at


async def test_a_process_that_is_killed_half_way_misses_nobody_and_asks_nobody_twice(
    meetings: Running, stack: Stack
) -> None:
    party = await silence(meetings, stack, guests=40)
    due = await party.due()
    for times in (5, 12):
        await killed_after(times, json.dumps(stack.values("meetings")))
        await meetings.storage.reader["leases"].delete_many({})  # a dead process's lease lasts half a minute
    assert (await party.asked()).total() == 17
    await party.run()
    assert ((await party.asked()).total(), set((await party.asked()).values())) == (40, {1})
    assert (await store.ROUNDS.get(meetings.storage.reader, due.id)).asked == 40


async def killed_after(times: int, settings: str) -> None:
    """Let another process ask so many people, and kill it before it asks the next."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.meetings.reminding", settings, cwd=ROOT, stdin=pipe, stdout=pipe
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(times):
        assert await asyncio.wait_for(process.stdout.readline(), 20) == b"done\n"
        if number < times - 1:
            process.stdin.write(b"\n")
            await process.stdin.drain()
    process.kill()
    assert await process.wait() == -9
    process.stdin.close()


async def test_a_job_that_is_broken_off_anywhere_misses_nobody_and_asks_nobody_twice(
    meetings: Running, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "ASKED_AT_ONCE", 2)
    party = await silence(meetings, stack, guests=20)
    await party.due()
    for milliseconds in (5, 15, 25, 35):
        task = asyncio.create_task(party.run())
        await asyncio.sleep(milliseconds / 1000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await party.run()
    assert ((await party.asked()).total(), set((await party.asked()).values())) == (20, {1})


async def test_a_plan_is_laid_out_and_follows_the_meeting(meetings: Running, stack: Stack) -> None:
    party = await silence(meetings, stack, days=30)
    shown = (await party.coordinator.put(party.address, json={"days_before": [2, 7]})).json()
    assert (shown["days_before"], shown["silent"]) == ([7, 2], 3)
    assert [each["days_before"] for each in shown["rounds"]] == [7, 2]
    later = {"starts_at": in_days(50), "ends_at": in_days(50.2)}
    await party.coordinator.post(f"/meetings/{party.id}/rescheduling", json=later)
    await party.run()
    moved = (await party.coordinator.get(party.address)).json()["rounds"]
    first, second = (datetime.fromisoformat(each[0]["due_at"]) for each in (shown["rounds"], moved))
    assert (len(moved), (second - first) > timedelta(days=19)) == (2, True)
    await party.coordinator.post(f"/meetings/{party.id}/cancellation", json={})
    await party.run()
    assert (await store.PLANS.get(meetings.storage.reader, party.id)).over is True
    assert code(await party.coordinator.put(party.address, json={"days_before": []})) == (409, "meeting-cancelled")


async def test_the_silent_can_be_asked_now_but_not_twice_a_day(meetings: Running, stack: Stack) -> None:
    party = await silence(meetings, stack, days=30)
    for _ in range(2):
        assert (await party.coordinator.post(f"{party.address}/now")).json()["silent"] == 3
        await party.run()
    assert set((await party.asked()).values()) == {1}
    rounds = (await party.coordinator.get(party.address)).json()["rounds"]
    assert sorted((each["asked"], each["done"]) for each in rounds) == [(0, True), (3, True)]


@pytest.mark.parametrize("days", [[7, 7], [0], [61], [1, 2, 3, 4, 5, 6]], ids=["twice", "none", "far", "many"])
async def test_a_plan_that_is_none_is_refused(meetings: Running, stack: Stack, days: list[int]) -> None:
    party = await silence(meetings, stack, guests=1)
    answer = await party.coordinator.put(party.address, json={"days_before": days})
    assert answer.status_code == 422
    assert code(await meetings.as_("member").get(party.address)) == (403, "role-needed")
