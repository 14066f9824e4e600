"""What organisations are called, for pages that name many: asked once, remembered for some minutes."""

import asyncio
import contextlib
import time
from collections.abc import Iterable

from services.portal.clients.base import Down, Refused
from services.portal.clients.registry import Organisation, Person
from services.portal.pages import Visit, local

KEPT = 600  # seconds: a name changes rarely
MAX_KEPT = 5_000
AT_ONCE = 60  # organisations asked for side by side
AT_MOST = 2_000  # organisations named on one page or sheet

_known: dict[str, tuple[float, dict[str, str]]] = {}


async def organisation_names(visit: Visit, people: Iterable[Person]) -> dict[str, str]:
    """Return the names of the organisations that people belong to, by id; those that cannot be asked are left out."""
    return await named(visit, (each for person in people for each in person.organisation_ids))


async def named(visit: Visit, organisation_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of organisations, by id; those that cannot be asked are left out."""
    ids = list(dict.fromkeys(organisation_ids))[:AT_MOST]
    now = time.monotonic()
    unknown = [each for each in ids if each not in _known or _known[each][0] < now]
    for start in range(0, len(unknown), AT_ONCE):
        for found in await asyncio.gather(*(_ask(visit, each) for each in unknown[start : start + AT_ONCE])):
            if found is not None:
                _known[found.id] = (now + KEPT, found.names)
    while len(_known) > MAX_KEPT:
        del _known[next(iter(_known))]
    return {each: local(_known[each][1], visit.language) for each in ids if each in _known}


async def records(visit: Visit, organisation_ids: Iterable[str]) -> dict[str, Organisation]:
    """Return the records of organisations as the visitor may see them now, by id; others are left out."""
    found = {}
    for each in dict.fromkeys(organisation_ids):
        with contextlib.suppress(Refused, Down):
            found[each] = await visit.services.registry.organisation(each)
    return found


async def _ask(visit: Visit, organisation_id: str) -> Organisation | None:
    try:
        return await visit.anonymous.registry.organisation(organisation_id)
    except (Refused, Down):
        return None
