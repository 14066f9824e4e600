"""What is done with a sheet: taken in, its columns chosen, tried, confirmed, and its rows settled chunk by chunk."""

from collections.abc import AsyncIterable, Sequence
from pathlib import Path

from services.registry.imports.domain import Refused, RowError
from services.registry.imports.sheets import communes, domain, store
from services.registry.imports.sheets.activities import Activities
from services.registry.imports.sheets.communes import Communes
from services.registry.imports.sheets.domain import ChooseColumns, ConfirmImport, SheetImport, SheetKind
from services.registry.imports.sheets.encodings import Format
from services.registry.imports.sheets.files import in_a_thread, on_disk
from services.registry.imports.sheets.items import Item, Kind, Settled
from services.registry.imports.sheets.mapping import Layout, propose
from services.registry.imports.sheets.reading import beginning_of, format_of
from shared.ids import utc_now
from shared.problems import FieldError, Invalid
from shared.storage import Storage, Tx
from shared.storage.file_types import PLAIN_TEXT, UNKNOWN, XLSX
from shared.web import expect

MAX_BYTES = 50_000_000
ALLOWED = frozenset({PLAIN_TEXT, XLSX, UNKNOWN})  # text in an old encoding may look like nothing known
LOOKED_AT = 200  # rows from which columns are proposed

READING = "sheets-read"
"""The job that reads the rows of imports: woken when one begins."""


async def take_in(
    storage: Storage, parts: AsyncIterable[bytes], *, kind: SheetKind, file_name: str, by: str | None
) -> SheetImport:
    """Store a sheet and propose what its columns say.  Raises `TooLarge`, and `Invalid` when it is no sheet."""
    stored = await store.files.receive(storage, parts, allowed=ALLOWED, max_bytes=MAX_BYTES)
    try:
        async with on_disk(storage, stored.id) as path:
            form, layout = await in_a_thread(lambda: _look(path, kind))
    except Refused as refused:
        await store.files.delete(storage, stored.id)
        raise _invalid(refused) from None
    sheet = domain.upload(
        kind=kind,
        file_id=stored.id,
        file_name=file_name,
        size=stored.size,
        sha256=stored.sha256,
        form=form,
        layout=layout,
        by=by,
        now=utc_now(),
    )

    async def add(tx: Tx) -> None:
        await store.files.keep(tx, stored.id)
        await store.sheets.add(tx, sheet)

    await storage.transact(add)
    return sheet


def _invalid(refused: Refused) -> Invalid:
    errors = tuple(FieldError(each.code, each.detail, line=each.line) for each in refused.errors)
    return Invalid(refused.errors[0].code, refused.errors[0].detail, errors=errors)


def _look(path: Path, kind: SheetKind, form: Format | None = None) -> tuple[Format, Layout]:
    """Return how a file is read and what its columns say.  Raises `Refused`."""
    form = form or format_of(path)
    rows = beginning_of(path, form, LOOKED_AT)
    return form, communes.layout_of(rows) if kind == "communes" else propose(rows)


async def choose_columns(
    storage: Storage, sheet_id: str, command: ChooseColumns, *, revision: int | None
) -> SheetImport:
    """Keep what the columns say, as somebody decided.  Raises `NotFound`, `Stale`, `Conflict`, `Invalid`."""
    seen = await store.sheets.get(storage.reader, sheet_id)
    form, layout = seen.format, seen.layout
    changes = {name: value for name in ("encoding", "delimiter") if (value := getattr(command, name)) is not None}
    if changes and not form.workbook and form.model_copy(update=changes) != form:
        form = form.model_copy(update=changes)
        try:
            async with on_disk(storage, seen.file_id) as path:
                _, layout = await in_a_thread(lambda: _look(path, seen.kind, form))
        except Refused as refused:
            raise _invalid(refused) from None

    async def choose(tx: Tx) -> SheetImport:
        sheet = await store.sheets.get(tx, sheet_id)
        expect(sheet, revision)
        sheet = domain.choose_columns(sheet, command, layout, form)
        await store.sheets.put(tx, sheet)
        return sheet

    return await storage.transact(choose)


async def begin_trial(tx: Tx, sheet_id: str) -> SheetImport:
    """Have the rows tried.  Raises `NotFound`, `Conflict`, `Invalid`."""
    sheet = domain.begin_trial(await store.sheets.get(tx, sheet_id), now=utc_now())
    await store.sheets.put(tx, sheet)
    return sheet


async def begin_again(tx: Tx, sheet_id: str) -> SheetImport:
    """Try the rows from the first: what a broken-off trial had in memory is lost.  Raises `NotFound`."""
    sheet = domain.begin_again(await store.sheets.get(tx, sheet_id))
    await store.sheets.put(tx, sheet)
    return sheet


async def confirm(tx: Tx, sheet_id: str, command: ConfirmImport, *, revision: int | None) -> SheetImport:
    """Have the rows recorded.  Raises `NotFound`, `Stale`, `Conflict`."""
    sheet = await store.sheets.get(tx, sheet_id)
    expect(sheet, revision)
    sheet = domain.confirm(sheet, command, now=utc_now())
    await store.sheets.put(tx, sheet)
    return sheet


async def cancel(tx: Tx, sheet_id: str) -> SheetImport:
    """Put an import aside; its file is deleted.  Raises `NotFound`, `Conflict`."""
    sheet = domain.cancel(await store.sheets.get(tx, sheet_id), now=utc_now())
    await store.sheets.put(tx, sheet)
    await store.files.release(tx, sheet.file_id)
    return sheet


def kind_of(sheet: SheetImport) -> Kind:
    """Return what reads the rows of ``sheet``, from the first."""
    return Communes(sheet) if sheet.kind == "communes" else Activities(sheet)


async def settle(
    tx: Tx, seen: SheetImport, kind: Kind, items: Sequence[Item], *, finished: bool, trial: Settled | None
) -> SheetImport | None:
    """Settle the next rows of an import as it was ``seen`` and write how far it is; `None` when it has moved on.

    The rows of a ``trial`` have been settled outside of the transaction: nothing of them is recorded.
    """
    sheet = await store.sheets.get(tx, seen.id)
    if sheet.revision != seen.revision:
        return None
    settled = trial or await kind.settle(tx, tx, sheet, items)
    told = [each for each in settled.results if each.problems] if trial else settled.results
    await store.add_results(tx, sheet.id, sheet.phase, told)
    cursor = items[-1].row if items else sheet.cursor
    sheet = domain.advance(sheet, settled.found, cursor=cursor, finished=finished, now=utc_now())
    await store.sheets.put(tx, sheet)
    if sheet.state == "recorded":
        await store.files.release(tx, sheet.file_id)
    return sheet


async def fail(tx: Tx, seen: SheetImport, failure: RowError) -> None:
    """Write down that a sheet cannot be read to its end."""
    sheet = await store.sheets.get(tx, seen.id)
    if sheet.revision == seen.revision:
        await store.sheets.put(tx, domain.fail(sheet, failure, now=utc_now()))
        await store.files.release(tx, sheet.file_id)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Leave no trace of who uploaded what."""
    await store.forget_person(tx, person_id)
