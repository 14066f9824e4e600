"""Mails that are sent together over any number of conversations."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from services.notifications.smtp.mail import Mail, NeverSent, Outcome


class Window:
    """Mails that are sent together over any number of conversations, and what became of each.

    ``before_dots`` is awaited once, when the first conversation has got as far as the text; no dot is written before it
    returns, and none when it raises.
    """

    TRIES = 5  # a connection found closed, or broken by the mail before, is no reason to put a mail off
    SECONDS = 30.0  # after the first mail: what a slow relay has not been offered by then travels another time

    def __init__(self, mails: Sequence[Mail], before_dots: Callable[[], Awaitable[None]]) -> None:
        self.outcomes: list[Outcome | None] = [None] * len(mails)
        self.reason = NeverSent("relay-not-reached")
        self.failure: BaseException | None = None
        self._mails = mails
        self._waiting = deque(range(len(mails)))
        self._tries = [0] * len(mails)
        self._before_dots = before_dots
        self._opening: asyncio.Task[None] | None = None
        self._open = False
        self._ends_at: float | None = None
        self.moved_at = asyncio.get_running_loop().time()
        """When a conversation last asked for a mail or gave one back: while it does not, it waits for the relay."""

    def __bool__(self) -> bool:
        return bool(self._waiting) and not self._over

    @property
    def _over(self) -> bool:
        return self._ends_at is not None and self.moved_at > self._ends_at

    def take(self) -> tuple[int, Mail] | None:
        """Return the next mail and its place in the window, or `None` when all are taken or the time is over."""
        self._move()
        if not self or self.failure:
            return None
        place = self._waiting.popleft()
        return place, self._mails[place]

    def give_back(self, place: int, reason: str) -> None:
        """Let another conversation try a mail whose dot was not written, or settle it as never sent."""
        self._move()
        self._tries[place] += 1
        if self._tries[place] < self.TRIES and not self.failure:
            self._waiting.appendleft(place)
        else:
            self.outcomes[place] = NeverSent(reason, reached=True)

    def _move(self) -> None:
        self.moved_at = asyncio.get_running_loop().time()
        self._ends_at = self._ends_at or self.moved_at + self.SECONDS
        if self._over:
            self.reason = NeverSent("relay-slow")

    async def may_dot(self) -> None:
        """Wait until dots may be written.  Raises what ``before_dots`` raised."""
        if self._open:
            return
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._before_dots())
        try:
            await asyncio.shield(self._opening)
        except BaseException as error:
            self.failure = error
            raise
        self._open = True

    def settled(self) -> list[Outcome]:
        """Return what became of each mail, in the order they were given."""
        return [outcome or self.reason for outcome in self.outcomes]
