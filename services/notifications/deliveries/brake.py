"""The brake: a relay that refuses most of what it is given, for good, is believed no longer until somebody has looked.

It may have been set up anew, or have put us on a list; the addresses are no worse than they were.  So it is held, what
it refused in the meantime waits with the rest, and no address is given up for it.  Whoever releases it has looked: its
refusals count again for `BELIEVED`, however many there are.
"""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.notifications.deliveries.domain import Change, Trouble
from services.notifications.operations import store as operations
from services.notifications.operations.domain import Hold, held_name
from services.notifications.smtp import Accepted, Outcome, Refused
from shared.scrubbing import scrub
from shared.storage import Tx

BRAKED = "relay-braked"
"""Why a letter waits that a relay refused for good, like most others."""
WINDOW = 200  # mails
RECENT = 900.0  # seconds
SHARE = 0.5
BELIEVED = timedelta(hours=1)


@dataclass
class Brake:
    """Looks at what one relay answers: pulled at ``refusals`` for good that are most of its last `WINDOW` answers."""

    route: str
    refusals: int
    """0: never."""
    _answers: deque[tuple[float, bool]] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def is_pulled(self, outcomes: Sequence[Outcome]) -> bool:
        """Return whether these outcomes, with those before, are too bad to be true."""
        if not self.refusals:
            return False
        now = time.monotonic()
        answers = [refused for outcome in outcomes if (refused := _refused(outcome)) is not None]
        self._answers += [(now, refused) for refused in answers]
        recent = [refused for at, refused in self._answers if now - at < RECENT]
        return any(answers) and sum(recent) >= self.refusals and sum(recent) > SHARE * len(recent)

    async def pull(self, tx: Tx, outcomes: Sequence[Outcome], *, now: datetime) -> bool:
        """Hold the relay; return whether it is: not when an operator has just released it."""
        what = held_name(self.route)
        if await operations.believed(tx, what, now=now):
            return False
        answer = next(each for each in outcomes if isinstance(each, Refused) and each.code >= 500)
        await operations.keep(tx, Hold(what=what, held_at=now, because=_said(answer)))
        return True


def _refused(outcome: Outcome) -> bool | None:
    """Return whether the relay refused for good; `None` when it said neither yes nor no."""
    match outcome:
        case Accepted():
            return False
        case Refused(code) if code >= 500:
            return True
        case _:
            return None


def _said(answer: Refused) -> str:
    return scrub(f"{answer.code} {answer.enhanced} {answer.text.removeprefix(answer.enhanced).strip()}")[:300]


def disbelieved(change: Change, outcome: Outcome, *, now: datetime) -> Change:
    """Return what becomes of a letter instead, when the relay that refused it is held for that."""
    if change.state != "failed" or change.error is None or not _refused(outcome):
        return change
    said = Trouble(code=BRAKED, text=str(change.error)[:500])
    return replace(change, state="deferred", error=said, due_at=now)
