"""Which passage of the report rests on which evidence."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.reports import Report
from services.portal.evidence import forms, words
from services.portal.evidence.entry import ID_LENGTH, Entry, read
from services.portal.evidence.names import exhibits, incidents
from services.portal.pages import SignedIn, Visit, local
from services.portal.words import THEMES
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter(prefix="/{language}/reports/{report_id}/evidence/passages")


@router.get("")
async def listing(visit: SignedIn, report_id: Id, done: str = "") -> HTMLResponse:
    """Show the passages that have evidence, and a form for one more."""
    return await _list(visit, report_id, Entry(), done=done)


@router.post("")
async def link(visit: SignedIn, report_id: Id) -> Response:
    """Say on which evidence a passage rests."""
    entry = read(await visit.form())
    if (find := forms.looked_for(entry)) is not None:
        return await _list(visit, report_id, entry, find=find)
    section, _, written_in = entry.values.get("section", "").rpartition(" ")
    command = {
        "section": section[:60],
        "language": written_in if written_in in LANGUAGES else visit.language,
        "quote": entry.values.get("quote", "")[:1_000],
        "incident_ids": [each[:ID_LENGTH] for each in entry.chosen.get("incidents", [])],
        "exhibit_ids": [each[:ID_LENGTH] for each in entry.chosen.get("exhibits", [])],
    }
    if len(command["quote"]) < 3:
        entry.errors["quote"] = visit.say("Copy a passage of the section here.")
    if not command["incident_ids"] and not command["exhibit_ids"]:
        entry.errors["incidents"] = visit.say("Tick what the passage rests on.")
    if not entry.errors:
        try:
            await visit.services.evidence.link(report_id, command, key=forms.key(entry))
            return visit.go(f"/reports/{report_id}/evidence/passages", done="saved")
        except Refused as refused:
            forms.take(visit, entry, refused)
    return await _list(visit, report_id, entry, status=422)


@router.post("/{claim_id}/unlink")
async def unlink(visit: SignedIn, report_id: Id, claim_id: Id) -> Response:
    """Take a link away; passage and evidence stay."""
    await visit.services.evidence.unlink(report_id, claim_id)
    return visit.go(f"/reports/{report_id}/evidence/passages", done="saved")


async def _list(
    visit: Visit, report_id: str, entry: Entry, *, find: str = "", done: str = "", status: int = 200
) -> HTMLResponse:
    report = await visit.services.reports.one(report_id)
    claims = await visit.services.evidence.claims(report_id)
    happened, files = entry.chosen.get("incidents", []), entry.chosen.get("exhibits", [])
    cited = [id for each in claims for id in each.incident_ids], [id for each in claims for id in each.exhibit_ids]
    known = await incidents(visit, report_id, [*happened, *cited[0]], find)
    held = await exhibits(visit, report_id, [*files, *cited[1]], find)
    return visit.page(
        "evidence/passages.html",
        status,
        report=report,
        claims=claims,
        sections=_sections(visit, report),
        incidents=known.to_tick(happened),
        exhibits=held.to_tick(files),
        more=known.more or held.more,
        cited={**known.names, **held.names},
        find=find,
        entry=entry,
        errors=entry.errors,
        terms=words,
        done=done,
    )


def _sections(visit: Visit, report: Report) -> list[tuple[str, str]]:
    """Return the sections to choose from, in each language, as *key language*."""
    return [
        (f"{key} {language}", f"{name_of(visit, report, key)} ({language})")
        for key, written in (report.sections or {}).items()
        for language in written
    ]


def name_of(visit: Visit, report: Report, key: str) -> str:
    """Return what a section is called: as it is planned, by its theme, or else its key."""
    planned = next((local(each.title, visit.language) for each in report.outline if each.key == key), "")
    return planned or next((visit.say(name) for theme, name in THEMES.items() if theme == key), key)
