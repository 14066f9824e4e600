"""Which column says what: proposed from the first rows of a sheet, changed by whoever knows better."""

from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import Field as Limits
from pydantic import model_validator

from services.registry.imports.domain import Refused, RowError
from services.registry.imports.sheets.cells import Wrong, amount, day, number
from services.registry.imports.sheets.fields import MANY, Field, field_of_heading, field_of_tag, tag_of
from services.registry.imports.sheets.reading import MAX_CELLS, Row
from shared.model import Language, Model

LOOKED_AT = 25  # rows among which the headings and the HXL tags are
SHOWN = 5  # cells of a column that are shown beside its heading
MAX_SHOWN = 80  # characters of a cell that is shown


class Column(Model):
    """A column of the sheet and what it says, counted from 0; ``field`` is `None` for what is left out."""

    number: int = Limits(ge=0, lt=MAX_CELLS)
    heading: str = ""
    tag: str = ""
    examples: list[str] = Limits(default_factory=list)
    field: Field | None = None


class Layout(Model):
    """Where the headings end, and what each column says."""

    first_row: int = Limits(ge=1)
    """The number of the first row that is no heading."""
    language: Language = "en"
    """The language of titles and descriptions whose column does not say which."""
    columns: list[Column] = Limits(max_length=MAX_CELLS)

    @property
    def missing(self) -> list[Field]:
        """What must be chosen before the sheet can be tried: it has to say who."""
        said = {each.field for each in self.columns}
        return [] if said & {"implementer", "funder", "accountable"} else ["implementer"]


class Choice(Model):
    """What one column says, or nothing."""

    number: int = Limits(ge=0, lt=MAX_CELLS)
    field: Field | None = None


class Choices(Model):
    """What the columns say, as somebody decided."""

    language: Language = "en"
    columns: Annotated[list[Choice], Limits(max_length=MAX_CELLS)]

    @model_validator(mode="after")
    def _said_once(self) -> "Choices":
        once = [each.field for each in self.columns if each.field is not None and each.field not in MANY]
        if len(set(once)) != len(once) or len({each.number for each in self.columns}) != len(self.columns):
            raise ValueError("each column is named once, and only organisations and sectors may have several columns")
        return self


def propose(rows: Sequence[Row], *, language: Language = "en") -> Layout:
    """Return the layout that the first `LOOKED_AT` rows suggest.  Raises `Refused` when there is no table."""
    if not rows:
        raise Refused(RowError(line=0, code="sheet-empty", detail="There is no row in this sheet."))
    tags = next((place for place, row in enumerate(rows[:LOOKED_AT]) if _is_tag_row(row)), None)
    heading = max(tags - 1, 0) if tags is not None else _heading(rows[:LOOKED_AT])
    last = tags if tags is not None else heading
    if last + 1 >= len(rows):
        raise Refused(RowError(line=rows[last].number, code="sheet-empty", detail="No row follows the headings."))
    headings = rows[heading].cells if tags != heading else []
    return Layout(
        first_row=rows[last + 1].number,
        language=language,
        columns=_columns(headings, rows[tags].cells if tags is not None else [], rows[last + 1 :]),
    )


def _is_tag_row(row: Row) -> bool:
    """Say whether a row holds HXL tags: every cell is one or empty, and at least one says something to us."""
    said = [cell for cell in row.cells if cell]
    return all(tag_of(cell) for cell in said) and any(field_of_tag(cell) for cell in said)


def _heading(rows: Sequence[Row]) -> int:
    """Return the place of the row with the most known headings, of the first one when none has any."""
    known = [sum(field_of_heading(cell) is not None for cell in row.cells) for row in rows]
    return known.index(max(known))


def _columns(headings: Sequence[str], tags: Sequence[str], below: Sequence[Row]) -> list[Column]:
    width = min(max(len(headings), len(tags), *(len(row.cells) for row in below)), MAX_CELLS)
    columns: list[Column] = []
    taken: set[Field] = set()
    for place in range(width):
        heading, tag = _cell(headings, place), _cell(tags, place)
        examples = [cell for row in below if (cell := _cell(row.cells, place))]
        field = field_of_tag(tag) if tag else field_of_heading(heading) if not any(tags) else None
        if field is not None and (not _fits(field, examples) or (field in taken and field not in MANY)):
            field = None
        if field is not None:
            taken.add(field)
        shown = [cell[:MAX_SHOWN] for cell in dict.fromkeys(examples)][:SHOWN]
        columns.append(Column(number=place, heading=heading[:200], tag=tag[:200], examples=shown, field=field))
    return columns


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


_READ_BY: dict[Field, Callable[[str], object]] = {
    "starts_on": day,
    "ends_on": day,
    "amount": amount,
    "latitude": number,
    "longitude": number,
}


def _fits(field: Field, examples: Sequence[str]) -> bool:
    """Say whether a column can hold what its heading claims: months without a year are no dates."""
    read = _READ_BY.get(field)
    return read is None or not examples or any(_reads(read, each) for each in examples)


def _reads(read: Callable[[str], object], cell: str) -> bool:
    try:
        read(cell)
    except Wrong:
        return False
    return True


def chosen(layout: Layout, choices: Choices) -> Layout:
    """Return ``layout`` with what somebody decided; columns that they do not name are left out."""
    fields = {each.number: each.field for each in choices.columns}
    columns = [each.model_copy(update={"field": fields.get(each.number)}) for each in layout.columns]
    return layout.model_copy(update={"language": choices.language, "columns": columns})
