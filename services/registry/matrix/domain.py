"""What is counted of an activity, by which axes, and how its money is divided among them.

Everything here is reckoned from what one group of readers may know of an activity (`Known`), and from nothing else: so
no sum, difference or empty cell tells them more than the activities' own pages do.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field

from services.registry.audiences import Standing
from shared.ids import Id
from shared.model import Model

Axis = Literal["donor", "implementer", "theme", "sector", "country", "region", "kind", "year", "status"]
AXES: tuple[Axis, ...] = get_args(Axis)
"""What activities are counted by: who pays, who carries out, our theme, the category of the OECD DAC (CRS), where by
ISO 3166-1 and 3166-2, the kind of the organisations taking part, the calendar year, the state by IATI's code list."""

OF_ORGANISATIONS: tuple[Axis, ...] = ("donor", "implementer")
"""Axes with as many values as there are organisations: never all on one page."""

Level = Standing
"""A group of readers, each of whom may know the same; people named one by one count as the group they belong to."""

UNSAID = "unsaid"
"""Where an activity says nothing on an axis."""
OTHER = "other"
"""Where it says something that is not among the values of an axis."""
WITHHELD = "withheld"
"""Where it says something that the reader may not know."""

Mark = Literal["some", "none", "no-data", "withheld"]
"""What a cell says: activities; none; nobody has reported; something that the reader may not know."""

HUNDREDTHS = 100
MAX_AMOUNT = Decimal(10) ** 12
"""Units of one amount that are counted at most: with it sums of hundredths stay exact in a double."""
MAX_YEARS = 60  # of one activity
FIRST_YEAR, LAST_YEAR = 1990, 2100


class Portion(Model):
    """A value of an axis, and how much of the activity's money belongs to it (0 to 1)."""

    value: str
    weight: Annotated[float, Field(ge=0, le=1)] = 1.0


class Amounts(Model):
    """Money of one year in one currency, in hundredths of its unit."""

    year: str
    currency: str
    budget: int = 0
    committed: int = 0
    spent: int = 0


class Known(Model):
    """What some readers may know of an activity, as far as it is counted."""

    activity_id: Id
    axes: dict[Axis, list[Portion]]
    """The values of every axis but the year; an axis without any counts as `UNSAID`."""
    starts_on: date | None = None
    ends_on: date | None = None
    amounts: list[Amounts] = Field(default_factory=list)
    year_otherwise: str = UNSAID
    """What its year is when nothing says one: `UNSAID`, or `WITHHELD`."""

    @property
    def years(self) -> list[str]:
        """The calendar years in which it runs, or in which money is spent for it."""
        begin = self.starts_on or self.ends_on
        end = self.ends_on or self.starts_on
        run = [] if begin is None or end is None else years_between(begin, end)
        return sorted({*run, *(each.year for each in self.amounts)}) or [self.year_otherwise]

    def portions(self, axis: Axis) -> list[Portion]:
        """Return its values on ``axis``, each once; for the year without weights, since amounts have years."""
        if axis == "year":
            return [Portion(value=year) for year in self.years]
        return joined(self.axes.get(axis, ())) or [Portion(value=UNSAID)]

    @property
    def keys(self) -> list[str]:
        """All that it can be found by, as ``axis:value``."""
        return [key_of(axis, each.value) for axis in AXES for each in self.portions(axis)]


def key_of(axis: Axis, value: str) -> str:
    """Return what an activity with ``value`` on ``axis`` is found by."""
    return f"{axis}:{value}"


def joined(portions: Iterable[Portion]) -> list[Portion]:
    """Return ``portions`` with each value once, its weights added up to at most 1."""
    weights: dict[str, float] = {}
    for each in portions:
        weights[each.value] = min(weights.get(each.value, 0.0) + each.weight, 1.0)
    return [Portion(value=value, weight=weight) for value, weight in weights.items()]


