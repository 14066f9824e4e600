"""Flow 4: a mail comes back, its address is given up, and the organisers see whom their letters do not reach."""

import asyncio
import smtplib
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from shared.testing.accepted import AcceptedMail
from shared.testing.stack import until
from tests.flows.test_a_meeting import STARTS_AT
from tests.system import Running, Session, System

GONE, REACHED, MENDED = "gone.away@example.org", "still.there@example.org", "found.again@example.org"
BOUNCE = (
    b"From: MAILER-DAEMON@mx.example.org\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"\r\n\r\n'
    b"--=_b\r\n\r\nSorry.\r\n--=_b\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; gone.away@example.org\r\n"
    b"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 No such user\r\n\r\n--=_b--\r\n"
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(system: Running, coordinator: Session) -> dict[str, str]:
    """Two people on record, by their addresses."""
    if not isinstance(system, System):
        pytest.skip("a deployed system takes mails from its own mail server only")
    found = {}
    async with coordinator.at("registry") as registry:
        for address in (GONE, REACHED):
            body = {"display_name": address.split("@")[0].title(), "address": address, "language": "en"}
            answer = await registry.post("/people", json=body)
            assert answer.status_code == 201, answer.text
            found[address] = str(answer.json()["id"])
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def meeting(system: Running, coordinator: Session, people: dict[str, str]) -> dict[str, Any]:
    """A meeting to which both are invited, after the invitation of one of them has come back."""
    command = {
        "title": {"en": "A meeting that one does not hear of"},
        "time_zone": "Europe/Warsaw",
        "starts_at": STARTS_AT.isoformat(),
        "ends_at": STARTS_AT.replace(hour=12).isoformat(),
        "languages": ["en"],
        "audience": {"person_ids": list(people.values())},
    }
    scheduled: dict[str, Any] = {}

    async def known() -> bool:
        async with coordinator.at("meetings") as meetings:
            answer = await meetings.post("/meetings", json=command)
        scheduled.update(answer.json())
        return answer.status_code == 201

    await until(known, "meetings knows the people", within=60)
    mail = await system.mail_to(GONE)
    await system.mail_to(REACHED)
    assert isinstance(system, System)
    assert system.intake_port is not None
    assert await asyncio.to_thread(_come_back, system.intake_port, mail) == 250
    return scheduled


def _come_back(port: int, mail: AcceptedMail) -> int:
    """Tell the sender of a mail that nobody is there, as the reader's mail server does; return the last answer."""
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo("mx.example.org")
        client.docmd("MAIL", "FROM:<>")
        code, _ = client.docmd("RCPT", f"TO:<{mail.sender}>")
        return client.data(BOUNCE)[0] if code == 250 else code


async def test_the_letter_has_failed_and_the_address_is_given_up(
    coordinator: Session, people: dict[str, str], meeting: dict[str, Any]
) -> None:
    async with coordinator.at("notifications") as notifications:
        letters = (await notifications.get("/letters", params={"about": meeting["id"]})).json()["items"]
        given_up = (await notifications.get("/suppressions")).json()["items"]
        received = (await notifications.get("/received", params={"recipient_id": people[GONE]})).json()["items"]
    assert {each["recipient_id"]: each["state"] for each in letters} == {
        people[GONE]: "failed",
        people[REACHED]: "sent",
    }
    assert [each["reason"] for each in given_up if each["person_id"] == people[GONE]] == ["hard-bounce"]
    assert [(each["sort"], each["fault"]) for each in received] == [("bounce", "no-such-address")]


async def test_registry_and_meeting_show_whom_letters_do_not_reach(
    coordinator: Session, people: dict[str, str], meeting: dict[str, Any]
) -> None:
    assert await until(lambda: _reason(coordinator, people[GONE]), "the registry knows", within=60) == "hard-bounce"
    assert await _reason(coordinator, people[REACHED]) is None
    async with coordinator.at("meetings") as meetings:

        async def told() -> bool:
            summary = (await meetings.get(f"/meetings/{meeting['id']}/summary")).json()
            return bool(summary["unreachable"] == 1)

        await until(told, "the meeting counts who is not reached", within=60)
        asked = {"standing": "unreachable"}
        found = (await meetings.get(f"/meetings/{meeting['id']}/invitations", params=asked)).json()["items"]
    assert [(each["person_id"], each["unreachable"]) for each in found] == [(people[GONE], "hard-bounce")]


async def _reason(coordinator: Session, person_id: str) -> str | None:
    async with coordinator.at("registry") as registry:
        reason: str | None = (await registry.get(f"/people/{person_id}")).json().get("unreachable")
        return reason


async def _move(coordinator: Session, meeting: dict[str, Any], hour: int) -> None:
    async with coordinator.at("meetings") as meetings:
        current = await meetings.get(f"/meetings/{meeting['id']}")
        at = STARTS_AT.replace(hour=hour)
        body = {"starts_at": at.isoformat(), "ends_at": at.replace(hour=hour + 2).isoformat()}
        moved = await _post(meetings, f"/meetings/{meeting['id']}/rescheduling", body, current.headers["etag"])
        assert moved.status_code == 200, moved.text


async def _post(client: httpx2.AsyncClient, path: str, body: dict[str, Any], etag: str) -> httpx2.Response:
    return await client.post(path, json=body, headers={"If-Match": etag})


async def test_nothing_more_is_sent_there_until_the_address_is_corrected(
    system: Running, coordinator: Session, people: dict[str, str], meeting: dict[str, Any]
) -> None:
    await _move(coordinator, meeting, 13)
    await system.mail_to(REACHED, after=1)
    async with coordinator.at("registry") as registry:
        record = await registry.get(f"/people/{people[GONE]}")
        body = {"display_name": "Gone.Away", "address": MENDED, "language": "en"}
        etag = {"If-Match": record.headers["etag"]}
        corrected = await registry.put(f"/people/{people[GONE]}", json=body, headers=etag)
        assert corrected.status_code == 200, corrected.text

    async def reached() -> bool:
        return await _reason(coordinator, people[GONE]) is None

    await until(reached, "the registry knows the address as good", within=60)
    await _move(coordinator, meeting, 15)
    await system.mail_to(MENDED)
    assert len(system.mails_to(GONE)) == 1
