"""Commissions: a decision becomes a report with its sections, once; its writers are planned, and told."""

from secrets import choice

from services.reports.commissions import domain, store
from services.reports.commissions.domain import Commission, PlanCommission
from services.reports.commissions.store import COMMISSIONS
from services.reports.reports import store as reports
from services.reports.reports.domain import Report
from services.reports.writing import people, telling
from shared.events.meetings import DecisionTaken
from shared.ids import utc_now
from shared.problems import NotFound
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
    await _tell_writers(tx, report, None, commission)


async def begin_commission(tx: Tx, report_id: str, command: PlanCommission) -> Commission:
    """Say who writes a report that no decision asked for.  Raises `Conflict` where that is said already."""
    report = await reports.get(tx, report_id)
    if await store.of_report(tx, report_id) is not None:
        raise domain.already()
    commission = domain.begin(report, command, now=utc_now(), choose=choice)
    await COMMISSIONS.add(tx, commission)
    await _tell_writers(tx, report, None, commission)
    return commission


async def plan_commission(tx: Tx, report_id: str, command: PlanCommission, *, seen: int | None) -> Commission:
    """Say who writes what until when, and who edits; tell whoever has a section that they had not."""
    before = await store.get(tx, report_id)
    expect(before, seen)
    report = await reports.get(tx, report_id)
    commission = domain.plan(before, command, report=report, now=utc_now(), choose=choice)
    if commission is not before:
        await COMMISSIONS.put(tx, commission)
        await _tell_writers(tx, report, before, commission)
    return commission


async def name_editor(tx: Tx, report_id: str, person_id: str) -> Commission:
    """Let somebody edit a report, with the editor's role or without.

    Raises `NotFound` where nobody was asked to write it yet, and for whoever is not in the registry any more.
    """
    before = await store.get(tx, report_id)
    if not await people.is_there(tx, person_id):
        raise NotFound("editor-not-known", "There is nobody of this id in the registry.")
    return await _put(tx, before, domain.name_editor(before, person_id, now=utc_now()))


async def release_editor(tx: Tx, report_id: str, person_id: str) -> Commission:
    """Let somebody edit a report no more; while nobody is named, it is for all who have the editor's role."""
    before = await store.get(tx, report_id)
    return await _put(tx, before, domain.release_editor(before, person_id, now=utc_now()))


async def _put(tx: Tx, before: Commission, commission: Commission) -> Commission:
    if commission is not before:
        await COMMISSIONS.put(tx, commission)
    return commission


async def carry_out(tx: Tx, report_id: str, edition: int) -> None:
    """Note that the report of a commission, if one asked for it, is published."""
    before = await store.of_report(tx, report_id)
    if before is None:
        return
    await _put(tx, before, domain.carry_out(before, edition, now=utc_now()))


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person out of the editors of every commission."""
    for commission in await store.edited_by(tx, person_id):
        await COMMISSIONS.put(tx, domain.forget(commission, person_id))


async def _tell_writers(tx: Tx, report: Report, before: Commission | None, commission: Commission) -> None:
    held = {} if before is None else {each.organisation_id: each.keys(report) for each in before.contributors}
    for contributor in commission.contributors:
        known = held.get(contributor.organisation_id, ())
        keys = [key for key in contributor.keys(report) if key not in known]
        person_ids = await people.of_organisation(tx, contributor.organisation_id) if keys else []
        if person_ids:
            await tx.publish(telling.assigned(report, commission, contributor, keys, to=person_ids))
