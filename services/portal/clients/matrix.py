"""The registry's matrix, asked: who does what where, what is behind a cell, overlaps and gaps."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from services.portal.clients.registry import Activity


class Sum(Model):
    """Money of one currency."""

    currency: str
    budget: Decimal = Decimal(0)
    committed: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)


class Counted(Model):
    """How many activities, and how much money; `None` where it is withheld."""

    count: int | None = None
    money: list[Sum] = Field(default_factory=list)


class Line(Counted):
    """A row or a column."""

    value: str
    names: dict[str, str] = Field(default_factory=dict)
    acronym: str | None = None
    reported: bool | None = None


class Cell(Counted):
    """Where a row and a column meet."""

    row: str
    column: str
    mark: str


class Matrix(Model):
    """Who does what where; a cell that is not listed means no activity."""

    rows: str
    columns: str
    chosen: dict[str, str] = Field(default_factory=dict)
    whole: Counted
    lines: list[Line]
    across: list[Line]
    cells: list[Cell]
    next: str | None = None
    uncounted: int = 0


class Overlap(Model):
    """Two activities of different donors."""

    activity_ids: list[str]
    donor_ids: list[str]
    from_on: date
    to_on: date | None = None


class OverlapsHere(Model):
    """One theme in one region."""

    theme: str
    region: str
    region_names: dict[str, str]
    count: int
    overlaps: list[Overlap]
    more: int = 0


class Overlaps(Model):
    """Where two donors do something for the same theme in the same region at the same time."""

    from_on: date
    to_on: date
    items: list[OverlapsHere]
    names: dict[str, dict[str, str]]
    titles: dict[str, dict[str, str]]
    next: str | None = None


class Gap(Model):
    """A region in which nothing is done for a theme."""

    theme: str
    region: str
    mark: str
    active_regions: int
    other_regions: int
    usual: float


class Gaps(Model):
    """Themes and regions of a country without activity."""

    country: str
    regions: dict[str, dict[str, str]]
    counts: dict[str, dict[str, int]]
    gaps: list[Gap]


class Matrices:
    """The registry's HTTP API, as far as it is about the matrix."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def matrix(self, **wanted: Any) -> Matrix:
        """Count by two axes: ``rows``, ``columns``, ``after``, ``limit``, and a value of any other axis."""
        return await self._call.get("/matrix", Matrix, wanted)

    async def behind(self, chosen: Mapping[str, str], *, after: str = "") -> Page[Activity]:
        """List the activities that have all that is chosen."""
        return await self._call.get("/matrix/activities", Page[Activity], {**chosen, "after": after})

    async def overlaps(self, **wanted: Any) -> Overlaps:
        """Return overlaps: ``theme``, ``region``, ``from_on``, ``to_on``, ``after``."""
        return await self._call.get("/matrix/overlaps", Overlaps, wanted)

    async def gaps(self, **wanted: Any) -> Gaps:
        """Return gaps: ``country``, ``year``."""
        return await self._call.get("/matrix/gaps", Gaps, wanted)
