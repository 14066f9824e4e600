"""Beginning a series and describing it anew."""

from services.meetings.series import domain
from services.meetings.series.domain import DescribeSeries, Series
from services.meetings.series.store import SERIES
from shared.auth import Actor
from shared.ids import utc_now
from shared.storage import Tx
from shared.web import expect


async def begin_series(tx: Tx, command: DescribeSeries, *, by: Actor) -> Series:
    """Begin a series."""
    series = domain.begin(command, by=by.person_id, now=utc_now())
    await SERIES.add(tx, series)
    return series


async def describe_series(tx: Tx, series_id: str, command: DescribeSeries, *, seen: int | None) -> Series:
    """Say anew what a series is called and what it is about."""
    known = await SERIES.get(tx, series_id)
    expect(known, seen)
    series = domain.change(known, command, now=utc_now())
    await SERIES.put(tx, series)
    return series
