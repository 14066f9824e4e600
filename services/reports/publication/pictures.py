"""The files of the pictures that an edition shows, for its printed form."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from services.reports.images.store import FILES, IMAGES
from services.reports.publication.content import ContentImage
from services.reports.publication.pdf import file_name
from shared.storage import Reader


async def put_pictures(reader: Reader, images: Sequence[ContentImage], folder: Path) -> None:
    """Write the files of ``images`` into ``folder``, one at a time in memory.  Raises `NotFound` when one is gone."""
    for each in images:
        image = await IMAGES.get(reader, each.image_id)
        content = await FILES.read(reader, image.file_id)
        await asyncio.to_thread((folder / file_name(each)).write_bytes, content)
