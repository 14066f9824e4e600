"""The bytes of the pictures that an edition shows, for its printed form."""

from collections.abc import Sequence

from services.reports.images.store import FILES, IMAGES
from services.reports.publication.content import ContentImage
from shared.storage import Reader


async def bytes_of(reader: Reader, images: Sequence[ContentImage]) -> dict[str, bytes]:
    """Return the files of ``images``, by the ids of the images.  Raises `NotFound` when one is gone."""
    found = {}
    for each in images:
        image = await IMAGES.get(reader, each.image_id)
        found[each.image_id] = await FILES.read(reader, image.file_id)
    return found
