"""A stored sheet as a file on disk, for as long as it is read: workbooks must be read from several places at once."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from services.registry.imports.sheets.store import files
from shared.storage import Storage

R = TypeVar("R")


@asynccontextmanager
async def on_disk(storage: Storage, file_id: str) -> AsyncIterator[Path]:
    """Yield the path of a copy of a stored file; it is gone afterwards."""
    descriptor, name = await asyncio.to_thread(tempfile.mkstemp, prefix="zgoda-sheet-")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            async for part in files.stream(storage.reader, file_id):
                await asyncio.to_thread(file.write, part)
        yield path
    finally:
        os.unlink(name)


async def in_a_thread(work: Callable[[], R]) -> R:
    """Return what ``work`` returns, while others are served."""
    return await asyncio.to_thread(work)
