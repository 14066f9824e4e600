"""Mails that come back over SMTP are kept, understood and acted upon once; what is not ours is not taken."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest_asyncio

from services.notifications.contacts import store as contacts
from services.notifications.contacts.store import Reachable
from services.notifications.intake.store import RECEIVED
from services.notifications.main import create_app
from services.notifications.settings import Settings
from services.notifications.suppressions.store import SUPPRESSIONS
from shared.events.meetings import calendar_uid
from shared.ids import new_id
from shared.storage import Document
from shared.testing.sink import Faults, Sink
from shared.testing.stack import Stack
from tests.notifications.builders import (
    Office,
    address_of,
    contact_changed,
    people_invited,
    report_published,
    sign_in_requested,
    subscription_confirmed,
    subscription_requested,
)

DOMAIN = "back.example.org"


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mailroom(stack: Stack) -> AsyncIterator[Office]:
    """A service that sends, and takes what comes back."""
    async with Sink() as sink:
        values = stack.values(
            "notifications",
            smtp_url=sink.url,
            letters_lease_seconds=1,
            intake_domain=DOMAIN,
            intake_port=free_port(),
            database=f"{stack.prefix}_mailroom",
        )
        async with stack.running(create_app, Settings(**values)) as running:
            yield Office(running, sink)


def settings_of(office: Office) -> Settings:
    settings: Settings = office.running.settings
    return settings


async def bring(office: Office, recipient: str, raw: bytes, *, hello: str = "EHLO") -> tuple[int, str]:
    """Hand a mail over as a mail server does; return the last answer."""

    def talk() -> tuple[int, str]:
        with smtplib.SMTP("127.0.0.1", settings_of(office).intake_port or 0, timeout=20) as client:
            client.docmd(hello, "mx.example.org")
            client.docmd("MAIL", "FROM:<>")
            code, text = client.docmd("RCPT", f"TO:<{recipient}>")
            if code == 250:
                code, text = client.data(raw)
            return code, text.decode()

    return await asyncio.to_thread(talk)


async def sent_letter(office: Office, **values: Any) -> Document:
    """Return the row of an invitation that was sent to somebody new."""
    (person_id,) = await office.knows(1, **values)
    await office.hears(people_invited(new_id(), [person_id]))
    await office.settled(1, recipient_id=person_id)
    return await office.letter(recipient_id=person_id)


def bounce_of(status: str, *, action: str = "failed", diagnosis: str = "") -> bytes:
    return (
        b"From: MAILER-DAEMON@mx.example.org\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"\r\n\r\n'
        b"--=_b\r\n\r\nSorry.\r\n--=_b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; x@example.org\r\n"
        + f"Action: {action}\r\nStatus: {status}\r\n".encode()
        + (f"Diagnostic-Code: smtp; {diagnosis}\r\n" if diagnosis else "").encode()
        + b"\r\n--=_b--\r\n"
    )


def answer_of(row: Document, *, attendee: str, sender: str, participation: str = "ACCEPTED", uid: str = "") -> bytes:
    calendar = "\r\n".join(
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT",
            f"UID:{uid or calendar_uid(row['about_id'])}", "SEQUENCE:0", "DTSTAMP:20301001T080000Z",
            "DTSTART:20301014T070000Z", f"ATTENDEE;PARTSTAT={participation}:mailto:{attendee}",
            "COMMENT:Planted words", "END:VEVENT", "END:VCALENDAR", "",
        ]
    )  # fmt: skip
    message = EmailMessage()
    message["From"], message["Subject"] = sender, "Accepted: Meeting"
    message.set_content(calendar, subtype="calendar", params={"method": "REPLY"})
    return message.as_bytes(policy=policy.SMTP)


def return_path(office: Office, row: Document) -> str:
    addresses = settings_of(office).intake_addresses
    assert addresses is not None
    return addresses.address("bounce", row["_id"])


def organiser(office: Office, row: Document) -> str:
    addresses = settings_of(office).intake_addresses
    assert addresses is not None
    return addresses.address("reply", row["subject_id"])


async def outcomes(office: Office, row: Document) -> list[str]:
    found = await office.running.storage.reader[RECEIVED].find(
        {"recipient_id": row["recipient_id"]}, sort=[("_id", 1)], limit=50
    )
    return [each["outcome"] for each in found]


async def suppressed(office: Office, person_id: str) -> str:
    found = await contacts.reach(office.running.storage.reader, [person_id])
    to = found[person_id]
    assert isinstance(to, Reachable)
    return to.suppressed


async def test_a_letter_says_where_its_failure_is_to_be_told_and_whom_a_calendar_answers(mailroom: Office) -> None:
    row = await sent_letter(mailroom)
    (mail,) = [each for each in mailroom.sink.mails if each.recipient == address_of(row["recipient_id"])]
    assert mail.sender == return_path(mailroom, row)
    calendar = mail.text("text/calendar").replace("\r\n ", "")
    assert f"mailto:{organiser(mailroom, row)}" in calendar


async def test_an_address_that_does_not_exist_is_given_up_at_once(mailroom: Office) -> None:
    row = await sent_letter(mailroom)
    assert (await bring(mailroom, return_path(mailroom, row), bounce_of("5.1.1")))[0] == 250
    assert await suppressed(mailroom, row["recipient_id"]) == "hard-bounce"
    assert await outcomes(mailroom, row) == ["address-suppressed"]
    letter = await mailroom.letter(_id=row["_id"])
    assert (letter["state"], letter["error"]["code"]) == ("failed", "bounce 5.1.1")
    await mailroom.hears(people_invited(new_id(), [row["recipient_id"]]))
    await mailroom.settled(1, "suppressed", recipient_id=row["recipient_id"])


async def test_the_same_mail_twice_is_taken_once(mailroom: Office) -> None:
    row = await sent_letter(mailroom)
    for _ in range(2):
        assert (await bring(mailroom, return_path(mailroom, row), bounce_of("5.4.4")))[0] == 250
    assert await outcomes(mailroom, row) == ["letter-failed"]
    assert await suppressed(mailroom, row["recipient_id"]) == ""


async def test_two_letters_that_fail_for_good_give_an_address_up(mailroom: Office) -> None:
    first = await sent_letter(mailroom)
    await mailroom.hears(people_invited(new_id(), [first["recipient_id"]]))
    await mailroom.settled(2, recipient_id=first["recipient_id"])
    for row in await mailroom.letters(recipient_id=first["recipient_id"]):
        assert await suppressed(mailroom, first["recipient_id"]) == ""
        await bring(mailroom, return_path(mailroom, row), bounce_of("5.2.2"))
    assert await suppressed(mailroom, first["recipient_id"]) == "hard-bounce"


async def test_a_block_and_a_delay_are_not_held_against_an_address(mailroom: Office) -> None:
    row = await sent_letter(mailroom)
    await bring(mailroom, return_path(mailroom, row), bounce_of("4.4.1", action="delayed"))
    assert (await mailroom.letter(_id=row["_id"]))["state"] == "sent"
    await bring(mailroom, return_path(mailroom, row), bounce_of("5.7.1"))
    assert await outcomes(mailroom, row) == ["noted", "letter-failed"]
    assert await suppressed(mailroom, row["recipient_id"]) == ""


async def test_an_address_is_taken_up_again_when_it_changes_or_an_operator_says_so(mailroom: Office) -> None:
    rows = [await sent_letter(mailroom) for _ in range(2)]
    for row in rows:
        await bring(mailroom, return_path(mailroom, row), bounce_of("5.1.1"))
    moved, kept = (row["recipient_id"] for row in rows)
    await mailroom.hears(contact_changed(moved, revision=2, language="uk"))
    assert await suppressed(mailroom, moved) == "hard-bounce"
    await mailroom.hears(contact_changed(moved, revision=3, address="new@example.org"))
    assert await suppressed(mailroom, moved) == ""
    async with mailroom.running.as_("operator") as client:
        assert (await client.post(f"/suppressions/{kept}/lifting")).json()["lifted"] is True
        assert (await client.post(f"/suppressions/{kept}/lifting")).status_code == 409
    assert await suppressed(mailroom, kept) == ""
    reader = mailroom.running.storage.reader
    assert [(await SUPPRESSIONS.get(reader, each)).lifted for each in (moved, kept)] == [True, True]


async def test_what_somebody_asks_for_just_now_is_tried_all_the_same(mailroom: Office) -> None:
    row = await sent_letter(mailroom)
    await bring(mailroom, return_path(mailroom, row), bounce_of("5.1.1"))
    await mailroom.hears(sign_in_requested(row["recipient_id"]))
    await mailroom.settled(1, recipient_id=row["recipient_id"], kind="sign-in-requested")


async def test_a_complaint_ends_the_letters_to_a_subscriber(mailroom: Office) -> None:
    subscription_id = new_id()
    await mailroom.hears(subscription_requested(subscription_id))
    await mailroom.hears(subscription_confirmed(subscription_id, "media-freedom"))
    await mailroom.hears(report_published("media-freedom"))
    await mailroom.settled(1, recipient_id=subscription_id, kind="report-published")
    row = await mailroom.letter(recipient_id=subscription_id, kind="report-published")
    complaint = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary="=_b"\r\n\r\n'
        b"--=_b\r\n\r\nComplaint.\r\n--=_b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        b"Original-Mail-From: <" + return_path(mailroom, row).encode() + b">\r\n\r\n--=_b--\r\n"
    )
    assert (await bring(mailroom, f"feedback@{DOMAIN}", complaint))[0] == 250
    assert await suppressed(mailroom, subscription_id) == "complaint"
    forged = complaint.replace(b"bounce+", b"bounce+0")
    assert (await bring(mailroom, f"feedback@{DOMAIN}", forged))[0] == 550


async def test_a_calendar_programs_answer_is_told(mailroom: Office) -> None:
    row = await sent_letter(mailroom)
    address = address_of(row["recipient_id"])
    raw = answer_of(row, attendee=address.upper(), sender=f"Ada <{address}>")
    assert (await bring(mailroom, organiser(mailroom, row), raw, hello="LHLO"))[0] == 250
    assert await outcomes(mailroom, row) == ["answer-told"]
    published = [each["event"] for each in await mailroom.running.published("reply-received")]
    (told,) = [each for each in published if each.person_id == row["recipient_id"]]
    assert (told.meeting_id, told.participation, told.sequence) == (row["about_id"], "accepted", 0)
    assert told.words.comment == "Planted words"


async def test_whoever_answers_for_another_is_kept_and_not_told(mailroom: Office) -> None:
    row = await sent_letter(mailroom)
    own, other = address_of(row["recipient_id"]), "somebody@example.net"
    for raw in (
        answer_of(row, attendee=other, sender=other),
        answer_of(row, attendee=own, sender=other),
        answer_of(row, attendee=own, sender=own, uid=calendar_uid(new_id())),
    ):
        assert (await bring(mailroom, organiser(mailroom, row), raw))[0] == 250
    assert await outcomes(mailroom, row) == ["wrong-attendee", "wrong-sender", "another-event"]


async def test_nothing_is_taken_for_addresses_we_never_gave(mailroom: Office) -> None:
    for recipient in (f"postmaster@{DOMAIN}", f"bounce+{'a' * 52}@{DOMAIN}", "somebody@example.org"):
        assert (await bring(mailroom, recipient, b"Subject: x\r\n\r\n"))[0] == 550


async def test_a_persons_words_are_sent_back_with_the_right_address(mailroom: Office) -> None:
    row = await sent_letter(mailroom)
    code, text = await bring(
        mailroom, organiser(mailroom, row), b"From: a@example.org\r\nSubject: Hello\r\n\r\nHi.\r\n"
    )
    assert (code, settings_of(mailroom).reply_to in text) == (550, True)
    assert await outcomes(mailroom, row) == []


async def test_a_mail_too_large_is_not_taken(mailroom: Office) -> None:
    row = await sent_letter(mailroom)
    raw = b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 30_000
    assert (await bring(mailroom, return_path(mailroom, row), raw))[0] == 552


async def test_what_came_back_is_kept_sealed_and_gone_with_the_key(mailroom: Office) -> None:
    row = await sent_letter(mailroom)
    address = address_of(row["recipient_id"])
    await bring(mailroom, organiser(mailroom, row), answer_of(row, attendee=address, sender=address))
    reader = mailroom.running.storage.reader
    stored = await reader[RECEIVED].find_one({"recipient_id": row["recipient_id"]})
    assert stored is not None
    assert [word for word in ("Planted", address) if word in repr(stored)] == []
    opened = await contacts.unseal(reader, row["recipient_id"], stored["cipher"])
    assert opened is not None
    assert address in opened
    async with mailroom.running.as_("coordinator") as client:
        page = (await client.get("/received", params={"recipient_id": row["recipient_id"]})).json()
    assert [(each["outcome"], each["sort"]) for each in page["items"]] == [("answer-told", "calendar-reply")]


async def test_refusals_of_the_relay_are_told_and_held_against_the_address(mailroom: Office) -> None:
    (person_id,) = await mailroom.knows(1)
    mailroom.sink.misbehave(Faults(permanent=1.0))
    for connection in list(mailroom.sink.connections):  # those kept know nothing of it
        connection.close()
    await mailroom.hears(people_invited(new_id(), [person_id]))
    await mailroom.settled(1, "failed", recipient_id=person_id)
    for _ in range(100):
        if await suppressed(mailroom, person_id):
            break
        mailroom.running.context.wake("failures-told")
        await asyncio.sleep(0.05)
    assert await suppressed(mailroom, person_id) == "hard-bounce"
    told = [each["event"].person_id for each in await mailroom.running.published("letter-failed")]
    assert told.count(person_id) == 1
