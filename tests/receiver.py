"""An https server on loopback that remembers what it is asked, and a way out that leads to it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from shared.outside import Outside
from tests.notifications.certificates import Certificate


class Receiver:
    """A server known as ``localhost``, by the only name its certificate has."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.answer = b"HTTP/1.1 204 No Content\r\n\r\n"
        self.echo = False
        """Whether it answers with the body it was sent."""
        self.stalls_at = 0
        """Which request it never answers, counted from 1; 0: it answers all."""
        self.port = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://localhost:{self.port}/x"

    async def serve(self, reader: Any, writer: Any) -> None:
        """Remember one request and answer it."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked.append((head[0], headers, body))
        if len(self.asked) == self.stalls_at:
            await reader.read()  # until the other side has had enough
            writer.close()
            return
        echoed = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        writer.write(echoed if self.echo else self.answer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(folder: Path) -> AsyncIterator[tuple[Receiver, Outside]]:
    """Yield a receiver, and a way out that leads to it though it is not outside."""
    certificate, receiver = Certificate.make(folder), Receiver()
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate.chain, certificate.key)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=ours)
    receiver.port = server.sockets[0].getsockname()[1]
    theirs = ssl.create_default_context(cafile=certificate.chain)
    theirs.check_hostname = True
    async with server:
        yield receiver, Outside(resolve=answering("127.0.0.1"), allowed=lambda _: True, context=theirs)


def answering(*addresses: str) -> Any:
    """Return a name server that knows only these."""

    async def resolve(_: str, __: int) -> Sequence[str]:
        return addresses

    return resolve
