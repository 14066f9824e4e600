"""Inviting more people, withdrawing an invitation, and what coordinators see of it."""

import asyncio
from typing import Any

import pytest

from shared.events.meetings import InvitationWithdrawn, PeopleInvited
from shared.ids import new_id
from shared.storage import Duplicate
from shared.testing.stack import Running, Stack
from tests.meetings.builders import (
    code,
    in_days,
    invitations_of,
    known,
    link_to,
    many_people,
    organisation,
    person,
    schedule,
)


async def invite(meetings: Running, meeting_id: str, **audience: Any) -> Any:
    body = {"audience": audience}
    return await meetings.as_("coordinator").post(f"/meetings/{meeting_id}/invitations", json=body)


async def withdraw(meetings: Running, invitation: dict[str, Any]) -> Any:
    address = f"/meetings/{invitation['meeting_id']}/invitations/{invitation['_id']}/withdrawal"
    return await meetings.as_("coordinator").post(address)


async def told(meetings: Running, meeting_id: str, name: str) -> list[Any]:
    return [each["event"] for each in await meetings.published(name) if each["subject"] == meeting_id]


async def test_inviting_more_people_invites_only_the_new_ones(meetings: Running) -> None:
    first, second = person(), person()
    await known(meetings, first, second)
    meeting = await schedule(meetings, {"person_ids": [first.person_id]})
    answer = await invite(meetings, meeting["id"], person_ids=[first.person_id, second.person_id])
    assert (answer.status_code, answer.json()["invited"]) == (200, 2)
    events = await told(meetings, meeting["id"], PeopleInvited.name)
    assert [[i.person_id for i in event.invitees] for event in events] == [[first.person_id], [second.person_id]]
    assert [event.revision for event in events] == [1, 2]
    assert (await invite(meetings, meeting["id"], person_ids=[second.person_id])).json()["invited"] == 2
    assert len(await told(meetings, meeting["id"], PeopleInvited.name)) == 2


