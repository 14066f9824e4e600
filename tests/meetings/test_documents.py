"""Documents: checked by their bytes, given as files to keep, to those they are for, and had back when removed."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.meetings.documents import actions, domain, jobs
from services.meetings.documents.store import FILES
from shared.ids import new_id, utc_now
from shared.testing.stack import Running, Stack
from tests.meetings.builders import code, invitations_of, known, link_to, person, schedule

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 2_000


async def described(meetings: Running, meeting_id: str, **changes: Any) -> str:
    body = {"title": {"en": "Who funds what", "pl": "Kto co finansuje"}, **changes}
    answer = await meetings.as_("coordinator").post(f"/meetings/{meeting_id}/documents", json=body)
    assert answer.status_code == 201, answer.text
    return f"/meetings/{meeting_id}/documents/{answer.json()['id']}"


async def sent(meetings: Running, path: str, body: bytes = PDF) -> dict[str, Any]:
    answer = await meetings.as_("coordinator").put(f"{path}/content", content=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def files_kept(meetings: Running) -> int:
    return await meetings.storage.reader["files.files"].count({"metadata.kept": True})


async def test_a_document_comes_back_as_a_file_to_keep(meetings: Running) -> None:
    meeting = await schedule(meetings)
    path = await described(meetings, meeting["id"])
    shown = await sent(meetings, path)
    assert (shown["content_type"], shown["size"]) == ("application/pdf", len(PDF))
    assert shown["sha256"] == hashlib.sha256(PDF).hexdigest()
    one = await meetings.as_("coordinator").get(path)
    assert (one.json(), one.headers["etag"]) == (shown, '"2"')
    answer = await meetings.as_("coordinator").get(f"{path}/content")
    assert answer.content == PDF
    names = ("content-type", "content-disposition", "x-content-type-options", "content-security-policy")
    assert [answer.headers[name] for name in names] == [
        "application/pdf",
        'attachment; filename="Who-funds-what.pdf"',
        "nosniff",
        "default-src 'none'; sandbox",
    ]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Zażółć gęślą jaźń", "Zazolc-gesla-jazn.pdf"),
        ("Гродна і Мінск", "Grodna-i-Minsk.pdf"),
        ('"; filename="x.exe', "filename-x-exe.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("…", "document.pdf"),
    ],
    ids=["polish", "belarusian", "quoted", "path", "nothing"],
)
def test_the_name_of_a_file_is_plain(title: str, name: str) -> None:
    assert domain.file_name(title, "pdf") == name


async def test_what_is_no_document_is_refused_whatever_it_is_called(meetings: Running) -> None:
    path = await described(meetings, (await schedule(meetings))["id"])
    for body in (b"<html><script>alert(1)</script>", b"MZ\x90\x00", b"PK\x03\x04"):
        answer = await meetings.as_("coordinator").put(
            f"{path}/content", content=body, headers={"Content-Type": "application/pdf"}
        )
        assert code(answer) == (422, "file-type-not-allowed")
    assert code(await meetings.as_("coordinator").put(f"{path}/content", content=b"")) == (422, "file-empty")


async def test_a_file_over_the_limit_is_refused_declared_or_not(meetings: Running) -> None:
    path = await described(meetings, (await schedule(meetings))["id"])

    async def body() -> AsyncIterator[bytes]:
        for _ in range(21):
            yield b"a" * 1024 * 1024

    declared = await meetings.as_("coordinator").put(f"{path}/content", content=b"a" * (domain.MAX_BYTES + 1))
    streamed = await meetings.as_("coordinator").put(f"{path}/content", content=body())
    assert (declared.status_code, streamed.status_code) == (413, 413)


async def test_a_new_file_takes_the_place_of_the_old_one_which_is_let_go(meetings: Running) -> None:
    path, before = await described(meetings, (await schedule(meetings))["id"]), await files_kept(meetings)
    await sent(meetings, path)
    await sent(meetings, path, b"Plain text.")
    assert (await meetings.as_("coordinator").get(f"{path}/content")).content == b"Plain text."
    assert await files_kept(meetings) == before + 1


async def test_each_sees_the_documents_that_are_for_them(meetings: Running, stack: Stack) -> None:
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    paths = {each: await described(meetings, meeting["id"], audience=each) for each in domain._MAY["coordinator"]}
    for path in paths.values():
        await sent(meetings, path)
    (invitation,) = await invitations_of(meetings, meeting["id"])
    readers: dict[str, tuple[Any, str]] = {
        "coordinator": (meetings.as_("coordinator"), f"/meetings/{meeting['id']}/documents"),
        "invited": (meetings.as_("member", person_id=guest.person_id), f"/meetings/{meeting['id']}/documents"),
        "bearer": (meetings.bearing(link_to(stack, invitation)), "/answer/documents"),
        "member": (meetings.as_("member"), f"/meetings/{meeting['id']}/documents"),
    }
    for who, (client, path) in readers.items():
        allowed = domain._MAY[who]  # type: ignore[index] # its keys are readers
        assert {each["audience"] for each in (await client.get(path)).json()} == allowed
        for audience, of in paths.items():
            answer = await client.get(f"{path}/{of.rpartition('/')[2]}/content")
            assert answer.status_code == (200 if audience in allowed else 404), (who, audience)


async def test_documents_of_a_closed_meeting_are_read_by_personal_link_only(meetings: Running, stack: Stack) -> None:
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]}, closed=True)
    path = await described(meetings, meeting["id"], audience="members")
    await sent(meetings, path)
    member = meetings.as_("member", person_id=guest.person_id)
    assert (await member.get(f"/meetings/{meeting['id']}/documents")).json() == []
    for of in (path, f"{path}/content"):
        assert code(await member.get(of)) == (404, "document-not-found")
    (invitation,) = await invitations_of(meetings, meeting["id"])
    bearer = meetings.bearing(link_to(stack, invitation))
    assert (await bearer.get(f"/answer/documents/{path.rpartition('/')[2]}/content")).content == PDF


async def test_a_meeting_is_not_known_to_whoever_is_not_invited_unless_something_is_for_all(meetings: Running) -> None:
    meeting = await schedule(meetings)
    await described(meetings, meeting["id"], audience="members")
    assert code(await meetings.as_("member").get(f"/meetings/{meeting['id']}/documents")) == (404, "meeting-not-found")


async def test_a_link_opens_the_documents_of_its_own_meeting_only(meetings: Running, stack: Stack) -> None:
    guest = person()
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    path = await described(meetings, (await schedule(meetings))["id"])
    await sent(meetings, path)
    (invitation,) = await invitations_of(meetings, meeting["id"])
    bearer = meetings.bearing(link_to(stack, invitation))
    answer = await bearer.get(f"/answer/documents/{path.rpartition('/')[2]}/content")
    assert code(answer) == (404, "document-not-found")


async def test_a_removal_is_undone_within_a_month_and_then_final(
    meetings: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await described(meetings, (await schedule(meetings))["id"])
    await sent(meetings, path)
    client = meetings.as_("coordinator")
    await client.post(f"{path}/removal")
    assert (await client.get(f"{path}/content")).status_code == 404
    await client.post(f"{path}/restoration")
    assert (await client.get(f"{path}/content")).content == PDF
    await client.post(f"{path}/removal")
    monkeypatch.setattr(jobs, "utc_now", lambda: utc_now() + timedelta(days=31))
    await jobs.sweep(meetings.context)
    assert code(await client.post(f"{path}/restoration")) == (404, "document-not-found")
    row = await meetings.storage.reader["files.files"].count({"length": len(PDF), "metadata.kept": False})
    assert row == 0


async def test_a_document_belongs_to_a_session_of_its_meeting(meetings: Running) -> None:
    meeting = await schedule(meetings)
    body = {"title": {"en": "Slides"}, "session_id": new_id()}
    answer = await meetings.as_("coordinator").post(f"/meetings/{meeting['id']}/documents", json=body)
    assert code(answer) == (422, "session-not-known")
    assert await FILES.read(meetings.storage.reader, new_id()) == b""


async def test_who_added_a_document_is_forgotten_with_them(meetings: Running) -> None:
    meeting, somebody = await schedule(meetings), new_id()
    client = meetings.as_("coordinator", person_id=somebody)
    await client.post(f"/meetings/{meeting['id']}/documents", json={"title": {"en": "Slides"}})
    await meetings.storage.transact(actions.forget_person, somebody)
    assert await meetings.storage.reader["documents"].count({"added_by": somebody}) == 0
