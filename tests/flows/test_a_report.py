"""Flow 2, from writing to the subscriber's mail: written, published for good, told once, read, unsubscribed."""

import re
from typing import Any

import httpx2
import pytest_asyncio
from lxml import etree

from shared.events.reports import Theme
from tests.system import Running, Session, link_in

THEMES: tuple[Theme, ...] = Theme.__args__  # type: ignore[attr-defined]  # a Literal's members
SUBSCRIBER = "reader@example.org"
OTHER = "other.reader@example.org"
TITLE = {"en": "Belarus: monitoring report 2008", "pl": "Białoruś: raport z monitoringu 2008"}
ATOM = {"atom": "http://www.w3.org/2005/Atom"}


async def subscribe(system: Running, address: str, themes: list[str], language: str) -> str:
    """Ask on the portal's own page, and return the link to confirm with."""
    async with httpx2.AsyncClient(headers={"Origin": system.url("portal")}, follow_redirects=True) as browser:
        page = f"{system.url('portal')}/{language}/subscribe"
        answer = await browser.post(page, data={"address": address, "themes": themes, "language": language})
    assert answer.status_code in (200, 202), answer.text
    mail = await system.mail_to(address, lambda mail: b"/subscription/" in mail.content)
    return link_in(mail, "subscription")


async def press(link: str, origin: str) -> httpx2.Response:
    """Open a link and press its button."""
    async with httpx2.AsyncClient(headers={"Origin": origin}, follow_redirects=True) as browser:
        shown = await browser.get(link)
        assert shown.status_code == 200, shown.text
        return await browser.post(link)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def report(system: Running, coordinator: Session) -> dict[str, Any]:
    """A report in two languages that one confirmed subscriber was told of."""
    link = await subscribe(system, SUBSCRIBER, ["media-freedom"], "pl")
    assert (await press(link, system.url("portal"))).status_code == 200
    await subscribe(system, OTHER, ["media-freedom"], "en")  # never confirmed
    async with coordinator.at("reports") as reports:
        command = {
            "title": TITLE,
            "summary": {"en": "Six themes, one year.", "pl": "Sześć tematów, jeden rok."},
            "country": "BY",
            "period_from_on": "2008-01-01",
            "period_to_on": "2008-12-31",
            "languages": ["en", "pl"],
        }
        created = await reports.post("/reports", json=command)
        assert created.status_code == 201, created.text
        report_id = created.json()["id"]
        for theme in THEMES:
            for language in ("en", "pl"):
                address = f"/reports/{report_id}/sections/{theme}/{language}"
                etag = (await reports.get(address)).headers["ETag"]
                text = f"## {theme}\n\nWhat was observed, *soberly*. <script>alert(1)</script>"
                written = await reports.put(address, json={"text": text}, headers={"If-Match": etag})
                assert written.status_code == 200, written.text
        etag = (await reports.get(f"/reports/{report_id}")).headers["ETag"]
        published = await reports.post(f"/reports/{report_id}/publication", headers={"If-Match": etag})
        assert published.status_code == 201, published.text
    found: dict[str, Any] = {"id": report_id, **published.json()}
    return found


async def test_the_confirmed_subscriber_gets_one_mail_and_the_unconfirmed_none(
    system: Running, report: dict[str, Any]
) -> None:
    mail = await system.mail_to(SUBSCRIBER, lambda mail: b"List-Unsubscribe-Post" in mail.content)
    assert TITLE["pl"] in mail.text()
    assert f"/reports/{report['id']}" in mail.text()
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    told = [each for each in system.mails_to(SUBSCRIBER) if b"List-Unsubscribe-Post" in each.content]
    assert len(told) == 1
    assert [each for each in system.mails_to(OTHER) if b"List-Unsubscribe-Post" in each.content] == []


async def test_everybody_reads_the_published_page(system: Running, report: dict[str, Any]) -> None:
    async with httpx2.AsyncClient() as browser:
        page = await browser.get(f"{system.url('portal')}/en/reports/{report['id']}")
    assert page.status_code == 200
    assert TITLE["en"] in page.text
    assert "<em>soberly</em>" in page.text
    assert "<script>alert" not in page.text


async def test_the_pdf_is_of_the_same_edition(system: Running, report: dict[str, Any]) -> None:
    async with httpx2.AsyncClient(timeout=60) as reader:
        address = f"{system.url('reports')}/reports/{report['id']}/editions/1/pdf"
        pdf = await reader.get(address, params={"language": "pl"})
    assert pdf.status_code == 200
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")


async def test_the_feed_names_the_report(system: Running, report: dict[str, Any]) -> None:
    async with httpx2.AsyncClient(follow_redirects=True) as reader:
        answer = await reader.get(f"{system.url('reports')}/feed.atom", params={"language": "en"})
    feed = etree.fromstring(answer.content)
    titles = [title.text for title in feed.findall("atom:entry/atom:title", ATOM)]
    assert TITLE["en"] in titles


async def test_an_edition_never_changes(system: Running, report: dict[str, Any]) -> None:
    async with httpx2.AsyncClient(base_url=system.url("reports")) as reader:
        first = (await reader.get(f"/reports/{report['id']}/editions/1")).json()
        again = (await reader.get(f"/reports/{report['id']}/editions/1")).json()
    assert re.fullmatch(r"[0-9a-f]{64}", report["sha256"])
    assert (first["sha256"], first) == (report["sha256"], again)


async def test_one_click_ends_a_subscription_without_cookie_or_origin(system: Running, report: dict[str, Any]) -> None:
    mail = await system.mail_to(SUBSCRIBER, lambda mail: b"List-Unsubscribe-Post" in mail.content)
    target = re.search(r"<(https?://[^>]+)>", str(mail.message["List-Unsubscribe"]).replace("\n", "").replace(" ", ""))
    assert target is not None
    async with httpx2.AsyncClient() as provider:
        shown = await provider.get(target[1])
        assert shown.status_code == 200
        ended = await provider.post(target[1], data={"List-Unsubscribe": "One-Click"})
        assert ended.status_code == 200, ended.text
        again = await provider.post(target[1], data={"List-Unsubscribe": "One-Click"})
        assert again.status_code == 200

    async with httpx2.AsyncClient(base_url=system.url("reports")) as reports:
        link = {"Authorization": f"Link {target[1].rsplit('/', 1)[1]}"}
        state = (await reports.get("/subscription/ending", headers=link)).json()["state"]
    assert state == "ended"
