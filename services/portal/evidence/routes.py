"""The evidence of a report: how much there is, its incidents one by one, recorded, opened, withdrawn, had back."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.activities.places import region_choices, region_names
from services.portal.clients.base import Refused
from services.portal.clients.evidence import Incident
from services.portal.evidence import acts, forms, words
from services.portal.evidence.entry import Entry, read
from services.portal.evidence.names import exhibits, parties
from services.portal.pages import SignedIn, Visit
from services.portal.words import THEMES
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter(prefix="/{language}/reports/{report_id}/evidence")

ON_A_PAGE = 50


@router.get("")
async def overview(
    visit: SignedIn, report_id: Id, *, theme: str = "", state: str = "", after: str = "", done: str = "", undo: str = ""
) -> HTMLResponse:
    """Show how much evidence there is, and its incidents."""
    evidence = visit.services.evidence
    wanted = {"theme": theme if theme in THEMES else "", "state": "withdrawn" if state == "withdrawn" else "recorded"}
    found = await evidence.incidents(report_id, **wanted, after=after, limit=ON_A_PAGE)
    regions = [each.where.region for each in found.items if each.where and each.where.region]
    return visit.page(
        "evidence/overview.html",
        report=await visit.services.reports.one(report_id),
        counts=await evidence.counts(report_id),
        found=found,
        wanted=wanted,
        regions=await region_names(visit, regions),
        terms=words,
        done=done,
        undo=undo,
    )


@router.get("/incidents/new")
async def blank(visit: SignedIn, report_id: Id) -> HTMLResponse:
    """Show the form that records an incident."""
    return await _form(visit, report_id, Entry(), None)


@router.post("/incidents/new")
async def record(visit: SignedIn, report_id: Id) -> Response:
    """Record an incident."""
    entry = read(await visit.form())
    if (find := forms.looked_for(entry)) is not None:
        return await _form(visit, report_id, entry, None, find=find)
    command = forms.incident(visit, entry)
    if not entry.errors:
        try:
            await visit.services.evidence.record(report_id, command, key=forms.key(entry))
            return visit.go(f"/reports/{report_id}/evidence", done="saved")
        except Refused as refused:
            forms.take(visit, entry, refused)
    return await _form(visit, report_id, entry, None, status=422)


@router.get("/incidents/{incident_id}")
async def show(visit: SignedIn, report_id: Id, incident_id: Id, done: str = "") -> HTMLResponse:
    """Show one incident: to change it when all of it is for the reader, else to open it."""
    incident = await visit.services.evidence.incident(report_id, incident_id)
    return await _form(visit, report_id, forms.shown(incident), incident, done=done)


@router.post("/incidents/{incident_id}")
async def change(visit: SignedIn, report_id: Id, incident_id: Id) -> Response:
    """Save an incident; or show its form with what was looked for, and with more rows."""
    entry, evidence = read(await visit.form()), visit.services.evidence
    if (find := forms.looked_for(entry)) is not None:
        seen = await evidence.incident(report_id, incident_id)
        seen = seen.model_copy(update={"withheld": [], "revision": forms.revision(entry)})
        return await _form(visit, report_id, entry, seen, find=find)
    command = forms.incident(visit, entry)
    if not entry.errors:
        try:
            await evidence.change(report_id, incident_id, command, revision=forms.revision(entry))
            return visit.go(f"/reports/{report_id}/evidence", done="saved")
        except Refused as refused:
            forms.take(visit, entry, refused)
    incident = await evidence.incident(report_id, incident_id)
    opened = incident.model_copy(update={"withheld": []})  # as the form was: what it shows came from the reader
    return await _form(visit, report_id, entry, opened, status=422)


@router.post("/incidents/{incident_id}/open")
async def open_incident(visit: SignedIn, report_id: Id, incident_id: Id) -> HTMLResponse:
    """Show all of an incident; the log keeps who saw it and why."""
    entry, evidence = read(await visit.form()), visit.services.evidence
    reason = forms.reason(visit, entry)
    if not entry.errors:
        try:
            opened = await evidence.open(report_id, incident_id, reason)
            return await _form(visit, report_id, forms.shown(opened), opened)
        except Refused as refused:
            forms.take(visit, entry, refused)
    incident = await evidence.incident(report_id, incident_id)
    held = forms.shown(incident)
    held.errors = entry.errors
    return await _form(visit, report_id, held, incident, status=422)


@router.post("/incidents/{incident_id}/withdraw")
async def withdraw(visit: SignedIn, report_id: Id, incident_id: Id) -> Response:
    """Take an incident out of the evidence, and offer to have it back."""
    entry = read(await visit.form())
    reason = entry.values.get("reason", "")[:2_000]
    await visit.services.evidence.withdraw(report_id, incident_id, reason or "–")
    return visit.go(f"/reports/{report_id}/evidence", undo=incident_id)


@router.post("/incidents/{incident_id}/restore")
async def restore(visit: SignedIn, report_id: Id, incident_id: Id) -> Response:
    """Have an incident back."""
    await visit.services.evidence.restore(report_id, incident_id)
    return visit.go(f"/reports/{report_id}/evidence", done="taken-back")


async def _regions(visit: Visit, country: str, chosen: str) -> list[tuple[str, str]]:
    """Return the regions to choose from, and the one that is chosen, wherever it is and whoever is down."""
    offered = await region_choices(visit, [country] if country else [])
    return offered if not chosen or chosen in dict(offered) else [*offered, (chosen, chosen)]


async def _form(
    visit: Visit,
    report_id: str,
    entry: Entry,
    incident: Incident | None,
    *,
    find: str = "",
    done: str = "",
    status: int = 200,
) -> HTMLResponse:
    people, files = forms.chosen(entry)
    report = await visit.services.reports.one(report_id)
    texts = {**(incident.title or {}), **(incident.text or {})} if incident else {}
    return visit.page(
        "evidence/incident.html",
        status,
        report=report,
        incident=incident,
        entry=entry,
        errors=entry.errors,
        written=[
            each for each in LANGUAGES if each == visit.language or each in texts or f"title-{each}" in entry.values
        ],
        act_rows=forms.rows(entry, "act"),
        perpetrator_rows=lambda number: acts.perpetrator_rows(entry, number),
        source_rows=forms.rows(entry, "material", "source", "exhibit"),
        parties=await parties(visit, report_id, people, find),
        exhibits=await exhibits(visit, report_id, files, find),
        find=find,
        regions=await _regions(visit, report.country, entry.values.get("region", "")),
        terms=words,
        done=done,
    )
