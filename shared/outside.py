"""Calls addresses that strangers gave us, and only where they lead out: never to ourselves, our network or its cloud.

The name is resolved once, every address it has is looked at, and the one that was looked at is connected to: a name
that leads elsewhere a moment later leads nobody anywhere.  Nothing is followed, and little of the answer is read.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2

from shared.calls import Call, check_url, is_outside
from shared.problems import Invalid

SECONDS = 10.0
ANSWER_BYTES = 64 * 1024

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class Refused(Exception):
    """The call was not made, or not answered well; ``code`` is kebab-case, or the HTTP status."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return every address of a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


@dataclass(frozen=True)
class Outside:
    """The way out."""

    resolve: Resolve = resolve
    allowed: Callable[[str], bool] = is_outside
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    async def call(self, call: Call) -> bytes:
        """Make one request and return what was answered (64 KiB at most) when that is a 2xx.  Raises `Refused`."""
        try:
            url = urlsplit(check_url(call.url))
        except Invalid:
            raise Refused("url-not-allowed") from None
        host, port = url.hostname or "", url.port or 443
        address = await self._address(host, port)
        target = call.url.replace(url.netloc, f"[{address}]:{port}" if ":" in address else f"{address}:{port}", 1)
        transport = httpx2.AsyncHTTPTransport(verify=self.context, retries=0)
        async with httpx2.AsyncClient(
            transport=transport, timeout=SECONDS, follow_redirects=False, trust_env=False
        ) as client:
            headers = {**call.headers, "Host": url.netloc, "User-Agent": "zgoda"}
            try:
                request = client.build_request(call.method, target, headers=headers, content=call.body)
                request.extensions["sni_hostname"] = host
                async with asyncio.timeout(SECONDS):
                    status, answer = await self._answer(client, request)
            except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError, ValueError) as error:
                raise Refused(type(error).__name__) from None
        if not 200 <= status < 300:
            raise Refused(str(status))
        return answer

    @staticmethod
    async def _answer(client: httpx2.AsyncClient, request: httpx2.Request) -> tuple[int, bytes]:
        response, read = await client.send(request, stream=True), b""
        try:
            async for chunk in response.aiter_raw():
                read += chunk
                if len(read) > ANSWER_BYTES:
                    break
        finally:
            await response.aclose()
        return int(response.status_code), read[:ANSWER_BYTES]

    async def _address(self, host: str, port: int) -> str:
        try:
            async with asyncio.timeout(SECONDS):
                addresses = await self.resolve(host, port)
        except (OSError, TimeoutError, UnicodeError):
            raise Refused("name-not-found") from None
        if not addresses or not all(map(self.allowed, addresses)):
            raise Refused("address-not-allowed")
        return addresses[0]
