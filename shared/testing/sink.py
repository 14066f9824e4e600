"""A fast SMTP server that keeps a record of every mail it accepts, and misbehaves when asked to.

In a test: ``async with Sink() as sink: …; await sink.arrived(3); sink.mails[0].message``.
As a process: ``python -m shared.testing.sink --port 2525 --record mails.jsonl --temporary 0.1 --seed 7``; it prints
``listening on PORT`` and writes one JSON line for every mail before it answers 250, so the record holds what was
promised even when this process or any other is killed.
"""

import argparse
import asyncio
import json
import os
import random
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Self, cast

from shared.testing.accepted import AcceptedMail, Verdict


@dataclass(frozen=True, slots=True)
class Faults:
    """How the sink misbehaves.  Rates are shares of mails from 0 to 1, drawn by ``seed``; times are in seconds."""

    temporary: float = 0.0
    """Refused with 451 at the recipient."""
    permanent: float = 0.0
    """Refused with 550 at the recipient."""
    temporary_at_dot: float = 0.0
    """Refused with 452 after the text."""
    cut_before_reply: float = 0.0
    """Accepted and recorded, and the connection cut instead of the 250."""
    cut_in_text: float = 0.0
    """The connection cut after the 354, before the text is complete."""
    delay: float = 0.0
    """Before each reply to a text."""
    stall: bool = False
    """Accept and record, and never reply to the text."""
    banner_only: bool = False
    """Greet and say nothing more."""
    silent: bool = False
    """Accept connections and never say anything."""
    busy: bool = False
    """Greet with 421 and hang up."""
    mails_per_connection: int = 0
    """Close with 421 after so many mails; 0: never."""
    pipelining: bool = True
    seed: int = 0


