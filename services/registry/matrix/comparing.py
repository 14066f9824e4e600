"""What a secretariat looks for in the matrix: overlaps of two donors, and gaps where nobody does anything."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import median

from services.registry.matrix.domain import UNSAID, WITHHELD, Mark
from shared.ids import Id
from shared.model import Model

NOBODY = frozenset({WITHHELD, UNSAID})
MAX_PAIRS = 20  # overlaps of one theme and region that are named


class Span(Model):
    """An activity as far as overlaps go; without an end it goes on."""

    activity_id: Id
    donors: list[str]
    starts_on: date
    ends_on: date | None = None


class Overlap(Model):
    """Two activities of different donors for the same theme in the same region at the same time."""

    activity_ids: list[Id]
    donor_ids: list[Id]
    from_on: date
    to_on: date | None
    """The last day of both; `None` when neither says its end."""


def overlaps_of(spans: Iterable[Span]) -> list[Overlap]:
    """Return every two activities of which each has a donor that the other has not, those of today's donors first.

    What one organisation pays twice is no overlap, and neither is what two pay together.
    """
    ordered = sorted(spans, key=lambda each: (each.starts_on, each.activity_id))
    found = []
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            if first.ends_on is not None and second.starts_on > first.ends_on:
                break
            one, other = _known(first), _known(second)
            if one - other and other - one:
                found.append(_overlap(first, second, sorted(one | other)))
    return sorted(found, key=lambda each: (each.to_on or date.max, each.activity_ids), reverse=True)


def _known(span: Span) -> set[str]:
    return set(span.donors) - NOBODY


def _overlap(first: Span, second: Span, donors: list[str]) -> Overlap:
    ends = [each for each in (first.ends_on, second.ends_on) if each is not None]
    return Overlap(
        activity_ids=[first.activity_id, second.activity_id],
        donor_ids=donors,
        from_on=second.starts_on,
        to_on=min(ends, default=None),
    )


class Gap(Model):
    """A region in which nothing is done for a theme, beside the other regions of the country."""

    theme: str
    region: str
    mark: Mark
    """*none*; *no-data* when nothing at all is reported of the region; *withheld* when it may only seem so."""
    active_regions: int
    """In how many other regions of the country there is some activity for the theme."""
    other_regions: int
    usual: float
    """The median number of activities for the theme in the other regions."""


def gaps_of(themes: Sequence[str], regions: Sequence[str], counts: Mapping[tuple[str, str], int]) -> list[Gap]:
    """Return themes and regions without activity, the most striking first.

    ``counts`` are of (theme, region), the values `WITHHELD` of either among them.
    """
    found = []
    for theme in themes:
        by_region = {region: counts.get((theme, region), 0) for region in regions}
        for region in regions:
            if by_region[region]:
                continue
            others = [number for other, number in by_region.items() if other != region]
            active = sum(1 for number in others if number)
            usual = float(median(others)) if others else 0.0
            mark = _mark(theme, region, counts)
            gap = Gap(
                theme=theme, region=region, mark=mark, active_regions=active, other_regions=len(others), usual=usual
            )
            found.append(gap)
    return sorted(found, key=lambda gap: (-gap.active_regions, -gap.usual, gap.theme, gap.region))


def _mark(theme: str, region: str, counts: Mapping[tuple[str, str], int]) -> Mark:
    if counts.get((theme, WITHHELD)) or counts.get((WITHHELD, region)) or counts.get((WITHHELD, WITHHELD)):
        return "withheld"
    return "none" if any(at == region and number for (_, at), number in counts.items()) else "no-data"
