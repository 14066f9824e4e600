"""The rules of indicators: rows of numbers, a column for each period, entered or counted from the evidence.  Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from services.reports.evidence.incidents.parts import Act, When, Where
from services.reports.evidence.thesaurus import ActCode, any_of
from services.reports.indicators import periods
from services.reports.indicators.periods import Step
from services.reports.regions import Region
from services.reports.reports.domain import Day
from shared.events.reports import Theme
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Line, LocalLine, LocalText, Model, Time
from shared.problems import Conflict, FieldError, Invalid

MAX_INDICATORS = 100  # of one report
MAX_COLUMNS = 60  # five years of months
MAX_SERIES = 12  # that a chart still tells apart

Measure = Literal["incidents", "acts", "victims"]
Chart = Literal["bars", "line", "none"]


def _shortest(value: str) -> str:
    number = Decimal(value)
    return f"{number.normalize():f}" if number else "0"


Number = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"), AfterValidator(_shortest)
]
"""A number as decimal text, as in 12 or 3.5: up to twelve digits, and four after the point."""


class Count(Model):
    """What is counted: incidents, acts or victims; of these acts and regions, or of all where none are named."""

    measure: Measure = "incidents"
    acts: Annotated[list[ActCode], Field(max_length=20)] = Field(default_factory=list)
    regions: Annotated[list[Region], Field(max_length=50)] = Field(default_factory=list)


class WriteSeries(Model):
    """One row: numbers that are entered, one for each period, or what to count."""

    label: dict[Language, Line] = Field(default_factory=dict)
    values: Annotated[list[Number | None], Field(max_length=MAX_COLUMNS)] = Field(default_factory=list)
    count: Count | None = None


class WriteIndicator(Command):
    """Say what a table of numbers shows: its periods from one day to another, its rows, how it is drawn."""

    theme: Theme | None = None
    title: LocalLine
    unit: dict[Language, Line] = Field(default_factory=dict)
    note: LocalText = Field(default_factory=dict)
    source: LocalText = Field(default_factory=dict)
    step: Step = "half-year"
    period_from_on: Day
    period_to_on: Day
    series: Annotated[list[WriteSeries], Field(min_length=1, max_length=MAX_SERIES)]
    chart: Chart = "bars"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.period_to_on < self.period_from_on:
            raise ValueError("period_to_on must not be before period_from_on")
        return self


class Series(WriteSeries):
    """One row with a value for each period, `None` where none is known."""

    undated: int = 0
    """How much was counted that is not known exactly enough to stand in one of the periods."""


class Indicator(Aggregate):
    """A table of numbers on a theme; ``columns`` are the codes of its periods."""

    report_id: Id
    theme: Theme | None
    title: LocalLine
    unit: dict[Language, Line]
    note: LocalText
    source: LocalText
    step: Step
    period_from_on: Day
    period_to_on: Day
    columns: list[str]
    series: list[Series]
    chart: Chart
    removed: bool = False
    created_at: Time
    changed_at: Time
    counted_at: Time | None = None
    """When something counted changed last."""

    @property
    def is_counted(self) -> bool:
        """Whether any of its rows comes from the evidence."""
        return any(each.count is not None for each in self.series)


class Occurrence(Model):
    """What of an incident is counted."""

    theme: Theme | None
    when: When
    where: Where
    acts: list[Act]


def create(
    report_id: str, command: WriteIndicator, occurrences: Sequence[Occurrence], *, others: int, now: datetime
) -> Indicator:
    """Return a new indicator, counted.  Raises `Conflict` when the report has 100, `Invalid` for a row that misfits."""
    if others >= MAX_INDICATORS:
        raise Conflict("too-many-indicators", f"A report has at most {MAX_INDICATORS} indicators: remove one first.")
    made = Indicator(id=new_id(), report_id=report_id, created_at=now, changed_at=now, **_facts(command))
    return made.model_copy(update=_counted(made, occurrences, now))


def change(
    indicator: Indicator, command: WriteIndicator, occurrences: Sequence[Occurrence], *, now: datetime
) -> Indicator:
    """Return ``indicator`` as the command has it, counted; as it was when nothing changes.  Raises as `create` does."""
    wanted = indicator.model_copy(update=_facts(command))
    wanted = wanted.model_copy(update=_counted(wanted, occurrences, now))
    same = wanted.model_copy(update={"counted_at": indicator.counted_at}) == indicator
    return indicator if same else wanted.model_copy(update={"revision": indicator.revision + 1, "changed_at": now})


def recount(indicator: Indicator, occurrences: Sequence[Occurrence], *, now: datetime) -> Indicator:
    """Return ``indicator`` counted anew; as it was when the numbers are the same."""
    changes = _counted(indicator, occurrences, now)
    return indicator if changes.get("series", indicator.series) == indicator.series else indicator.evolve(**changes)


def remove(indicator: Indicator, *, removed: bool, now: datetime) -> Indicator:
    """Return ``indicator`` taken out of the report, or back in it; as it was when it is there already."""
    return indicator if indicator.removed == removed else indicator.evolve(removed=removed, changed_at=now)


def count(
    wanted: Count, theme: Theme | None, step: Step, columns: Sequence[str], occurrences: Iterable[Occurrence]
) -> tuple[list[str], int]:
    """Return a number for each period, and how much is of a period that is not known exactly enough."""
    found, undated = dict.fromkeys(columns, 0), 0
    within = {each[:4] for each in columns}
    people: dict[str | None, set[str]] = {}
    for each in occurrences:
        fits = theme in (None, each.theme) and (not wanted.regions or each.where.region in wanted.regions)
        acts = [act for act in each.acts if fits and any_of(wanted.acts, act.code)]
        period = periods.of(each.when, step)
        number = _measured(wanted.measure, acts, people.setdefault(period, set()))
        if period in found:
            found[period] += number
        elif period is None and f"{each.when.counted_on.year:04}" in within:
            undated += number
    return [str(found[each]) for each in columns], undated


def _measured(measure: Measure, acts: Sequence[Act], seen: set[str]) -> int:
    """Return what ``acts`` of one incident count for; a victim counts once in a period: ``seen`` are those so far."""
    if measure != "victims":
        return len(acts) if measure == "acts" else min(len(acts), 1)
    named = {victim.party_id for act in acts for victim in act.victims} - seen
    seen |= named
    return len(named) + max((act.unnamed_victims for act in acts), default=0)


def _counted(indicator: Indicator, occurrences: Sequence[Occurrence], now: datetime) -> dict[str, object]:
    if not indicator.is_counted:
        return {"counted_at": None}
    series = []
    for each in indicator.series:
        if each.count is not None:
            values, undated = count(each.count, indicator.theme, indicator.step, indicator.columns, occurrences)
            series.append(each.model_copy(update={"values": values, "undated": undated}))
        else:
            series.append(each)
    return {"series": series, "counted_at": now}


def _facts(command: WriteIndicator) -> dict[str, object]:
    codes = periods.codes(command.period_from_on, command.period_to_on, command.step)
    columns = list(islice(codes, MAX_COLUMNS + 1))
    if len(columns) > MAX_COLUMNS:
        error = FieldError("too-many-periods", f"Choose at most {MAX_COLUMNS} periods.", field="period_to_on")
        raise Invalid("too-many-periods", "This time has too many periods: choose longer ones.", errors=(error,))
    facts = {name: getattr(command, name) for name in WriteIndicator.model_fields}
    return {**facts, "columns": columns, "series": [_series(each, n, columns) for n, each in enumerate(command.series)]}


def _series(written: WriteSeries, number: int, columns: Sequence[str]) -> Series:
    values = list(written.values) or [None] * len(columns)
    if written.count is None and len(values) != len(columns):
        detail = f"Give a value for each of the {len(columns)} periods, or nothing where none is known."
        error = FieldError("values-do-not-fit", detail, field=f"series.{number}.values")
        raise Invalid("values-do-not-fit", "A row has not as many values as there are periods.", errors=(error,))
    kept = values if written.count is None else [None] * len(columns)
    return Series(label=written.label, values=kept, count=written.count)


def points(indicators: Iterable[Indicator], languages: Sequence[Language]) -> tuple[FieldError, ...]:
    """Return what hinders publication: indicators without a title in a language, rows without a name among several."""
    found: list[FieldError] = []
    for each in indicators:
        for language in languages:
            labels = len(each.series) == 1 or all(language in row.label for row in each.series)
            if language not in each.title or not labels:
                detail = "An indicator has no title, or a row no name, in this language."
                found.append(FieldError("indicator-not-named", detail, field=f"indicators.{each.id}.{language}"))
    return tuple(found)
