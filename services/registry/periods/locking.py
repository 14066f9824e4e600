"""Keeps what was reported for a locked period as it was, unless somebody corrects it and says why.

What changes an activity calls, in its transaction::

    await locking.check(tx, before, after, correction=reason, by=person_id)

and many at once: ``locks_of`` their organisations, ``Locks.of`` each, and ``keep_corrections`` of those that change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.registry.activities.activity import Activity
from services.registry.periods import store
from services.registry.periods.domain import touches
from services.registry.periods.store import Locked
from shared.ids import new_id, utc_now
from shared.problems import Conflict
from shared.storage import Reader, Tx, to_document

MAX_AT_ONCE = 1_000  # organisations


@dataclass(frozen=True, slots=True)
class Locks:
    """The stretches of time that are locked, by organisation."""

    by_organisation: dict[str, list[Locked]] = field(default_factory=dict)

    def of(self, organisation_id: str | None, *, starts_on: date | None, ends_on: date | None) -> list[str]:
        """Return the ids of the locked periods of an organisation in which an activity goes on."""
        return [
            each.period_id
            for each in self.by_organisation.get(organisation_id or "", ())
            if touches(each.from_on, each.to_on, starts_on=starts_on, ends_on=ends_on)
        ]

    def of_activity(self, activity: Activity) -> list[str]:
        """Return the ids of the locked periods of its reporting organisation in which ``activity`` goes on."""
        return self.of(activity.reporting_id, starts_on=activity.starts_on, ends_on=activity.ends_on)

    def of_change(self, before: Activity | None, after: Activity) -> list[str]:
        """Return the ids of the locked periods in which an activity went on before a change, or goes on after it."""
        states = [each for each in (before, after) if each is not None]
        return sorted({period_id for each in states for period_id in self.of_activity(each)})


async def locks_of(reader: Reader, organisation_ids: Iterable[str | None]) -> Locks:
    """Return what is locked for organisations."""
    ids, now = sorted({each for each in organisation_ids if each}), utc_now()
    found: dict[str, list[Locked]] = {}
    for start in range(0, len(ids), MAX_AT_ONCE):
        for each in await store.locked(reader, ids[start : start + MAX_AT_ONCE], now=now):
            found.setdefault(each.organisation_id, []).append(each)
    return Locks(found)


async def check(
    tx: Tx, before: Activity | None, after: Activity, *, correction: str | None, by: str | None
) -> list[str]:
    """Let a change of an activity pass, and keep it as a correction where its period is locked.

    Returns the ids of the locked periods.  Raises `Conflict` (``period-locked``) when nobody says why it is corrected.
    """
    locks = await locks_of(tx, [each.reporting_id for each in (before, after) if each is not None])
    period_ids = locks.of_change(before, after)
    if not period_ids:
        return []
    if not correction:
        detail = "This activity is of a period that is locked: say why you correct it."
        raise Conflict("period-locked", detail, period_ids=period_ids)
    await keep_corrections(tx, [(before, after)], locks, reason=correction, by=by)
    return period_ids


async def keep_corrections(
    tx: Tx, changes: Sequence[tuple[Activity | None, Activity]], locks: Locks, *, reason: str, by: str | None
) -> None:
    """Keep what activities of locked periods said before they were corrected; others are passed over."""
    now, rows = utc_now(), []
    for before, after in changes:
        if period_ids := locks.of_change(before, after):
            rows.append(
                {
                    "_id": new_id(),
                    "activity_id": after.id,
                    "activity_revision": after.revision,
                    "period_ids": period_ids,
                    "organisation_id": after.reporting_id,
                    "reason": reason,
                    "by": by,
                    "at": now,
                    "before": None if before is None else to_document(before),
                }
            )
    await store.add_corrections(tx, rows)
