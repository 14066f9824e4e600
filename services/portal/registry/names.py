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


async def known_to(visit: Visit, organisation_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of organisations, by id, also of those that are not for everybody but for whoever asks."""
    ids = list(dict.fromkeys(organisation_ids))[:AT_ONCE]
    names = await named(visit, ids)
    guarded = await asyncio.gather(*(_ask(visit, each, own=True) for each in ids if each not in names))
    return names | {each.id: local(each.names, visit.language) for each in guarded if each is not None}


async def _ask(visit: Visit, organisation_id: str, *, own: bool = False) -> Organisation | None:
    try:
        services = visit.services if own else visit.anonymous
        return await services.registry.organisation(organisation_id)
    except (Refused, Down):
        return None
