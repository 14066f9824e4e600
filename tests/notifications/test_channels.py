"""Second paths: taken when a must-read notice stays unanswered, once, and never into our own network."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.notifications.channels import actions, jobs
from services.notifications.channels.domain import (
    AGAIN,
    Destination,
    KeepSecondPath,
    Push,
    next_try,
)
from services.notifications.channels.matrix import Matrix
from services.notifications.channels.store import PATHS, PUSHES
from services.notifications.deliveries.bundles import LETTERS
from shared.calls import Call, check_url, is_outside
from shared.events.meetings import InvitationAnswered
from shared.ids import new_id, utc_now
from shared.outside import Outside, Refused
from shared.problems import Invalid
from tests.notifications.builders import Office, people_invited
from tests.receiver import Receiver, answering, receiving


@pytest_asyncio.fixture(loop_scope="session")
async def receiver(tmp_path: Path) -> AsyncIterator[tuple[Receiver, Outside]]:
    """A receiver, and a way out that leads to it though it is not outside."""
    async with receiving(tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_nothing_of_our_own_is_outside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_the_public_internet_is_outside(address: str) -> None:
    assert is_outside(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/", "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/",
        "https://user:pass@hooks.example.org/", "https://user@hooks.example.org/", "https://localhost/", "ftp://a.example/",
        "https://hooks.example.org:0/", "https://hooks.example.org:99999/", "https:///path", "https://a.example/#x",
        "https://127.1/", "https://0177.0.0.1/", "x", "https://ev\til.example.com/", "https://hooks.example.org/a\r\nb",
        "https://hooks.example.org/\x00", "https://hooks.example.org/a b", "https://hooks.example.org/\u202e",
    ],
)  # fmt: skip
def test_an_address_that_is_no_name_outside_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="url-not-allowed"):
        check_url(url)


async def test_a_name_that_leads_inside_is_not_called(receiver: tuple[Receiver, Outside]) -> None:
    kept, _ = receiver
    for addresses in (["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], []):
        with pytest.raises(Refused, match="address-not-allowed"):
            await Outside(resolve=answering(*addresses)).call(
                Call("POST", f"https://hooks.example.org:{kept.port}/", {}, b"")
            )
    assert kept.asked == []


async def test_the_address_that_was_looked_at_is_the_one_that_is_called(receiver: tuple[Receiver, Outside]) -> None:
    kept, outside = receiver
    call = Call("POST", f"https://hooks.example.org:{kept.port}/x?y=z", {}, b"{}")
    with pytest.raises(Refused):  # the certificate is another's: the name still counts
        await outside.call(call)
    assert kept.asked == []


@pytest.mark.parametrize(
    ("url", "headers"),
    [("https://ev\til.example.com/", {}), ("https://hooks.example.org/\x00", {}), ("https://a.example/", {"X": "ж"})],
    ids=["name", "path", "header"],
)
async def test_what_cannot_be_asked_for_is_refused_like_any_other_call(
    monkeypatch: pytest.MonkeyPatch, url: str, headers: dict[str, str]
) -> None:
    monkeypatch.setattr("shared.outside.check_url", lambda url: url)  # kept before such addresses were refused
    with pytest.raises(Refused):
        await Outside(resolve=answering("127.0.0.1"), allowed=lambda _: True).call(Call("POST", url, headers, b""))


async def test_a_redirect_is_not_followed(receiver: tuple[Receiver, Outside], monkeypatch: pytest.MonkeyPatch) -> None:
    kept, outside = receiver
    kept.answer = b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with pytest.raises(Refused, match="302"):
        await outside.call(local(kept, monkeypatch))
    assert len(kept.asked) == 1


def local(kept: Receiver, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a call to the receiver by the only name its certificate has, which nobody else may use."""
    monkeypatch.setattr("shared.outside.check_url", lambda url: url)
    return Call("POST", kept.url, {}, b"{}")


def test_a_push_is_tried_again_later_and_later_and_then_no_more() -> None:
    now = utc_now()
    waits = [next_try(attempts, now=now) for attempts in range(1, len(AGAIN) + 2)]
    assert waits == [*(now + each for each in AGAIN), None]


