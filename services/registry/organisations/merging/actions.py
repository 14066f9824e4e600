"""What is done when records turn out to be one organisation: merged, re-pointed, told, and taken back."""

from collections.abc import Sequence

from services.registry.organisations import history
from services.registry.organisations import store as organisations
from services.registry.organisations.domain import Organisation
from services.registry.organisations.duplicates import store as duplicates
from services.registry.organisations.merging import domain, store
from services.registry.organisations.merging.domain import Merge, Merging
from services.registry.organisations.merging.pointing import point_back, repoint
from shared.ids import utc_now
from shared.problems import Conflict, NotFound
from shared.storage import Tx
from shared.web import expect


async def merge_organisations(
    tx: Tx, organisation_id: str, command: Merge, *, by: str | None, revision: int | None = None
) -> Merging:
    """Merge records into one; whatever named them names that one since.

    Raises `NotFound`, `Invalid`, `Conflict`, and `Stale` when the record that stays is no longer at ``revision``.
    """
    survivor = await organisations.organisations.get(tx, organisation_id)
    expect(survivor, revision, required=False)
    others = await _records(tx, command.organisation_ids)
    now = utc_now()
    merging, news = domain.merge(survivor, others, by=by, now=now)
    for each in others:  # first, so that their identifiers are free
        gone = domain.gone(each, survivor)
        await organisations.organisations.put(tx, gone)
        await history.note(tx, gone, "merged-into", now=now, before=each, by=by, other_ids=[survivor.id])
    await organisations.organisations.put(tx, merging.after)
    await history.note(tx, merging.after, "merged", now=now, before=survivor, by=by, other_ids=merging.merged_ids)
    merging = merging.model_copy(update=await repoint(tx, merging))
    await organisations.outdate_activities(tx, [survivor.id, *merging.merged_ids])
    await store.mergings.add(tx, merging)
    await duplicates.close(tx, merging.merged_ids)
    await tx.publish(news)
    return merging


async def undo_last_merging(tx: Tx, organisation_id: str, *, by: str | None) -> Merging:
    """Take back the last merge into a record.  Raises `NotFound`, `Conflict`."""
    survivor = await organisations.get(tx, organisation_id)
    merging = await store.last_merging(tx, survivor.id)
    if merging is None:
        raise NotFound("merging-not-found", "Nothing was merged into this record, or it was taken back.")
    return await undo_merging(tx, merging.id, by=by)


async def undo_merging(tx: Tx, merging_id: str, *, by: str | None, organisation_id: str | None = None) -> Merging:
    """Take a merge back: all records are as they were, but for what was corrected since.

    With ``organisation_id`` only a merge into that record.  Raises `NotFound`, `Conflict`.
    """
    merging = await store.mergings.get(tx, merging_id)
    if organisation_id not in (None, merging.organisation_id):
        raise NotFound("merging-not-found", "There is no such merge into this record.")
    now = utc_now()
    before = await organisations.organisations.get(tx, merging.organisation_id)
    gone = {each.id: each for each in await _records(tx, merging.merged_ids)}
    merging, parted, restored, news = domain.undo(merging, before, gone, by=by, now=now)
    await organisations.organisations.put(tx, parted)
    await history.note(tx, parted, "parted", now=now, before=before, by=by, other_ids=merging.merged_ids)
    await _refuse_taken(tx, restored)
    for each in restored:
        await organisations.organisations.put(tx, each)
        await history.note(tx, each, "restored", now=now, before=gone[each.id], by=by, other_ids=[parted.id])
    await point_back(tx, merging)
    await organisations.outdate_activities(tx, [merging.organisation_id, *merging.merged_ids])
    await store.mergings.put(tx, merging)
    await tx.publish(news)
    return merging


async def _records(tx: Tx, ids: Sequence[str]) -> list[Organisation]:
    """Return the records with ``ids`` in their order.  Raises `NotFound`."""
    return [await organisations.organisations.get(tx, each) for each in ids]


async def _refuse_taken(tx: Tx, restored: Sequence[Organisation]) -> None:
    identifiers = [identifier for each in restored for identifier in each.identifiers]
    holders = await organisations.with_identifiers(tx, identifiers) if identifiers else []
    if holders:
        raise Conflict(
            "identifier-taken",
            "Another organisation was given one of their identifiers since: take it from that record first.",
            organisation_id=holders[0].id,
        )
