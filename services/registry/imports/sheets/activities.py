"""Sheets of the kind *activities*: each row says who does what where, and is tried or recorded as one activity."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from services.registry.activities.parts import Part
from services.registry.imports.sheets import wording
from services.registry.imports.sheets.cells import country
from services.registry.imports.sheets.domain import MAX_PREVIEW, Findings, Named, PreviewRow, SheetImport
from services.registry.imports.sheets.items import Item, Settled, counted
from services.registry.imports.sheets.reading import Row
from services.registry.imports.sheets.recording import Became, Recording
from services.registry.imports.sheets.rows import RowProblem, Said, Seen, Where, columns_of, read_row
from services.registry.imports.sheets.store import RowResult
from services.registry.imports.sheets.wording import Asked, FromSheet
from services.registry.organisations.domain import IATI, RegisterOrganisation
from services.registry.organisations.matching import MAX_BATCH, Match, look_up_many, resolve_many
from services.registry.places.actions import known_places, resolve_places
from services.registry.places.domain import Asked as AskedPlace
from services.registry.places.domain import Place
from shared.events.registry import OrganisationKind
from shared.storage import Reader, Tx

MAX_REMEMBERED = 50_000  # organisations that a long sheet need not look up again: some 20 MB

_KINDS: dict[Part, list[OrganisationKind]] = {"funding": ["donor"], "implementing": ["implementer"]}


@dataclass(slots=True)
class _Meant:
    """Whom and where the rows of a chunk mean."""

    matches: dict[Asked, Match]
    places: dict[Where, Place | None]
    ids: dict[Asked, str] = field(init=False)
    """The records of the organisations that have one."""

    def __post_init__(self) -> None:
        found = ((each, match.organisation_id) for each, match in self.matches.items())
        self.ids = {each: id for each, id in found if id is not None}


@dataclass(slots=True)
class _Remembered:
    """Whom names meant in chunks that are written: the last chunk may have to be done again."""

    matches: dict[Asked, Match] = field(default_factory=dict)
    waiting: dict[Asked, Match] = field(default_factory=dict)
    until: int = 0

    def known(self, cursor: int) -> dict[Asked, Match]:
        """Return what is certain when the rows up to ``cursor`` have been dealt with."""
        if self.waiting and cursor >= self.until and len(self.matches) < MAX_REMEMBERED:
            self.matches |= self.waiting
            self.waiting = {}
        return self.matches

    def keep(self, matches: dict[Asked, Match], until: int) -> None:
        """Remember ``matches`` once the rows up to ``until`` are written."""
        self.waiting, self.until = matches, until


class Activities:
    """Reads, tries and records the rows of one sheet."""

    def __init__(self, sheet: SheetImport) -> None:
        self._columns = columns_of(sheet.layout)
        self._language = sheet.language
        self._seen = Seen()
        self._remembered = _Remembered()
        self._new: set[str] = set()
        """Of a trial: the keys of organisations that would be new."""

    def read(self, row: Row) -> Item:
        """Return what a row says, or which earlier one it repeats."""
        said = read_row(row, self._columns, self._language)
        if not isinstance(said, Said):
            return Item(row.number, problems=said)
        key, repeats = self._seen.look(said)
        return Item(row.number, said=said, key=key, repeats=repeats)

    async def settle(self, reader: Reader, tx: Tx | None, sheet: SheetImport, items: Sequence[Item]) -> Settled:
        """Find out whom and where the rows mean and what is new; with a transaction, record it."""
        open_items = [each for each in items if each.result is None]
        meant = await self._meant(reader, tx, sheet, [each.said for each in open_items])
        written_at = items[-1].row if items and tx is not None else sheet.cursor
        self._remembered.keep(meant.matches, until=written_at)
        recording = Recording(reader, sheet, meant.ids)
        commands = {each.row: self._command(each, sheet, meant) for each in open_items}
        outcomes = await recording.settle(tx, list(commands.values()))
        results = []
        for each in items:
            if (result := each.result) is None:
                result = self._result(each, outcomes[commands[each.row].key], meant)
            results.append(result)
        return Settled(results, self._found(sheet, items, results, meant))

    def _command(self, item: Item, sheet: SheetImport, meant: _Meant) -> FromSheet:
        return wording.command_of(
            item.said,
            item.key,
            language=self._language,
            ids=meant.ids,
            place=meant.places.get(item.said.where),
            today=sheet.uploaded_at.date(),
        )

    async def _meant(self, reader: Reader, tx: Tx | None, sheet: SheetImport, rows: Sequence[Said]) -> _Meant:
        named = {asked: part for said in rows for part, asked in wording.organisations_of(said)}
        known = self._remembered.known(sheet.cursor)
        matches = {each: known[each] for each in named if each in known}
        unknown = [(each, _organisation(each, part, sheet)) for each, part in named.items() if each not in matches]
        for start in range(0, len(unknown), MAX_BATCH):
            batch = unknown[start : start + MAX_BATCH]
            commands = [command for _, command in batch]
            found = (
                await resolve_many(tx, commands, source=sheet.file_name, by=sheet.uploaded_by)
                if tx is not None
                else await look_up_many(reader, commands)
            )
            matches |= {each: match for (each, _), match in zip(batch, found, strict=True)}
        return _Meant(matches, await _places(reader, tx, {said.where for said in rows}))

    def _result(self, item: Item, outcome: Became, meant: _Meant) -> RowResult:
        became, record_id, problem = outcome
        if problem is not None:
            refused = problem.model_copy(update={"row": item.row})
            return RowResult(row=item.row, outcome="refused", problems=[refused])
        return RowResult.model_validate(
            {"row": item.row, "outcome": became, "record_id": record_id, "problems": [*_notes(item, meant)]}
        )

    def _found(
        self, sheet: SheetImport, items: Sequence[Item], results: Sequence[RowResult], meant: _Meant
    ) -> Findings:
        begun = self._remembered.matches
        new = [(match.key, each) for each, match in meant.matches.items() if match.how in ("created", "unknown")]
        fresh = {key: each[0] for key, each in new if each not in begun and key not in self._new}
        if sheet.state == "checking":
            self._new |= fresh.keys()
        unknown = [", ".join(where.words) for where, place in meant.places.items() if place is None and where.words]
        shown = list(zip(items, results, strict=True))[: max(MAX_PREVIEW - len(sheet.found.preview), 0)]
        return Findings(
            counts=counted(results),
            new_organisations=list(fresh.values()),
            new_organisations_count=len(fresh),
            unknown_places=sorted(unknown),
            preview=[_preview(item, result, meant) for item, result in shown if item.said is not None],
        )


def _organisation(each: Asked, part: Part, sheet: SheetImport) -> RegisterOrganisation:
    """Return a named organisation as a record of it would begin: for those who may know of the sheet's activities.

    An identifier that cannot be one is left out.
    """
    name, identifier = each
    fields = {"names": {sheet.language: name}, "kinds": _KINDS.get(part, []), "audience": sheet.audience}
    if identifier:
        try:
            return RegisterOrganisation.model_validate({**fields, "identifiers": [_identifier(identifier)]})
        except ValidationError:
            pass
    return RegisterOrganisation.model_validate(fields)


def _identifier(written: str) -> dict[str, str]:
    """Return an identifier in a sheet by the list it belongs to: without one, the sheets' own."""
    return {"scheme": IATI if "-" in written else "sheet", "value": written}


