"""Each letter reaches the relay once, or it is known and shown why not."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.deliveries import bundles, recording, settling
from services.notifications.deliveries.bundles import LETTERS, Claim
from services.notifications.smtp import Mail, Outcome, Relay
from shared.events.meetings import calendar_uid
from shared.ids import new_id, utc_now
from shared.storage import Contended, Reader
from shared.testing.sink import Faults
from shared.testing.stack import until
from tests.notifications.builders import (
    Office,
    address_of,
    cancelled,
    contact_changed,
    invitation_in,
    people_invited,
    report_published,
    rescheduled,
    sign_in_requested,
    subscription_confirmed,
    subscription_requested,
    updated,
)
from tests.notifications.conftest import Opened

Hook = Callable[[], Awaitable[None]]


async def test_everybody_invited_gets_one_mail_alone_on_its_to_line(office: Office) -> None:
    people = await office.knows(5)
    event = people_invited(new_id(), people)
    await office.hears(event)
    mails = await office.sink.arrived(5)
    assert sorted(mail.recipient for mail in mails) == sorted(address_of(person) for person in people)
    for mail in mails:
        assert mail.message["To"].addresses[0].addr_spec == mail.recipient
        assert len(mail.message["To"].addresses) == 1
    await office.settled(5, about_id=event.meeting_id)
    rows = await office.letters(about_id=event.meeting_id)
    assert sorted(mail.message_id for mail in mails) == sorted(f"<{row['_id']}@zgoda.example>" for row in rows)
    assert [(row["attempts"], "due_at" in row, "bundle" in row) for row in rows] == [(1, False, False)] * 5


async def test_a_mail_speaks_its_readers_language_and_carries_the_meeting(office: Office) -> None:
    (person_id,) = await office.knows(1, language="pl", time_zone="Europe/Kyiv")
    event = people_invited(new_id(), [person_id])
    await office.hears(event)
    (mail,) = await office.sink.arrived(1)
    assert "Spotkanie realizatorów" in mail.message["Subject"]
    assert "10:00" in mail.text()  # 07:00 UTC on a clock in Kyiv
    _, meeting = invitation_in(mail)
    assert (str(meeting["UID"]), int(meeting["SEQUENCE"])) == (calendar_uid(event.meeting_id), 0)
    assert str(meeting["ATTENDEE"]) == f"mailto:{mail.recipient}"


async def test_an_invitation_that_comes_late_tells_where_the_meeting_is_now(office: Office) -> None:
    (person_id,) = await office.knows(1)
    meeting_id = new_id()
    await office.hears(rescheduled(meeting_id, revision=2, days=7))
    await office.hears(people_invited(meeting_id, [person_id], revision=1))
    (mail,) = await office.sink.arrived(1)
    assert mail.message["Subject"].startswith("Invitation")
    _, meeting = invitation_in(mail)
    assert meeting["DTSTART"].dt.astimezone(UTC) == datetime(2030, 10, 21, 7, 0, tzinfo=UTC)
    assert int(meeting["SEQUENCE"]) == 1


async def test_nobody_is_invited_to_a_meeting_that_was_called_off(office: Office) -> None:
    (person_id,) = await office.knows(1)
    meeting_id = new_id()
    await office.hears(cancelled(meeting_id))
    await office.hears(people_invited(meeting_id, [person_id], revision=1))
    await office.settled(1, "suppressed", kind="people-invited", about_id=meeting_id)
    assert [mail.message["Subject"] for mail in office.sink.to(address_of(person_id)) if "invit" in mail.text()] == []


async def test_a_correction_reaches_calendars_with_the_sequence_they_hold(office: Office) -> None:
    (person_id,) = await office.knows(1)
    meeting_id = new_id()
    await office.hears(people_invited(meeting_id, [person_id]))
    await office.sink.arrived(1)
    await office.hears(updated(meeting_id, revision=2))
    mail = (await office.sink.arrived(2))[1]
    assert mail.message["Subject"].startswith("Corrected: ")
    assert "your answer stands" in " ".join(mail.text().split())
    method, meeting = invitation_in(mail)
    assert (method, int(meeting["SEQUENCE"]), meeting["ATTENDEE"].params["RSVP"]) == ("REQUEST", 0, "FALSE")


async def test_nobody_is_told_of_a_correction_after_the_meeting_was_called_off(office: Office) -> None:
    (person_id,) = await office.knows(1)
    meeting_id = new_id()
    await office.hears(people_invited(meeting_id, [person_id]))
    await office.sink.arrived(1)
    await office.hears(cancelled(meeting_id, revision=3))
    await office.hears(updated(meeting_id, revision=2))
    await office.settled(1, "suppressed", kind="meeting-updated", about_id=meeting_id)


async def test_a_move_and_an_end_reach_everybody_under_the_same_uid(office: Office) -> None:
    people = await office.knows(3)
    meeting_id = new_id()
    await office.hears(people_invited(meeting_id, people))
    await office.sink.arrived(3)
    await office.hears(rescheduled(meeting_id, revision=2))
    await office.sink.arrived(6)
    await office.hears(cancelled(meeting_id, revision=3))
    await office.sink.arrived(9)
    for person in people:
        methods, meetings = zip(*map(invitation_in, office.sink.to(address_of(person))), strict=True)
        assert list(methods) == ["REQUEST", "REQUEST", "CANCEL"]
        assert [int(meeting["SEQUENCE"]) for meeting in meetings] == [0, 1, 2]
        assert {str(meeting["UID"]) for meeting in meetings} == {calendar_uid(meeting_id)}


async def test_a_subscriber_confirms_by_a_link_and_leaves_by_one(office: Office) -> None:
    subscription_id = new_id()
    await office.hears(subscription_requested(subscription_id))
    (asked,) = await office.sink.arrived(1)
    assert f"{office.running.settings.portal_url}/en/subscription/" in asked.text()
    await office.hears(subscription_confirmed(subscription_id, "media-freedom"))
    event = report_published("media-freedom")
    await office.hears(event)
    _, told = await office.sink.arrived(2)
    assert f"{office.running.settings.portal_url}/en/reports/{event.report_id}" in told.text()
    assert "/en/unsubscribe/" in told.message["List-Unsubscribe"]


async def test_a_letter_to_somebody_unknown_is_sent_when_the_contact_arrives(office: Office) -> None:
    person_id = new_id()
    event = people_invited(new_id(), [person_id])
    await office.hears(event)
    await office.settled(1, "deferred", about_id=event.meeting_id)
    assert (await office.letter(about_id=event.meeting_id))["error"]["code"] == "contact-unknown"
    await office.hears(contact_changed(person_id, address="new@example.org"))
    await office.sink.arrived(1)
    assert office.sink.mails[0].recipient == "new@example.org"


async def test_whoever_wants_no_letters_gets_none(office: Office) -> None:
    (person_id,) = await office.knows(1, no_contact=True)
    event = people_invited(new_id(), [person_id])
    await office.hears(event)
    await office.settled(1, "suppressed", about_id=event.meeting_id)
    assert (office.sink.mails, (await office.letter(about_id=event.meeting_id))["error"]["code"]) == ([], "no-contact")


async def test_a_sign_in_link_that_has_expired_is_not_sent(office: Office) -> None:
    (person_id,) = await office.knows(1)
    await office.hears(sign_in_requested(person_id, lasts=-timedelta(seconds=1)))
    await office.settled(1, "suppressed", recipient_id=person_id)
    assert office.sink.mails == []


async def test_one_address_that_is_none_does_not_harm_its_neighbours(office: Office) -> None:
    people = await office.knows(2)
    (broken,) = await office.knows(1, address="not an address")
    event = people_invited(new_id(), [people[0], broken, people[1]])
    await office.hears(event)
    await office.settled(2, about_id=event.meeting_id)
    row = await office.letter(about_id=event.meeting_id, recipient_id=broken)
    assert (row["state"], row["error"]["code"], len(office.sink.mails)) == ("failed", "address-not-mailable", 2)


async def test_a_refused_letter_waits_or_fails_and_an_operator_sees_why(opened: Opened) -> None:
    async with opened() as office:
        office.sink.misbehave(Faults(temporary=0.5, permanent=0.5))
        people = await office.knows(30)
        event = people_invited(new_id(), people)
        await office.hears(event)
        await until(lambda: _none(office, about_id=event.meeting_id, state="queued"), "all are tried")
        rows = await office.letters(about_id=event.meeting_id)
        for row in rows:
            if row["state"] == "failed":
                assert row["error"] == {"code": "550 5.1.1", "text": "5.1.1 <…@…> no such mailbox"}
            else:
                assert (row["state"], row["error"]["code"]) == ("deferred", "451 4.3.0")
                assert timedelta(seconds=50) < row["due_at"] - utc_now() < timedelta(seconds=61)
        assert {row["state"] for row in rows} == {"failed", "deferred"}


async def _none(office: Office, **where: object) -> bool:
    return await office.running.storage.reader[LETTERS].count({**where, "state": "queued"}) == 0


async def test_letters_wait_for_a_relay_that_is_away_and_lose_no_attempt(opened: Opened) -> None:
    async with opened() as office:
        office.sink.misbehave(Faults(busy=True))
        people = await office.knows(3)
        event = people_invited(new_id(), people)
        await office.hears(event)
        await until(lambda: not office.running.context.health.ready, "the service says that it cannot send")
        office.sink.misbehave(Faults())
        await office.sink.arrived(3)
        await office.settled(3, about_id=event.meeting_id)
        assert [row["attempts"] for row in await office.letters(about_id=event.meeting_id)] == [1, 1, 1]
        await until(lambda: office.running.context.health.ready, "the service says that it can")


async def test_two_replicas_send_each_letter_once(opened: Opened) -> None:
    async with opened(instance="one") as first, opened(instance="two") as second:
        people = [new_id() for _ in range(400)]
        for person_id in people:
            await first.hears(contact_changed(person_id))
        event = people_invited(new_id(), people)
        await first.hears(event)
        second.running.storage.bell("letters").set()
        await first.settled(400, about_id=event.meeting_id)
        assert sorted(mail.recipient for mail in first.sink.mails) == sorted(address_of(person) for person in people)


async def _abandon(office: Office, *, transmitting: bool, people: int = 3) -> tuple[str, Claim]:
    """Leave letters as a sender leaves them that dies; return what they are about, and its claim."""
    event = people_invited(new_id(), await office.knows(people))
    await office.hears(event)
    reader = office.running.storage.reader
    claim = await bundles.claim(reader, 1, now=utc_now(), holder="dead")
    assert claim is not None
    assert len(claim.rows) == people
    if transmitting:
        assert await bundles.start_transmitting(reader, claim, [row["_id"] for row in claim.rows]) == 0
    return event.meeting_id, claim


async def _take_back(office: Office) -> tuple[int, int]:
    """Take back what has not been heard of for a moment."""
    await asyncio.sleep(0.1)
    lease = timedelta(milliseconds=50)
    return await bundles.take_back(office.running.storage, lease=lease, now=utc_now(), holder="x", held=())


async def test_what_a_dead_sender_had_only_claimed_is_sent_without_doubt(opened: Opened) -> None:
    async with opened(background=False) as dead:
        meeting_id, _ = await _abandon(dead, transmitting=False)
    async with opened() as office:
        await office.settled(3, about_id=meeting_id)
        rows = await office.letters(about_id=meeting_id)
        assert [row.get("doubts", 0) for row in rows] == [0, 0, 0]
        assert len(office.sink.mails) == 3


async def test_what_a_dead_sender_may_have_sent_is_marked_and_sent_again_as_the_same_mail(opened: Opened) -> None:
    async with opened(background=False) as dead:
        meeting_id, _ = await _abandon(dead, transmitting=True)
    async with opened() as office:
        await office.settled(3, about_id=meeting_id)
        rows = await office.letters(about_id=meeting_id)
        assert [(row["doubts"], [each["state"] for each in row["history"]]) for row in rows] == [(1, ["ambiguous"])] * 3
        assert sorted(mail.message_id for mail in office.sink.mails) == [
            f"<{row['_id']}@zgoda.example>" for row in rows
        ]


async def test_what_may_have_been_sent_waits_for_an_operator_where_that_is_set(opened: Opened) -> None:
    async with opened(background=False) as dead:
        meeting_id, _ = await _abandon(dead, transmitting=True)
    async with opened(letters_held_when_ambiguous=("people-invited",)) as office:
        await office.settled(3, "ambiguous", about_id=meeting_id)
        await asyncio.sleep(1.5)
        assert (await office.states(about_id=meeting_id), office.sink.mails) == (["ambiguous"] * 3, [])
        async with office.running.as_("coordinator") as client:
            row = (await office.letters(about_id=meeting_id))[0]
            answer = await client.post(f"/letters/{row['_id']}/retry")
            assert (answer.status_code, answer.json()["state"]) == (200, "queued")
        await office.sink.arrived(1)


async def test_a_sender_thought_dead_writes_no_dot(opened: Opened) -> None:
    async with opened(background=False) as dead:
        _, claim = await _abandon(dead, transmitting=False)
        assert await _take_back(dead) == (1, 0)
        ids = [row["_id"] for row in claim.rows]
        assert await bundles.start_transmitting(dead.running.storage.reader, claim, ids) is None


async def test_a_reply_that_came_after_all_ends_the_doubt(opened: Opened) -> None:
    async with opened(background=False) as dead:
        meeting_id, claim = await _abandon(dead, transmitting=True)
        assert await _take_back(dead) == (1, 3)
        assert await dead.states(about_id=meeting_id) == ["ambiguous"] * 3
        await settling.settle_sent(dead.running.storage.reader, [row["_id"] for row in claim.rows], now=utc_now())
        assert await dead.states(about_id=meeting_id) == ["sent"] * 3


async def test_taking_back_may_be_interrupted_and_done_again(opened: Opened) -> None:
    async with opened(background=False) as dead:
        meeting_id, claim = await _abandon(dead, transmitting=True)
        reader = dead.running.storage.reader
        ids = [row["_id"] for row in claim.rows]
        await dead.running.storage.transact(bundles.tie, ids, priority=1, due_at=utc_now())  # and then died
        assert [await _take_back(dead) for _ in range(2)] == [(1, 3), (0, 0)]
        assert [row["doubts"] for row in await dead.letters(about_id=meeting_id)] == [1, 1, 1]
        claims = [await bundles.claim(reader, 1, now=utc_now(), holder="next") for _ in range(4)]
        assert sorted(len(each.rows) for each in claims if each is not None) == [0, 0, 3]


async def test_a_letter_that_moved_on_is_not_sent_with_the_bundle_it_left(opened: Opened) -> None:
    async with opened(background=False) as office:
        person_id = new_id()
        event = people_invited(new_id(), [person_id])
        await office.hears(event)
        reader = office.running.storage.reader
        waiting = {"state": "deferred", "error": {"code": "contact-unknown", "text": ""}}
        await reader[LETTERS].update_many({"about_id": event.meeting_id}, {"$set": waiting})
        await office.hears(contact_changed(person_id))
        claims = [await bundles.claim(reader, 1, now=utc_now(), holder="one") for _ in range(2)]
        assert sorted(len(each.rows) for each in claims if each is not None) == [0, 1]


async def test_a_letter_on_its_way_says_so_and_is_not_queued_twice(opened: Opened) -> None:
    async with opened(background=False) as dead:
        await _abandon(dead, transmitting=False, people=1)
        (row,) = await dead.letters()
        async with dead.running.as_("coordinator") as client:
            shown = (await client.get(f"/letters/{row['_id']}")).json()
            refused = await client.post(f"/letters/{row['_id']}/retry")
            listed = (await client.get("/letters", params={"state": "claimed"})).json()["items"]
        assert (shown["state"], refused.json()["code"], len(listed)) == ("claimed", "letter-on-its-way", 1)


async def test_connections_cut_after_the_dot_double_only_what_is_marked(opened: Opened) -> None:
    async with opened(letters_in_flight=50) as office:
        office.sink.misbehave(Faults(cut_before_reply=0.05, seed=3))
        people = await office.knows(200)
        event = people_invited(new_id(), people)
        await office.hears(event)
        await until(lambda: _none(office, about_id=event.meeting_id), "all are tried")
        office.sink.misbehave(Faults())
        await office.settled(200 - 5, about_id=event.meeting_id)
        rows = await office.letters(about_id=event.meeting_id)
        copies = len(office.sink.mails) - len({mail.recipient for mail in office.sink.mails})
        assert {mail.recipient for mail in office.sink.mails} == {address_of(person) for person in people}
        assert 0 < copies <= sum(row.get("doubts", 0) for row in rows)


async def test_a_sign_in_overtakes_a_thousand_invitations(opened: Opened) -> None:
    async with opened(smtp_connections=2, letters_workers=2, letters_in_flight=50) as office:
        office.sink.misbehave(Faults(delay=0.01))
        people = [new_id() for _ in range(500)]
        (waiting,) = await office.knows(1, address="waiting@example.org")
        known = await office.knows(1)
        await office.hears(people_invited(new_id(), known))
        event = people_invited(new_id(), [*people, waiting][:500])
        for person_id in people:
            await office.hears(contact_changed(person_id))
        await office.hears(event)
        await office.settled(50, about_id=event.meeting_id)
        began = asyncio.get_running_loop().time()
        await office.hears(sign_in_requested(waiting))
        await until(lambda: office.sink.to("waiting@example.org"), "the link arrives", within=2)
        took = asyncio.get_running_loop().time() - began
        still = len(await office.letters(about_id=event.meeting_id, state="queued"))
        assert (took < 2, still > 100) == (True, True)


async def test_a_service_that_stops_gives_back_what_it_has_not_sent(opened: Opened) -> None:
    async with opened(smtp_connections=1, letters_workers=1, letters_in_flight=5) as office:
        people = await office.knows(60)
        office.sink.misbehave(Faults(delay=0.02))
        event = people_invited(new_id(), people)
        await office.hears(event)
        await office.settled(5, about_id=event.meeting_id)
    async with opened(background=False) as stopped:
        states = await stopped.states(about_id=event.meeting_id)
        assert (set(states), states.count("sent")) == ({"sent", "queued"}, len(stopped.sink.mails))


async def test_a_fault_of_ours_while_dots_are_written_is_a_doubt_and_not_a_second_mail_unmarked(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, broken = Relay.send, [True]

    async def send_and_fail(relay: Relay, mails: Sequence[Mail], *, before_dots: Hook) -> list[Outcome]:
        outcomes = await send(relay, mails, before_dots=before_dots)
        if broken.pop() if broken else False:
            raise RuntimeError("a mistake of ours")
        return outcomes

    monkeypatch.setattr(Relay, "send", send_and_fail)
    async with opened() as office:
        event = people_invited(new_id(), await office.knows(3))
        await office.hears(event)
        await office.settled(3, about_id=event.meeting_id)
        rows = await office.letters(about_id=event.meeting_id)
        assert (len(office.sink.mails), [row["doubts"] for row in rows]) == (6, [1, 1, 1])


async def test_a_letter_that_waited_long_for_us_has_all_its_tries_with_the_relay(opened: Opened) -> None:
    async with opened(background=False) as quiet:
        event = people_invited(new_id(), await quiet.knows(2))
        await quiet.hears(event)
        old = {"since": utc_now() - timedelta(days=3), "created_at": utc_now() - timedelta(days=3), "sought": 9}
        first, again = await quiet.letters(about_id=event.meeting_id)
        letters = quiet.running.storage.reader[LETTERS]
        await letters.update_one({"_id": first["_id"]}, {"$set": old})
        await letters.update_one({"_id": again["_id"]}, {"$set": {**old, "attempts": 1}})
        async with quiet.running.as_("operator") as client:
            assert (await client.delete("/holds/relay")).json() == {"count": 0}
        quiet.sink.misbehave(Faults(temporary=1))
    async with opened() as office:
        await office.settled(2, "deferred", about_id=event.meeting_id)
        rows = await office.letters(about_id=event.meeting_id)
    assert [(row["attempts"], utc_now() - row["since"] < timedelta(minutes=1)) for row in rows] == [
        (1, True),
        (2, True),
    ]
    assert [round((row["due_at"] - utc_now()) / timedelta(minutes=1)) for row in rows] == [1, 5]


async def test_what_cannot_be_written_down_is_a_doubt_and_its_bundle_is_not_thrown_away(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle_sent, broken = settling.settle_sent, [True]

    async def settle_or_not(reader: Reader, ids: Sequence[str], *, now: datetime) -> None:
        if ids and broken and broken.pop():
            raise Contended
        await settle_sent(reader, ids, now=now)

    monkeypatch.setattr(settling, "settle_sent", settle_or_not)
    monkeypatch.setattr(recording, "RECORDED_WITHIN", 1)
    async with opened() as office:
        event = people_invited(new_id(), await office.knows(2))
        await office.hears(event)
        await office.settled(2, about_id=event.meeting_id)
        assert [row["doubts"] for row in await office.letters(about_id=event.meeting_id)] == [1, 1]
