"""The mail catcher keeps the newest mails, also over a restart, and shows foreign text without running it."""

from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest

from deploy.local import mailbox as mailboxes
from deploy.local.catcher import create_app
from deploy.local.mailbox import Mailbox


def mail(subject: str = "Запрашэнне", to: str = "Вольга <volha@example.org>") -> bytes:
    """Return a mail with a text, an HTML and a calendar part."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "notices@zgoda.example", to, subject
    message.set_content("Адказаць: https://portal.example/be/answer/abc.def\n")
    message.add_alternative("<p>Адказаць<script>alert(1)</script></p>", subtype="html")
    message.add_alternative("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar", params={"method": "REQUEST"})
    return message.as_bytes()


def test_a_mail_is_listed_with_recipient_and_subject(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    box.add(mail())
    assert [(each.id, each.recipients, each.subject) for each in box.newest()] == [
        (1, ("Вольга <volha@example.org>",), "Запрашэнне")
    ]


def test_a_mail_is_taken_apart(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    box.add(mail())
    parts = box.parts(1)
    assert parts.links == ["https://portal.example/be/answer/abc.def"]
    assert (parts.html.startswith("<p>Адказаць"), parts.calendar.startswith("BEGIN:VCALENDAR")) == (True, True)


def test_only_the_newest_are_kept_and_numbers_are_not_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "LIMIT", 2)
    box = Mailbox(tmp_path)
    for number in range(3):
        box.add(mail(f"Mail {number}"))
    assert [each.id for each in Mailbox(tmp_path).newest()] == [3, 2]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["2.eml", "3.eml"]


def test_mails_are_searched_by_recipient_and_subject(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    box.add(mail("Spotkanie", "a@example.org"))
    box.add(mail("Raport", "b@example.org"))
    assert [[each.id for each in box.newest(search)] for search in ("SPOTKANIE", "b@example", "nobody")] == [
        [1],
        [2],
        [],
    ]


async def page(tmp_path: Path, path: str, *, host: str = "127.0.0.1") -> httpx2.Response:
    """Return what the catcher answers for ``path``."""
    box = Mailbox(tmp_path)
    box.add(mail(subject="<b>bold</b>"))
    transport = httpx2.ASGITransport(create_app(box, 0))
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        return await client.get(path)


async def test_what_a_mail_says_is_text_on_our_pages(tmp_path: Path) -> None:
    answer = await page(tmp_path, "/mails/1")
    assert ("&lt;b&gt;bold&lt;/b&gt;" in answer.text, "<b>bold</b>" in answer.text) == (True, False)


async def test_a_mail_runs_nothing_and_fetches_nothing(tmp_path: Path) -> None:
    policy = (await page(tmp_path, "/mails/1/html")).headers["content-security-policy"]
    assert policy == (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline';"
        " img-src data:; frame-ancestors 'self'"
    )


async def test_another_name_for_this_address_is_refused(tmp_path: Path) -> None:
    assert (await page(tmp_path, "/", host="evil.example")).status_code == 400


async def test_a_mail_that_is_gone_is_not_found(tmp_path: Path) -> None:
    assert (await page(tmp_path, "/mails/2")).status_code == 404
