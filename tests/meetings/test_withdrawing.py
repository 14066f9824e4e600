"""Taking an invitation back: told after two minutes, undone until then, and comments that only a key can read."""

from datetime import timedelta

from services.meetings.invitations import store, words
from services.meetings.invitations.actions import carry_out_withdrawal
from services.meetings.invitations.domain import GRACE
from shared.events.meetings import InvitationWithdrawn
from shared.ids import utc_now
from shared.testing.stack import Running, Stack
from tests.meetings.builders import code, invitations_of, known, link_to, person, schedule


async def invite(meetings: Running) -> tuple[str, str]:
    """Invite one person; return the meeting and the invitation."""
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    (row,) = await invitations_of(meetings, meeting["id"])
    return meeting["id"], row["_id"]


async def told(meetings: Running, invitation_id: str) -> int:
    """Return how often the withdrawal was told."""
    events = await meetings.published(InvitationWithdrawn.name)
    return sum(each["event"].invitation_id == invitation_id for each in events)


async def over(meetings: Running, invitation_id: str) -> None:
    """Let the two minutes be over."""
    await meetings.storage.reader["invitations"].update_one(
        {"_id": invitation_id}, {"$set": {"withdrawing_at": utc_now() - timedelta(seconds=1)}}
    )


async def test_a_withdrawal_is_told_when_nobody_undid_it_in_time(meetings: Running, stack: Stack) -> None:
    meeting_id, id = await invite(meetings)
    address = f"/meetings/{meeting_id}/invitations/{id}/withdrawal"
    leaving = (await meetings.as_("coordinator").put(address)).json()
    assert (leaving["withdrawn"], leaving["withdrawing_at"] is not None) == (False, True)
    assert id not in await store.withdrawals_due(meetings.storage.reader, now=utc_now(), limit=1000)
    await meetings.storage.transact(carry_out_withdrawal, id)
    assert await told(meetings, id) == 0
    assert id in await store.withdrawals_due(meetings.storage.reader, now=utc_now() + GRACE, limit=1000)
    await over(meetings, id)
    for _ in range(2):
        await meetings.storage.transact(carry_out_withdrawal, id)
    assert await told(meetings, id) == 1
    assert code(await meetings.as_("coordinator").delete(address)) == (409, "withdrawal-told")


async def test_a_withdrawal_that_is_undone_was_never_one(meetings: Running, stack: Stack) -> None:
    meeting_id, id = await invite(meetings)
    address = f"/meetings/{meeting_id}/invitations/{id}/withdrawal"
    await meetings.as_("coordinator").put(address)
    kept = (await meetings.as_("coordinator").delete(address)).json()
    assert (kept["withdrawn"], kept["withdrawing_at"]) == (False, None)
    await meetings.storage.transact(carry_out_withdrawal, id)
    assert await told(meetings, id) == 0
    (row,) = await invitations_of(meetings, meeting_id)
    assert (await meetings.bearing(link_to(stack, row)).get("/answer")).status_code == 200


async def test_a_comment_cannot_be_read_without_the_key_of_its_writer(meetings: Running, stack: Stack) -> None:
    meeting_id, id = await invite(meetings)
    (row,) = await invitations_of(meetings, meeting_id)
    body = {"answer": "accepted", "comment": "I need a wheelchair"}
    assert (await meetings.bearing(link_to(stack, row)).put("/answer", json=body)).json()["comment"] == body["comment"]
    (row,) = await invitations_of(meetings, meeting_id)
    assert (row["comment"], b"wheelchair" in row["comment_cipher"]) == ("", False)
    await meetings.storage.transact(words.forget, row["person_id"])
    found = await store.INVITATIONS.get(meetings.storage.reader, id)
    assert (found.answer, found.comment) == ("accepted", "")
