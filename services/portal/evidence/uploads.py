"""A file in a form: whether there is one that may be sent on, what it was called, and its bytes."""

from collections.abc import AsyncIterator

from starlette.datastructures import FormData, UploadFile

from services.portal.evidence.entry import Entry
from services.portal.pages import Visit

MAX_BYTES = 50_000_000
READ_AT_ONCE = 256 * 1024


def chosen(visit: Visit, form: FormData, entry: Entry) -> UploadFile | None:
    """Return the file that was chosen, or nothing, saying in ``entry`` what is wrong."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        entry.errors["file"] = visit.say("Choose a file first.")
        return None
    if (file.size or 0) > MAX_BYTES:
        entry.errors["file"] = visit.say("The file is larger than %(number)s MB. Divide it.", number=50)
        return None
    return file


def file_name(file: UploadFile) -> str | None:
    """Return what a file was called, without the folders it was in."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2][-200:] or None


async def parts(file: UploadFile) -> AsyncIterator[bytes]:
    """Yield the bytes of a file, some at a time."""
    while part := await file.read(READ_AT_ONCE):
        yield part
