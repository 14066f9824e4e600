"""Maps of tiles: each region of a country is one square, near to where it lies."""

import math
from collections.abc import Iterable, Sequence

PLACED: dict[str, tuple[str, ...]] = {
    "PL": (
        ".   32 22 28 .",
        "08  04 .  .  20",
        ".   30 10 14 .",
        "02  16 24 26 06",
        ".   .  .  12 18",
    ),
    "BY": (
        ".  .  VI",
        "HR MI HM",
        "BR .  MA",
        ".  .  HO",
    ),
}
"""Regions by the second part of their codes (ISO 3166-2), row by row from the north-west."""

Tile = tuple[str, int, int]
"""A region, its column and its row."""


def tiles_of(country: str, regions: Iterable[str]) -> list[Tile]:
    """Return where each region stands; those that no table has, in rows by their codes."""
    rows = PLACED.get(country, ())
    placed = {
        f"{country}-{code}": (column, row)
        for row, codes in enumerate(rows)
        for column, code in enumerate(codes.split())
        if code != "."
    }
    left = [each for each in sorted(regions) if each not in placed]
    width = max((len(row.split()) for row in rows), default=_side(len(left)))
    here = [(region, *place) for region, place in placed.items() if region in set(regions)]
    return here + [(region, n % width, len(rows) + n // width) for n, region in enumerate(left)]


def _side(count: int) -> int:
    return max(1, min(8, math.isqrt(max(count - 1, 0)) + 1))


def shades(numbers: Sequence[int], steps: int = 4) -> list[int]:
    """Return a shade for each number: 0 for nothing, 1 to ``steps`` for equal shares of the greatest."""
    greatest = max(numbers, default=0)
    return [0 if not number else min(steps, 1 + (number - 1) * steps // greatest) for number in numbers]
