"""Single mails for which somebody waits: on an idle system, and while a fan-out is under way."""

import asyncio
import time
from collections.abc import Sequence

import httpx2

from bench.system import System

EVERY = 0.25  # seconds between two requests
WAIT = 60.0  # seconds for the last answers
ADDRESS = "urgent{}@example.org"


class Urgent:
    """Asks reports to subscribe a new address again and again; the mail that confirms it overtakes bulk.

    ``async with Urgent(system) as urgent: …`` then `seconds`: from each HTTP 202 to the accepted mail, sorted.
    """

    def __init__(self, system: System, *, first: int = 0) -> None:
        self._system = system
        self._number = first
        self._asked: dict[str, float] = {}
        self._record_from = 0
        self._asking: asyncio.Task[None] | None = None
        self.seconds: Sequence[float] = ()

    async def __aenter__(self) -> "Urgent":
        self._record_from = self._system.sink.record.stat().st_size
        self._asking = asyncio.create_task(self._ask())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._asking is not None:
            self._asking.cancel()
            (ended,) = await asyncio.gather(self._asking, return_exceptions=True)
            if isinstance(ended, Exception):
                raise ended
        self.seconds = await self._arrived()

    async def _ask(self) -> None:
        async with httpx2.AsyncClient(base_url=self._system.services["reports"].url, timeout=60) as client:
            while True:
                self._number += 1
                address = ADDRESS.format(self._number)
                wish = {"address": address, "themes": ["media-freedom"], "language": "en"}
                answer = await client.post("/subscriptions", json=wish)
                if answer.status_code != 202:
                    raise RuntimeError(answer.text)
                self._asked[address] = time.time()
                await asyncio.sleep(EVERY)

    async def _arrived(self) -> Sequence[float]:
        async with asyncio.timeout(WAIT):
            while len(found := self._found()) < len(self._asked):  # noqa: ASYNC110 - a file of another process
                await asyncio.sleep(0.2)
        return sorted(max(found[address] - asked_at, 0.0) for address, asked_at in self._asked.items())

    def _found(self) -> dict[str, float]:
        mails = self._system.sink.since(self._record_from)
        return {mail.recipient: mail.at for mail in mails if mail.recipient in self._asked}
