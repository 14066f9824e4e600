"""What merged records were asked to report: awaited from the one that stays, which answers once for each period."""

from collections.abc import Sequence

from services.registry.organisations.merging import store
from services.registry.organisations.merging.domain import Merging
from services.registry.organisations.merging.moving import move_back, moved_to
from services.registry.organisations.merging.store import Moved
from services.registry.periods import domain as periods
from services.registry.periods.domain import PeriodReport
from services.registry.periods.store import report_of
from shared.storage import Tx, from_document, to_document


async def move_reports(tx: Tx, ids: Sequence[str], collection: str, other: str, merging: Merging) -> None:
    """Await from the organisation that stays what was awaited from ``other``; of two reports for a period make one."""
    rows: list[Moved] = []
    for before in await store.documents(tx, collection, ids):
        own = await report_of(tx, before["period_id"], merging.organisation_id)
        if own is None:
            after, moved = moved_to(before, collection, other, merging)
            await store.write(tx, collection, after)
            rows.append(moved)
            continue
        one = periods.united(own, from_document(PeriodReport, before))
        await store.write(tx, collection, to_document(one))
        await store.take_away(tx, collection, before["_id"])
        move = (merging.id, collection)
        stays = (other, merging.organisation_id)
        rows.append(Moved(*move, own.id, *stays, one.revision, kept=to_document(own)))
        rows.append(Moved(*move, before["_id"], *stays, before["revision"], kept=before))
    await store.remember(tx, rows)


async def report_back(tx: Tx, moved: Moved) -> None:
    """Await a report as before the merge; what was said since for the organisation that stayed stays said by it."""
    if moved.kept is None:
        await move_back(tx, moved)
        return
    found = await store.documents(tx, moved.collection, [moved.target_id])
    if not found:  # the one that was taken away: it comes back first
        await store.add(tx, moved.collection, {**moved.kept, "revision": moved.revision + 1})
        return
    other = await report_of(tx, moved.kept["period_id"], moved.old)
    now, before = from_document(PeriodReport, found[0]), from_document(PeriodReport, moved.kept)
    if other is not None:
        await store.write(tx, moved.collection, to_document(periods.parted(now, before, other)))
