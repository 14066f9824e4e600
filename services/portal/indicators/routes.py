"""The indicators of a report: each with its picture and its table, and what changed since an edition."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.activities.places import region_offer
from services.portal.clients.base import Refused
from services.portal.clients.indicators import Indicator
from services.portal.evidence.entry import Entry, read
from services.portal.evidence.forms import key, revision, take
from services.portal.evidence.words import ACTS
from services.portal.indicators import forms, words
from services.portal.pages import SignedIn, Visit
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter(prefix="/{language}/reports/{report_id}/indicators")


@router.get("")
async def listing(visit: SignedIn, report_id: Id, *, edition: int = 0, done: str = "", undo: str = "") -> HTMLResponse:
    """Show the indicators of a report; and, when an edition is chosen, what is another number now."""
    report, indicators = await visit.services.reports.one(report_id), visit.services.indicators
    edition = edition if 1 <= edition <= (report.edition or 0) else 0
    return visit.page(
        "indicators/list.html",
        report=report,
        found=await indicators.all(report_id),
        edition=edition,
        compared=await indicators.compare(report_id, edition) if edition else [],
        done=done,
        undo=undo,
    )


@router.get("/new")
async def blank(visit: SignedIn, report_id: Id) -> HTMLResponse:
    """Show the form that begins an indicator."""
    report = await visit.services.reports.one(report_id)
    return await _form(visit, report_id, forms.blank(report), None)


@router.post("/new")
async def create(visit: SignedIn, report_id: Id) -> Response:
    """Begin an indicator."""
    entry = read(await visit.form())
    command = forms.command(visit, entry)
    if not entry.errors:
        try:
            await visit.services.indicators.create(report_id, command, key=key(entry))
            return visit.go(f"/reports/{report_id}/indicators", done="saved")
        except Refused as refused:
            take(visit, entry, refused)
    return await _form(visit, report_id, entry, None, status=422)


@router.get("/{indicator_id}")
async def show(visit: SignedIn, report_id: Id, indicator_id: Id) -> HTMLResponse:
    """Show the form of an indicator."""
    indicator = await visit.services.indicators.one(report_id, indicator_id)
    return await _form(visit, report_id, forms.shown(indicator), indicator)


@router.post("/{indicator_id}")
async def change(visit: SignedIn, report_id: Id, indicator_id: Id) -> Response:
    """Save an indicator."""
    entry, indicators = read(await visit.form()), visit.services.indicators
    command = forms.command(visit, entry)
    if not entry.errors:
        try:
            await indicators.change(report_id, indicator_id, command, revision=revision(entry))
            return visit.go(f"/reports/{report_id}/indicators", done="saved")
        except Refused as refused:
            take(visit, entry, refused)
    return await _form(visit, report_id, entry, await indicators.one(report_id, indicator_id), status=422)


@router.post("/{indicator_id}/remove")
async def remove(visit: SignedIn, report_id: Id, indicator_id: Id) -> Response:
    """Take an indicator out of the report, and offer to have it back."""
    await visit.services.indicators.remove(report_id, indicator_id)
    return visit.go(f"/reports/{report_id}/indicators", undo=indicator_id)


@router.post("/{indicator_id}/restore")
async def restore(visit: SignedIn, report_id: Id, indicator_id: Id) -> Response:
    """Have an indicator back."""
    await visit.services.indicators.restore(report_id, indicator_id)
    return visit.go(f"/reports/{report_id}/indicators", done="taken-back")


@router.get("/{indicator_id}/chart.svg")
async def chart(visit: SignedIn, report_id: Id, indicator_id: Id) -> Response:
    """Return the picture of an indicator."""
    body = await visit.services.indicators.chart(report_id, indicator_id, visit.language)
    return Response(body, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


async def _form(
    visit: Visit, report_id: str, entry: Entry, indicator: Indicator | None, *, status: int = 200
) -> HTMLResponse:
    report = await visit.services.reports.one(report_id)
    return visit.page(
        "indicators/form.html",
        status,
        report=report,
        indicator=indicator,
        entry=entry,
        errors=entry.errors,
        written=[each for each in LANGUAGES if each in report.languages] or [visit.language],
        rows=forms.rows(entry),
        acts=[(code, visit.say(name)) for code, name in ACTS.items()],
        regions=await region_offer(visit, report.country, forms.regions(entry)),
        terms=words,
    )
