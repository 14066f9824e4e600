"""Brings together everything that an edition is made of, from wherever in this service it is written."""

from services.reports.publication.draft import Draft
from services.reports.reports import store as reports
from services.reports.reports.domain import Report
from shared.storage import Reader


async def gather(reader: Reader, report: Report) -> Draft:
    """Return the draft of ``report`` with everything that belongs to it, and everything that speaks against it."""
    return Draft(report, await reports.sections_of(reader, report.id))