def divided(shares: Sequence[tuple[str, Decimal | None]]) -> list[Portion]:
    """Return values with their percentages as weights that add up to 1.

    Where a percentage is missing, what the others leave is divided equally among those without; percentages that add
    up to something else than 100 are kept in their proportion (IATI 2.03: they must, and files that do not exist).
    """
    given = [max(share, Decimal(0)) for _, share in shares if share is not None]
    missing = len(shares) - len(given)
    rest = max(Decimal(100) - sum(given, Decimal(0)), Decimal(0)) / missing if missing else Decimal(0)
    parts = [(value, rest if share is None else max(share, Decimal(0))) for value, share in shares]
    whole = sum((part for _, part in parts), Decimal(0))
    if not whole:
        return joined(Portion(value=value, weight=1 / len(parts)) for value, _ in parts)
    return joined(Portion(value=value, weight=float(part / whole)) for value, part in parts)


def years_between(begin: date, end: date) -> list[str]:
    """Return the calendar years from ``begin`` to ``end``, at most `MAX_YEARS` of them."""
    first = max(min(begin, end).year, FIRST_YEAR)
    last = min(max(begin, end).year, LAST_YEAR, first + MAX_YEARS - 1)
    return [str(year) for year in range(first, last + 1)]


def by_year(amount: int, begin: date, end: date) -> dict[str, int]:
    """Return ``amount`` (of any unit) divided among the years of a period by their days; nothing of it gets lost."""
    begin, end = min(begin, end), max(begin, end)
    days = (end - begin).days + 1
    years = years_between(begin, end) or [str(min(max(begin.year, FIRST_YEAR), LAST_YEAR))]
    found, left = {}, amount
    for year in years[:-1]:
        until = min(date(int(year) + 1, 1, 1), end + timedelta(days=1))
        share = amount * (until - max(begin, date(int(year), 1, 1))).days // days
        found[year] = share
        left -= share
    return {**found, years[-1]: left}


def hundredths(amount: Decimal) -> int:
    """Return ``amount`` in hundredths, rounded to even; an amount beyond `MAX_AMOUNT` counts as nothing."""
    return int((amount * HUNDREDTHS).to_integral_value()) if amount.is_finite() and abs(amount) <= MAX_AMOUNT else 0


def added(amounts: Iterable[Amounts]) -> list[Amounts]:
    """Return ``amounts`` with each year and currency once, in order."""
    sums: dict[tuple[str, str], list[int]] = {}
    for each in amounts:
        row = sums.setdefault((each.year, each.currency), [0, 0, 0])
        for place, amount in enumerate((each.budget, each.committed, each.spent)):
            row[place] += amount
    return [
        Amounts(year=year, currency=currency, budget=budget, committed=committed, spent=spent)
        for (year, currency), (budget, committed, spent) in sorted(sums.items())
    ]


class Sum(Model):
    """Money of one currency, in its units: what is budgeted, committed, and paid or spent."""

    currency: str
    budget: Decimal = Decimal(0)
    committed: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)


class Tally:
    """How many activities, and how much money of each currency: what a cell, a line or the whole holds."""

    __slots__ = ("count", "money")

    def __init__(self) -> None:
        self.count = 0
        self.money: dict[str, list[int]] = {}

    def add(self, currency: str, count: int, budget: int, committed: int, spent: int) -> None:
        """Add activities (``currency`` is empty then) or money."""
        self.count += count
        if currency:
            row = self.money.setdefault(currency, [0, 0, 0])
            for place, amount in enumerate((budget, committed, spent)):
                row[place] += amount

    def take(self, other: "Tally") -> None:
        """Add what ``other`` holds."""
        self.count += other.count
        for currency, (budget, committed, spent) in other.money.items():
            self.add(currency, 0, budget, committed, spent)

    @property
    def sums(self) -> list[Sum]:
        """The money, by currency."""
        return [
            Sum(
                currency=currency,
                budget=Decimal(row[0]) / HUNDREDTHS,
                committed=Decimal(row[1]) / HUNDREDTHS,
                spent=Decimal(row[2]) / HUNDREDTHS,
            )
            for currency, row in sorted(self.money.items())
            if any(row)
        ]
