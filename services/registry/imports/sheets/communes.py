"""Sheets of the kind *communes*: the Polish register of territory (TERYT, file TERC)."""

from collections.abc import Sequence

from pydantic import ValidationError

from services.registry.imports.domain import Refused, RowError
from services.registry.imports.sheets.domain import Findings, SheetImport
from services.registry.imports.sheets.items import Item, Settled, counted, outcome_of
from services.registry.imports.sheets.mapping import Column, Layout
from services.registry.imports.sheets.reading import Row
from services.registry.imports.sheets.rows import RowProblem
from services.registry.imports.sheets.store import RowResult
from services.registry.places import actions, store
from services.registry.places.domain import Commune
from shared.storage import Reader, Tx

HEADINGS = ("WOJ", "POW", "GMI", "RODZ", "NAZWA", "NAZWA_DOD")
WHOLE = {"1", "2", "3"}
"""Kinds of units that are communes; 4 and 5 are the town and the country of one, 8 and 9 parts of a city."""


def layout_of(rows: Sequence[Row]) -> Layout:
    """Return where the columns of the register are.  Raises `Refused` when this is not it."""
    for place, row in enumerate(rows[:25]):
        headings = [cell.upper() for cell in row.cells]
        if set(HEADINGS) <= set(headings) and place + 1 < len(rows):
            columns = [Column(number=number, heading=heading) for number, heading in enumerate(headings)]
            return Layout(first_row=rows[place + 1].number, language="pl", columns=columns)
    detail = "This is not the register TERC: its columns are WOJ, POW, GMI, RODZ, NAZWA and NAZWA_DOD."
    raise Refused(RowError(line=1, code="not-the-register", detail=detail))


class Communes:
    """Reads the register: a county's own row comes before those of its communes."""

    def __init__(self, sheet: SheetImport) -> None:
        self._places = {each.heading: each.number for each in sheet.layout.columns}
        self._counties: dict[str, str] = {}

    def read(self, row: Row) -> Item:
        """Return the commune in a row; regions, counties and parts of communes are passed over."""
        region, county, commune, kind, name, called = (self._cell(row, heading) for heading in HEADINGS)
        if region and county and not commune:
            self._counties[region + county] = name
        if kind not in WHOLE:
            return self._otherwise(row, region, kind)
        try:
            said = Commune(
                code=region + county + commune + kind,
                name=name,
                kind=called,
                county=region + county,
                county_name=self._counties.get(region + county, ""),
            )
        except ValidationError as error:
            wrong = sorted({str(each["loc"][0]) for each in error.errors()})
            detail = f"This is no row of the register: look at {', '.join(wrong)}."
            return Item(row.number, problems=[RowProblem(row=row.number, code="commune-not-valid", detail=detail)])
        return Item(row.number, said=said, key=said.code)

    def _cell(self, row: Row, heading: str) -> str:
        place = self._places.get(heading, len(row.cells))
        return row.cells[place] if place < len(row.cells) else ""

    def _otherwise(self, row: Row, region: str, kind: str) -> Item:
        if region.isdecimal() and len(region) == 2 and kind in ("", "4", "5", "8", "9"):
            return Item(row.number, passed_over=True)
        detail = "This is no row of the register: look at its region and kind."
        return Item(row.number, problems=[RowProblem(row=row.number, code="commune-not-valid", detail=detail)])

    async def settle(self, reader: Reader, tx: Tx | None, sheet: SheetImport, items: Sequence[Item]) -> Settled:
        """Compare communes with those on record; with a transaction, write the new and the changed ones."""
        said: list[Commune] = [each.said for each in items if each.said is not None]
        known = await store.known_communes(reader, [each.code for each in said]) if said else {}
        results, changed = [], {}
        for each in items:
            if (result := each.result) is None:
                result = RowResult(row=each.row, outcome=outcome_of(known.get(each.key), each.said), record_id=each.key)
                if result.outcome != "unchanged":
                    changed[each.key] = each.said
                known[each.key] = each.said
            results.append(result)
        if tx is not None and changed:
            await actions.record_communes(tx, list(changed.values()))
        return Settled(results, Findings(counts=counted(results)))
