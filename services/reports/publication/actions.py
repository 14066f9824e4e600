"""Publishing, correcting and withdrawing: gather the draft, decide, write the edition, tell."""

import asyncio

from services.reports.commissions import actions as commissions
from services.reports.images import actions as images
from services.reports.library import actions as library
from services.reports.publication import checks, domain, store
from services.reports.publication.domain import CorrectReport, Edition, PublishReport, WithdrawReport
from services.reports.publication.gathering import gather, names_of
from services.reports.releases import domain as releases
from services.reports.releases import holding
from services.reports.releases import store as release_store
from services.reports.releases.store import RELEASES
from services.reports.reports import store as reports
from services.reports.reports.domain import Report
from services.reports.webhooks import actions as webhooks
from shared.events import Event
from shared.ids import Id, utc_now
from shared.problems import Conflict, Stale
from shared.storage import Tx


async def publish_report(tx: Tx, report_id: Id, command: PublishReport, *, seen: int | None, by: Id) -> Edition:
    """Make the draft an edition that never changes.  ``seen`` is the report's revision, where the caller named it."""
    report = await _as_seen(tx, report_id, seen)
    draft, before = await gather(tx, report), await latest(tx, report)
    report, edition, event = await asyncio.to_thread(
        domain.publish, draft, command, before=before, now=utc_now(), by=by
    )
    await _print(tx, report, edition, event)
    await commissions.carry_out(tx, report_id, edition.edition)
    return edition


async def correct_report(tx: Tx, report_id: Id, command: CorrectReport, *, seen: int | None, by: Id) -> Edition:
    """Make the draft an edition that says what was wrong in the one before, and tell its readers."""
    report = await _as_seen(tx, report_id, seen)
    draft, before = await gather(tx, report), await latest(tx, report)
    if before is None:
        raise Conflict("not-published", "Only a published report can be corrected: publish it.")
    report, edition, event = await asyncio.to_thread(
        domain.correct, draft, command, before=before, now=utc_now(), by=by
    )
    await _print(tx, report, edition, event)
    return edition


async def withdraw_report(tx: Tx, report_id: Id, command: WithdrawReport, *, seen: int | None) -> Report:
    """Take every edition of a report back, say why in their place, and tell its readers.

    What was planned of it is held back, and what waits to be told of it is told no more.  Raises as
    `checks.check_notice` does, where the reason names somebody who must not be in print.
    """
    report = await _as_seen(tx, report_id, seen)
    report, event = domain.withdraw(report, command, now=utc_now())
    await asyncio.to_thread(checks.check_notice, report_id, await names_of(tx, report_id), "reason", command.reason)
    await reports.put(tx, report)
    await library.take_out(tx, report_id)
    await images.withdraw(tx, report_id)
    await webhooks.forget_report(tx, report_id)
    await _hold_release(tx, report_id)
    await tx.publish(event)
    return report


async def latest(tx: Tx, report: Report) -> Edition | None:
    """Return the edition that readers see now, if any."""
    return None if report.published is None else await store.get(tx, report.id, report.published.edition)


async def _as_seen(tx: Tx, report_id: Id, seen: int | None) -> Report:
    report = await reports.get(tx, report_id)
    if seen is not None and seen != report.revision:
        raise Stale("changed-meanwhile", "The report was changed in the meantime: read it, then publish.")
    return report


async def _hold_release(tx: Tx, report_id: str) -> None:
    release = await release_store.find(tx, report_id)
    if release is not None and release.state == "planned":
        await holding.hold(tx, release, ["withdrawn"])


async def _print(tx: Tx, report: Report, edition: Edition, event: Event) -> None:
    """Write an edition and all that follows from it.  Raises `Conflict` (``under-embargo``)."""
    release = await release_store.find(tx, report.id)
    releases.check_embargo(release, now=edition.published_at)
    await reports.put(tx, report)
    await store.add(tx, edition)
    await library.shelve(tx, report, edition)
    await images.shown_in(tx, report.id, edition.edition, edition.read().images)
    if release is not None and release.sha256 == edition.sha256:
        await RELEASES.put(tx, releases.came_out(release, edition.edition))
    await tx.publish(event)
