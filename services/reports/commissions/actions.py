"""Commissions: a decision becomes a report with its six sections, once."""

from services.reports.commissions import domain, store
from services.reports.commissions.domain import Commission, PlanCommission
from services.reports.commissions.store import COMMISSIONS
from services.reports.reports import store as reports
from shared.events.meetings import DecisionTaken
from shared.events.registry import OrganisationsMerged
from shared.following import follow_merge
from shared.ids import utc_now
from shared.storage import Tx
from shared.web import expect


async def commission_report(tx: Tx, event: DecisionTaken) -> None:
    """Begin the report that a decision commissions, unless that was done before, and tell that it is begun."""
    if event.commission is None or await store.of_decision(tx, event.decision_id) is not None:
        return
    made = domain.commission(event, now=utc_now())
    if made is None:
        return
    commission, report, sections, news = made
    await COMMISSIONS.add(tx, commission)
    await reports.add(tx, report, sections)
    await tx.publish(news)


async def merge_organisations(tx: Tx, event: OrganisationsMerged) -> None:
    """Follow a merge of organisations, or its taking back, in who writes what."""
    await follow_merge(tx, event, own={"commissions": ["contributors.organisation_id"]}, mirrored={})


async def plan_commission(tx: Tx, report_id: str, command: PlanCommission, *, seen: int | None) -> Commission:
    """Say who writes what until when, and who edits."""
    before = await store.get(tx, report_id)
    expect(before, seen)
    commission = domain.plan(before, command, now=utc_now())
    if commission is not before:
        await COMMISSIONS.put(tx, commission)
    return commission


async def carry_out(tx: Tx, report_id: str, edition: int) -> None:
    """Note that the report of a commission, if one asked for it, is published."""
    before = await store.of_report(tx, report_id)
    if before is None:
        return
    commission = domain.carry_out(before, edition, now=utc_now())
    if commission is not before:
        await COMMISSIONS.put(tx, commission)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person out of the editors of every commission."""
    for commission in await store.edited_by(tx, person_id):
        await COMMISSIONS.put(tx, domain.forget(commission, person_id))
