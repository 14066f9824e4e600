"""What concerns an organisation among everybody's activities: what is new, where several overlap, where nobody is.

Pure.  That nothing is on record now is all that a gap says: whether nothing happens there is not known here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from services.meetings.directory.knowledge import Activity
from shared.model import Language

COMPARED = 200  # activities of one theme in one region that are compared with each other


@dataclass(frozen=True, slots=True)
class Interests:
    """The themes and regions that an organisation works on, by its own activities."""

    themes: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()

    @property
    def unknown(self) -> bool:
        """Whether nothing is known of them: then everything is news."""
        return not self.themes


@dataclass(frozen=True, slots=True)
class Overlap:
    """Several who pay for the same theme in the same region at the same time."""

    theme: str
    region: str
    funders: list[dict[Language, str]] = field(default_factory=list)


def interests(own: Iterable[Activity]) -> Interests:
    """Return the themes and regions of an organisation's ``own`` activities."""
    held = list(own)
    return Interests(
        frozenset(theme for each in held for theme in each.themes),
        frozenset(region for each in held for region in each.regions),
    )


def news(recorded: Iterable[Activity], mine: Interests, organisation_ids: Collection[str]) -> list[Activity]:
    """Return those of ``recorded`` that others do on the same themes, and in the same regions where those are known."""
    return [each for each in recorded if not _is_own(each, organisation_ids) and _concerns(each, mine)]


def overlaps(related: Iterable[Activity], mine: Interests, *, today: date) -> list[Overlap]:
    """Return where several pay for the same at the same time, now or later, on themes and in regions of ``mine``."""
    cells: dict[tuple[str, str], list[Activity]] = defaultdict(list)
    for each in related:
        for theme in mine.themes & set(each.themes):
            for region in (mine.regions or set(each.regions)) & set(each.regions):
                if each.funder_ids and _is_current(each, today):
                    cells[theme, region].append(each)
    found = [Overlap(theme, region, _together(cells[theme, region])) for theme, region in sorted(cells)]
    return [each for each in found if each.funders]


def gaps(covered: Collection[tuple[str, str]], mine: Interests) -> list[tuple[str, str]]:
    """Return the themes and regions of ``mine`` that no activity covers: ``covered`` are those that one does."""
    return sorted({(theme, region) for theme in mine.themes for region in mine.regions} - set(covered))


def _together(activities: Sequence[Activity]) -> list[dict[Language, str]]:
    """Return who pays at the same time as somebody else, each once; nobody when nobody does."""
    found: dict[frozenset[str], dict[Language, str]] = {}
    for one, other in combinations(activities[:COMPARED], 2):
        if set(one.funder_ids).isdisjoint(other.funder_ids) and _at_once(one, other):
            found |= {frozenset(each.funder_ids): each.funder for each in (one, other)}
    return [found[key] for key in sorted(found, key=sorted)]


def _is_own(activity: Activity, organisation_ids: Collection[str]) -> bool:
    return not set(organisation_ids).isdisjoint([*activity.organisation_ids, *activity.funder_ids])


def _concerns(activity: Activity, mine: Interests) -> bool:
    if mine.unknown:
        return True
    elsewhere = mine.regions and activity.regions and mine.regions.isdisjoint(activity.regions)
    return not mine.themes.isdisjoint(activity.themes) and not elsewhere


def _is_current(activity: Activity, today: date) -> bool:
    return activity.ends_on is None or activity.ends_on >= today


def _at_once(one: Activity, other: Activity) -> bool:
    begins = max(one.starts_on or date.min, other.starts_on or date.min)
    return begins <= min(one.ends_on or date.max, other.ends_on or date.max)
