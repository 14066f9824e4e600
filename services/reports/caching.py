"""What need not be sent or made twice: conditional requests (RFC 9110 13), and a shelf of rendered bytes."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request, Response

WEEK = "public, max-age=604800"


def not_modified(
    request: Request, etag: str, *, modified_at: datetime | None = None, cache_control: str = WEEK
) -> Response | None:
    """Return a 304 when the caller holds this version already, else `None`.

    ``If-None-Match`` goes before ``If-Modified-Since`` (RFC 9110 13.2.2).
    """
    held = request.headers.get("if-none-match")
    if held is not None:
        fresh = held.strip() == "*" or etag in {each.strip().removeprefix("W/") for each in held.split(",")}
    else:
        fresh = modified_at is not None and _since(request) >= modified_at.replace(microsecond=0)
    return Response(status_code=304, headers=headers(etag, modified_at, cache_control)) if fresh else None


def headers(etag: str, modified_at: datetime | None = None, cache_control: str = WEEK) -> dict[str, str]:
    """Return the headers by which an answer can be kept."""
    found = {"ETag": etag, "Cache-Control": cache_control}
    if modified_at is not None:
        found["Last-Modified"] = format_datetime(modified_at.replace(microsecond=0), usegmt=True)
    return found


def _since(request: Request) -> datetime:
    long_ago = datetime.fromisoformat("0001-01-01T00:00:00+00:00")
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return long_ago
    return since if since.tzinfo is not None else long_ago


class Shelf:
    """Keeps what was rendered, at most ``capacity`` bytes of it; what nobody takes down goes first.

    Whoever asks for what is being made already waits for that, so that a thing is made once.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._making: dict[str, asyncio.Task[bytes]] = {}

    async def take(self, key: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """Return what is under ``key``, made by ``make`` where it is missing.  Raises what ``make`` raises."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        task = self._making.get(key)
        if task is None:
            task = asyncio.create_task(self._make(key, make))
            self._making[key] = task
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(task)  # one reader who leaves does not stop it for the others

    async def _make(self, key: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        made = await make()
        if len(made) <= self._capacity:
            self._held[key] = made
            self._size += len(made)
        while self._size > self._capacity:
            _, dropped = self._held.popitem(last=False)
            self._size -= len(dropped)
        return made
