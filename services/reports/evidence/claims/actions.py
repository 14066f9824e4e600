"""Linking passages to the evidence that they rest on."""

from services.reports.access import check_writes
from services.reports.evidence.claims import domain, store
from services.reports.evidence.claims.domain import Claim, LinkClaim
from services.reports.evidence.claims.store import CLAIMS
from services.reports.evidence.custody.actions import log
from services.reports.evidence.exhibits.store import EXHIBITS
from services.reports.evidence.incidents.store import INCIDENTS
from services.reports.evidence.looking import Looker
from services.reports.reports import store as reports
from shared.ids import utc_now
from shared.problems import FieldError, Invalid, NotFound
from shared.storage import Reader, Tx


async def link_claim(tx: Tx, report_id: str, command: LinkClaim, *, by: Looker) -> Claim:
    """Say on which evidence a passage rests.

    Raises `Forbidden` for a section of others, `Invalid` (``not-in-evidence``, ``exhibit-without-file``) for what
    nothing can rest on.
    """
    check_writes(by.part, command.section)
    others, sections = await store.count(tx, report_id), await reports.sections_of(tx, report_id)
    claim = domain.link(report_id, command, sections, others=others, by=by.person_id, now=utc_now())
    incidents = await INCIDENTS.among(tx, report_id, claim.incident_ids)
    exhibits = await EXHIBITS.among(tx, report_id, claim.exhibit_ids)
    if len(incidents) + len(exhibits) < len(claim.incident_ids) + len(claim.exhibit_ids):
        error = FieldError("not-in-evidence", "Record it in this report first.", field="incident_ids")
        raise Invalid("not-in-evidence", "Something named here is not in the evidence.", errors=(error,))
    if any(each.file is None for each in exhibits.values()):
        error = FieldError("exhibit-without-file", "Take its file in first.", field="exhibit_ids")
        raise Invalid("exhibit-without-file", "A file named here was announced and never taken in.", errors=(error,))
    await CLAIMS.add(tx, claim)
    await log(tx, report_id, "claimed", "claim", claim.id, by=by.person_id)
    return claim


async def remove_claim(tx: Tx, report_id: str, claim_id: str, *, by: Looker) -> None:
    """Take a link away; passage and evidence stay."""
    claim = await CLAIMS.find(tx, claim_id)
    if claim is None or claim.report_id != report_id:
        raise NotFound("claim-not-found", "There is no such claim in this report.")
    check_writes(by.part, claim.section)
    await store.remove(tx, claim_id)
    await log(tx, report_id, "unclaimed", "claim", claim_id, by=by.person_id)


async def points(reader: Reader, report_id: str) -> tuple[FieldError, ...]:
    """Return what is wrong with a report's claims."""
    claims = await store.of_report(reader, report_id)
    if not claims:
        return ()
    named = sorted({each for claim in claims for each in claim.incident_ids})
    incidents = await INCIDENTS.among(reader, report_id, named)
    files = {each for claim in claims for each in claim.exhibit_ids}
    files |= {each for incident in incidents.values() for each in incident.exhibit_ids}
    exhibits = await EXHIBITS.among(reader, report_id, sorted(files))
    taken_in = {id for id, each in exhibits.items() if each.file is not None}
    return domain.points(claims, await reports.sections_of(reader, report_id), incidents, taken_in)
