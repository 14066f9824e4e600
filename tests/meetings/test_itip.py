"""Answers from calendar programs: what each message means by RFC 5546, and what comes of it here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.meetings.directory.consumers import consumer
from services.meetings.replies.domain import Known, Message, Outcome, classify
from services.notifications.intake.calendar import CalendarMessage, read
from shared.events.meetings import MeetingRescheduled, PeopleInvited, ProposalDeclined
from shared.events.notifications import AddressSuppressed, LetterFailed, ReplyReceived, ReplyWords
from shared.ids import new_id, utc_now
from shared.testing.stack import Running, Stack
from tests.meetings.builders import code, in_days, invitations_of, known, organisation, person, schedule

INCOMING = Path(__file__).parents[3] / "shared" / "data" / "ics" / "incoming.ics"
ME = "a@example.com"
EVERYBODY = frozenset(f"{letter}@example.com" for letter in "abcde")


def at(text: str) -> datetime:
    """Return a time of the calendar file's own notation."""
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


CALENDAR = {  # what its publishers say is in the calendar of A when the messages come in
    "calsrv.example.com-873970198738777@example.com": Known(
        sequence=1,
        stamped_at=at("19970611T190000Z"),
        starts_at=at("19970701T190000Z"),
        ends_at=at("19970701T193000Z"),
        attendees=EVERYBODY,
    ),
    "calsrv.example.com-873970198738785@example.com": Known(
        sequence=0,
        stamped_at=at("19970613T190000Z"),
        starts_at=at("19970701T180000Z"),
        ends_at=at("19970701T190000Z"),
        attendees=EVERYBODY,
    ),
    "calsrv.example.com-1002@example.com": Known(
        sequence=2, stamped_at=at("19970610T190000Z"), starts_at=at("19970701T100000Z")
    ),
}


def as_received(message: CalendarMessage) -> Message:
    """Return what the reader found as the rule takes it, in the place of A."""
    mine = message.said_by(ME)
    first = message.attendees[0] if message.attendees else None
    return Message(
        method=message.method,
        sequence=message.sequence,
        stamped_at=message.stamped_at,
        starts_at=message.starts_at,
        ends_at=message.ends_at,
        who=first.address if first else "",
        participation=first.participation if first else "needs-action",
        in_my_stead=mine is not None and bool(mine.delegated_from),
        is_freebusy=message.kind == "VFREEBUSY",
    )


def expectations() -> list[Any]:
    """Return every message of the file with the outcome that it names, in its order."""
    if not INCOMING.exists():
        return [pytest.param(None, "", id="none", marks=pytest.mark.skip(reason="incoming.ics is not here"))]
    found = [(each, dict(each.properties)) for each in read(INCOMING.read_bytes())]
    return [
        pytest.param(each, own["X-LIC-EXPECT"].lower(), id=own["X-LIC-NOTE"].partition(" ")[0].strip("#:.\\,"))
        for each, own in found
    ]


@pytest.mark.parametrize(("message", "expected"), expectations())
def test_every_message_means_what_its_publisher_expects(message: CalendarMessage, expected: str) -> None:
    assert classify(as_received(message), CALENDAR.get(message.uid)) == expected


@pytest.mark.skipif(not INCOMING.exists(), reason="incoming.ics is not here")
def test_no_expectation_is_left_out() -> None:
    assert len(expectations()) == INCOMING.read_text().count("X-LIC-EXPECT") == 15


REPLY = Message(method="REPLY", sequence=2, stamped_at=at("20261001T100000Z"), who="a", participation="accepted")
MEETING = Known(sequence=2, attendees=frozenset({"a"}))


@pytest.mark.parametrize(
    ("message", "beside", "means"),
    [
        (REPLY, MEETING, "reply-accept"),
        (replace(REPLY, participation="tentative"), MEETING, "reply-tentative"),
        (replace(REPLY, participation="needs-action"), MEETING, "reply-undecided"),
        (replace(REPLY, sequence=1), MEETING, "obsolete"),
        (replace(REPLY, sequence=3), MEETING, "reply-accept"),
        (REPLY, replace(MEETING, replied_at=at("20261001T100001Z")), "obsolete"),
        (REPLY, replace(MEETING, replied_at=at("20261001T100000Z")), "reply-accept"),
        (replace(REPLY, stamped_at=None), replace(MEETING, replied_at=at("20261001T100000Z")), "reply-accept"),
        (replace(REPLY, who="x"), MEETING, "reply-crasher-accept"),
        (replace(REPLY, who="x", participation="tentative"), MEETING, "reply-crasher"),
        (REPLY, None, "reply-crasher-accept"),
        (replace(REPLY, method="COUNTER", who="x"), MEETING, "reply-crasher"),
        (replace(REPLY, method="COUNTER", sequence=1), MEETING, "obsolete"),
        (replace(REPLY, method="REFRESH", sequence=0), MEETING, "refresh"),
        (replace(REPLY, method="DECLINECOUNTER"), MEETING, "decline-counter"),
        (replace(REPLY, method="ADD"), MEETING, "add-instance"),
        (replace(REPLY, method="X-OTHER"), MEETING, "unknown"),
    ],
    ids=range(17),
)
def test_an_answer_is_measured_by_sequence_then_by_stamp(
    message: Message, beside: Known | None, means: Outcome
) -> None:
    assert classify(message, beside) == means


