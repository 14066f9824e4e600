"""A stored file comes back as it was sent, is what its bytes say, and is gone when nothing refers to it."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from shared.ids import utc_now
from shared.problems import Invalid, NotFound, TooLarge
from shared.storage import Files, Storage, Tx
from shared.storage.file_types import (
    DOCUMENTS,
    DOCX,
    HTML,
    JPEG,
    ODT,
    OFFICE_97,
    PDF,
    PLAIN_TEXT,
    PNG,
    SVG,
    UNKNOWN,
    WEBP,
    WITH_PROGRAMS,
    XLSX,
    XML,
    ZIP,
    Look,
)
from shared.storage.files import CHUNK_BYTES, collections

FILES = Files()
TEXT = b"Who does what next year.\n"


def archive(*names: str, mimetype: str = "") -> bytes:
    """Return an archive with these parts, the first of them perhaps an OpenDocument's type."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as parts:
        if mimetype:
            parts.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        for name in names:
            parts.writestr(name, "<xml/>")
    return body.getvalue()


async def sent(body: bytes, *, at_once: int = 64 * 1024) -> AsyncIterator[bytes]:
    for start in range(0, len(body), at_once):
        yield body[start : start + at_once]


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def prepared(storage: Storage) -> None:
    await storage.prepare(collections())


async def rows(storage: Storage) -> tuple[int, int]:
    """Return how many files, and how many of their chunks, there are."""
    return await storage.reader["files.files"].count({}), await storage.reader["files.chunks"].count({})


async def keep(tx: Tx, file_id: str) -> None:
    await FILES.keep(tx, file_id)


async def release(tx: Tx, file_id: str) -> None:
    await FILES.release(tx, file_id)


async def stored(storage: Storage, body: bytes = TEXT) -> str:
    file = await FILES.receive(storage, sent(body), allowed=DOCUMENTS, max_bytes=2_000_000)
    return file.id


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7\n\x00", PDF),
        (b"\x89PNG\r\n\x1a\n\x00", PNG),
        (b"\xff\xd8\xff\xe0\x00", JPEG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", WEBP),
        (archive("[Content_Types].xml", "word/document.xml"), DOCX),
        (archive("xl/workbook.xml"), XLSX),
        (archive("content.xml", mimetype=ODT), ODT),
        (archive("word/document.xml", "word/vbaProject.bin"), WITH_PROGRAMS),
        (archive("Basic/Standard/script-lb.xml", mimetype=ODT), WITH_PROGRAMS),
        (archive("notes.txt"), ZIP),
        (b"PK\x03\x04 and nothing after it", UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", OFFICE_97),
        ("Zażółć, Мінск".encode(), PLAIN_TEXT),
        ("Zażółć, Мінск".encode("utf-16"), PLAIN_TEXT),
        (b"MZ\x90\x00\x03", UNKNOWN),
        (b"", UNKNOWN),
        (b"\xef\xbb\xbf <?xml version='1.0'?>", XML),
        (b"\n<!DOCTYPE html><script>", HTML),
        (b"<svg onload='x()'>", SVG),
    ],
    ids=map(str, range(19)),
)
def test_a_file_is_what_its_bytes_say(body: bytes, content_type: str) -> None:
    look = Look()
    for start in range(0, len(body), 7):
        look.at(body[start : start + 7])
    assert look.content_type == content_type


async def test_a_file_comes_back_as_it_was_sent(storage: Storage) -> None:
    body = b"%PDF-1.7\n" + bytes(range(256)) * 3_000
    file = await FILES.receive(storage, sent(body), allowed=frozenset({PDF}), max_bytes=1_000_000)
    parts = [part async for part in FILES.stream(storage.reader, file.id)]
    assert [len(part) for part in parts] == [CHUNK_BYTES, CHUNK_BYTES, len(body) - 2 * CHUNK_BYTES]
    assert b"".join(parts) == body
    known = await FILES.get(storage.reader, file.id)
    assert (known.content_type, known.size, known.sha256) == (PDF, len(body), hashlib.sha256(body).hexdigest())


@pytest.mark.parametrize(
    ("body", "problem", "code"),
    [
        (b"", Invalid, "file-empty"),
        (b"<html>", Invalid, "file-type-not-allowed"),
        (b"a" * 300_001, TooLarge, "file-too-large"),
    ],
    ids=["empty", "page", "large"],
)
async def test_of_a_refused_file_nothing_stays(
    storage: Storage, body: bytes, problem: type[Invalid | TooLarge], code: str
) -> None:
    before = await rows(storage)
    with pytest.raises(problem) as refused:
        await FILES.receive(storage, sent(body), allowed=DOCUMENTS, max_bytes=300_000)
    assert (refused.value.code, await rows(storage)) == (code, before)


async def test_of_an_upload_that_breaks_off_nothing_stays(storage: Storage) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"a" * 600_000
        raise ConnectionError

    before = await rows(storage)
    with pytest.raises(ConnectionError):
        await FILES.receive(storage, breaking(), allowed=DOCUMENTS, max_bytes=2_000_000)
    assert await rows(storage) == before


async def test_what_nobody_kept_is_swept_after_an_hour_and_the_rest_stays(storage: Storage) -> None:
    kept, forgotten = await stored(storage), await stored(storage)
    await storage.transact(keep, kept)
    await FILES.sweep(storage, now=utc_now())
    assert await FILES.read(storage.reader, forgotten) == TEXT
    await FILES.sweep(storage, now=utc_now() + timedelta(hours=1))
    assert (await FILES.read(storage.reader, kept), await FILES.read(storage.reader, forgotten)) == (TEXT, b"")


async def test_what_is_released_is_swept_at_the_next_time(storage: Storage) -> None:
    file_id = await stored(storage)
    await storage.transact(keep, file_id)
    await storage.transact(release, file_id)
    assert await FILES.sweep(storage, now=utc_now()) == 1
    with pytest.raises(NotFound):
        await FILES.get(storage.reader, file_id)


async def test_a_file_that_was_swept_cannot_be_kept(storage: Storage) -> None:
    file_id = await stored(storage)
    await FILES.delete(storage, file_id)
    with pytest.raises(NotFound):
        await storage.transact(keep, file_id)
