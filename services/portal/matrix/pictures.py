"""Pictures of the matrix: bars of donors by year, a map of tiles; each with the numbers that it is drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.clients.matrix import Matrix
from services.portal.matrix.screens import name_of
from services.portal.matrix.tiles import shades, tiles_of
from services.portal.pages import Visit, local

BAR_WIDTH, BAR_HEIGHT = 34, 60  # units of the drawing
LABEL_HEIGHT = 26
TILE = 76


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, how high it is, and what it says."""

    x: int
    height: int
    year: str
    count: int


@dataclass(frozen=True)
class Donor:
    """A donor's bars, one for each year."""

    name: str
    y: int
    bars: list[Bar]


@dataclass(frozen=True)
class Bars:
    """Donors one below the other, years from left to right."""

    donors: list[Donor]
    years: list[str]
    width: int
    height: int
    base: int = BAR_HEIGHT
    step: int = BAR_WIDTH


@dataclass(frozen=True)
class Tile:
    """A region of the map."""

    code: str
    name: str
    x: int
    y: int
    count: int
    shade: int


@dataclass(frozen=True)
class Map:
    """A country's regions as tiles."""

    tiles: list[Tile]
    width: int
    height: int
    size: int = TILE


def bars_of(visit: Visit, matrix: Matrix) -> Bars:
    """Return bars of the number of activities by donor and year; what is withheld is not drawn."""
    years = [line.value for line in matrix.across if line.value.isdecimal()]
    if years:
        years = [str(year) for year in range(int(years[0]), int(years[-1]) + 1)][-15:]
    counts = {(each.row, each.column): each.count or 0 for each in matrix.cells}
    greatest = max((counts.get((line.value, year), 0) for line in matrix.lines for year in years), default=0)
    donors: list[Donor] = []
    for line in (each for each in matrix.lines if each.count):
        y = len(donors) * (BAR_HEIGHT + 2 * LABEL_HEIGHT)
        bars = [
            Bar(
                n * BAR_WIDTH,
                _height(counts.get((line.value, year), 0), greatest),
                year,
                counts.get((line.value, year), 0),
            )
            for n, year in enumerate(years)
        ]
        donors.append(Donor(name_of(visit, "donor", line), y, bars))
    return Bars(donors, years, max(len(years) * BAR_WIDTH, 320), len(donors) * (BAR_HEIGHT + 2 * LABEL_HEIGHT))


def _height(count: int, greatest: int) -> int:
    return max(2, round(count / greatest * (BAR_HEIGHT - 14))) if count else 0


def map_of(visit: Visit, country: str, regions: Mapping[str, dict[str, str]], matrix: Matrix) -> Map:
    """Return the map of a country's regions, shaded by the number of activities."""
    counts = {line.value: line.count or 0 for line in matrix.lines}
    placed = tiles_of(country, regions)
    dark = shades([counts.get(region, 0) for region, _, _ in placed])
    tiles = [
        Tile(region[3:], local(regions[region], visit.language), x * TILE, y * TILE, counts.get(region, 0), shade)
        for (region, x, y), shade in zip(placed, dark, strict=True)
    ]
    width = max((each.x for each in tiles), default=0) + TILE
    return Map(tiles, width, max((each.y for each in tiles), default=0) + TILE)