# What comes of them


class Party:
    """A meeting with one guest, whose calendar program answers."""

    def __init__(self, meetings: Running, meeting: dict[str, Any], person_id: str) -> None:
        self.meetings, self.meeting, self.person_id = meetings, meeting, person_id
        self.coordinator = meetings.as_("coordinator")

    async def hears(self, method: str = "REPLY", participation: str = "accepted", **changes: Any) -> dict[str, Any]:
        """Let the service hear an answer; return the record that is kept of it."""
        values = {
            "reply_id": new_id(),
            "meeting_id": self.meeting["id"],
            "person_id": self.person_id,
            "method": method,
            "participation": participation,
            "sequence": 0,
            "replied_at": utc_now(),
            "revision": 1,
            **changes,
        }
        event = ReplyReceived.model_validate(values)
        await self.meetings.deliver(consumer, event)
        found = (await self.coordinator.get(f"/meetings/{self.meeting['id']}/replies")).json()["items"]
        return next((each for each in found if each["id"] == event.reply_id), {})

    async def invitation(self) -> dict[str, Any]:
        """Return the guest's invitation as coordinators see it."""
        found = await self.coordinator.get(f"/meetings/{self.meeting['id']}/invitations", params={"limit": 200})
        return next(each for each in found.json()["items"] if each["person_id"] == self.person_id)

    async def move(self, days: float) -> None:
        """Move the meeting."""
        body = {"starts_at": in_days(days), "ends_at": in_days(days + 0.2)}
        answer = await self.coordinator.post(f"/meetings/{self.meeting['id']}/rescheduling", json=body)
        assert answer.status_code == 200, answer.text

    async def told(self, name: str) -> list[Any]:
        """Return what was published of the meeting by this name."""
        return [each["event"] for each in await self.meetings.published(name) if each["subject"] == self.meeting["id"]]


async def party(meetings: Running, *others: Any, **changes: Any) -> Party:
    guest = person(**changes)
    await known(meetings, guest, *others)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    return Party(meetings, meeting, guest.person_id)


