"""What the pages of the matrix show, ready for a template or a file: one model for the screen and for what is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.portal.clients.matrix import Cell, Counted, Gaps, Line, Matrix, Overlap, Overlaps, OverlapsHere
from services.portal.languages import N_
from services.portal.matrix.sheets import Sheet, Value
from services.portal.matrix.terms import AXES, MARKS, OF_CODES, SHOWN, SIGNS, VALUES
from services.portal.pages import Visit, local
from services.portal.words import THEMES

WITHHELD = "withheld"


@dataclass(frozen=True)
class Shown:
    """What is shown where a row and a column meet, or at the end of one."""

    mark: str
    texts: tuple[str, ...] = ()
    """What is read: the number, or an amount of each currency."""
    value: Value = ""
    """What is written into a file."""
    link: str = ""


@dataclass(frozen=True)
class Row:
    """One row of the screen."""

    name: str
    cells: list[Shown]
    whole: Shown
    silent: bool = False


@dataclass(frozen=True)
class Screen:
    """The matrix as it is shown."""

    matrix: Matrix
    columns: list[str]
    rows: list[Row]
    below: list[Shown]
    whole: Shown


def screen_of(visit: Visit, matrix: Matrix, show: str) -> Screen:
    """Return the matrix as ``visit`` reads it; ``show`` is the number of activities, or one of the kinds of money."""
    cells = {(each.row, each.column): each for each in matrix.cells}
    rows = [_row(visit, matrix, line, cells, show) for line in matrix.lines]
    return Screen(
        matrix=matrix,
        columns=[name_of(visit, matrix.columns, line) for line in matrix.across],
        rows=rows,
        below=[_end(visit, matrix, matrix.columns, line, show) for line in matrix.across],
        whole=_shown(visit, matrix.whole, "some", show),
    )


def _row(visit: Visit, matrix: Matrix, line: Line, cells: Mapping[tuple[str, str], Cell], show: str) -> Row:
    shown = []
    for column in matrix.across:
        cell = cells.get((line.value, column.value))
        if cell is None:
            shown.append(Shown("none"))
        elif cell.mark != "some":
            shown.append(Shown(cell.mark))
        else:
            chosen = {matrix.rows: line.value, matrix.columns: column.value, **matrix.chosen}
            shown.append(_shown(visit, cell, "some", show, chosen))
    return Row(
        name_of(visit, matrix.rows, line), shown, _end(visit, matrix, matrix.rows, line, show), line.reported is False
    )


def _end(visit: Visit, matrix: Matrix, axis: str, line: Line, show: str) -> Shown:
    if line.count is None:
        return Shown(WITHHELD)
    return _shown(visit, line, "some" if line.count else "none", show, {axis: line.value, **matrix.chosen})


def _shown(visit: Visit, counted: Counted, mark: str, show: str, chosen: Mapping[str, str] | None = None) -> Shown:
    link = "" if chosen is None else visit.link("/matrix/activities", **chosen)
    if show == "count":
        return Shown(mark, (visit.speech.number(counted.count or 0),), counted.count or 0, link)
    amounts = {each.currency: getattr(each, show) for each in counted.money}
    texts = tuple(f"{_rounded(visit, amount)} {currency}" for currency, amount in amounts.items() if amount)
    return Shown(mark, texts or ("0",), _written(amounts), link)


def _rounded(visit: Visit, amount: Decimal) -> str:
    return visit.speech.number(int(amount.to_integral_value()))


def _written(amounts: Mapping[str, Decimal]) -> str:
    """Return amounts for a file: with a point and without spaces, the same in every language."""
    return "; ".join(f"{amount:f} {currency}" for currency, amount in amounts.items() if amount)


def name_of(visit: Visit, axis: str, line: Line) -> str:
    """Return what a row or column is called."""
    if line.value in VALUES:
        return visit.say(VALUES[line.value])
    if line.names:
        return line.acronym or local(line.names, visit.language)
    return value_name(visit, axis, line.value)


def value_name(visit: Visit, axis: str, value: str) -> str:
    """Return the word for a value of an axis, where it has one."""
    if value in VALUES:
        return visit.say(VALUES[value])
    if value in OF_CODES.get(axis, {}):
        return visit.say(OF_CODES[axis][value])
    if axis == "country":
        return visit.speech.country(value)
    return f"CRS {value}" if axis == "sector" else value


def sheet_of(visit: Visit, screen: Screen, show: str) -> Sheet:
    """Return what is on the screen as a table for a file, its marks in words below it."""
    matrix, total = screen.matrix, visit.say(N_("Together"))
    corner = f"{visit.say(AXES[matrix.rows])} / {visit.say(AXES[matrix.columns])}"
    rows: list[list[Value]] = [
        [row.name, *(_value(each) for each in row.cells), _value(row.whole)] for row in screen.rows
    ]
    rows.append([total, *(_value(each) for each in screen.below), _value(screen.whole)])
    notes = [visit.say(SHOWN[show]), *(f"{SIGNS[mark]}  {visit.say(words)}" for mark, words in MARKS.items())]
    notes += [f"{visit.say(AXES[axis])}: {value_name(visit, axis, value)}" for axis, value in matrix.chosen.items()]
    return Sheet(visit.say(N_("Who does what where")), [corner, *screen.columns, total], rows, notes)


def _value(shown: Shown) -> Value:
    return SIGNS.get(shown.mark, shown.value)


def sheet_of_gaps(visit: Visit, gaps: Gaps) -> Sheet:
    """Return gaps as a table for a file."""
    headings = [N_("Theme"), N_("Region"), N_("What is known"), N_("Other regions with activity"), N_("Other regions")]
    rows: list[list[Any]] = [
        [
            visit.say(THEMES[each.theme]),  # type: ignore[index] # one of ours
            local(gaps.regions[each.region], visit.language),
            visit.say(MARKS[each.mark]),
            each.active_regions,
            each.other_regions,
        ]
        for each in gaps.gaps
    ]
    return Sheet(visit.say(N_("Gaps")), [visit.say(each) for each in headings], rows)


def sheet_of_overlaps(visit: Visit, pages: Sequence[Overlaps]) -> Sheet:
    """Return pages of overlaps as one table for a file."""
    headings = [
        N_("Theme"), N_("Region"), N_("Donors"), N_("One activity"), N_("The other activity"),
        N_("Beginning"), N_("End"),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    more = 0
    for page in pages:
        for here in page.items:
            more += here.more
            rows += [_overlap(visit, page, here, each) for each in here.overlaps]
    notes = [visit.say("Overlaps that are not listed here: %(number)s.", number=more)] if more else []
    return Sheet(visit.say(N_("Overlaps")), [visit.say(each) for each in headings], rows, notes)


def _overlap(visit: Visit, page: Overlaps, here: OverlapsHere, overlap: Overlap) -> list[str]:
    untold = visit.say(N_("An activity whose title you may not know"))
    donors = [local(page.names.get(each, {}), visit.language) or "?" for each in overlap.donor_ids]
    titles = [local(page.titles.get(each, {}), visit.language) or untold for each in overlap.activity_ids]
    theme = visit.say(THEMES[here.theme])  # type: ignore[index] # one of ours
    days = [overlap.from_on.isoformat(), overlap.to_on.isoformat() if overlap.to_on else ""]
    return [theme, local(here.region_names, visit.language), "; ".join(donors), *[*titles, "", ""][:2], *days]
