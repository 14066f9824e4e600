"""A TCP proxy between a service and what it needs, which cuts the line: in silence, or with a bang."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Literal, Self

from deploy.local.places import LOOPBACK

Way = Literal["to", "fro"]
BOTH: tuple[Way, Way] = ("to", "fro")
"""``to`` what is behind the proxy, and ``fro``: what it answers."""
AT_ONCE = 65_536  # bytes


@dataclass
class Proxy:
    """Passes everything on to ``port`` until it is told to `hold`, `abort` or `refuse`; listens on ``listens_on``."""

    port: int
    listens_on: int = 0
    refusing: bool = False
    begun: int = 0
    """How many lines were begun."""
    _open: dict[Way, asyncio.Event] = field(default_factory=lambda: {way: asyncio.Event() for way in BOTH})
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _passing: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        self.heal()
        self._server = await asyncio.start_server(self._arrived, LOOPBACK, self.listens_on)
        self.listens_on = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody."""
        if self._server is not None:
            self._server.close()
        self.abort()
        self.heal()
        if self._passing:
            await asyncio.wait(self._passing)

    def hold(self, *ways: Way) -> None:
        """Let nothing through these ways (none: both), without a word to anybody; the lines stay open."""
        for way in ways or BOTH:
            self._open[way].clear()

    def abort(self) -> None:
        """Break every line off."""
        for writer in list(self._writers):
            writer.transport.abort()

    def refuse(self) -> None:
        """Break every line off, and whatever is begun anew."""
        self.refusing = True
        self.abort()

    def heal(self) -> None:
        """Let everything through again; what was held goes first."""
        self.refusing = False
        for event in self._open.values():
            event.set()

    def _arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.begun += 1
        if self.refusing:
            writer.transport.abort()
            return
        passing = asyncio.create_task(self._passed(reader, writer))
        self._passing.add(passing)
        passing.add_done_callback(self._passing.discard)

    async def _passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            behind, onward = await asyncio.open_connection(LOOPBACK, self.port)
        except OSError:
            writer.transport.abort()
        else:
            self._writers.add(onward)
            await asyncio.gather(self._pass("to", reader, onward), self._pass("fro", behind, writer))
            self._writers.discard(onward)
        self._writers.discard(writer)

    async def _pass(self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, RuntimeError):  # uvloop's word for a line that is closed
            while data := await reader.read(AT_ONCE):
                await self._open[way].wait()
                writer.write(data)
                await writer.drain()
        writer.close()
