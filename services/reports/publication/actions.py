"""Publishing: fetch the draft, decide, write the edition, tell."""

from services.reports.commissions import actions as commissions
from services.reports.library import actions as library
from services.reports.publication import domain, store
from services.reports.publication.domain import Edition, PublishReport
from services.reports.reports import store as reports
from shared.ids import Id, utc_now
from shared.problems import Stale
from shared.storage import Tx


async def publish_report(tx: Tx, report_id: Id, command: PublishReport, *, seen: int | None, by: Id) -> Edition:
    """Make the draft an edition that never changes.  ``seen`` is the report's revision, where the caller named it."""
    report = await reports.get(tx, report_id)
    if seen is not None and seen != report.revision:
        raise Stale("changed-meanwhile", "The report was changed in the meantime: read it, then publish.")
    sections = await reports.sections_of(tx, report_id)
    report, edition, event = domain.publish(report, sections, command, now=utc_now(), by=by)
    await reports.put(tx, report)
    await store.add(tx, edition)
    await library.shelve(tx, report, edition)
    await tx.publish(event)
    await commissions.carry_out(tx, report_id, edition.edition)
    return edition
