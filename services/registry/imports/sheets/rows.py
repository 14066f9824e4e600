"""From the cells of one row to what they say of an activity, or to everything that is wrong with them."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar

from services.registry.imports.sheets import cells
from services.registry.imports.sheets.cells import Wrong
from services.registry.imports.sheets.fields import Field
from services.registry.imports.sheets.mapping import Column, Layout
from services.registry.imports.sheets.reading import MAX_CELL, MAX_CELLS, Row
from shared.folding import fold
from shared.model import Language, Model

MAX_NAME = 200  # characters of an organisation's name, a place or a sector
MAX_SEVERAL = 50  # organisations or sectors in one row
MAX_TITLE = 1_000  # characters

Severity = Literal["refused", "noted"]
V = TypeVar("V")


class RowProblem(Model):
    """What is wrong with one row, or worth knowing of it: its number and column, and the reason in words."""

    row: int
    column: str = ""
    """The letter of the column, as spreadsheet programs have it, and its heading."""
    code: str
    detail: str
    severity: Severity = "refused"


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the words of a sheet: from the country down, each may be empty."""

    country: str = ""
    region: str = ""
    county: str = ""
    commune: str = ""
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What is said of it, the smallest first."""
        return tuple(each for each in (self.place, self.commune, self.county, self.region, self.country) if each)


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of an activity, in its own words."""

    row: int
    identifier: str = ""
    titles: dict[Language, str] = field(default_factory=dict)
    description: dict[Language, str] = field(default_factory=dict)
    implementers: tuple[str, ...] = ()
    implementer_id: str = ""
    funders: tuple[str, ...] = ()
    funder_id: str = ""
    accountable: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    where: Where = Where()
    starts_on: date | None = None
    ends_on: date | None = None
    status: str = ""
    amount: Decimal | None = None
    currency: str = ""

    @property
    def key(self) -> str:
        """What the activity is recognised by: who does what where since when, and its identifier.

        The rest (until when, how much, in which state) may change from one sheet to the next.
        """
        who = [sorted(map(fold, each)) for each in (self.implementers, self.funders, self.accountable)]
        where = [fold(each) for each in self.where.words]
        what = [sorted(fold(each) for each in self.titles.values()), sorted(map(fold, self.sectors))]
        return _hash([self.identifier.casefold(), who, what, where, str(self.starts_on)])

    @property
    def content(self) -> str:
        """A fingerprint of all that the row says, wherever it stands."""
        fields = {name: getattr(self, name) for name in Said.__slots__ if name not in ("row", "where")}
        return _hash([fields, [getattr(self.where, name) for name in Where.__slots__]])


