"""People and groups whom the evidence names: their names are protected unless somebody says otherwise."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.evidence import Party
from services.portal.evidence import forms, words
from services.portal.evidence.entry import Entry, read
from services.portal.evidence.names import called
from services.portal.pages import SignedIn, Visit
from shared.ids import Id

router = APIRouter(prefix="/{language}/reports/{report_id}/evidence/people")

ON_A_PAGE = 50


@router.get("")
async def listing(visit: SignedIn, report_id: Id, after: str = "", done: str = "") -> HTMLResponse:
    """Show whom the evidence names, and a form for one more."""
    return await _list(visit, report_id, Entry(), after=after, done=done)


@router.post("")
async def record(visit: SignedIn, report_id: Id) -> Response:
    """Say who somebody is."""
    entry = read(await visit.form())
    command = forms.party(visit, entry)
    if not entry.errors:
        try:
            await visit.services.evidence.record_party(report_id, command, key=forms.key(entry))
            return visit.go(f"/reports/{report_id}/evidence/people", done="saved")
        except Refused as refused:
            forms.take(visit, entry, refused)
    return await _list(visit, report_id, entry, status=422)


@router.get("/{party_id}")
async def show(visit: SignedIn, report_id: Id, party_id: Id) -> HTMLResponse:
    """Show one of them: to change when the names are for the reader, else to open."""
    party = await visit.services.evidence.party(report_id, party_id)
    return await _one(visit, report_id, party, _shown(party))


@router.post("/{party_id}")
async def change(visit: SignedIn, report_id: Id, party_id: Id) -> Response:
    """Save who somebody is."""
    entry, evidence = read(await visit.form()), visit.services.evidence
    command = forms.party(visit, entry)
    if not entry.errors:
        try:
            await evidence.change_party(report_id, party_id, command, revision=forms.revision(entry))
            return visit.go(f"/reports/{report_id}/evidence/people", done="saved")
        except Refused as refused:
            forms.take(visit, entry, refused)
    party = await evidence.party(report_id, party_id)
    return await _one(visit, report_id, party.model_copy(update={"names": command["names"]}), entry, status=422)


@router.post("/{party_id}/open")
async def open_party(visit: SignedIn, report_id: Id, party_id: Id) -> HTMLResponse:
    """Show somebody's names; the log keeps who saw them and why."""
    entry, evidence = read(await visit.form()), visit.services.evidence
    reason = forms.reason(visit, entry)
    if not entry.errors:
        try:
            opened = await evidence.open_party(report_id, party_id, reason)
            return await _one(visit, report_id, opened, _shown(opened))
        except Refused as refused:
            forms.take(visit, entry, refused)
    return await _one(visit, report_id, await evidence.party(report_id, party_id), entry, status=422)


@router.post("/{party_id}/erase")
async def erase(visit: SignedIn, report_id: Id, party_id: Id) -> Response:
    """Forget somebody for good."""
    entry, evidence = Entry(), visit.services.evidence
    try:
        await evidence.erase_party(report_id, party_id)
        return visit.go(f"/reports/{report_id}/evidence/people", done="saved")
    except Refused as refused:
        forms.take(visit, entry, refused)
    return await _one(visit, report_id, await evidence.party(report_id, party_id), entry, status=409)


def _shown(party: Party) -> Entry:
    values = {"kind": party.kind, "label": party.label or "", "level": party.level, "notes": party.notes or ""}
    return Entry(values={**values, "names": "\n".join(party.names or [])})


async def _list(
    visit: Visit, report_id: str, entry: Entry, *, after: str = "", done: str = "", status: int = 200
) -> HTMLResponse:
    found = await visit.services.evidence.parties(report_id, after=after, limit=ON_A_PAGE)
    return visit.page(
        "evidence/people.html",
        status,
        report=await visit.services.reports.one(report_id),
        found=found,
        names={each.id: called(visit, each) for each in found.items},
        entry=entry,
        errors=entry.errors,
        terms=words,
        done=done,
    )


async def _one(visit: Visit, report_id: str, party: Party, entry: Entry, *, status: int = 200) -> HTMLResponse:
    return visit.page(
        "evidence/person.html",
        status,
        report=await visit.services.reports.one(report_id),
        party=party,
        name=called(visit, party),
        entry=entry,
        errors=entry.errors,
        terms=words,
    )
