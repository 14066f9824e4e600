"""A meeting that is full: who has a place, who waits, and who is next, also when everybody answers at once."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from services.meetings.invitations.domain import Summary
from services.meetings.places import actions, domain
from services.meetings.places.domain import Places, SetCapacity
from shared.events.meetings import PlaceOffered
from shared.ids import new_id
from shared.testing.stack import Running, Stack
from tests.meetings.builders import code, invitations_of, known, link_to, person, schedule


def test_whoever_comes_first_has_a_place_and_the_others_wait_in_order() -> None:
    places, given = Places(id=new_id(), capacity=2), []
    for _ in range(4):
        places, place, number = domain.take(places)
        given.append((place, number))
    assert given == [("seat", None), ("seat", None), ("waiting", 1), ("waiting", 2)]
    assert (places.taken, places.waiting, places.free, places.to_fill) == (2, 2, 0, 0)


def test_nobody_overtakes_those_who_wait() -> None:
    places = Places(id=new_id(), capacity=3, taken=2, waiting=1, next_number=2)
    assert domain.take(places)[1:] == ("waiting", 2)


def test_a_smaller_room_takes_nobodys_place() -> None:
    places = domain.resize(Places(id=new_id(), capacity=5, taken=5), SetCapacity(capacity=2))
    assert (places.taken, places.free, domain.take(places)[1]) == (5, 0, "waiting")


def test_a_change_that_one_person_was_told_of_is_no_change_for_the_others() -> None:
    places = Places(id=new_id(), quiet=[2, 4, 5])
    assert [domain.told_to_all(places, sequence) for sequence in range(7)] == [0, 1, 1, 3, 3, 3, 6]
    assert domain.told_to_all(None, 4) == 4


async def test_a_meeting_is_scheduled_with_its_room(meetings: Running) -> None:
    meeting = await schedule(meetings, capacity=20)
    answer = await meetings.as_("coordinator").get(f"/meetings/{meeting['id']}/summary")
    assert answer.json()["capacity"] == 20


class Full:
    """A meeting with room for some of its guests, who answer by their links."""

    def __init__(self, meetings: Running, stack: Stack, meeting: dict[str, Any], rows: list[dict[str, Any]]) -> None:
        self.meetings, self.id = meetings, str(meeting["id"])
        self.ids = [row["_id"] for row in rows]
        self.links = {row["_id"]: meetings.bearing(link_to(stack, row)) for row in rows}
        self.coordinator = meetings.as_("coordinator")

    async def answer(self, id: str, answer: str = "accepted") -> str:
        """Answer one invitation, and return where the guest stands then."""
        given = await self.links[id].put("/answer", json={"answer": answer})
        assert given.status_code == 200, given.text
        return str(given.json()["standing"])

    async def resize(self, capacity: int | None) -> Summary:
        """Set the capacity."""
        answer = await self.coordinator.put(f"/meetings/{self.id}/capacity", json={"capacity": capacity})
        assert answer.status_code == 200, answer.text
        return Summary.model_validate(answer.json())

    async def standings(self) -> dict[str, str]:
        """Return where everybody stands."""
        answer = await self.coordinator.get(f"/meetings/{self.id}/invitations", params={"limit": 200})
        return {each["id"]: each["standing"] for each in answer.json()["items"]}

    async def offered(self) -> list[str]:
        """Return to whom a place was offered, in order."""
        told = await self.meetings.published(PlaceOffered.name)
        return [each["event"].invitation_id for each in told if each["subject"] == self.id]

    async def check(self) -> Places:
        """Return the row of the places, which says the same as the invitations."""
        rows = await invitations_of(self.meetings, self.id)
        found = Counter(row["place"] for row in rows if not row["withdrawn"])
        row = await self.meetings.storage.reader["places"].find_one({"_id": self.id})
        places = Places.model_validate({**(row or {}), "id": self.id})
        assert (places.taken, places.waiting) == (found["seat"], found["waiting"])
        return places


async def full(meetings: Running, stack: Stack, *, guests: int, capacity: int | None) -> Full:
    people = [person() for _ in range(guests)]
    await known(meetings, *people)
    meeting = await schedule(meetings, {"person_ids": [each.person_id for each in people]})
    made = Full(meetings, stack, meeting, await invitations_of(meetings, meeting["id"]))
    if capacity is not None:
        await made.resize(capacity)
    return made


async def test_a_decline_offers_the_place_to_the_next_in_order_once(meetings: Running, stack: Stack) -> None:
    room = await full(meetings, stack, guests=4, capacity=2)
    assert [await room.answer(id) for id in room.ids] == ["accepted", "accepted", "waiting", "waiting"]
    assert await room.answer(room.ids[0], "declined") == "declined"
    assert await room.answer(room.ids[0], "declined") == "declined"
    assert await room.offered() == [room.ids[2]]
    assert list((await room.standings()).values()) == ["declined", "accepted", "accepted", "waiting"]
    await room.check()


async def test_two_simultaneous_declines_promote_the_first_two_once_each(meetings: Running, stack: Stack) -> None:
    room = await full(meetings, stack, guests=10, capacity=5)
    for id in room.ids:
        await room.answer(id)
    await asyncio.gather(room.answer(room.ids[0], "declined"), room.answer(room.ids[3], "tentative"))
    assert await room.offered() == room.ids[5:7]
    assert (await room.check()).model_dump(include={"taken", "waiting"}) == {"taken": 5, "waiting": 3}


async def test_fifty_who_answer_at_once_fill_a_room_exactly(meetings: Running, stack: Stack) -> None:
    room = await full(meetings, stack, guests=50, capacity=20)
    stands = Counter(await asyncio.gather(*(room.answer(id) for id in room.ids)))
    assert stands == {"accepted": 20, "waiting": 30}
    queue = await room.coordinator.get(f"/meetings/{room.id}/invitations", params={"standing": "waiting", "limit": 200})
    assert [each["waiting_number"] for each in queue.json()["items"]] == list(range(1, 31))
    seated = [id for id, standing in (await room.standings()).items() if standing == "accepted"]
    await asyncio.gather(*(room.answer(id, "declined") for id in seated[:12]))
    offered = await room.offered()
    assert sorted(offered) == sorted(each["id"] for each in queue.json()["items"][:12])
    assert len(offered) == 12
    assert Counter((await room.standings()).values()) == {"accepted": 20, "waiting": 18, "declined": 12}
    assert (await room.check()).taken == 20


async def test_a_withdrawal_frees_a_place_and_whoever_leaves_the_queue_frees_none(
    meetings: Running, stack: Stack
) -> None:
    room = await full(meetings, stack, guests=4, capacity=1)
    for id in room.ids:
        await room.answer(id)
    await room.answer(room.ids[1], "declined")
    assert await room.offered() == []
    await room.coordinator.post(f"/meetings/{room.id}/invitations/{room.ids[0]}/withdrawal")
    assert await room.offered() == [room.ids[2]]
    await room.check()


async def test_more_room_is_offered_to_those_who_wait(meetings: Running, stack: Stack) -> None:
    room = await full(meetings, stack, guests=4, capacity=1)
    for id in room.ids:
        await room.answer(id)
    summary = await room.resize(3)
    assert (summary.accepted, summary.waiting, summary.capacity) == (3, 1, 3)
    assert (await room.resize(None)).waiting == 0
    assert await room.offered() == room.ids[1:]
    await room.check()


async def test_a_room_is_counted_from_the_answers_given_before_it_had_a_size(meetings: Running, stack: Stack) -> None:
    room = await full(meetings, stack, guests=3, capacity=None)
    old = {"$set": {"answer": "accepted"}, "$unset": {"place": ""}}  # as it was written before there were places
    for id in room.ids[:2]:
        await meetings.storage.reader["invitations"].update_one({"_id": id}, old)
    await room.resize(2)
    assert await room.answer(room.ids[2]) == "waiting"
    assert await room.answer(room.ids[0], "declined") == "declined"
    assert await room.offered() == [room.ids[2]]


async def test_what_one_transaction_does_not_give_out_the_job_does(
    meetings: Running, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    room = await full(meetings, stack, guests=4, capacity=1)
    for id in room.ids:
        await room.answer(id)
    await room.resize(4)
    assert await room.offered() == room.ids[1:2]
    assert [await meetings.storage.transact(actions.fill, room.id) for _ in range(3)] == [True, False, False]
    assert await room.offered() == room.ids[1:]
    await room.check()


async def test_a_size_that_is_none_is_refused(meetings: Running, stack: Stack) -> None:
    room = await full(meetings, stack, guests=1, capacity=None)
    address = f"/meetings/{room.id}/capacity"
    assert code(await room.coordinator.put(address, json={"capacity": 0})) == (422, "input-not-valid")
    assert code(await meetings.as_("member").put(address, json={"capacity": 5})) == (403, "role-needed")
