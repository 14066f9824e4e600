"""Somebody else of the same organisation comes: the place goes along, and comes back."""

from dataclasses import dataclass
from typing import Any

from services.meetings.directory.consumers import consumer
from shared.events.meetings import InvitationAnswered, InvitationWithdrawn, PeopleInvited, PlaceOffered
from shared.events.registry import PersonErased, PersonRegistered
from shared.testing.stack import Running, Stack
from tests.meetings.builders import code, invitations_of, known, link_to, organisation, person, schedule


@dataclass
class House:
    """An organisation with three people, of whom the first is invited, and a stranger."""

    meetings: Running
    stack: Stack
    meeting: dict[str, Any]
    people: list[PersonRegistered]
    stranger: PersonRegistered

    async def row(self, number: int = 0) -> dict[str, Any]:
        """Return the invitation of one of the people as it is stored."""
        rows = await invitations_of(self.meetings, self.meeting["id"])
        return next(row for row in rows if row["person_id"] == self.people[number].person_id)

    async def link(self, number: int = 0) -> Any:
        """Return a client that holds the link of one of the people."""
        return self.meetings.bearing(link_to(self.stack, await self.row(number)))

    async def give(self, to: int, by: int = 0) -> Any:
        """Pass one's invitation on by the link."""
        body = {"colleague_id": self.people[to].person_id}
        return await (await self.link(by)).post("/answer/delegation", json=body)

    async def standings(self) -> list[str]:
        """Return where those who are invited stand, oldest invitation first."""
        address = f"/meetings/{self.meeting['id']}/invitations"
        found = await self.meetings.as_("coordinator").get(address)
        return [each["standing"] for each in found.json()["items"]]

    async def told(self, name: str) -> list[Any]:
        """Return what was published of the meeting or its invitations."""
        found = [each["event"] for each in await self.meetings.published(name)]
        return [each for each in found if each.meeting_id == self.meeting["id"]]


async def house(meetings: Running, stack: Stack) -> House:
    home = organisation("donor")
    people = [person(organisation_ids=[home.organisation_id]) for _ in range(3)]
    stranger = person()
    await known(meetings, home, stranger, *people)
    meeting = await schedule(meetings, {"person_ids": [people[0].person_id]})
    return House(meetings, stack, meeting, people, stranger)


async def test_a_colleague_gets_an_invitation_of_their_own(meetings: Running, stack: Stack) -> None:
    one = await house(meetings, stack)
    answer = await one.give(1)
    assert (answer.status_code, answer.json()["standing"], answer.json()["delegated"]) == (200, "delegated", True)
    assert await one.standings() == ["delegated", "pending"]
    told = await one.told(PeopleInvited.name)
    assert [each.invitees[0].person_id for each in told] == [each.person_id for each in one.people[:2]]
    assert [each.answer for each in await one.told(InvitationAnswered.name)] == ["declined"]
    assert (await (await one.link(1)).get("/answer")).json()["stands_in"] is True
    meeting = await meetings.storage.reader["meetings"].find_one({"_id": one.meeting["id"]})
    assert meeting is not None
    assert meeting["invited"] == 2


async def test_only_a_colleague_can_come_instead(meetings: Running, stack: Stack) -> None:
    one = await house(meetings, stack)
    link = await one.link()
    for nobody in (one.stranger.person_id, one.people[0].person_id, one.meeting["id"]):
        answer = await link.post("/answer/delegation", json={"colleague_id": nobody})
        assert code(answer) == (422, "colleague-not-known")
    assert await one.standings() == ["pending"]


async def test_who_is_invited_already_is_told_to_organisers_alone(meetings: Running, stack: Stack) -> None:
    one, other = await house(meetings, stack), await house(meetings, stack)
    coordinator = meetings.as_("coordinator")
    body = {"audience": {"person_ids": [one.people[2].person_id]}}
    await coordinator.post(f"/meetings/{one.meeting['id']}/invitations", json=body)
    theirs, told = await one.row(2), len(await one.told(PeopleInvited.name))
    own = f"/meetings/{one.meeting['id']}/invitations/{(await one.row())['_id']}"
    assert (await coordinator.get(f"{own}/colleagues")).json()["person_ids"] == [one.people[1].person_id]
    asked = {"colleague_id": one.people[2].person_id}
    assert code(await coordinator.post(f"{own}/delegation", json=asked)) == (409, "colleague-invited")
    assert (await (await one.link()).get("/answer/colleagues")).json() == 2

    invited, new = await one.give(2), await other.give(2)
    assert invited.status_code == new.status_code == 200
    same = [
        {name: each.json()[name] for name in ("standing", "answer", "delegated", "stands_in")}
        for each in (invited, new)
    ]
    assert same[0] == same[1]
    assert (await one.row(2), len(await one.told(PeopleInvited.name))) == (theirs, told)
    assert await one.standings() == ["delegated", "pending"]
    back = await (await one.link()).delete("/answer/delegation")
    assert (back.json()["standing"], await one.standings()) == ("pending", ["pending", "pending"])


