"""The numbers of an edition over HTTP: as data, as a table, as pictures."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.reports import charts
from services.reports.caching import headers, not_modified
from services.reports.publication import numbers
from services.reports.publication.content import ContentIndicator
from services.reports.publication.reading import edition_for_readers
from shared.auth import Anyone
from shared.ids import Id
from shared.model import Language, Model
from shared.problems import NotFound
from shared.web import StorageOf

router = APIRouter(prefix="/reports/{report_id}/editions/{number}", tags=["publication"])
Number = Annotated[int, Path(ge=1, le=1_000_000)]
ReadIn = Annotated[Language | None, Query(description="One language of the edition.")]
A_MINUTE = "public, max-age=60"  # a report that is withdrawn must be gone soon
DRAWN_BY = "2"  # raise it when the same numbers give another drawing
FOR_PICTURES = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


class Indicators(Model):
    """Every indicator of one edition."""

    report_id: Id
    edition: int
    sha256: str
    """Of the whole edition's content, in which these numbers stand."""
    indicators: tuple[ContentIndicator, ...]


@router.get("/indicators")
async def show_indicators(report_id: Id, number: Number, actor: Anyone, storage: StorageOf) -> Indicators:
    """Give an edition's indicators in all its languages; values are decimal text, `null` where none is known."""
    edition, _ = await edition_for_readers(storage.reader, report_id, number)
    return Indicators(report_id=report_id, edition=number, sha256=edition.sha256, indicators=edition.read().indicators)


@router.get("/indicators.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def show_table(
    *, report_id: Id, number: Number, request: Request, actor: Anyone, storage: StorageOf, language: ReadIn = None
) -> Response:
    """Give an edition's indicators as one table in one language: a row for each value."""
    edition, spoken = await edition_for_readers(storage.reader, report_id, number, language)
    etag = f'"{edition.sha256}-csv-{spoken}"'
    if (unchanged := not_modified(request, etag, modified_at=edition.published_at, cache_control=A_MINUTE)) is not None:
        return unchanged
    name = f"report-{report_id[-12:]}-edition-{number}-{spoken}.csv"
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    kept = headers(etag, edition.published_at, A_MINUTE)
    return Response(numbers.table(edition.read(), spoken), headers=kept | named, media_type=numbers.MEDIA_TYPE)


@router.get("/charts/{indicator_id}", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def show_chart(
    *,
    report_id: Id,
    number: Number,
    indicator_id: Id,
    request: Request,
    actor: Anyone,
    storage: StorageOf,
    language: ReadIn = None,
) -> Response:
    """Give the picture of one indicator of an edition as SVG, in one language."""
    edition, spoken = await edition_for_readers(storage.reader, report_id, number, language)
    etag = f'"{edition.sha256}-{indicator_id}-{spoken}-{DRAWN_BY}"'
    if (unchanged := not_modified(request, etag, modified_at=edition.published_at, cache_control=A_MINUTE)) is not None:
        return unchanged
    found = [each for each in edition.read().indicators if each.indicator_id == indicator_id]
    drawn = charts.svg(found[0], spoken) if found else None
    if drawn is None:
        raise NotFound("chart-not-found", "There is no such picture in this edition.")
    kept = headers(etag, edition.published_at, A_MINUTE)
    return Response(drawn, headers=kept | FOR_PICTURES, media_type="image/svg+xml")
