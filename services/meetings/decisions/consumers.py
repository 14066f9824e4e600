"""What the reports service tells of the reports that decisions commissioned."""

from services.meetings.decisions import actions
from services.meetings.directory.consumers import consumer
from shared.events.reports import ReportCommissioned, ReportPublished
from shared.storage import Tx


@consumer.on(ReportCommissioned)
async def note_report_begun(tx: Tx, event: ReportCommissioned) -> None:
    """Keep which report was begun for a decision."""
    await actions.note_report_begun(tx, event)


@consumer.on(ReportPublished)
async def close_by_report(tx: Tx, event: ReportPublished) -> None:
    """Close the decision whose report is published."""
    await actions.close_by_report(tx, event)