async def test_the_place_of_somebody_whose_colleague_is_invited_goes_to_who_waits(
    meetings: Running, stack: Stack
) -> None:
    one = await house(meetings, stack)
    await meetings.as_("coordinator").put(f"/meetings/{one.meeting['id']}/capacity", json={"capacity": 1})
    await (await one.link()).put("/answer", json={"answer": "accepted"})
    body = {"audience": {"person_ids": [one.people[2].person_id]}}
    await meetings.as_("coordinator").post(f"/meetings/{one.meeting['id']}/invitations", json=body)
    await (await one.link(2)).put("/answer", json={"answer": "accepted"})
    assert await one.standings() == ["accepted", "waiting"]
    await one.give(2)
    assert await one.standings() == ["delegated", "accepted"]


async def test_whoever_passed_it_on_cannot_answer_nor_pass_it_on_again(meetings: Running, stack: Stack) -> None:
    one = await house(meetings, stack)
    await one.give(1)
    assert code(await (await one.link()).put("/answer", json={"answer": "accepted"})) == (409, "invitation-delegated")
    assert code(await one.give(2)) == (409, "invitation-delegated")
    assert code(await one.give(2, by=1)) == (409, "delegate-already")


async def test_the_place_goes_along_and_comes_back(meetings: Running, stack: Stack) -> None:
    one = await house(meetings, stack)
    coordinator = meetings.as_("coordinator")
    await coordinator.put(f"/meetings/{one.meeting['id']}/capacity", json={"capacity": 1})
    await (await one.link()).put("/answer", json={"answer": "accepted"})
    await coordinator.post(
        f"/meetings/{one.meeting['id']}/invitations", json={"audience": {"person_ids": [one.stranger.person_id]}}
    )
    waits = (await invitations_of(meetings, one.meeting["id"]))[-1]
    await meetings.bearing(link_to(stack, waits)).put("/answer", json={"answer": "accepted"})
    await one.give(1)
    assert ((await one.row())["place"], (await one.row(1))["place"]) == ("none", "seat")
    await (await one.link(1)).put("/answer", json={"answer": "accepted"})
    assert await one.standings() == ["delegated", "waiting", "accepted"]
    taken_back = await (await one.link()).delete("/answer/delegation")
    assert (taken_back.json()["standing"], (await one.row())["place"]) == ("pending", "seat")
    assert [each.person_id for each in await one.told(InvitationWithdrawn.name)] == [one.people[1].person_id]
    assert await one.told(PlaceOffered.name) == []
    await (await one.link()).put("/answer", json={"answer": "declined"})
    assert [each.person_id for each in await one.told(PlaceOffered.name)] == [one.stranger.person_id]


async def test_a_colleague_can_hand_it_back(meetings: Running, stack: Stack) -> None:
    one = await house(meetings, stack)
    await one.give(1)
    assert (await (await one.link(1)).delete("/answer/delegation")).status_code == 200
    assert [(await one.row())["delegated_to"], (await one.row(1))["withdrawn"]] == [None, True]
    last = (await one.told(PeopleInvited.name))[-1]
    assert [each.person_id for each in last.invitees] == [one.people[0].person_id]
    assert (await one.give(1)).status_code == 200  # and be asked again, with a new link
    assert (await (await one.link(1)).get("/answer")).json()["standing"] == "pending"


async def full_house(meetings: Running, stack: Stack) -> House:
    """Return a meeting with one place, which a colleague of the first person holds and a stranger waits for."""
    one = await house(meetings, stack)
    coordinator = meetings.as_("coordinator")
    await coordinator.put(f"/meetings/{one.meeting['id']}/capacity", json={"capacity": 1})
    await (await one.link()).put("/answer", json={"answer": "accepted"})
    body = {"audience": {"person_ids": [one.stranger.person_id]}}
    await coordinator.post(f"/meetings/{one.meeting['id']}/invitations", json=body)
    waits = (await invitations_of(meetings, one.meeting["id"]))[-1]
    await meetings.bearing(link_to(stack, waits)).put("/answer", json={"answer": "accepted"})
    await one.give(1)
    await (await one.link(1)).put("/answer", json={"answer": "accepted"})
    assert await one.standings() == ["delegated", "waiting", "accepted"]
    return one