async def test_ten_coordinators_inviting_the_same_people_at_once_double_nobody(meetings: Running) -> None:
    here = organisation("donor")
    await known(meetings, here)
    ids = await many_people(meetings, here.organisation_id, 60)
    meeting = await schedule(meetings)
    answers = await asyncio.gather(
        *(invite(meetings, meeting["id"], organisation_ids=[here.organisation_id]) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(each["person_id"] for each in await invitations_of(meetings, meeting["id"])) == ids
    events = await told(meetings, meeting["id"], PeopleInvited.name)
    assert sorted(i.person_id for event in events for i in event.invitees) == ids


async def test_who_is_invited_after_a_move_is_told_the_newest_facts(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings)
    later = {"starts_at": in_days(50), "ends_at": in_days(50.2), "place": "Gdańsk"}
    moved = (await meetings.as_("coordinator").post(f"/meetings/{meeting['id']}/rescheduling", json=later)).json()
    await invite(meetings, meeting["id"], person_ids=[guest.person_id])
    (event,) = await told(meetings, meeting["id"], PeopleInvited.name)
    assert (event.sequence, event.starts_at.isoformat()[:16], event.notice.place) == (
        1,
        moved["starts_at"][:16],
        "Gdańsk",
    )


async def test_nobody_is_invited_to_what_was_called_off(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings)
    await meetings.as_("coordinator").post(f"/meetings/{meeting['id']}/cancellation", json={})
    assert code(await invite(meetings, meeting["id"], person_ids=[guest.person_id])) == (409, "meeting-cancelled")
    assert code(await invite(meetings, new_id(), person_ids=[guest.person_id])) == (404, "meeting-not-found")


async def test_inviting_nobody_or_somebody_unknown_is_refused(meetings: Running) -> None:
    meeting = await schedule(meetings)
    assert code(await invite(meetings, meeting["id"])) == (422, "audience-empty")
    assert code(await invite(meetings, meeting["id"], organisation_ids=[new_id()])) == (422, "audience-not-known")


async def test_a_withdrawn_invitation_is_told_once_and_its_link_is_refused(meetings: Running, stack: Stack) -> None:
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    (invitation,) = await invitations_of(meetings, meeting["id"])
    link = meetings.bearing(link_to(stack, invitation))
    first, second = await withdraw(meetings, invitation), await withdraw(meetings, invitation)
    assert (first.status_code, first.json()["withdrawn"]) == (200, True)
    assert first.json() == second.json()
    (event,) = await told(meetings, meeting["id"], InvitationWithdrawn.name)
    assert (event.invitation_id, event.person_id) == (invitation["_id"], guest.person_id)
    assert (event.revision, event.sequence) == (2, 1)
    assert code(await link.get("/answer")) == (401, "link-withdrawn")
    assert code(await link.put("/answer", json={"answer": "accepted"})) == (401, "link-withdrawn")
    member = meetings.as_("member", person_id=guest.person_id)
    assert (await member.get("/my/invitations")).json()["items"] == []
    assert code(await member.get(f"/meetings/{meeting['id']}")) == (404, "meeting-not-found")
    own = await member.put(f"/my/invitations/{invitation['_id']}/answer", json={"answer": "accepted"})
    assert code(own) == (404, "invitation-not-found")


async def test_an_invitation_is_withdrawn_only_from_its_own_meeting(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    meeting, other = await schedule(meetings, {"person_ids": [guest.person_id]}), await schedule(meetings)
    (invitation,) = await invitations_of(meetings, meeting["id"])
    answer = await withdraw(meetings, {**invitation, "meeting_id": other["id"]})
    assert code(answer) == (404, "invitation-not-found")


async def test_who_was_withdrawn_comes_back_only_by_name_and_with_a_new_link(meetings: Running, stack: Stack) -> None:
    here = organisation("donor")
    guest = person(organisation_ids=[here.organisation_id])
    await known(meetings, here, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    (invitation,) = await invitations_of(meetings, meeting["id"])
    await withdraw(meetings, invitation)
    group = await invite(meetings, meeting["id"], organisation_ids=[here.organisation_id])
    assert group.json()["invited"] == 0
    by_name = await invite(meetings, meeting["id"], person_ids=[guest.person_id])
    assert by_name.json()["invited"] == 1
    event = (await told(meetings, meeting["id"], PeopleInvited.name))[-1]
    (invitee,) = event.invitees
    assert (invitee.invitation_id, invitee.generation, event.revision) == (invitation["_id"], 2, 4)
    assert (await meetings.bearing(link_to(stack, invitation)).get("/answer")).status_code == 401
    renewed = meetings.bearing(link_to(stack, invitation, generation=invitee.generation))
    assert (await renewed.get("/answer")).json()["answer"] == "pending"


async def test_coordinators_page_through_invitations_by_answer(meetings: Running, stack: Stack) -> None:
    guests = [person() for _ in range(7)]
    await known(meetings, *guests)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id for guest in guests]})
    found = await invitations_of(meetings, meeting["id"])
    for each, answer in zip(found, ["accepted"] * 3 + ["declined"], strict=False):
        await meetings.bearing(link_to(stack, each)).put("/answer", json={"answer": answer, "comment": answer})
    await withdraw(meetings, found[6])

    async def listed(**chosen: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        page: dict[str, Any] = {"next": ""}
        while page["next"] is not None:
            after = {"after": page["next"]} if page["next"] else {}
            address = f"/meetings/{meeting['id']}/invitations"
            answer = await meetings.as_("operator").get(address, params={"limit": 2, **chosen, **after})
            page = answer.json()
            items += page["items"]
        return items

    ids = sorted(each["_id"] for each in found[:6])
    assert [each["id"] for each in await listed()] == ids
    assert [(each["answer"], each["comment"]) for each in await listed(answer="accepted")] == [("accepted",) * 2] * 3
    assert [each["id"] for each in await listed(answer="pending")] == sorted(each["_id"] for each in found[4:6])
    assert [each["person_id"] for each in await listed(withdrawn=True)] == [found[6]["person_id"]]
    summary = (await meetings.as_("coordinator").get(f"/meetings/{meeting['id']}/summary")).json()
    assert summary == {
        "invited": 6, "accepted": 3, "declined": 1, "tentative": 0, "pending": 2, "expanding": False,
        "in_room": 0, "online": 0,
        "waiting": 0, "delegated": 0, "unreachable": 0, "moved_since": 0, "capacity": None,
    }  # fmt: skip


async def test_a_person_is_invited_to_a_meeting_once_whatever_is_written(meetings: Running) -> None:
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id] * 3})
    (invitation,) = await invitations_of(meetings, meeting["id"])
    with pytest.raises(Duplicate) as refused:
        await meetings.storage.reader["invitations"].insert_one({**invitation, "_id": new_id()})
    assert refused.value.keys == ("meeting_id", "person_id")
