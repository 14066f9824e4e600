"""What the portal takes from a service: bounded, or streamed through."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from services.portal.clients import base
from services.portal.clients.base import Caller, Down, Refused


class Parts(httpx2.AsyncByteStream):
    """A body of many parts that counts how many were taken, and whether it was closed."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.taken = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self._count):
            self.taken += 1
            yield b"x" * 1000

    async def aclose(self) -> None:
        self.closed = True


def calling(body: Parts, status: int = 200) -> Caller:
    return linked(body, "", status)


def linked(body: Parts, authorization: str, status: int = 200) -> Caller:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, headers={"Content-Type": "image/png"}, stream=body)

    async def nobody(service: str, anew: bool) -> str:
        return authorization

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return Caller(http, "reports", "http://reports", nobody)


async def test_an_answer_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_ANSWER_BYTES", 5_000)
    body = Parts(1_000)
    with pytest.raises(Down):
        await calling(body).send("GET", "/large")
    assert (body.taken, body.closed) == (6, True)
    assert len((await calling(Parts(5)).send("GET", "/small")).content) == 5_000


async def test_a_file_is_passed_on_as_it_comes_however_large() -> None:
    body = Parts(100_000)
    file = await calling(body).stream("GET", "/file")
    assert (file.kind, body.taken) == ("image/png", 0)
    first = await anext(file.parts)
    assert (len(first), body.taken, body.closed) == (1000, 1, False)
    await file.parts.aclose()  # type: ignore[attr-defined]  # a generator: whoever reads goes away half-way
    assert (body.taken, body.closed) == (1, True)


async def test_a_refusal_of_a_file_is_told() -> None:
    body = Parts(1)
    with pytest.raises(Refused) as refused:
        await calling(body, 404).stream("GET", "/file")
    assert (refused.value.status, body.closed) == (404, True)


@pytest.mark.parametrize("key", ["\u0130\u0131", "a\r\nBcc: b@example.org", "a\x00b", " ", "\U0001f642"])
async def test_a_key_or_link_that_no_header_can_hold_is_refused_before_anybody_is_asked(key: str) -> None:
    body = Parts(1)
    with pytest.raises(Refused) as refused:
        await calling(body).ask("POST", "/organisations", dict, {}, key=key)
    assert (refused.value.status, body.taken) == (400, 0)
    with pytest.raises(Refused):
        await linked(body, f"Link {key}").get("/answer", dict)
    assert body.taken == 0
