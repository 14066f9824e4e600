"""Writing down what became of letters: what the relay said of each, and what was decided before it was asked."""

import asyncio
import itertools
from collections import Counter as Tally
from collections.abc import Sequence
from datetime import datetime

from prometheus_client import Counter

from services.notifications.deliveries import bundles, domain, settling
from services.notifications.deliveries.brake import Brake, disbelieved
from services.notifications.deliveries.bundles import Claim
from services.notifications.deliveries.domain import Change
from services.notifications.operations.domain import held_name
from services.notifications.smtp import Outcome
from shared import logs
from shared.ids import utc_now
from shared.storage import Document, Storage, Unreachable
from shared.supervision import backoff

log = logs.get(__name__)

RECORDED_WITHIN = 1000  # tries to write down what became of letters: hours

letters = Counter("zgoda_letters_total", "Letters settled", ["kind", "state"])
for _kind in domain.KINDS:  # told from the beginning: what first appears as 50 has not grown, to whoever watches
    for _state in ("sent", "failed"):
        letters.labels(_kind, _state)


class Records:
    """Writes down what becomes of the letters that one relay takes."""

    def __init__(self, storage: Storage, brake: Brake, held_when_ambiguous: Sequence[str]) -> None:
        self._storage = storage
        self._brake = brake
        self._held_when_ambiguous = held_when_ambiguous

    async def decided(self, claim: Claim, changes: Sequence[tuple[Document, Change]]) -> None:
        """Write down what becomes of letters that are not given to the relay now."""
        await self._settle(claim, changes)
        _count(changes)

    async def answered(
        self, claim: Claim, number: int | None, rows: Sequence[Document], outcomes: Sequence[Outcome]
    ) -> bool:
        """Write down what became of mails, tried until it is done: nobody else knows.  Return whether none is left."""
        now = utc_now()
        changes = [(row, self._change(row, outcome, now)) for row, outcome in zip(rows, outcomes, strict=True)]
        braked = self._brake.is_pulled(outcomes)
        for failures in itertools.count(1):
            try:
                if braked and await self._disbelieve(outcomes, now):
                    said = zip(changes, outcomes, strict=True)
                    changes = [(row, disbelieved(change, outcome, now=now)) for (row, change), outcome in said]
                await self._write(claim, number, changes, now)
                break
            except Unreachable:
                if failures == RECORDED_WITHIN:  # the lease runs out, and the letters are in doubt: not unsaid
                    raise
                await asyncio.sleep(backoff(min(failures, 3)).total_seconds())
        _count(changes)
        return all(change.state != "queued" for _, change in changes)

    async def _write(
        self, claim: Claim, number: int | None, changes: Sequence[tuple[Document, Change]], now: datetime
    ) -> None:
        sent = [row["_id"] for row, change in changes if change.state == "sent"]
        await settling.settle_sent(self._storage.reader, sent, now=now)
        await self._settle(claim, [(row, change) for row, change in changes if change.state != "sent"])
        if number is not None:
            await bundles.end_slice(self._storage.reader, claim, number)

    async def _settle(self, claim: Claim, changes: Sequence[tuple[Document, Change]]) -> None:
        if changes:
            await self._storage.transact(settling.settle_others, claim, changes, now=utc_now())

    async def _disbelieve(self, outcomes: Sequence[Outcome], now: datetime) -> bool:
        """Hold the relay for what it answers; return whether it is held."""
        held = await self._storage.transact(self._brake.pull, outcomes, now=now)
        log.error("relay-braked" if held else "relay-refuses-and-is-believed", relay=held_name(self._brake.route))
        return held

    def _change(self, row: Document, outcome: Outcome, now: datetime) -> Change:
        return domain.settle(
            outcome,
            attempts=row["attempts"] + 1,
            doubts=row.get("doubts", 0),
            since=row["since"] if row["attempts"] else now,  # it may have waited long before, for us
            now=now,
            hold=row["kind"] in self._held_when_ambiguous,
        )


def _count(changes: Sequence[tuple[Document, Change]]) -> None:
    for (kind, state), count in Tally((row["kind"], change.state) for row, change in changes).items():
        letters.labels(kind, state).inc(count)
