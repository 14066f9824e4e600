"""Everything in the registry that names organisations: moved from one to another, told, and moved back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from services.registry.activities import actions as activity_actions
from services.registry.activities.activity import Activity
from services.registry.coalitions.store import coalitions
from services.registry.organisations.merging import store
from services.registry.organisations.merging.asked import move_reports, report_back
from services.registry.organisations.merging.domain import Merging
from services.registry.organisations.merging.moving import move, move_back, moved_back, moved_to
from services.registry.organisations.merging.store import Moved
from services.registry.people import store as people
from shared.auth import remember_access
from shared.events.registry import CoalitionChanged, PersonUpdated
from shared.storage import Tx, from_document, to_document

AT_ONCE = 100  # activities written together


async def repoint(tx: Tx, merging: Merging) -> dict[str, int]:
    """Have everything that names the merged records name the other one; return how many of each sort do.

    Raises `Conflict` when that is too much for one merge.
    """
    counts: dict[str, int] = {}
    for collection, sort in SORTS.items():
        moved: dict[str, None] = {}
        for other in merging.merged_ids:
            ids = await store.naming(tx, collection, other, field=sort.field, limit=sort.most)
            for start in range(0, len(ids), AT_ONCE):
                some = ids[start : start + AT_ONCE]
                await sort.move(tx, some, collection, other, merging)
            moved.update(dict.fromkeys(ids))
        await sort.tell(tx, list(moved))
        counts[collection] = len(moved)
    return counts


async def point_back(tx: Tx, merging: Merging) -> None:
    """Have everything that a merge moved name the organisations again that it named before."""
    moved = await store.moves(tx, merging.id)
    for collection, sort in SORTS.items():
        own = [each for each in reversed(moved) if each.collection == collection]
        for each in own:
            await sort.move_back(tx, each)
        await sort.tell(tx, list(dict.fromkeys(each.target_id for each in own)))


async def _move_activities(tx: Tx, ids: Sequence[str], collection: str, other: str, merging: Merging) -> None:
    changes, rows = [], []
    for document in await store.documents(tx, collection, ids):
        before = from_document(Activity, document)
        after, moved = moved_to(to_document(before), collection, other, merging)
        changes.append((before, from_document(Activity, after)))
        rows.append(moved)
    await activity_actions.keep(tx, changes)
    await store.remember(tx, rows)


async def _move_activity_back(tx: Tx, moved: Moved) -> None:
    for document in await store.documents(tx, moved.collection, [moved.target_id]):
        now = from_document(Activity, document)
        if (after := moved_back(to_document(now), moved)) is not None:
            await activity_actions.keep(tx, [(now, from_document(Activity, after))])


async def _tell_people(tx: Tx, ids: Sequence[str]) -> None:
    """Tell for whom people work now; what they may do for the other organisation ends with their tokens."""
    for person in await people.named(tx, ids):
        said = {name: getattr(person, name) for name in PersonUpdated.model_fields if name != "person_id"}
        event = PersonUpdated(person_id=person.id, **said)
        await tx.publish(event)
        await remember_access(tx, event)


async def _tell_coalitions(tx: Tx, ids: Sequence[str]) -> None:
    for each in ids:
        coalition = await coalitions.get(tx, each)
        await tx.publish(
            CoalitionChanged(
                coalition_id=coalition.id, revision=coalition.revision, organisation_ids=coalition.organisation_ids
            )
        )


async def _told(tx: Tx, ids: Sequence[str]) -> None:
    """Nothing: `keep` has told it, or nobody else needs to know."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of record that names organisations in ``field`` (indexed), and perhaps elsewhere."""

    tell: Callable[[Tx, Sequence[str]], Awaitable[None]]
    move: Callable[[Tx, Sequence[str], str, str, Merging], Awaitable[None]] = move
    move_back: Callable[[Tx, Moved], Awaitable[None]] = move_back
    most: int = 10_000
    """How many one merge may move: what fits into the minute of a transaction."""
    field: str = "organisation_ids"


SORTS: dict[str, Sort] = {
    "people": Sort(_tell_people),
    "coalitions": Sort(_tell_coalitions),
    "activities": Sort(_told, _move_activities, _move_activity_back, most=3_000),
    "period_reports": Sort(_told, move_reports, report_back, field="organisation_id"),
}
