"""Recording incidents, changing, withdrawing and opening them; whatever is counted is counted anew."""

from services.reports.evidence.custody.actions import log
from services.reports.evidence.exhibits.store import EXHIBITS
from services.reports.evidence.incidents import domain, store
from services.reports.evidence.incidents.domain import Incident, RecordIncident, WithdrawIncident
from services.reports.evidence.incidents.store import INCIDENTS
from services.reports.evidence.looking import Looker
from services.reports.evidence.parties.store import PARTIES
from services.reports.indicators.counting import recount
from shared.ids import utc_now
from shared.storage import Reader, Tx
from shared.web import expect


async def record_incident(tx: Tx, report_id: str, command: RecordIncident, *, by: Looker) -> Incident:
    """Say what happened."""
    others = await store.count(tx, report_id)
    incident = domain.record(report_id, command, others=others, by=by.person_id, now=utc_now())
    await _check_known(tx, incident)
    await INCIDENTS.add(tx, incident)
    await log(tx, report_id, "recorded", "incident", incident.id, by=by.person_id)
    await recount(tx, report_id)
    return incident


async def change_incident(
    tx: Tx, report_id: str, incident_id: str, command: RecordIncident, *, seen: int | None, by: Looker
) -> Incident:
    """Say anew what happened."""
    before = await INCIDENTS.get(tx, report_id, incident_id)
    by.check_own(before)
    expect(before, seen)
    incident = domain.change(before, command, now=utc_now())
    if incident is not before:
        await _check_known(tx, incident)
        await INCIDENTS.put(tx, incident)
        await log(tx, report_id, "changed", "incident", incident_id, by=by.person_id)
        await recount(tx, report_id)
    return incident


async def withdraw_incident(
    tx: Tx, report_id: str, incident_id: str, command: WithdrawIncident, *, by: Looker
) -> Incident:
    """Take an incident out of the evidence."""
    before = await INCIDENTS.get(tx, report_id, incident_id)
    by.check_own(before)
    incident = domain.withdraw(before, command, now=utc_now())
    if incident is not before:
        await INCIDENTS.put(tx, incident)
        await log(tx, report_id, "withdrawn", "incident", incident_id, by=by.person_id)
        await recount(tx, report_id)
    return incident


async def restore_incident(tx: Tx, report_id: str, incident_id: str, *, by: Looker) -> Incident:
    """Have a withdrawn incident back."""
    before = await INCIDENTS.get(tx, report_id, incident_id)
    by.check_own(before)
    incident = domain.restore(before, now=utc_now())
    if incident is not before:
        await INCIDENTS.put(tx, incident)
        await log(tx, report_id, "restored", "incident", incident_id, by=by.person_id)
        await recount(tx, report_id)
    return incident


async def open_incident(tx: Tx, report_id: str, incident_id: str, *, reason: str, by: Looker) -> Incident:
    """Return everything that is known of an incident, and write into the log who saw it and why."""
    incident = await INCIDENTS.get(tx, report_id, incident_id)
    by.check_own(incident)
    await log(tx, report_id, "opened", "incident", incident_id, by=by.person_id, note=reason)
    return incident


async def _check_known(reader: Reader, incident: Incident) -> None:
    parties = await PARTIES.among(reader, incident.report_id, sorted(incident.party_ids))
    exhibits = await EXHIBITS.among(reader, incident.report_id, sorted(incident.exhibit_ids))
    domain.check_known(incident, parties, exhibits)
