"""Visitors are told apart by where they come from, also behind a proxy; where they cannot be, none shuts others out."""

from typing import Any

import httpx2
import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from deploy import serve
from services.portal.pages import _tell_of_proxy
from tests.portal.fake import Portal, running, settings

PROXY = "10.42.0.7"


async def visitor_of(portal: Portal, *, peer: str, says: str = "", trusted: str = "10.42.0.0/16") -> str | None:
    """Return what the services are told of somebody who asks to sign in, and by which proxy they came."""
    portal.services.plays["POST /sign-ins"] = {}
    proxies = [str(each) for each in settings(trusted_proxies=trusted).trusted_proxies]
    app: Any = ProxyHeadersMiddleware(portal.app, proxies)  # type: ignore[arg-type]  # as uvicorn puts it around us
    transport = httpx2.ASGITransport(app=app, client=(peer, 50_000))
    here = portal.app.state.settings
    headers = {"Origin": here.origin, **({"X-Forwarded-For": says} if says else {})}
    async with httpx2.AsyncClient(transport=transport, base_url=here.portal_url, headers=headers) as browser:
        answer = await browser.post("/en/sign-in", data={"address": "a@example.org"})
    assert answer.status_code == 303
    return portal.services.changes()[-1].headers.get("zgoda-visitor")


async def test_behind_a_proxy_that_is_named_each_visitor_is_one(portal: Portal) -> None:
    one = await visitor_of(portal, peer=PROXY, says="93.184.215.14")
    again = await visitor_of(portal, peer=PROXY, says="93.184.215.14, 10.42.3.3")  # by two of our proxies
    forged = await visitor_of(portal, peer=PROXY, says="8.8.8.8, 93.184.215.14")  # the visitor's own word comes first
    other = await visitor_of(portal, peer=PROXY, says="93.184.215.15")
    inner = [await visitor_of(portal, peer=PROXY, says=each) for each in ("192.168.1.1", "192.168.1.2")]
    direct = await visitor_of(portal, peer="93.184.215.14")
    assert one == again == forged == direct
    assert len({one, other, *inner}) == 4
    assert None not in {one, other, *inner}


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [(PROXY, ""), ("172.18.0.1", "10.42.0.0/16"), ("fd00::1", ""), ("127.0.0.1", "127.0.0.1/32, ::1/128")],
)
async def test_behind_a_proxy_that_nobody_named_no_visitor_uses_up_what_all_may(peer: str, trusted: str) -> None:
    async with running() as portal:
        says = "" if peer == "127.0.0.1" else f"93.184.215.14, {peer}"
        assert await visitor_of(portal, peer=peer, says=says, trusted=trusted) is None


async def test_operators_are_told_of_it_once(capsys: pytest.CaptureFixture[str]) -> None:
    _tell_of_proxy.cache_clear()
    async with running(log_level="warning") as portal:
        for _ in range(3):
            await visitor_of(portal, peer="10.9.9.9")
    assert capsys.readouterr().out.count("visitors-look-alike") == 1


@pytest.mark.parametrize(
    ("name", "written", "proxies"),
    [
        (serve.Name.PORTAL, "10.42.0.0/16, fd00::/8 192.0.2.1", ["10.42.0.0/16", "fd00::/8", "192.0.2.1/32"]),
        (serve.Name.PORTAL, "", []),
        (serve.Name.PORTAL, None, ["127.0.0.1/32", "::1/128"]),
        (serve.Name.REGISTRY, "10.42.0.0/16", []),
    ],
)
def test_the_proxies_that_are_named_are_believed_and_no_others(
    monkeypatch: pytest.MonkeyPatch, name: serve.Name, written: str | None, proxies: list[str]
) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setenv("SESSION_SECRETS", "s" * 32)
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # uvicorn's own setting must not widen it
    monkeypatch.delenv("TRUSTED_PROXIES", raising=False)
    if written is not None:
        monkeypatch.setenv("TRUSTED_PROXIES", written)
    monkeypatch.setattr("uvicorn.run", lambda _, **said: told.update(said))
    serve.main(name)
    assert (told["forwarded_allow_ips"], told["proxy_headers"]) == (proxies, bool(proxies))


@pytest.mark.parametrize("written", ["*", "10.0.0.1/8", "proxy.example"])
def test_a_proxy_is_named_by_its_network(written: str) -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        settings(trusted_proxies=written)
