"""What may be asked of the matrix: the whole, what is behind a cell, overlaps and gaps."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product

from services.registry.activities.naming import guards_of
from services.registry.activities.views import ActivityLine, line_of
from services.registry.audiences import Viewer
from services.registry.matrix import cells, reading, store
from services.registry.matrix.comparing import MAX_PAIRS, Gap, Overlap, Span, gaps_of, overlaps_of
from services.registry.matrix.domain import WITHHELD, Axis
from services.registry.matrix.reading import Found, Wanted
from services.registry.matrix.reporting import reporting_of
from services.registry.matrix.views import Matrix, matrix_of
from services.registry.themes import THEMES
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Language, Model
from shared.paging import Page, Paging, cursor, page_of
from shared.problems import Invalid
from shared.regions import is_region, names_of_region, regions_of
from shared.storage import Document, Reader

SPANS = 300  # activities of one theme and region that are compared with each other, the newest
PLACES_AT_ONCE = 12  # themes and regions that are looked through for one page of overlaps
LONGEST = 366 * 10  # days of one question about overlaps


def wanted_of(rows: Axis, columns: Axis, *, chosen: Mapping[Axis, str], viewer: Viewer, paging: Paging) -> Wanted:
    """Return the question.  Raises `Invalid` for a cursor that is none of ours."""
    key = paging.key(int, str)
    after = None if key is None else (int(key[0]), str(key[1]))
    return Wanted(viewer.standing, rows, columns, dict(chosen), after, paging.limit)


async def matrix(reader: Reader, wanted: Wanted, *, today: date) -> Matrix:
    """Return who does what where."""
    found = await reading.read(reader, wanted)
    names, reporting = await asyncio.gather(
        store.names(reader, _organisations(wanted, found)), reporting_of(reader, wanted, found, today=today)
    )
    regions = {region: {"names": names_of_region(region)} for region in _regions(wanted, found)}
    return matrix_of(wanted, found, names | regions, reporting)


def _regions(wanted: Wanted, found: Found) -> list[str]:
    pair = ((wanted.rows, found.rows), (wanted.columns, found.columns))
    return [value for axis, lines in pair if axis == "region" for value in lines if is_region(value)]


def _organisations(wanted: Wanted, found: Found) -> list[str]:
    pair = ((wanted.rows, found.rows), (wanted.columns, found.columns))
    return [value for axis, lines in pair if axis in ("donor", "implementer") for value in lines]


async def behind(reader: Reader, chosen: Mapping[Axis, str], *, viewer: Viewer, paging: Paging) -> Page[ActivityLine]:
    """Return a page of the activities that have all that is chosen."""
    key = paging.key(str)
    after = None if key is None else str(key[0])
    ids = await cells.page(reader, viewer.standing, chosen, after=after, limit=paging.limit + 1)
    page = page_of(ids, paging.limit, key=lambda each: (each,))
    return Page(items=await _lines(reader, page.items, viewer), next=page.next)


async def _lines(reader: Reader, ids: Sequence[str], viewer: Viewer) -> list[ActivityLine]:
    """Return the activities as ``viewer`` may see them; those of which they may not know are left out."""
    found = {each.id: each for each in await store.activities(reader, ids)}
    guards = await guards_of(reader, found.values())
    lines = (line_of(found[id], viewer, guards=guards) for id in ids if id in found)
    return [each for each in lines if each is not None]


class OverlapsHere(Model):
    """Where donors overlap: one theme in one region."""

    theme: str
    region: str
    region_names: dict[Language, str]
    count: int
    """How many activities there are within the time; the newest `SPANS` are compared."""
    overlaps: list[Overlap]
    more: int = 0
    """How many overlaps are not listed."""


class Overlaps(Model):
    """Where two donors do something for the same theme in the same region at the same time."""

    from_on: date
    to_on: date
    items: list[OverlapsHere]
    names: dict[Id, dict[Language, str]]
    """What the donors are called, by id."""
    titles: dict[Id, dict[Language, str]]
    """What the activities are called, by id."""
    next: str | None = None


def span_of(from_on: date | None, to_on: date | None, *, today: date) -> tuple[date, date]:
    """Return the days that are asked about; this year where none are named.  Raises `Invalid`."""
    begin = from_on or date(min(today.year, to_on.year) if to_on else today.year, 1, 1)
    end = to_on or date(begin.year, 12, 31)
    if not 0 <= (end - begin).days <= LONGEST:
        raise Invalid("span-not-valid", "Ask about a time of at most ten years that ends after it begins.")
    return begin, end


async def overlaps(
    reader: Reader,
    *,
    viewer: Viewer,
    theme: Theme | None,
    region: str | None,
    chosen: Mapping[Axis, str],
    span: tuple[date, date],
    after: str | None,
) -> Overlaps:
    """Return overlaps, theme by theme and region by region, those with most activities first."""
    places = await _busiest(reader, viewer, theme, region)
    key = Paging(after=after).key(str, str)
    start = 0 if key is None else next((n + 1 for n, each in enumerate(places) if list(each) == key), len(places))
    shown = places[start : start + PLACES_AT_ONCE]
    found = await asyncio.gather(*(_overlaps_in(reader, viewer, place, chosen, span) for place in shown))
    items = [each for each in found if each.overlaps]
    pairs = [pair for each in items for pair in each.overlaps]
    lines = await _lines(reader, list(dict.fromkeys(id for each in pairs for id in each.activity_ids)), viewer)
    names = await store.names(reader, (id for each in pairs for id in each.donor_ids))
    more = start + PLACES_AT_ONCE < len(places)
    return Overlaps(
        from_on=span[0],
        to_on=span[1],
        items=items,
        names={id: each["names"] for id, each in names.items()},
        titles={each.id: each.title for each in lines},
        next=cursor(*shown[-1]) if more else None,
    )


async def _busiest(reader: Reader, viewer: Viewer, theme: Theme | None, region: str | None) -> list[tuple[str, str]]:
    """Return the themes and regions in which there is more than one activity, those with most of them first."""
    if theme is not None and region is not None:
        return [(theme, region)]
    found = await reading.read(reader, Wanted(viewer.standing, "theme", "region"))
    fitting = [
        (-tally.count, at)
        for at, tally in found.parts.items()
        if tally.count > 1 and at[0] in ((theme,) if theme else THEMES) and "-" in at[1] and region in (None, at[1])
    ]
    return [(one, other) for _, (one, other) in sorted(fitting)]


async def _overlaps_in(
    reader: Reader, viewer: Viewer, place: tuple[str, str], chosen: Mapping[Axis, str], span: tuple[date, date]
) -> OverlapsHere:
    theme, region = place
    where: dict[Axis, str] = {**chosen, "theme": theme, "region": region}
    rows = await cells.spans(reader, viewer.standing, where, begin=span[0], end=span[1], limit=SPANS)
    found = overlaps_of(_span(row) for row in rows)
    shown = found[:MAX_PAIRS]
    return OverlapsHere(
        theme=theme,
        region=region,
        region_names=names_of_region(region),
        count=len(rows),
        overlaps=shown,
        more=len(found) - len(shown),
    )


def _span(row: Document) -> Span:
    donors = [each["v"] for each in row["axes"]["donor"]]
    return Span(activity_id=row["activity_id"], donors=donors, starts_on=row["starts_on"], ends_on=row["ends_on"])


class Gaps(Model):
    """Themes and regions of a country without activity."""

    country: str
    year: str | None
    themes: list[str]
    regions: dict[str, dict[Language, str]]
    """What the country's regions are called, by their codes."""
    counts: dict[str, dict[str, int]]
    """How many activities there are, by theme and region."""
    gaps: list[Gap]


async def gaps(reader: Reader, *, viewer: Viewer, country: str, year: str | None) -> Gaps:
    """Return where nothing is done, and what is done in the country's other regions.  Raises `Invalid`."""
    regions = regions_of(country)
    if not regions:
        raise Invalid("country-not-known", "Choose a country of ISO 3166-1 that has regions.")
    chosen: dict[Axis, str] = {} if year is None else {"year": year}
    found = await reading.read(reader, Wanted(viewer.standing, "theme", "region", chosen))
    wanted = {*product([*THEMES, WITHHELD], [*regions, WITHHELD])}
    everywhere = {(at[0], at[1]): tally.count for at, tally in found.parts.items()}
    counts = {at: number for at, number in everywhere.items() if at in wanted or at[1] in regions}
    shown = {theme: {region: counts.get((theme, region), 0) for region in regions} for theme in THEMES}
    return Gaps(
        country=country,
        year=year,
        themes=list(THEMES),
        regions={region: names_of_region(region) for region in regions},
        counts=shown,
        gaps=gaps_of(THEMES, regions, counts),
    )
