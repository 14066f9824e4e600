"""Waiting for something to be there, with a limit and a word for the person who waits."""

import time
from collections.abc import Callable

Say = Callable[[str], None]
"""Told, in words for the person who waits, what is going on."""

_STEP = 0.05  # seconds between two looks at a process or a port


class Failed(Exception):
    """Something a local system needs did not start; the text is for the person at the terminal."""


def wait_until(ready: Callable[[], bool], *, seconds: float, what: str, every: float = _STEP) -> None:
    """Return when ``ready()`` is true, asked ``every`` so many seconds; raise `Failed` naming ``what`` in the end."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise Failed(f"{what}: not there within {seconds:.0f} seconds")
        time.sleep(every)