async def _places(reader: Reader, tx: Tx | None, wanted: Iterable[Where]) -> dict[Where, Place | None]:
    """Return the places that are meant; with a transaction, unknown ones go to the review list."""
    distinct = [each for each in wanted if each.words]
    questions = [_asked(each) for each in distinct]
    found: list[Place | None] = []
    for start in range(0, len(questions), MAX_BATCH):
        batch = questions[start : start + MAX_BATCH]
        found += await resolve_places(tx, batch) if tx is not None else await known_places(reader, batch)
    return dict(zip(distinct, found, strict=True))


def _asked(where: Where) -> AskedPlace:
    """Return a place as a question; one that is nothing but a country is asked for by its code."""
    code = country(where.country)
    names = tuple(each for each in (where.place, where.commune, where.county, where.region) if each)
    if names:
        return AskedPlace(names=names, country=code)
    return AskedPlace(names=(where.country,), country=code, code=code or "")


def _notes(item: Item, meant: _Meant) -> Iterable[RowProblem]:
    where = item.said.where
    if where.words and meant.places.get(where) is None:
        detail = "Nobody knows this place yet: it is on the review list, and the row is taken without it."
        yield RowProblem(row=item.row, code="place-unknown", detail=detail, severity="noted")
    for _, each in wording.organisations_of(item.said):
        if meant.matches[each].how == "proposed":
            detail = "An organisation may be one on record under another name: a coordinator is asked whether it is."
            yield RowProblem(row=item.row, code="organisation-uncertain", detail=detail, severity="noted")
    if item.said.amount is not None and item.said.starts_on is None and item.said.ends_on is None:
        detail = "The amount is left out: without a date nobody can say when it was spent."
        yield RowProblem(row=item.row, code="amount-without-date", detail=detail, severity="noted")


def _preview(item: Item, result: RowResult, meant: _Meant) -> PreviewRow:
    said: Said = item.said
    if any(each not in meant.matches for _, each in wording.organisations_of(said)):
        return PreviewRow(row=item.row, outcome=result.outcome)  # it repeats a row of another chunk
    place = meant.places.get(said.where)
    named = [
        Named(
            name=each[0],
            part=part,
            organisation_id=match.organisation_id if (match := meant.matches.get(each)) else None,
        )
        for part, each in wording.organisations_of(said)
        if part in ("implementing", "funding", "accountable")
    ]
    return PreviewRow(
        row=item.row,
        outcome=result.outcome,
        title=next(iter(wording.title_of(said).values()), ""),
        organisations=named,
        sectors=list(said.sectors),
        where=", ".join(said.where.words),
        place=(place.commune or place.region or place.country or "") if place else "",
        starts_on=said.starts_on,
        ends_on=said.ends_on,
        amount=said.amount,
        currency=said.currency,
    )