def test_a_room_is_told_under_an_id_that_counts_once() -> None:
    to = Destination(channel="matrix", url="https://matrix.example.org/", secret="token", room="!a/b:example.org")
    push = Push("1", "Look.", "en", "https://zgoda.example")
    call = Matrix().call(push, to, now=utc_now())
    assert call.url == (
        "https://matrix.example.org/_matrix/client/v3/rooms/%21a%2Fb%3Aexample.org/send/m.room.message/1"
    )
    assert (call.method, call.headers["Authorization"]) == ("PUT", "Bearer token")


async def with_path(office: Office, url: str = "https://hooks.example.org/x") -> tuple[str, Destination]:
    (person_id,) = await office.knows(1, language="pl")
    command = KeepSecondPath(channel="webhook", url=url)
    return person_id, await office.running.storage.transact(actions.keep_second_path, person_id, command)


async def sent_long_ago(office: Office, person_id: str) -> Any:
    """Return an invitation that was sent longer ago than people are waited for."""
    event = people_invited(new_id(), [person_id])
    await office.hears(event)
    hours = office.running.settings.second_path_after_hours + 1
    ago = {"$set": {"state": "sent", "sent_at": utc_now() - timedelta(hours=hours)}, "$unset": {"due_at": ""}}
    await office.running.storage.reader[LETTERS].update_many({"about_id": event.meeting_id}, ago)
    return event


async def pushes(office: Office, person_id: str) -> list[Any]:
    return await office.running.storage.reader[PUSHES].find({"person_id": person_id}, limit=10)


async def test_an_unanswered_invitation_is_pushed_once_signed_and_neutral(
    quiet: Office, receiver: tuple[Receiver, Outside], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, outside = receiver
    monkeypatch.setattr("services.notifications.channels.actions.check_url", lambda url: url)
    person_id, to = await with_path(quiet, local(kept, monkeypatch).url)
    await sent_long_ago(quiet, person_id)
    for _ in range(3):
        await jobs.find_unanswered(quiet.running.context)
        await jobs.send_pushes(quiet.running.context, outside)
    assert [row.get("code") for row in await pushes(quiet, person_id)] == ["sent"]
    ((line, headers, body),) = kept.asked
    assert (line, headers["host"]) == ("POST /x HTTP/1.1", f"localhost:{kept.port}")
    key = base64.b64decode(to.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(hmac.digest(key, signed, sha256)).decode()}"
    told = json.loads(body)
    assert sorted(told) == ["id", "language", "text", "type", "url"]
    assert told["text"].startswith("Powiadomienie")
    assert "Spotkanie" not in body.decode()
    assert [row["code"] for row in await pushes(quiet, person_id)] == ["sent"]


async def test_what_is_answered_or_recent_is_not_pushed(quiet: Office) -> None:
    person_id, _ = await with_path(quiet)
    event = await sent_long_ago(quiet, person_id)
    answer = InvitationAnswered(
        invitation_id=event.invitees[0].invitation_id, meeting_id=event.meeting_id, person_id=person_id,
        answer="accepted", revision=2,
    )  # fmt: skip
    await quiet.hears(answer)
    await quiet.hears(people_invited(new_id(), [person_id]))
    await jobs.find_unanswered(quiet.running.context)
    assert await pushes(quiet, person_id) == []


async def test_a_push_that_fails_waits_and_is_tried_again(quiet: Office) -> None:
    person_id, _ = await with_path(quiet)
    await sent_long_ago(quiet, person_id)
    await jobs.find_unanswered(quiet.running.context)
    await jobs.send_pushes(quiet.running.context, Outside(resolve=answering("10.0.0.1")))
    (row,) = await pushes(quiet, person_id)
    assert (row["code"], row["attempts"], row["due_at"] > utc_now()) == ("address-not-allowed", 1, True)


async def test_where_a_path_leads_is_kept_sealed_and_told_once(quiet: Office) -> None:
    (person_id,) = await quiet.knows(1)
    links, expires_at = quiet.running.context.links, utc_now() + timedelta(hours=1)
    async with quiet.running.bearing(links.sign("preferences", person_id, expires_at=expires_at)) as client:
        command = {"channel": "webhook", "url": "https://planted.example.org/"}
        assert (await client.put("/preferences/second-path", json=command)).json()["secret"].startswith("whsec_")
        row = await quiet.running.storage.reader[PATHS].find_one({"_id": person_id})
        assert "planted" not in repr(row)
        shown = (await client.get("/preferences")).text
        assert (json.loads(shown)["second_path"], "whsec_" in shown, "planted" in shown) == ("webhook", False, False)
        assert "second_path" not in (await client.delete("/preferences/second-path")).json()