class _Connection(asyncio.Protocol):
    """One client.  Replies to everything that has arrived leave together, after what was accepted is recorded."""

    def __init__(self, sink: "Sink") -> None:
        self._sink = sink
        self._faults = sink.faults
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._replies: list[bytes] = []
        self._accepted: list[AcceptedMail] = []
        self._in_text = False
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._mails = 0
        self._paused = False
        self._over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast(asyncio.Transport, transport)
        self._sink.connections.add(self._transport)
        self._sink.opened += 1
        if self._faults.busy:
            self._transport.write(b"421 4.3.2 busy\r\n")
            self._transport.close()
        elif not self._faults.silent:
            self._transport.write(b"220 sink ESMTP\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._over = True
        if self._transport is not None:
            self._sink.connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        """Deal with everything complete that has arrived."""
        if self._faults.banner_only or self._faults.silent:
            return
        self._buffer += data
        if not self._paused:
            self._work()

    def _work(self) -> None:
        while not self._over and not self._paused and (self._text() if self._in_text else self._command()):
            pass
        self._flush()

    def _flush(self) -> None:
        if self._accepted:
            self._sink.keep(self._accepted)
            self._accepted = []
        if self._replies and self._transport is not None:
            self._transport.write(b"".join(self._replies))
            self._replies = []

    def _command(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        verb = line[:4].upper()
        if verb == b"MAIL":
            self._mail(line)
        elif verb == b"RCPT":
            self._recipient(line)
        elif verb == b"DATA":
            self._data()
        else:
            self._other(verb)
        return True

    def _mail(self, line: bytes) -> None:
        limit = self._faults.mails_per_connection
        if limit and self._mails >= limit:
            self._replies.append(b"421 4.7.0 too many mails\r\n")
            self._hang_up()
            return
        self._sender = _address(line)
        self._recipients = []
        self._replies.append(b"250 2.1.0 ok\r\n")

    def _recipient(self, line: bytes) -> None:
        chance = self._sink.random.random()
        if chance < self._faults.temporary:
            self._sink.tell(_address(line), 451)
            self._replies.append(b"451 4.3.0 try again later\r\n")
        elif chance < self._faults.temporary + self._faults.permanent:
            self._sink.tell(_address(line), 550)
            self._replies.append(b"550 5.1.1 <" + _address(line).encode() + b"> no such mailbox\r\n")
        else:
            self._recipients.append(_address(line))
            self._replies.append(b"250 2.1.5 ok\r\n")

    def _data(self) -> None:
        if self._sender is None or not self._recipients:
            self._replies.append(b"503 5.5.1 no recipients\r\n")
            return
        self._replies.append(b"354 go on\r\n")
        if self._sink.random.random() < self._faults.cut_in_text:
            self._flush()
            self._cut()
            return
        self._in_text = True

    def _text(self) -> bool:
        if self._buffer.startswith(b".\r\n"):
            end, size = 0, 3
        else:
            end, size = self._buffer.find(b"\r\n.\r\n"), 5
        if end < 0:
            return False
        content = bytes(self._buffer[: end + size - 3])
        del self._buffer[: end + size]
        self._in_text = False
        if content.find(b"\r\n.") >= 0 or content.startswith(b"."):
            content = content.replace(b"\r\n.", b"\r\n").removeprefix(b".")
        self._finish(content)
        return True

    def _finish(self, content: bytes) -> None:
        chance = self._sink.random.random()
        broken_off = chance > 1 - self._faults.cut_before_reply
        refused = chance < self._faults.temporary_at_dot
        for recipient in self._recipients:
            self._sink.tell(recipient, 452 if refused else 0 if broken_off else 250)
        if refused:
            self._replies.append(b"452 4.3.1 full\r\n")
            self._sender = None
            return
        self._mails += 1
        self._accepted.append(
            AcceptedMail(self._sender or "", self._recipients, _message_id(content), len(content), time.time(), content)
        )
        self._sender = None
        if broken_off:
            self._flush()
            self._cut()
        elif self._faults.stall:
            self._flush()
            self._paused = True
        elif self._faults.delay:
            self._flush()
            self._paused = True
            asyncio.get_running_loop().call_later(self._faults.delay, self._resume)
        else:
            self._replies.append(b"250 2.0.0 ok\r\n")

    def _resume(self) -> None:
        self._paused = False
        self._replies.append(b"250 2.0.0 ok\r\n")
        self._work()

    def _other(self, verb: bytes) -> None:
        if verb == b"EHLO":
            offers = [b"sink", *([b"PIPELINING"] if self._faults.pipelining else []), b"8BITMIME", b"SMTPUTF8"]
            offers.append(b"ENHANCEDSTATUSCODES")
            self._replies += [b"250-" + offer + b"\r\n" for offer in offers[:-1]] + [b"250 " + offers[-1] + b"\r\n"]
        elif verb in (b"HELO", b"RSET", b"NOOP"):
            self._sender = None
            self._replies.append(b"250 2.0.0 ok\r\n")
        elif verb == b"QUIT":
            self._replies.append(b"221 2.0.0 bye\r\n")
            self._hang_up()
        else:
            self._replies.append(b"502 5.5.1 not here\r\n")

    def _hang_up(self) -> None:
        self._flush()
        self._over = True
        if self._transport is not None:
            self._transport.close()

    def _cut(self) -> None:
        self._over = True
        if self._transport is not None:
            self._transport.abort()


def _appending(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _address(line: bytes) -> str:
    return line[line.find(b"<") + 1 : line.rfind(b">")].decode("utf-8", "replace")


def _message_id(content: bytes) -> str:
    start = content.find(b"\nMessage-ID:")
    if start < 0:
        return ""
    end = content.find(b"\r\n", start)
    return content[start + 12 : end].strip().decode("ascii", "replace")


@dataclass
class Sink:
    """The server.  ``mails`` holds what was accepted, without the text when ``contents`` is false."""

    faults: Faults = field(default_factory=Faults)
    port: int = 0
    contents: bool = True
    record: Path | None = None
    verdicts: Path | None = None
    """Where every answer is written down; kept in ``said`` when there is no ``record`` either."""
    said: list[Verdict] = field(default_factory=list)
    mails: list[AcceptedMail] = field(default_factory=list)
    opened: int = 0
    """How many connections were ever made."""
    connections: set[asyncio.Transport] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = random.Random(self.faults.seed)
        self._server: asyncio.Server | None = None
        self._record = self._verdicts = -1
        self._more = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Listen on loopback; port 0 takes a free one."""
        if self.record is not None:
            self._record = _appending(self.record)
        if self.verdicts is not None:
            self._verdicts = _appending(self.verdicts)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody."""
        if self._server is not None:
            self._server.close()
        for transport in list(self.connections):
            transport.abort()
        if self._server is not None:
            await self._server.wait_closed()
        for file in (self._record, self._verdicts):
            if file >= 0:
                os.close(file)

    @property
    def url(self) -> str:
        """The address of this sink as a relay."""
        return f"smtp://127.0.0.1:{self.port}"

    def misbehave(self, faults: Faults) -> None:
        """Change the faults, for connections made from now on."""
        self.faults = faults
        self.random = random.Random(faults.seed)

    def keep(self, mails: list[AcceptedMail]) -> None:
        """Record ``mails``; returns when the operating system has them."""
        if self._record >= 0:
            lines = (json.dumps(mail.document(contents=self.contents)) for mail in mails)
            os.write(self._record, "".join(f"{line}\n" for line in lines).encode())
        else:
            self.mails += mails
        self._more.set()

    def tell(self, recipient: str, code: int) -> None:
        """Write down what is answered to the mail for ``recipient``; 0: that the connection is cut instead."""
        verdict = Verdict(recipient, code)
        if self._verdicts >= 0:
            os.write(self._verdicts, f"{json.dumps(asdict(verdict))}\n".encode())
        elif self.record is None:
            self.said.append(verdict)

    async def arrived(self, count: int, *, within: float = 20.0) -> list[AcceptedMail]:
        """Wait until at least ``count`` mails were accepted and return all.  Raises `TimeoutError`."""
        async with asyncio.timeout(within):
            while len(self.mails) < count:
                self._more.clear()
                await self._more.wait()
        return list(self.mails)

    def to(self, recipient: str) -> list[AcceptedMail]:
        """Return the mails to one recipient."""
        return [mail for mail in self.mails if recipient in mail.recipients]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="An SMTP server that records what it accepts.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--verdicts", type=Path, help="write down every answer to a mail here")
    parser.add_argument("--contents", action="store_true", help="record the texts too")
    for name, default in asdict(Faults()).items():
        option = "--" + name.replace("_", "-")
        if isinstance(default, bool):
            parser.add_argument(option, action=argparse.BooleanOptionalAction, default=default)
        else:
            parser.add_argument(option, type=type(default), default=default)
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    faults = Faults(**{each.name: getattr(arguments, each.name) for each in fields(Faults)})
    files = {"record": arguments.record, "verdicts": arguments.verdicts}
    async with Sink(faults, port=arguments.port, contents=arguments.contents, **files) as sink:
        print(f"listening on {sink.port}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_serve(_arguments()))
