"""Parties over HTTP, for those who write the report: names are protected unless somebody says otherwise."""

from fastapi import APIRouter, Response

from services.reports.evidence.finding import FindingOf
from services.reports.evidence.incidents.routes import NO_STORE, OpenEvidence
from services.reports.evidence.looking import looker
from services.reports.evidence.parties import actions, store
from services.reports.evidence.parties.domain import RecordParty
from services.reports.evidence.parties.store import PARTIES
from services.reports.evidence.parties.views import PartyOpened, PartyView, opened, view
from shared.auth import Member
from shared.ids import Id
from shared.paging import Page, PagingOf
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/reports/{report_id}/parties", tags=["evidence"])


@router.post("", status_code=201)
async def record_party(
    report_id: Id, command: RecordParty, actor: Member, storage: StorageOf, response: Response
) -> PartyView:
    """Say who somebody in the evidence is."""
    by = await looker(storage.reader, actor, report_id)
    party = await storage.transact(actions.record_party, report_id, command, by=by)
    versioned(response, party)
    response.headers["Location"] = f"/reports/{report_id}/parties/{party.id}"
    return view(party, by.sight, by=by.person_id)


@router.get("")
async def list_parties(
    *, report_id: Id, actor: Member, storage: StorageOf, paging: PagingOf, finding: FindingOf, response: Response
) -> Page[PartyView]:
    """List a report's parties, newest first; names as far as they are for the caller, who finds them by no others."""
    by = await looker(storage.reader, actor, report_id)
    response.headers.update(NO_STORE)
    found = await store.page(storage.reader, report_id, finding, by.sight, after=paging.after, limit=paging.limit)
    return Page(items=[view(each, by.sight, by=by.person_id) for each in found.items], next=found.next)


@router.get("/{party_id}")
async def show_party(report_id: Id, party_id: Id, actor: Member, storage: StorageOf, response: Response) -> PartyView:
    """Show one party, as far as it is for the caller."""
    by = await looker(storage.reader, actor, report_id)
    party = await PARTIES.get(storage.reader, report_id, party_id)
    response.headers.update(NO_STORE)
    versioned(response, party)
    return view(party, by.sight, by=by.person_id)


@router.put("/{party_id}")
async def change_party(
    *,
    report_id: Id,
    party_id: Id,
    command: RecordParty,
    actor: Member,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> PartyView:
    """Say anew who somebody is."""
    by = await looker(storage.reader, actor, report_id)
    party = await storage.transact(actions.change_party, report_id, party_id, command, seen=seen, by=by)
    versioned(response, party)
    return view(party, by.sight, by=by.person_id)


@router.post("/{party_id}/opening")
async def open_party(
    *, report_id: Id, party_id: Id, command: OpenEvidence, actor: Member, storage: StorageOf, response: Response
) -> PartyOpened:
    """Show a party's names, to editors and to whoever recorded it; the log of custody says who saw them and why."""
    by = await looker(storage.reader, actor, report_id)
    party = await storage.transact(actions.open_party, report_id, party_id, reason=command.reason, by=by)
    response.headers.update(NO_STORE)
    versioned(response, party)
    return opened(party, by=by.person_id)


@router.post("/{party_id}/erasure", status_code=204)
async def erase_party(report_id: Id, party_id: Id, actor: Member, storage: StorageOf) -> None:
    """Forget somebody for good, backups included; no incident may name them any more."""
    by = await looker(storage.reader, actor, report_id)
    await storage.transact(actions.erase_party, report_id, party_id, by=by)
