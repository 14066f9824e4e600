"""Making indicators, changing them, taking them out of a report; and what hinders their publication."""

import json
from typing import Any

from services.reports.access import Part, check_edits
from services.reports.indicators import comparison, domain, store
from services.reports.indicators.comparison import ComparedIndicator
from services.reports.indicators.domain import Indicator, Occurrence, WriteIndicator
from services.reports.indicators.store import INDICATORS
from services.reports.publication import store as editions
from services.reports.reports import store as reports
from shared.events.reports import Theme
from shared.ids import utc_now
from shared.problems import FieldError, NotFound
from shared.storage import Reader, Tx
from shared.web import expect


async def create_indicator(tx: Tx, report_id: str, command: WriteIndicator, *, by: Part) -> Indicator:
    """Begin a table of numbers.  Raises `Forbidden` for a theme that others write."""
    check_theme(by, command.theme)
    others = len(await store.drafted(tx, report_id))
    found = await _occurrences(tx, report_id, command)
    indicator = domain.create(report_id, command, found, others=others, now=utc_now())
    await INDICATORS.add(tx, indicator)
    return indicator


async def change_indicator(
    tx: Tx, report_id: str, indicator_id: str, command: WriteIndicator, *, seen: int | None, by: Part
) -> Indicator:
    """Say anew what a table shows."""
    before = await one(tx, report_id, indicator_id)
    check_theme(by, before.theme)
    check_theme(by, command.theme)
    expect(before, seen)
    indicator = domain.change(before, command, await _occurrences(tx, report_id, command), now=utc_now())
    if indicator is not before:
        await INDICATORS.put(tx, indicator)
    return indicator


async def remove_indicator(tx: Tx, report_id: str, indicator_id: str, *, removed: bool, by: Part) -> Indicator:
    """Take a table out of the report, or back in it."""
    before = await one(tx, report_id, indicator_id)
    check_theme(by, before.theme)
    indicator = domain.remove(before, removed=removed, now=utc_now())
    if indicator is not before:
        await INDICATORS.put(tx, indicator)
    return indicator


async def one(reader: Reader, report_id: str, indicator_id: str) -> Indicator:
    """Return one indicator of a report.  Raises `NotFound`."""
    indicator = await INDICATORS.find(reader, indicator_id)
    if indicator is None or indicator.report_id != report_id:
        raise NotFound("indicator-not-found", "There is no such indicator in this report.")
    return indicator


async def compare(reader: Reader, report_id: str, edition: int) -> list[ComparedIndicator]:
    """Return what became of the numbers since an edition.  Raises `NotFound`."""
    content: dict[str, Any] = json.loads((await editions.get(reader, report_id, edition)).content)
    return comparison.compared(content.get("indicators", ()), await store.of_report(reader, report_id))


async def points(reader: Reader, report_id: str) -> tuple[FieldError, ...]:
    """Return what in the indicators hinders the publication of a report."""
    report = await reports.get(reader, report_id)
    return domain.points(await store.drafted(reader, report_id), report.languages)


def check_theme(by: Part, theme: Theme | None) -> None:
    """Raise `Forbidden` unless the theme's section is theirs to write; what has no theme is the editors'."""
    if theme is None or not by.writes(theme):
        check_edits(by)


async def _occurrences(reader: Reader, report_id: str, command: WriteIndicator) -> list[Occurrence]:
    counted = any(each.count is not None for each in command.series)
    return await store.occurrences(reader, report_id) if counted else []