async def is_asked_again(one: House) -> None:
    """Hold that the first person has the place and a letter, is silent, and leaves the place to the queue."""
    row = await one.row()
    assert (row["delegated_to"], row["answer"], row["place"]) == (None, "pending", "seat")
    assert [each.person_id for each in (await one.told(PeopleInvited.name))[-1].invitees] == [one.people[0].person_id]
    assert [each.answer for each in await one.told(InvitationAnswered.name)][-1] == "pending"
    coordinator = one.meetings.as_("coordinator")
    assert (await coordinator.get(f"/meetings/{one.meeting['id']}/reminders")).json()["silent"] == 1
    assert await one.told(PlaceOffered.name) == []
    await (await one.link()).put("/answer", json={"answer": "declined"})
    assert [each.person_id for each in await one.told(PlaceOffered.name)] == [one.stranger.person_id]


async def test_whoever_passed_it_on_is_asked_again_when_the_colleague_is_withdrawn(
    meetings: Running, stack: Stack
) -> None:
    one = await full_house(meetings, stack)
    address = f"/meetings/{one.meeting['id']}/invitations/{(await one.row(1))['_id']}/withdrawal"
    assert (await meetings.as_("coordinator").post(address)).json()["withdrawn"] is True
    assert await one.standings() == ["pending", "waiting"]
    await is_asked_again(one)


async def test_whoever_passed_it_on_is_asked_again_when_the_colleague_is_erased(
    meetings: Running, stack: Stack
) -> None:
    one = await full_house(meetings, stack)
    await meetings.deliver(consumer, PersonErased(person_id=one.people[1].person_id, revision=2))
    assert await one.standings() == ["pending", "waiting"]
    await is_asked_again(one)


async def test_of_a_postponed_meeting_whoever_passed_it_on_has_it_back_and_hears_with_the_new_date(
    meetings: Running, stack: Stack
) -> None:
    one = await full_house(meetings, stack)
    await meetings.as_("coordinator").post(f"/meetings/{one.meeting['id']}/postponement", json={})
    before = len(await one.told(PeopleInvited.name))
    await meetings.deliver(consumer, PersonErased(person_id=one.people[1].person_id, revision=2))
    row = await one.row()
    assert (row["delegated_to"], row["answer"], row["place"]) == (None, "pending", "seat")
    assert len(await one.told(PeopleInvited.name)) == before


async def test_the_organisers_are_asked_to_find_somebody(meetings: Running, stack: Stack) -> None:
    one = await house(meetings, stack)
    link = await one.link()
    asked = await link.post("/answer/delegation", json={"comment": "Ask our new colleague"})
    assert (asked.json()["standing"], asked.json()["comment"]) == ("delegated", "Ask our new colleague")
    address = f"/meetings/{one.meeting['id']}/invitations/{(await one.row())['_id']}/delegation"
    offered = await meetings.as_("coordinator").get(address.replace("/delegation", "/colleagues"))
    assert sorted(offered.json()["person_ids"]) == sorted(each.person_id for each in one.people[1:])
    found = await meetings.as_("coordinator").post(address, json={"colleague_id": one.people[2].person_id})
    assert (found.json()["delegated_to"], found.json()["delegate_wanted"]) == (one.people[2].person_id, False)
    undone = (await meetings.as_("coordinator").delete(address)).json()
    assert (undone["standing"], [each["what"] for each in undone["noted"]]) == ("pending", ["delegated", "taken-back"])
    assert code(await meetings.as_("coordinator").delete(address)) == (409, "not-delegated")


async def test_a_link_names_no_colleague_and_whoever_signs_in_finds_them(meetings: Running, stack: Stack) -> None:
    one = await house(meetings, stack)
    assert (await (await one.link()).get("/answer/colleagues")).json() == 2
    member = meetings.as_("member", person_id=one.people[0].person_id)
    own = f"/my/invitations/{(await one.row())['_id']}"
    found = (await member.get(f"{own}/colleagues")).json()["person_ids"]
    assert found == sorted(each.person_id for each in one.people[1:])
    given = await member.post(f"{own}/delegation", json={"colleague_id": found[0]})
    assert (given.json()["standing"], given.json()["delegated_to"]) == ("delegated", found[0])
    assert (await member.delete(f"{own}/delegation")).json()["standing"] == "pending"
    other = meetings.as_("member", person_id=one.stranger.person_id)
    assert code(await other.post(f"{own}/delegation", json={})) == (404, "invitation-not-found")
