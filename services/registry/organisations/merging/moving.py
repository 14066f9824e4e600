"""How one record that names organisations is moved from one to another, and moved back."""

from collections.abc import Sequence

from services.registry.organisations.merging import store
from services.registry.organisations.merging.domain import Merging
from services.registry.organisations.merging.store import Moved
from shared.repointing import put_back, repointed
from shared.storage import Document, Tx


async def move(tx: Tx, ids: Sequence[str], collection: str, other: str, merging: Merging) -> None:
    """Have records name the organisation that stays instead of ``other``."""
    rows: list[Moved] = []
    for before in await store.documents(tx, collection, ids):
        after, moved = moved_to(before, collection, other, merging)
        await store.write(tx, collection, after)
        rows.append(moved)
    await store.remember(tx, rows)


def moved_to(before: Document, collection: str, other: str, merging: Merging) -> tuple[Document, Moved]:
    """Return a record that names the organisation that stays instead of ``other``, and what was moved."""
    after, places = repointed(before, other, merging.organisation_id)
    after["revision"] = before["revision"] + 1
    moved = Moved(
        merging.id, collection, before["_id"], other, merging.organisation_id, after["revision"], tuple(places)
    )
    return after, moved


async def move_back(tx: Tx, moved: Moved) -> None:
    """Have a record name the organisation again that it named before, as far as nobody wrote otherwise since."""
    for now in await store.documents(tx, moved.collection, [moved.target_id]):
        if (after := moved_back(now, moved)) is not None:
            await store.write(tx, moved.collection, after)


def moved_back(now: Document, moved: Moved) -> Document | None:
    """Return a document as it was before it was moved, as far as nobody wrote otherwise since; `None` if it is."""
    after = put_back(now, moved.places, moved.old, moved.new, same=now["revision"] == moved.revision)
    return None if after == now else {**after, "revision": now["revision"] + 1}
