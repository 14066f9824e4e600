"""What stands before every page: headers, the Origin check, limits, HEAD."""

from collections.abc import AsyncIterator

import pytest
from starlette.datastructures import Headers

from services.portal.guard import comes_from_here
from tests.portal.fake import PORTAL, TOKEN, Portal, linked

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PUBLIC = ["/en", "/en/reports", "/en/sign-in", "/en/subscribe", "/en/nothing", "/xx", "/robots.txt", "/health/live"]


@pytest.mark.parametrize("path", PUBLIC)
async def test_every_answer_has_the_strict_policy_and_no_cookie(portal: Portal, path: str) -> None:
    async with portal.browser() as browser:
        answer = await browser.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


async def test_pages_behind_links_are_not_stored_and_send_no_referrer(portal: Portal) -> None:
    portal.services.plays["GET /answer"] = linked()
    async with portal.browser() as browser:
        answer = await browser.get(f"/en/answer/{TOKEN}")
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")


async def test_over_https_browsers_are_told_to_stay_there() -> None:
    from tests.portal.fake import running

    async with running(portal_url="https://zgoda.example") as portal, portal.browser() as browser:
        assert (await browser.get("/en")).headers["strict-transport-security"] == "max-age=63072000"


@pytest.mark.parametrize(
    ("path", "headers", "allowed"),
    [
        ("/en/meetings/new", {"origin": PORTAL}, True),
        ("/en/meetings/new", {"origin": "https://evil.example"}, False),
        ("/en/meetings/new", {"origin": PORTAL, "sec-fetch-site": "cross-site"}, False),
        ("/en/meetings/new", {"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ("/en/meetings/new", {"origin": "null"}, False),
        ("/en/meetings/new", {}, False),
        ("/en/meetings/new", {"referer": f"{PORTAL}/en"}, True),
        ("/en/meetings/new", {"referer": "http://127.0.0.1:9999/en"}, False),
        (f"/en/answer/{TOKEN}", {"origin": "null"}, True),
        (f"/en/answer/{TOKEN}", {"origin": "https://evil.example"}, False),
        (f"/en/sign-in/{TOKEN}", {}, False),
        (f"/en/unsubscribe/{TOKEN}", {"origin": "https://mail.example"}, True),
        (f"/en/unsubscribe/{TOKEN}", {}, True),
    ],
)
def test_a_form_must_come_from_here(path: str, headers: dict[str, str], allowed: bool) -> None:
    assert comes_from_here(path, Headers(headers), PORTAL) is allowed


async def test_a_form_of_another_site_changes_nothing(portal: Portal) -> None:
    async with portal.browser("coordinator", Origin="https://evil.example") as browser:
        answer = await browser.post("/en/meetings/new", data={"step": "send"})
    assert (answer.status_code, portal.services.asked) == (403, [])


async def test_a_body_over_the_limit_is_not_read(portal: Portal) -> None:
    async with portal.browser() as browser:
        answer = await browser.post("/en/subscribe", content=b"x" * 1_000_001)
        unsaid = await browser.post("/en/subscribe", content=_stream())
    assert (answer.status_code, unsaid.status_code, portal.services.asked) == (413, 413, [])


async def _stream() -> AsyncIterator[bytes]:
    yield b"address=a"  # a body whose length is not said


async def test_head_says_what_get_would(portal: Portal) -> None:
    portal.services.plays["GET /answer"] = linked()
    async with portal.browser() as browser:
        answer = await browser.head(f"/en/answer/{TOKEN}")
    assert (answer.status_code, answer.content, portal.services.changes()) == (200, b"", [])


async def test_a_service_that_is_down_is_said_as_a_page(portal: Portal) -> None:
    async with portal.browser() as browser:
        answer = await browser.get("/pl/reports")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "Część tego serwisu chwilowo nie odpowiada" in answer.text


async def test_the_first_page_opens_when_every_service_is_down(portal: Portal) -> None:
    async with portal.browser() as browser:
        assert (await browser.get("/uk")).status_code == 200


async def test_a_fault_of_our_own_is_a_page_with_the_same_headers(
    portal: Portal, capsys: pytest.CaptureFixture[str]
) -> None:
    portal.services.plays["GET /answer"] = lambda _: 1 / 0
    async with portal.browser() as browser:
        answer = await browser.get(f"/be/answer/{TOKEN}")
    assert (answer.status_code, answer.headers["content-security-policy"]) == (500, POLICY)
    assert "Наша памылка" in answer.text
    assert TOKEN not in capsys.readouterr().out


@pytest.mark.parametrize(("said", "page"), [("be-BY,be;q=0.9", "/be"), ("de", "/en"), ("ru;q=0.5, uk", "/uk")])
async def test_the_root_leads_to_the_language_of_the_browser(portal: Portal, said: str, page: str) -> None:
    async with portal.browser(**{"Accept-Language": said}) as browser:
        answer = await browser.get("/")
    assert (answer.status_code, answer.headers["location"], answer.headers["vary"]) == (307, page, "Accept-Language")


async def test_our_own_files_are_kept_by_browsers_and_named_by_content(portal: Portal) -> None:
    async with portal.browser() as browser:
        page = await browser.get("/en")
        address = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        style = await browser.get(address)
    assert style.status_code == 200
    assert style.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert len(style.content) < 20_000
