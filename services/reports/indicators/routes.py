"""Indicators over HTTP, for those who write the report; with the next edition they are everybody's."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.reports.access import part_of
from services.reports.charts import svg
from services.reports.indicators import actions, store
from services.reports.indicators.comparison import ComparedIndicator
from services.reports.indicators.domain import WriteIndicator
from services.reports.indicators.views import IndicatorView, view
from shared.auth import Member
from shared.ids import Id
from shared.model import Language
from shared.problems import NotFound
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/reports/{report_id}/indicators", tags=["indicators"])
SVG_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


@router.post("", status_code=201)
async def create_indicator(
    report_id: Id, command: WriteIndicator, actor: Member, storage: StorageOf, response: Response
) -> IndicatorView:
    """Begin a table of numbers, entered or counted from the evidence."""
    part = await part_of(storage.reader, actor, report_id)
    indicator = await storage.transact(actions.create_indicator, report_id, command, by=part)
    versioned(response, indicator)
    response.headers["Location"] = f"/reports/{report_id}/indicators/{indicator.id}"
    return view(indicator)


@router.get("")
async def list_indicators(report_id: Id, actor: Member, storage: StorageOf, response: Response) -> list[IndicatorView]:
    """List a report's indicators as they are being made, oldest first; at most 100."""
    await part_of(storage.reader, actor, report_id)
    response.headers["Cache-Control"] = "no-store"
    return [view(each) for each in await store.drafted(storage.reader, report_id)]


@router.get("/comparison")
async def compare_indicators(
    report_id: Id, actor: Member, storage: StorageOf, edition: Annotated[int, Query(ge=1, le=1_000_000)]
) -> list[ComparedIndicator]:
    """Say which numbers are others now than in an edition."""
    await part_of(storage.reader, actor, report_id)
    return await actions.compare(storage.reader, report_id, edition)


@router.get("/{indicator_id}")
async def show_indicator(
    report_id: Id, indicator_id: Id, actor: Member, storage: StorageOf, response: Response
) -> IndicatorView:
    """Show one indicator with its numbers."""
    await part_of(storage.reader, actor, report_id)
    indicator = await actions.one(storage.reader, report_id, indicator_id)
    response.headers["Cache-Control"] = "no-store"
    versioned(response, indicator)
    return view(indicator)


@router.put("/{indicator_id}")
async def change_indicator(
    *,
    report_id: Id,
    indicator_id: Id,
    command: WriteIndicator,
    actor: Member,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> IndicatorView:
    """Replace what a table shows.  When something was counted meanwhile, its revision is another one."""
    part = await part_of(storage.reader, actor, report_id)
    indicator = await storage.transact(actions.change_indicator, report_id, indicator_id, command, seen=seen, by=part)
    versioned(response, indicator)
    return view(indicator)


@router.post("/{indicator_id}/removal")
async def remove_indicator(report_id: Id, indicator_id: Id, actor: Member, storage: StorageOf) -> IndicatorView:
    """Take a table out of the report; it can be had back."""
    part = await part_of(storage.reader, actor, report_id)
    return view(await storage.transact(actions.remove_indicator, report_id, indicator_id, removed=True, by=part))


@router.post("/{indicator_id}/restoration")
async def restore_indicator(report_id: Id, indicator_id: Id, actor: Member, storage: StorageOf) -> IndicatorView:
    """Have a removed table back."""
    part = await part_of(storage.reader, actor, report_id)
    return view(await storage.transact(actions.remove_indicator, report_id, indicator_id, removed=False, by=part))


@router.get("/{indicator_id}/chart", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def show_chart(
    report_id: Id, indicator_id: Id, actor: Member, storage: StorageOf, language: Language
) -> Response:
    """Draw an indicator as SVG, in one language.  Raises `NotFound` for one that has no picture."""
    await part_of(storage.reader, actor, report_id)
    drawn = svg(store.published(await actions.one(storage.reader, report_id, indicator_id)), language)
    if drawn is None:
        raise NotFound("chart-not-found", "This indicator has no picture: its table says all.")
    return Response(drawn, headers=SVG_HEADERS, media_type="image/svg+xml")
