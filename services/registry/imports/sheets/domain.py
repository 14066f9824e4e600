"""An import: one sheet on its way in, from the upload over a trial to the record of what became of each row."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from services.registry.audiences import Standing
from services.registry.imports.domain import RowError
from services.registry.imports.sheets.encodings import Delimiter, Encoding, Format
from services.registry.imports.sheets.mapping import Choices, Layout, chosen
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Model, Time
from shared.problems import Conflict, FieldError, Invalid

MAX_PREVIEW = 20  # rows shown as they would become
MAX_NAMED = 100  # new organisations and unknown places that are named; all of them are counted

SheetKind = Literal["activities", "communes"]
"""Who does what where; or the Polish register of territory (TERYT, file TERC)."""

SheetState = Literal["uploaded", "checking", "checked", "recording", "recorded", "cancelled", "failed"]
RUNNING: tuple[SheetState, ...] = ("checking", "recording")
OPEN: tuple[SheetState, ...] = ("uploaded", "checking", "checked", "recording")

Outcome = Literal["created", "updated", "unchanged", "repeated", "passed-over", "refused"]
"""*repeated*: an earlier row of the sheet says the same; *passed-over*: a row about something that is not kept."""

Phase = Literal["trial", "record"]

FileName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1_000)]


class ChooseColumns(Command, Choices):
    """Say what the columns hold, and how the file was saved where that was guessed wrongly."""

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None


class ConfirmImport(Command):
    """Record what the trial showed."""

    audience: Standing = "members"
    """Who may know of the activities that are new; those on record keep their audience."""
    correction: Reason | None = None
    """Why rows of periods that are locked are corrected; without it they are refused."""


class Named(Model):
    """An organisation as the sheet names it, and its record where it has one."""

    name: str
    part: Literal["implementing", "funding", "accountable"]
    organisation_id: Id | None = None


class PreviewRow(Model):
    """A row as it would become: empty parts are not said."""

    row: int
    outcome: Outcome
    title: str = ""
    organisations: list[Named] = Field(default_factory=list)
    sectors: list[str] = Field(default_factory=list)
    where: str = ""
    """The place in the words of the sheet."""
    place: str = ""
    """The code of the place: ISO 3166-1, ISO 3166-2 or TERYT; nothing when nobody knows it."""
    starts_on: date | None = None
    ends_on: date | None = None
    amount: Decimal | None = None
    currency: str = ""


class Counts(Model):
    """How many rows became what."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    passed_over: int = 0
    refused: int = 0
    noted: int = 0
    """Rows that were taken and have a remark."""

    @property
    def rows(self) -> int:
        """The rows that were read."""
        return self.created + self.updated + self.unchanged + self.repeated + self.passed_over + self.refused

    def plus(self, other: "Counts") -> "Counts":
        """Return both together."""
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in Counts.model_fields})


class Findings(Model):
    """What a chunk of rows, or all of them, came to."""

    counts: Counts = Counts()
    new_organisations: list[str] = Field(default_factory=list)
    """The first `MAX_NAMED` organisations whose record would begin, or began."""
    new_organisations_count: int = 0
    unknown_places: list[str] = Field(default_factory=list)
    """The first `MAX_NAMED` places that nobody knows: they are on the review list once the sheet is recorded."""
    preview: list[PreviewRow] = Field(default_factory=list)
    """The first `MAX_PREVIEW` rows."""

    def plus(self, other: "Findings") -> "Findings":
        """Return both together, each organisation named once."""
        fresh = [each for each in other.new_organisations if each not in self.new_organisations]
        return Findings(
            counts=self.counts.plus(other.counts),
            new_organisations=[*self.new_organisations, *fresh][:MAX_NAMED],
            new_organisations_count=self.new_organisations_count + other.new_organisations_count,
            unknown_places=list(dict.fromkeys([*self.unknown_places, *other.unknown_places]))[:MAX_NAMED],
            preview=[*self.preview, *other.preview][:MAX_PREVIEW],
        )


class SheetImport(Aggregate):
    """A sheet on its way in, as coordinators see it."""

    kind: SheetKind
    file_id: Id
    file_name: FileName
    size: int
    """Bytes."""
    sha256: str
    format: Format
    layout: Layout
    state: SheetState = "uploaded"
    cursor: int = 0
    """The number of the last row that was dealt with."""
    rows: int = 0
    """The rows below the headings, once a trial has counted them."""
    found: Findings = Findings()
    """What the trial found, or the recording so far."""
    trial: Counts | None = None
    """What the trial had found, kept while the rows are recorded."""
    failure: RowError | None = None
    """Why the file could not be read to its end."""
    audience: Standing = "members"
    correction: str | None = None
    uploaded_by: Id | None = None
    """Nobody any more when that person was erased."""
    uploaded_at: Time
    changed_at: Time
    finished_at: Time | None = None

    @property
    def phase(self) -> Phase:
        """Which pass over the rows is, or was, the last one."""
        return "trial" if self.trial is None else "record"

    @property
    def language(self) -> Language:
        """The language of its words."""
        return self.layout.language


