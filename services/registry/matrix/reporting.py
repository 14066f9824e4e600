"""Who has reported, as far as empty cells go: nothing on record is no activity only where somebody has reported."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.registry.matrix.domain import OF_ORGANISATIONS, OTHER, UNSAID, WITHHELD, Axis
from services.registry.matrix.reading import Found, Wanted
from services.registry.periods import store as periods
from services.registry.periods.domain import ReportingState, ReportState, together
from shared.storage import Reader

LATELY = timedelta(days=366)  # what is looked at where no year is chosen
MAX_YEARS = 30  # years of which reporting is looked up
NO_VALUE = frozenset({WITHHELD, UNSAID, OTHER})


@dataclass(frozen=True)
class Reporting:
    """What organisations have reported; ``asked`` by organisation and year (empty: lately, or the chosen one)."""

    asked: Mapping[tuple[str, str], ReportingState] = field(default_factory=dict)
    years: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The first and the last year of which anything is on record of an organisation."""

    def has_reported(self, organisation_id: str) -> bool | None:
        """Say whether an organisation has reported; `None` when nobody asked it."""
        state = self.asked.get((organisation_id, ""))
        return None if state in (None, "not-asked") else state != "awaited"

    def is_silent(self, values: Mapping[Axis, str]) -> bool:
        """Say whether nothing on record means only that nobody has reported.

        So it is while an organisation's report is awaited; and, where nobody asked it, for years before the first and
        after the last of which anything is on record of it.
        """
        year = values.get("year", "")
        for axis in OF_ORGANISATIONS:
            organisation_id = values.get(axis, "")
            if not organisation_id or organisation_id in NO_VALUE:
                continue
            state = self.asked.get((organisation_id, year), "not-asked")
            if state == "awaited":
                return True
            if state == "not-asked" and year.isdecimal() and organisation_id in self.years:
                first, last = self.years[organisation_id]
                return not first <= year <= last
        return False


async def reporting_of(reader: Reader, wanted: Wanted, found: Found, *, today: date) -> Reporting:
    """Return what the organisations on the page have reported."""
    axis = next((each for each in (wanted.rows, wanted.columns) if each in OF_ORGANISATIONS), None)
    if axis is None:
        return Reporting()
    shown = [*(found.rows if wanted.rows in OF_ORGANISATIONS else ())]
    shown += found.columns if wanted.columns in OF_ORGANISATIONS else ()
    ids = [each for each in dict.fromkeys(shown) if each not in NO_VALUE]
    chosen = wanted.chosen.get("year", "")
    stretches = {"": stretch_of(chosen, today=today)}
    other = wanted.columns if axis == wanted.rows else wanted.rows
    if other == "year":
        years = found.columns if wanted.columns == "year" else found.rows
        named = sorted((year for year in years if year.isdecimal()), reverse=True)[:MAX_YEARS]
        stretches |= {year: stretch_of(year, today=today) for year in named}
    states = await asyncio.gather(*(periods.states_in(reader, ids, begin, end) for begin, end in stretches.values()))
    asked = {
        (organisation_id, year): state
        for year, answers in zip(stretches, states, strict=True)
        for organisation_id, state in _together(answers).items()
    }
    return Reporting(asked, _years(found, turned=wanted.columns == axis) if other == "year" else {})


def stretch_of(year: str, *, today: date) -> tuple[date, date]:
    """Return the first and the last day of ``year``, or of the last twelve months."""
    if year.isdecimal() and 1900 <= int(year) <= 2199:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    return today - LATELY, today


def _together(answers: Iterable[tuple[str, ReportState]]) -> dict[str, ReportingState]:
    found: dict[str, list[ReportState]] = {}
    for organisation_id, state in answers:
        found.setdefault(organisation_id, []).append(state)
    return {organisation_id: together(states) for organisation_id, states in found.items()}


def _years(found: Found, *, turned: bool) -> dict[str, tuple[str, str]]:
    years: dict[str, set[str]] = {}
    for row, column in found.parts:
        organisation_id, year = (column, row) if turned else (row, column)
        if year.isdecimal():
            years.setdefault(organisation_id, set()).add(year)
    return {organisation_id: (min(each), max(each)) for organisation_id, each in years.items()}


__all__ = ["Reporting", "reporting_of", "stretch_of"]
