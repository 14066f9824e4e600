"""Claims over HTTP: which passage of a section rests on which evidence."""

from fastapi import APIRouter, Response

from services.reports.evidence.claims import actions, store
from services.reports.evidence.claims.domain import Claim, LinkClaim
from services.reports.evidence.claims.views import ClaimView, view
from services.reports.evidence.exhibits.store import EXHIBITS
from services.reports.evidence.incidents.routes import NO_STORE
from services.reports.evidence.incidents.store import INCIDENTS
from services.reports.evidence.looking import Looker, looker
from shared.auth import Member
from shared.ids import Id
from shared.storage import Reader
from shared.web import StorageOf

router = APIRouter(prefix="/reports/{report_id}/claims", tags=["evidence"])


@router.post("", status_code=201)
async def link_claim(report_id: Id, command: LinkClaim, actor: Member, storage: StorageOf) -> ClaimView:
    """Say on which incidents and exhibits a passage of one's own section rests."""
    by = await looker(storage.reader, actor, report_id)
    claim = await storage.transact(actions.link_claim, report_id, command, by=by)
    return (await _shown(storage.reader, [claim], by))[0]


@router.get("")
async def list_claims(report_id: Id, actor: Member, storage: StorageOf, response: Response) -> list[ClaimView]:
    """List a report's claims by section, at most 2,000; evidence that is not for the caller is counted."""
    by = await looker(storage.reader, actor, report_id)
    response.headers.update(NO_STORE)
    return await _shown(storage.reader, await store.of_report(storage.reader, report_id), by)


@router.post("/{claim_id}/removal", status_code=204)
async def remove_claim(report_id: Id, claim_id: Id, actor: Member, storage: StorageOf) -> None:
    """Take a link away; passage and evidence stay."""
    by = await looker(storage.reader, actor, report_id)
    await storage.transact(actions.remove_claim, report_id, claim_id, by=by)


async def _shown(reader: Reader, claims: list[Claim], by: Looker) -> list[ClaimView]:
    if not claims:
        return []
    named = sorted({each for claim in claims for each in claim.incident_ids})
    files = sorted({each for claim in claims for each in claim.exhibit_ids})
    report_id = claims[0].report_id
    incidents = await INCIDENTS.among(reader, report_id, named)
    exhibits = await EXHIBITS.among(reader, report_id, files)
    return [view(each, incidents, exhibits, by.sight) for each in claims]
