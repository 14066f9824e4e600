"""Small tools of everything that runs for as long as the process does: health, waiting, backing off."""

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from datetime import timedelta

from prometheus_client import Gauge

MAX_BACKOFF = timedelta(seconds=5)  # recovered well within half a minute after the other side is back

part_good = Gauge("zgoda_part_good", "Whether a part of the process works: 1 or 0", ["part"])


@dataclass
class Health:
    """What each part of the process says of itself; ready when all say good."""

    parts: dict[str, tuple[bool, str]] = field(default_factory=dict)

    def good(self, part: str, words: str = "good") -> None:
        """``part`` works."""
        self.parts[part] = (True, words)
        part_good.labels(part).set(1)

    def bad(self, part: str, words: str) -> None:
        """``part`` does not work for the moment."""
        self.parts[part] = (False, words)
        part_good.labels(part).set(0)

    @property
    def ready(self) -> bool:
        """Whether every part works."""
        return bool(self.parts) and all(good for good, _ in self.parts.values())


async def rest(stopping: asyncio.Event, length: timedelta) -> None:
    """Wait for ``length``, or until ``stopping``."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), length.total_seconds())


def backoff(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row: doubling from 0.2 s, with jitter."""
    longest = min(0.1 * 2**failures, MAX_BACKOFF.total_seconds())
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311 - jitter


def is_cancelled() -> bool:
    """Whether somebody wants the running task to end.

    A `CancelledError` alone does not say so: aiormq raises it in whoever awaits an answer when a connection dies in
    silence, and a task that ends by it ends without a word.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
