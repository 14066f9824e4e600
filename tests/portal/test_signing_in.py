"""Signing in by a link bound to the browser, and sessions that hold while parallel tabs renew them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.portal.clients.registry import Issued
from services.portal.sessions import SESSION_LASTS, Cookies, Tokens, ask
from services.portal.settings import Settings
from shared.ids import new_id, utc_now
from tests.portal.fake import PERSON, PORTAL, SECRET, TOKEN, Portal, problem, running, session_of, settings

REDEEMED = {
    "refresh_token": "r0",
    "person": {"id": PERSON, "display_name": "Alena", "roles": ["coordinator"], "time_zone": "Europe/Minsk"},
}


async def test_the_cookie_begins_with_asking_and_the_link_is_bound_to_it(portal: Portal) -> None:
    portal.services.plays |= {"POST /sign-ins": {}, "POST /sign-ins/redemption": REDEEMED}
    async with portal.browser() as browser:
        assert "set-cookie" not in (await browser.get("/en/sign-in")).headers
        asked = await browser.post("/en/sign-in", data={"address": "alena@example.org", "then": "/meetings"})
        browser_hash = portal.services.body()["browser"]
        await browser.get(f"/en/sign-in/{TOKEN}")
        assert len(portal.services.changes()) == 1  # looking redeems nothing
        redeemed = await browser.post(f"/en/sign-in/{TOKEN}")
    assert asked.headers["location"] == "/en/sign-in/sent"
    assert portal.services.body() == {"token": TOKEN, "browser": browser_hash}
    assert redeemed.headers["location"] == "/en/meetings"
    cookies = redeemed.headers.get_list("set-cookie")
    assert [each.partition("=")[0] for each in cookies] == ["zgoda-session", "zgoda-sign-in"]
    assert all("HttpOnly; SameSite=Lax" in each for each in cookies)


async def test_in_another_browser_the_link_is_not_redeemed(portal: Portal) -> None:
    async with portal.browser() as browser:
        answer = await browser.post(f"/en/sign-in/{TOKEN}")
    assert (answer.status_code, portal.services.asked) == (409, [])


async def test_whoever_opens_the_link_or_presses_the_button_twice_is_signed_in_as_before(portal: Portal) -> None:
    async with portal.browser("member") as browser:
        answers = [await browser.get(f"/en/sign-in/{TOKEN}"), await browser.post(f"/en/sign-in/{TOKEN}")]
    assert {(each.status_code, each.headers.get("location")) for each in answers} == {(303, "/en/desk?done=signed-in")}
    assert portal.services.changes() == []


async def test_known_and_unknown_addresses_get_the_same_answer(portal: Portal) -> None:
    portal.services.plays["POST /sign-ins"] = {}
    async with portal.browser() as browser:
        answers = [await browser.post("/en/sign-in", data={"address": f"{n}@example.org"}) for n in "ab"]
    assert {(each.status_code, each.headers["location"]) for each in answers} == {(303, "/en/sign-in/sent")}


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example/", "/\\evil.example", "x", "/a\nb"])
async def test_nobody_is_sent_elsewhere_after_signing_in(portal: Portal, then: str) -> None:
    portal.services.plays |= {"POST /sign-ins": {}, "POST /sign-ins/redemption": REDEEMED}
    async with portal.browser() as browser:
        await browser.post("/en/sign-in", data={"address": "alena@example.org", "then": then})
        redeemed = await browser.post(f"/en/sign-in/{TOKEN}")
    assert redeemed.headers["location"] == "/en/desk?done=signed-in"


async def test_a_page_for_members_leads_to_the_sign_in_and_back(portal: Portal) -> None:
    async with portal.browser() as browser:
        answer = await browser.get("/pl/people?q=a")
    assert (answer.status_code, answer.headers["location"]) == (303, "/pl/sign-in?then=%2Fpeople%3Fq%3Da")
    assert "set-cookie" not in answer.headers


async def test_members_do_not_see_what_is_for_coordinators(portal: Portal) -> None:
    async with portal.browser("member") as browser:
        answers = [await browser.get(path) for path in ("/en/people", "/en/meetings", "/en/reports/new", "/en/imports")]
    assert [each.status_code for each in answers] == [403, 403, 403, 403]


async def test_signing_out_ends_the_session_here_and_at_the_registry(portal: Portal) -> None:
    portal.services.plays["POST /sign-outs"] = {}
    async with portal.browser("member") as browser:
        answer = await browser.post("/en/sign-out")
    assert portal.services.body() == {"refresh_token": "r0"}
    assert "zgoda-session=; Path=/; Max-Age=0" in answer.headers["set-cookie"]


async def test_a_session_that_the_registry_ended_leads_to_the_sign_in(portal: Portal) -> None:
    portal.services.plays["POST /tokens"] = problem(401, "session-over")
    async with portal.browser("coordinator") as browser:
        answer = await browser.get("/en/people")
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/sign-in?then=%2Fpeople")
    assert "zgoda-session=; Path=/; Max-Age=0" in answer.headers["set-cookie"]


async def test_a_renewed_session_is_sent_to_the_browser_even_with_a_refusal(portal: Portal) -> None:
    portal.services.plays["GET /people"] = problem(403, "not-allowed")
    async with portal.browser("coordinator") as browser:
        answer = await browser.get("/en/people")
        again = await browser.get("/en/people")
    assert (answer.status_code, again.status_code, portal.services.renewals) == (403, 403, 1)
    assert answer.headers["set-cookie"].startswith("zgoda-session=")
    assert "set-cookie" not in again.headers


class Registry:
    """Renews refresh tokens as the registry does: each is good once."""

    def __init__(self) -> None:
        self.good = "r0"
        self.calls = 0

    async def renew(self, refresh_token: str, audience: str) -> Issued:
        """Give the next tokens, slowly."""
        await asyncio.sleep(0)
        assert refresh_token == self.good
        self.calls += 1
        self.good = f"r{self.calls}"
        expires_at = utc_now() + timedelta(minutes=10)
        return Issued(access_token=f"{audience}-{self.calls}", expires_at=expires_at, refresh_token=self.good)


async def test_parallel_tabs_renew_once() -> None:
    registry = Registry()
    tokens, session = Tokens(registry.renew), session_of("member")
    found = await asyncio.gather(*(tokens.access(session, "meetings") for _ in range(20)))
    assert (set(found), registry.calls) == ({"meetings-1"}, 1)


async def test_services_have_tokens_of_their_own_from_one_family() -> None:
    registry = Registry()
    tokens, session = Tokens(registry.renew), session_of("member")
    found = await asyncio.gather(*(tokens.access(session, name) for name in ("meetings", "reports", "registry")))
    assert {each.partition("-")[0] for each in found} == {"meetings", "reports", "registry"}
    assert (tokens.newest(session).turn, tokens.newest(session).refresh_token) == (3, "r3")


async def test_a_cookie_newer_than_the_memory_wins() -> None:
    registry = Registry()
    registry.good = "r7"
    tokens, session = Tokens(registry.renew), session_of("member")
    tokens.newest(session)
    newer = session.model_copy(update={"turn": 7, "refresh_token": "r7"})
    assert await tokens.access(newer, "meetings") == "meetings-1"


def test_a_session_cookie_is_sealed_and_ends() -> None:
    cookies = Cookies([SECRET], secure=False)
    session = session_of("member").model_copy(update={"refresh_token": "too-long-to-stand-there-by-chance"})
    value = cookies.keep_session(session).partition(";")[0].partition("=")[2]
    assert session.refresh_token not in value
    assert cookies.session(value) == session
    assert cookies.session(value[:-4] + "AAAA") is None
    old = session.model_copy(update={"started_at": utc_now() - SESSION_LASTS})
    assert cookies.session(cookies.keep_session(old).partition(";")[0].partition("=")[2]) is None


def test_a_sign_in_cookie_is_no_session() -> None:
    cookies = Cookies([SECRET], secure=True)
    value = cookies.keep_sign_in(ask()).partition(";")[0].partition("=")[2]
    assert (cookies.session(value), cookies.sign_in(value) is None) == (None, False)


def test_over_https_cookies_are_bound_to_the_host() -> None:
    header = Cookies([SECRET], secure=True).keep_session(session_of("member"))
    assert header.startswith("__Host-zgoda-session=")
    assert header.endswith("; HttpOnly; SameSite=Lax; Secure")


@pytest.mark.parametrize(
    ("values", "starts"),
    [
        ({"portal_url": "http://zgoda.example"}, False),
        ({"portal_url": "http://zgoda.example", "allow_insecure": True}, True),
        ({"portal_url": "https://zgoda.example"}, True),
        ({"portal_url": "http://localhost:8080"}, True),
        ({"session_secrets": ["short"]}, False),
    ],
)
def test_the_portal_does_not_start_in_the_open(values: dict[str, Any], starts: bool) -> None:
    if starts:
        assert isinstance(settings(**values), Settings)
    else:
        with pytest.raises(ValueError, match=r"ALLOW_INSECURE|at least 32"):
            settings(**values)


async def test_the_secret_of_a_letter_is_in_no_log(capsys: pytest.CaptureFixture[str]) -> None:
    token = new_id()
    async with running(log_level="info") as portal, portal.browser() as browser:
        await browser.get(f"/en/answer/{token}")
        await browser.get(f"/en/sign-in/{token}")
    out = capsys.readouterr().out
    assert '"route": "/{language}/answer/{token}"' in out
    assert token not in out
    assert PORTAL not in out


async def test_a_token_older_than_the_persons_record_is_renewed_once(portal: Portal) -> None:
    def meetings(request: Any) -> Any:
        fresh = request.headers["authorization"] == "Bearer access-3"
        return {"items": []} if fresh else problem(401, "token-outdated")

    portal.services.plays |= {
        "GET /my/invitations": meetings,
        "GET /me": {"id": PERSON, "display_name": "Alena", "roles": ["member"]},
        "GET /reports": {"items": []},
    }
    async with portal.browser("editor") as browser:
        answer = await browser.get("/en/desk")
        again = await browser.get("/en/desk")
    assert answer.status_code == 200
    assert ["Begin a report" in each.text for each in (answer, again)] == [False, False]  # no longer an editor


async def test_somebody_who_was_removed_is_led_to_the_sign_in(portal: Portal) -> None:
    portal.services.plays |= {f"GET /{path}": problem(401, "token-outdated") for path in ("people", "me")}
    async with portal.browser("coordinator") as browser:
        answer = await browser.get("/en/people")
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/sign-in?then=%2Fpeople")
    assert "zgoda-session=; Path=/; Max-Age=0" in answer.headers["set-cookie"]


async def test_an_old_sign_in_link_signs_nobody_out(portal: Portal) -> None:
    portal.services.plays |= {"POST /sign-ins": {}, "POST /sign-ins/redemption": problem(401, "link-used")}
    async with portal.browser("member") as browser:
        await browser.post("/en/sign-in", data={"address": "alena@example.org"})
        answer = await browser.post(f"/en/sign-in/{TOKEN}")
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert "This link has been used already." in answer.text