async def test_an_accept_in_the_calendar_is_an_answer(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    kept = await guest.hears(words=ReplyWords(comment="Gladly"))
    assert (kept["outcome"], kept["refused"], kept["comment"]) == ("reply-accept", None, "Gladly")
    found = await guest.invitation()
    assert (found["answer"], found["comment"], found["standing"]) == ("accepted", "Gladly", "accepted")
    rows = await meetings.storage.reader["replies"].find({"person_id": guest.person_id}, limit=5)
    assert [(row["comment"], b"Gladly" in row["comment_cipher"]) for row in rows] == [("", False)]


async def test_an_answer_to_an_older_sequence_is_kept_and_not_heeded(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    await guest.move(40)
    assert (await guest.hears())["outcome"] == "obsolete"
    assert (await guest.invitation())["answer"] == "pending"
    assert (await guest.hears(sequence=1))["outcome"] == "reply-accept"
    assert (await guest.invitation())["answer"] == "accepted"


async def test_the_withdrawal_of_another_makes_no_answer_obsolete(meetings: Running, stack: Stack) -> None:
    one, other = person(), person()
    await known(meetings, one, other)
    meeting = await schedule(meetings, {"person_ids": [one.person_id, other.person_id]})
    rows = {row["person_id"]: row["_id"] for row in await invitations_of(meetings, meeting["id"])}
    guest = Party(meetings, meeting, one.person_id)
    await guest.coordinator.post(f"/meetings/{meeting['id']}/invitations/{rows[other.person_id]}/withdrawal")
    assert (await guest.hears(sequence=0))["outcome"] == "reply-accept"
    withdrawn = Party(meetings, meeting, other.person_id)
    assert (await withdrawn.hears(sequence=1))["outcome"] == "reply-crasher-accept"


async def test_of_two_answers_the_later_counts_in_whatever_order_they_come(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    now = utc_now()
    await guest.hears(participation="declined", replied_at=now)
    assert (await guest.hears(replied_at=now - timedelta(minutes=1)))["outcome"] == "obsolete"
    assert (await guest.invitation())["answer"] == "declined"


async def test_a_mail_that_comes_twice_is_heeded_once(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    id, now = new_id(), utc_now()
    for participation in ("accepted", "declined"):
        await guest.hears(participation=participation, reply_id=id, replied_at=now)
    assert (await guest.invitation())["answer"] == "accepted"


async def test_whoever_was_not_invited_is_refused(meetings: Running, stack: Stack) -> None:
    guest, stranger = await party(meetings), person()
    await known(meetings, stranger)
    kept = await guest.hears(person_id=stranger.person_id)
    assert (kept["outcome"], kept["invitation_id"]) == ("reply-crasher-accept", None)
    assert len(await invitations_of(meetings, guest.meeting["id"])) == 1


async def test_an_answer_that_comes_too_late_is_kept_with_the_reason(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    await guest.coordinator.post(f"/meetings/{guest.meeting['id']}/cancellation", json={})
    assert (await guest.hears(sequence=1))["refused"] == "meeting-cancelled"


async def test_another_time_is_proposed_and_taken(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    starts_at = datetime.fromisoformat(in_days(33))
    first = await guest.hears("COUNTER", "tentative", proposed_starts_at=starts_at - timedelta(days=1))
    second = await guest.hears(
        "COUNTER", "tentative", proposed_starts_at=starts_at, proposed_ends_at=starts_at + timedelta(hours=2)
    )
    address = f"/meetings/{guest.meeting['id']}/replies"
    (open_one,) = (await guest.coordinator.get(address, params={"proposals": True})).json()["items"]
    assert (first["proposal"], open_one["id"]) == ("open", second["id"])
    taken = await guest.coordinator.post(f"{address}/{second['id']}/acceptance")
    assert taken.json()["proposal"] == "accepted"
    (moved,) = await guest.told(MeetingRescheduled.name)
    assert (moved.starts_at, moved.ends_at) == (starts_at, starts_at + timedelta(hours=2))
    again = [await guest.coordinator.post(f"{address}/{each['id']}/refusal") for each in (first, second)]
    assert [code(each) for each in again] == [(409, "proposal-settled")] * 2


async def test_whoever_proposed_hears_that_the_time_stays(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    kept = await guest.hears("COUNTER", "declined", proposed_starts_at=datetime.fromisoformat(in_days(33)))
    await guest.coordinator.post(f"/meetings/{guest.meeting['id']}/replies/{kept['id']}/refusal")
    (told,) = await guest.told(ProposalDeclined.name)
    assert (told.person_id, told.proposal_id) == (guest.person_id, kept["id"])
    assert await guest.told(MeetingRescheduled.name) == []


async def test_a_proposal_without_a_time_is_kept_as_none(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    kept = await guest.hears("COUNTER", "tentative")
    assert (kept["refused"], kept["proposal"]) == ("no-time-proposed", None)


async def test_a_refresh_sends_the_invitation_again_once_an_hour(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    kept = [await guest.hears("REFRESH", "needs-action") for _ in range(2)]
    assert [each["refused"] for each in kept] == [None, "refreshed-just-now"]
    first, second = await guest.told(PeopleInvited.name)
    assert (second.invitees, second.revision, second.sequence) == (first.invitees, first.revision + 1, first.sequence)


async def test_a_colleague_named_in_the_calendar_is_invited_in_their_stead(meetings: Running, stack: Stack) -> None:
    house = organisation("donor")
    colleague = person(organisation_ids=[house.organisation_id])
    guest = await party(meetings, house, colleague, organisation_ids=[house.organisation_id])
    kept = await guest.hears(participation="delegated", delegate_id=colleague.person_id)
    assert (kept["outcome"], kept["refused"]) == ("reply-delegate", None)
    found = await guest.invitation()
    assert (found["standing"], found["delegated_to"]) == ("delegated", colleague.person_id)
    assert len(await invitations_of(meetings, guest.meeting["id"])) == 2


async def test_a_stranger_named_in_the_calendar_is_not(meetings: Running, stack: Stack) -> None:
    stranger = person()
    guest = await party(meetings, stranger)
    assert (await guest.hears(participation="delegated", delegate_id=stranger.person_id))[
        "refused"
    ] == "colleague-not-known"
    assert len(await invitations_of(meetings, guest.meeting["id"])) == 1
    await guest.hears(participation="delegated")
    found = await guest.invitation()
    assert (found["standing"], found["delegate_wanted"]) == ("delegated", True)


# Whom letters do not reach


async def test_whom_letters_do_not_reach_is_seen_until_they_do(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    news = {"person_id": guest.person_id, "reason": "hard-bounce"}
    await meetings.deliver(consumer, AddressSuppressed.model_validate({**news, "revision": 1}))
    assert (await guest.invitation())["standing"] == "unreachable"
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    later = Party(meetings, meeting, guest.person_id)
    assert (await later.invitation())["unreachable"] == "hard-bounce"
    await meetings.deliver(consumer, AddressSuppressed.model_validate({**news, "revision": 3, "lifted": True}))
    await meetings.deliver(consumer, AddressSuppressed.model_validate({**news, "revision": 2}))
    assert [(await each.invitation())["standing"] for each in (guest, later)] == ["pending"] * 2


async def test_a_failed_invitation_is_seen_and_an_answer_ends_that(meetings: Running, stack: Stack) -> None:
    guest = await party(meetings)
    failed = {"letter_id": new_id(), "person_id": guest.person_id, "about_id": guest.meeting["id"], "revision": 1}
    other = LetterFailed.model_validate({**failed, "kind": "sign-in-requested", "code": "550 5.1.1"})
    await meetings.deliver(consumer, other)
    assert (await guest.invitation())["standing"] == "pending"
    await meetings.deliver(consumer, LetterFailed.model_validate({**failed, "kind": "people-invited", "code": "550"}))
    assert (await guest.invitation())["standing"] == "unreachable"
    await guest.hears()
    assert (await guest.invitation())["standing"] == "accepted"