def _hash(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(slots=True)
class Seen:
    """The rows of a file so far, so that a repetition is known: some forty bytes of each."""

    rows: dict[bytes, int] = field(default_factory=dict)
    times: dict[bytes, int] = field(default_factory=dict)

    def look(self, said: Said) -> tuple[str, int | None]:
        """Return the key of ``said`` in this file, and the row that it repeats, if it does.

        Two rows of one key that say different things are two activities: the second has its number in its key.
        """
        key = said.key
        whole, short = bytes.fromhex(_hash([key, said.content])), bytes.fromhex(key)
        earlier = self.rows.setdefault(whole, said.row)
        if earlier != said.row:
            return key, earlier
        self.times[short] = time = self.times.get(short, 0) + 1
        return (key if time == 1 else f"{key}.{time}"), None


def letter_of(column: int) -> str:
    """Return the letter of a column that is counted from 0: 0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def label_of(column: Column) -> str:
    """Return how a column is named to people."""
    return f"{letter_of(column.number)} {column.heading or column.tag}".strip()


class _Reading:
    """The cells of one row, by what they say, with what is wrong collected on the way."""

    def __init__(self, row: Row, columns: Iterable[tuple[Field, Column]]) -> None:
        self._row = row.number
        self.problems: list[RowProblem] = []
        self._cells: dict[Field, list[tuple[str, Column]]] = {}
        for said, column in columns:
            if column.number < len(row.cells) and (cell := row.cells[column.number]):
                self._cells.setdefault(said, []).append((cell, column))

    def wrong(self, code: str, detail: str, column: Column | None = None) -> None:
        """Note what is wrong."""
        label = label_of(column) if column else ""
        self.problems.append(RowProblem(row=self._row, column=label, code=code, detail=detail))

    def text(self, name: Field, most: int = MAX_NAME) -> str:
        """Return a cell as one line of at most ``most`` characters, or nothing."""
        for cell, column in self._cells.get(name, [])[:1]:
            if len(cell) > most:
                self.wrong("cell-too-long", f"Write at most {most:,} characters here.", column)
            elif any(ord(each) < 32 and each not in "\t\r\n" for each in cell):
                self.wrong("cell-not-valid", "Remove the control characters from this cell.", column)
            else:
                return " ".join(cell.split())
        return ""

    def several(self, name: Field) -> tuple[str, ...]:
        """Return the values of all cells of this kind, each once."""
        found: dict[str, str] = {}
        for cell, column in self._cells.get(name, []):
            for each in cells.several(cell):
                if len(each) > MAX_NAME:
                    self.wrong("cell-too-long", f"Write at most {MAX_NAME} characters for each.", column)
                elif fold(each):
                    found.setdefault(fold(each), " ".join(each.split()))
        if len(found) > MAX_SEVERAL:
            self.wrong("too-many-values", f"Name at most {MAX_SEVERAL} in a row.")
        return tuple(found.values())

    def value(self, name: Field, read: Callable[[str], V]) -> V | None:
        """Return what ``read`` makes of a cell, or `None`."""
        for cell, column in self._cells.get(name, [])[:1]:
            try:
                return read(cell)
            except Wrong as wrong:
                self.wrong(wrong.code, wrong.detail, column)
        return None


_TITLES: tuple[tuple[Field, Language], ...] = (
    ("title_en", "en"),
    ("title_pl", "pl"),
    ("title_be", "be"),
    ("title_uk", "uk"),
    ("title_ru", "ru"),
)


def columns_of(layout: Layout) -> list[tuple[Field, Column]]:
    """Return the columns that say something, by what they say."""
    return [(each.field, each) for each in layout.columns if each.field is not None]


def read_row(row: Row, columns: Sequence[tuple[Field, Column]], language: Language) -> Said | list[RowProblem]:
    """Return what a row says of an activity, or everything that is wrong with it."""
    reading = _Reading(row, columns)
    if len(row.cells) > MAX_CELLS or any(len(cell) > MAX_CELL for cell in row.cells):
        reading.wrong(
            "row-too-long", f"A row may have {MAX_CELLS} cells of {MAX_CELL:,} characters: is a quote missing?"
        )
        return reading.problems
    said = Said(
        row=row.number,
        identifier=reading.text("identifier"),
        titles=_titles(reading, language),
        description=_in(language, reading.text("description", MAX_CELL)),
        implementers=reading.several("implementer"),
        implementer_id=reading.text("implementer_id"),
        funders=reading.several("funder"),
        funder_id=reading.text("funder_id"),
        accountable=reading.several("accountable"),
        sectors=reading.several("sector"),
        where=_where(reading),
        starts_on=reading.value("starts_on", cells.day),
        ends_on=reading.value("ends_on", cells.day),
        status=reading.value("status", cells.status) or "",
        amount=reading.value("amount", cells.amount),
        currency=reading.value("currency", cells.currency) or "",
    )
    _check(said, reading)
    return reading.problems or said


def _in(language: Language, text: str) -> dict[Language, str]:
    return {language: text} if text else {}


def _titles(reading: _Reading, language: Language) -> dict[Language, str]:
    titles = _in(language, reading.text("title", MAX_TITLE))
    for name, of in _TITLES:
        titles |= _in(of, reading.text(name, MAX_TITLE))
    return titles


def _where(reading: _Reading) -> Where:
    return Where(
        country=reading.text("country"),
        region=reading.text("region"),
        county=reading.text("county"),
        commune=reading.text("commune"),
        place=reading.text("place"),
        latitude=reading.value("latitude", cells.degrees(90)),
        longitude=reading.value("longitude", cells.degrees(180)),
    )


def _check(said: Said, reading: _Reading) -> None:
    """Note what single cells cannot tell."""
    if not (said.implementers or said.funders or said.accountable or reading.problems):
        reading.wrong("organisation-missing", "Name the organisation that does or pays for it.")
    if not (said.titles or said.sectors or said.identifier or reading.problems):
        reading.wrong("activity-missing", "Say what is done: a title, a sector or an identifier.")
    if said.starts_on and said.ends_on and said.ends_on < said.starts_on:
        reading.wrong("ends-before-it-starts", "The last day is before the first: correct one of them.")
    if said.amount is not None and said.amount < 0:
        reading.wrong("amount-negative", "Write the amount without a minus.")
