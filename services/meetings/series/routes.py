"""Series over HTTP, for coordinators."""

from fastapi import APIRouter, Response

from services.meetings.meetings import store as meetings
from services.meetings.meetings.store import When
from services.meetings.meetings.views import MeetingView
from services.meetings.meetings.views import view as view_meeting
from services.meetings.series import actions, store
from services.meetings.series.domain import DescribeSeries, Series
from services.meetings.series.store import SERIES
from shared.auth import Coordinator
from shared.ids import Id, utc_now
from shared.model import LocalLine, LocalText, Model, Time
from shared.paging import Page, PagingOf
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/series", tags=["series"])


class SeriesView(Model):
    """A series as coordinators see it."""

    id: Id
    revision: int
    title: LocalLine
    description: LocalText
    begun_at: Time
    changed_at: Time


def view(series: Series) -> SeriesView:
    """Return ``series`` as coordinators see it."""
    return SeriesView.model_construct(**{name: getattr(series, name) for name in SeriesView.model_fields})


@router.post("", status_code=201)
async def begin_series(
    command: DescribeSeries, actor: Coordinator, storage: StorageOf, response: Response
) -> SeriesView:
    """Begin a series of meetings."""
    series = await storage.transact(actions.begin_series, command, by=actor)
    versioned(response, series)
    response.headers["Location"] = f"/series/{series.id}"
    return view(series)


@router.get("")
async def list_series(actor: Coordinator, storage: StorageOf, paging: PagingOf) -> Page[SeriesView]:
    """List the series, oldest first."""
    page = await store.page(storage.reader, paging)
    return Page(items=[view(series) for series in page.items], next=page.next)


@router.get("/{series_id}")
async def read_series(series_id: Id, actor: Coordinator, storage: StorageOf, response: Response) -> SeriesView:
    """Show a series."""
    series = await SERIES.get(storage.reader, series_id)
    versioned(response, series)
    return view(series)


@router.put("/{series_id}")
async def describe_series(
    *,
    series_id: Id,
    command: DescribeSeries,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> SeriesView:
    """Say anew what a series is called and what it is about."""
    series = await storage.transact(actions.describe_series, series_id, command, seen=seen)
    versioned(response, series)
    return view(series)


@router.get("/{series_id}/meetings")
async def list_meetings_of_series(
    series_id: Id, actor: Coordinator, storage: StorageOf, paging: PagingOf, when: When = "all"
) -> Page[MeetingView]:
    """List the meetings of a series: all or past, latest first; upcoming, soonest first."""
    await SERIES.get(storage.reader, series_id)
    page = await meetings.page(storage.reader, when, now=utc_now(), paging=paging, series_id=series_id)
    return Page(items=[view_meeting(meeting) for meeting in page.items], next=page.next)
