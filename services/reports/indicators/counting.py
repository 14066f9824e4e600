"""Counting anew: whenever the evidence of a report changes, in the same transaction."""

from services.reports.indicators import domain, store
from services.reports.indicators.store import INDICATORS
from shared.ids import utc_now
from shared.storage import Tx


async def recount(tx: Tx, report_id: str) -> None:
    """Count a report's indicators anew, as far as they come from its evidence."""
    counted = [each for each in await store.drafted(tx, report_id, removed=None) if each.is_counted]
    if not counted:
        return
    occurrences = await store.occurrences(tx, report_id)
    for before in counted:
        indicator = domain.recount(before, occurrences, now=utc_now())
        if indicator is not before:
            await INDICATORS.put(tx, indicator)
