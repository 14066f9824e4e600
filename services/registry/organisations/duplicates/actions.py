"""What is done with likely duplicates: found in the background, told apart by coordinators."""

from services.registry.organisations.duplicates import domain, store
from services.registry.organisations.duplicates.domain import State, TellApart
from services.registry.organisations.proposals.store import Neighbours, find_neighbours
from shared.problems import NotFound
from shared.storage import Reader, Tx


async def compare_some(reader: Reader, *, limit: int) -> int:
    """Compare at most ``limit`` records that were written since they were compared; return how many there were.

    May be done twice, and by two at once.
    """
    records = await store.to_compare(reader, limit=limit)
    if records:
        near: Neighbours = await find_neighbours(reader, [(each.known, each.near_keys) for each in records])
        asked = await store.waiting_for_review(reader, [each.known.id for each in records])
        found = {each.known.id: domain.likely(each.known, near.near(each.known, each.near_keys)) for each in records}
        await store.keep(
            reader,
            {
                id: [each for each in candidates if each.organisation_id not in asked.get(id, ())]
                for id, candidates in found.items()
            },
        )
        await store.compared(reader, records)
    return len(records)


async def tell_apart(tx: Tx, command: TellApart, state: State, *, by: str | None) -> None:
    """Say that two records are two organisations (*distinct*), or ask again (*open*).  Raises `NotFound`."""
    one, other = command.organisation_ids
    if not await store.set_state(tx, one, other, state, by=by):
        raise NotFound("pair-not-found", "Nobody has taken these two for one organisation.")
