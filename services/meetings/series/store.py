"""The collection of series."""

from services.meetings.series.domain import Series, not_known
from shared.paging import Page, Paging
from shared.storage import Aggregates, CollectionSpec, Reader

COLLECTIONS = [CollectionSpec("series")]
SERIES = Aggregates("series", Series, "series")


async def page(reader: Reader, paging: Paging) -> Page[Series]:
    """Return a page of the series, oldest first."""
    return await SERIES.page(reader, {}, after=paging.after, limit=paging.limit)


async def check(reader: Reader, series_id: str | None) -> None:
    """Raise `Invalid` (``series-not-known``) when a series is named that does not exist."""
    if series_id is not None and await SERIES.find(reader, series_id) is None:
        raise not_known()
