"""The collection of indicators, and what of them is published."""

from services.reports.evidence.incidents import store as incidents
from services.reports.indicators import periods
from services.reports.indicators.domain import MAX_INDICATORS, Indicator, Occurrence
from services.reports.publication.content import ContentIndicator, ContentSeries
from shared.storage import Aggregates, CollectionSpec, Index, Reader, from_document

INDICATORS = Aggregates("indicators", Indicator, "indicator")
COLLECTIONS = [CollectionSpec("indicators", [Index([("report_id", 1), ("_id", 1)])])]


async def drafted(reader: Reader, report_id: str, *, removed: bool | None = False) -> list[Indicator]:
    """Return a report's indicators as they are being made, oldest first; also removed ones where that is `None`."""
    where = {"report_id": report_id} if removed is None else {"report_id": report_id, "removed": removed}
    rows = await reader["indicators"].find(where, sort=[("_id", 1)], limit=2 * MAX_INDICATORS)
    return [from_document(Indicator, row) for row in rows]


async def occurrences(reader: Reader, report_id: str) -> list[Occurrence]:
    """Return what of a report's incidents is counted, protected ones included."""
    names = set(Occurrence.model_fields)
    return [
        Occurrence(**{name: getattr(each, name) for name in names})
        async for each in incidents.counted(reader, report_id)
    ]


async def of_report(reader: Reader, report_id: str) -> tuple[ContentIndicator, ...]:
    """Return a report's indicators as plain public tables: nobody and no incident is in them."""
    return tuple(published(each) for each in await drafted(reader, report_id))


def published(indicator: Indicator) -> ContentIndicator:
    """Return an indicator as it is published."""
    return ContentIndicator(
        indicator_id=indicator.id,
        theme=indicator.theme,
        title=indicator.title,
        unit=indicator.unit,
        note=indicator.note,
        source=indicator.source,
        columns=tuple(periods.names(each) for each in indicator.columns),
        series=tuple(ContentSeries(label=each.label, values=tuple(each.values)) for each in indicator.series),
        chart=indicator.chart,
    )
