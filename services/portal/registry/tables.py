"""Long lists as files: read page by page as they are for whoever asks, written row by row, never held whole."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from tempfile import TemporaryFile
from typing import IO, TypeVar

import xlsxwriter
from fastapi.responses import Response, StreamingResponse

from services.portal.clients.base import Page
from services.portal.matrix.sheets import CSV, MAX_TEXT, XLSX, Value, harmless

ON_A_PAGE = 200  # items asked for at once
MAX_PAGES = 1_000  # of one file: more than a workbook has rows for is nobody's list
WRITTEN_AT_ONCE = 64 * 1024  # bytes

Item = TypeVar("Item")
Rows = Sequence[Sequence[Value]]


async def table_of(
    kind: str,
    name: str,
    headings: Sequence[str],
    page: Callable[[str], Awaitable[Page[Item]]],
    rows_of: Callable[[Sequence[Item]], Awaitable[Rows]],
) -> Response:
    """Return a list as a file ``zgoda-{name}`` of ``kind`` *csv* or *xlsx*; 404 for any other.

    ``page`` reads the items after a cursor, ``rows_of`` makes cells of them.  The first page is read before anything is
    sent, so that a refusal is a page; when a later one fails, the download breaks off and is not short in silence.
    """
    if kind not in ("csv", "xlsx"):
        return Response(status_code=404)
    first = await page("")
    parts = _parts(first, page, rows_of)
    headers = {"Content-Disposition": f'attachment; filename="zgoda-{name}.{kind}"', "Cache-Control": "no-store"}
    if kind == "csv":
        return StreamingResponse(_as_csv(headings, parts), media_type=CSV, headers=headers)
    return StreamingResponse(_sent(await _as_xlsx(headings, parts)), media_type=XLSX, headers=headers)


async def _parts(
    first: Page[Item],
    page: Callable[[str], Awaitable[Page[Item]]],
    rows_of: Callable[[Sequence[Item]], Awaitable[Rows]],
) -> AsyncIterator[Rows]:
    found = first
    for _ in range(MAX_PAGES):
        yield await rows_of(found.items)
        if not found.next:
            return
        found = await page(found.next)


async def _as_csv(headings: Sequence[str], parts: AsyncIterator[Rows]) -> AsyncIterator[bytes]:
    yield b"\xef\xbb\xbf" + _lines([headings])
    async for rows in parts:
        yield _lines(rows)


def _lines(rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([harmless(each).replace("\0", "") for each in row] for row in rows)
    return text.getvalue().encode()


async def _as_xlsx(headings: Sequence[str], parts: AsyncIterator[Rows]) -> IO[bytes]:
    """Return a workbook on disk that nobody else can open, at its beginning."""
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {**options, "constant_memory": True})
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 40)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    try:
        number = 0
        async for rows in parts:
            for row in rows:
                number += 1
                for column, value in enumerate(row):
                    sheet.write_string(number, column, str(value)[:MAX_TEXT])
    except BaseException:
        book.close()  # what it keeps on disk goes with it
        file.close()
        raise
    await asyncio.to_thread(book.close)  # a second for 100,000 rows: others are served meanwhile
    file.seek(0)
    return file


async def _sent(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while part := file.read(WRITTEN_AT_ONCE):
            yield part
