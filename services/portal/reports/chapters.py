"""The chapters of a Book of Good Practices: by region and by kind, as the Book itself has them."""

from dataclasses import dataclass

from services.portal.activities.places import region_names
from services.portal.clients.library import PracticeInBook
from services.portal.pages import Visit


@dataclass(frozen=True)
class Chapter:
    """The practices of one region, by kind; ``name`` is ``""`` for those of a whole country."""

    region: str
    name: str
    kinds: list[tuple[str, list[PracticeInBook]]]


async def chapters_of(visit: Visit, practices: list[PracticeInBook]) -> list[Chapter]:
    """Return the chapters of these practices, which are in the order of the Book."""
    names = await region_names(visit, sorted({each.region for each in practices if each.region}))
    found: dict[str, dict[str, list[PracticeInBook]]] = {}
    for each in practices:
        found.setdefault(each.region or "", {}).setdefault(each.kind, []).append(each)
    return [Chapter(region, names.get(region, region), list(kinds.items())) for region, kinds in found.items()]