def upload(
    *,
    kind: SheetKind,
    file_id: str,
    file_name: str,
    size: int,
    sha256: str,
    form: Format,
    layout: Layout,
    by: str | None,
    now: Time,
) -> SheetImport:
    """Return the import of a file that has just arrived."""
    return SheetImport(
        id=new_id(),
        kind=kind,
        file_id=file_id,
        file_name=file_name,
        size=size,
        sha256=sha256,
        format=form,
        layout=layout,
        uploaded_by=by,
        uploaded_at=now,
        changed_at=now,
    )


def choose_columns(sheet: SheetImport, command: ChooseColumns, layout: Layout, form: Format) -> SheetImport:
    """Return ``sheet`` with its columns as somebody decided; ``layout`` is what the file shows when read by ``form``.

    Raises `Conflict` while it is being read or after it was recorded.
    """
    _expect(sheet, "uploaded", "checked")
    return _fresh(sheet, state="uploaded", layout=chosen(layout, command), format=form)


def begin_trial(sheet: SheetImport, *, now: Time) -> SheetImport:
    """Return ``sheet`` about to be tried.  Raises `Conflict`, and `Invalid` while no column says who."""
    _expect(sheet, "uploaded", "checked")
    if sheet.kind == "activities" and sheet.layout.missing:
        detail = "Say which column names the organisations: without one no row can be taken."
        errors = tuple(FieldError("column-needed", detail, field=each) for each in sheet.layout.missing)
        raise Invalid("columns-needed", detail, errors=errors)
    return _fresh(sheet, state="checking", changed_at=now)


def begin_again(sheet: SheetImport) -> SheetImport:
    """Return ``sheet`` at the beginning of its trial.  Raises `Conflict` unless it is being tried."""
    _expect(sheet, "checking")
    return _fresh(sheet)


def confirm(sheet: SheetImport, command: ConfirmImport, *, now: Time) -> SheetImport:
    """Return ``sheet`` about to be recorded.  Raises `Conflict` unless it was tried."""
    _expect(sheet, "checked")
    return sheet.evolve(
        state="recording",
        cursor=0,
        trial=sheet.found.counts,
        found=Findings(),
        audience=command.audience,
        correction=command.correction,
        changed_at=now,
    )


def cancel(sheet: SheetImport, *, now: Time) -> SheetImport:
    """Return ``sheet`` put aside; rows that were recorded before stay.  Raises `Conflict` when it was finished."""
    _expect(sheet, *OPEN)
    return sheet.evolve(state="cancelled", changed_at=now, finished_at=now)


def advance(sheet: SheetImport, found: Findings, *, cursor: int, finished: bool, now: Time) -> SheetImport:
    """Return ``sheet`` with one more chunk dealt with."""
    changes: dict[str, Any] = {"found": sheet.found.plus(found), "cursor": cursor, "changed_at": now}
    if finished and sheet.state == "checking":
        changes |= {"state": "checked", "rows": changes["found"].counts.rows}
    elif finished:
        changes |= {"state": "recorded", "finished_at": now}
    return sheet.evolve(**changes)


def fail(sheet: SheetImport, failure: RowError, *, now: Time) -> SheetImport:
    """Return ``sheet``, which cannot be read to its end."""
    return sheet.evolve(state="failed", failure=failure, changed_at=now, finished_at=now)


def _fresh(sheet: SheetImport, **changes: Any) -> SheetImport:
    return sheet.evolve(cursor=0, rows=0, found=Findings(), trial=None, failure=None, **changes)


def _expect(sheet: SheetImport, *states: SheetState) -> None:
    if sheet.state not in states:
        raise Conflict("import-state", _WHY[sheet.state], state=sheet.state)


_WHY: dict[SheetState, str] = {
    "uploaded": "Try it first: nothing is recorded before somebody has seen what it would change.",
    "checking": "It is being tried: wait until that is done, or cancel it.",
    "checked": "It has been tried: confirm it, or change its columns.",
    "recording": "It is being recorded: wait until that is done, or cancel it.",
    "recorded": "It has been recorded: upload the sheet again to read it again.",
    "cancelled": "It was cancelled: upload the sheet again.",
    "failed": "It could not be read: upload it again, saved in another way.",
}
