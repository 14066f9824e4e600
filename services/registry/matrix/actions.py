"""What is done with the matrix: activities enter and leave it, and a job adds up what has changed."""

import asyncio
from collections.abc import Sequence

from services.registry.activities.activity import Activity
from services.registry.activities.seeing import NO_GUARDS, Guards, seen_by
from services.registry.audiences import ANY_COORDINATOR, ANY_MEMBER, ANYBODY, Viewer
from services.registry.matrix import cells, lines, store
from services.registry.matrix.domain import Known, Level
from services.registry.matrix.knowing import Records, known_of
from services.registry.organisations.store import survivors
from shared.storage import Document, Tx

MAX_NAMED = 1_000  # organisations looked up at once
AT_ONCE = 200  # cells added up in one transaction: a thousand took 130 MiB more while a file of 100,000 came in

VIEWERS: tuple[tuple[Level, Viewer], ...] = (
    ("public", ANYBODY),
    ("members", ANY_MEMBER),
    ("coordinators", ANY_COORDINATOR),
)


async def remember(tx: Tx, activities: Sequence[Activity], guards: Guards = NO_GUARDS) -> None:
    """Count activities (at most 1,000) as they are now, in the transaction that writes them; withdrawn ones no longer.

    ``guards`` say who may know of the organisations that they name.
    """
    if activities:
        named = [id for each in activities for id in each.organisation_ids]
        standing: dict[str, str] = {}
        for start in range(0, len(named), MAX_NAMED):
            standing |= await survivors(tx, named[start : start + MAX_NAMED])
        kinds = await store.kinds(tx, standing.values())
        documents = {each.id: documents_of(each, Records(standing, kinds), guards) for each in activities}
        await cells.replace(tx, documents)


def documents_of(activity: Activity, records: Records, guards: Guards) -> list[Document]:
    """Return a cell of an activity for each set of readers who may know the same of it."""
    if activity.state == "withdrawn":
        return []
    groups: list[tuple[Known, list[Level]]] = []
    whole: Known | None = None  # what counts for those who see all of it: reckoned once
    for level, viewer in VIEWERS:
        seen = seen_by(activity, viewer, guards=guards)
        if seen is None:
            continue
        if seen.activity is activity:
            known = whole = whole or known_of(seen, records)
        else:
            known = known_of(seen, records)
        alike = next((levels for other, levels in groups if other == known), None)
        if alike is None:
            groups.append((known, [level]))
        else:
            alike.append(level)
    return [cells.document_of(known, levels) for known, levels in groups]


async def add_up(tx: Tx, ids: Sequence[str]) -> None:
    """Add pending cells to the lines.  Raises the database's conflict when one of them is changed meanwhile."""
    pending = await cells.some(tx, ids)
    changes = await asyncio.to_thread(lines.changes_of, pending)  # some hundred milliseconds: others go on meanwhile
    await lines.write(tx, changes)
    await cells.counted(tx, ids)
