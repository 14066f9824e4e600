"""Reading reports: the library, one report with its contents and hash, its PDF, and the feed."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.reports import Report
from services.portal.pages import Anyone, Visit, download, local_language
from services.portal.words import REPORT_STATES, THEMES
from shared.ids import Id
from shared.model import LANGUAGES, Language

router = APIRouter()

ON_A_PAGE = 20
A_MINUTE = "public, max-age=60"


@router.get("/{language}/reports")
async def library(
    visit: Anyone, *, theme: str = "", written_in: str = "", country: str = "", state: str = "", after: str = ""
) -> HTMLResponse:
    """List the reports: published ones for everybody, drafts too for those who write them."""
    wanted = {
        "theme": theme if theme in THEMES else "",
        "language": written_in if written_in in LANGUAGES else "",
        "country": country if dict(visit.speech.countries()).get(country) else "",
        "state": state if state in REPORT_STATES and visit.session and visit.session.may_edit else "",
    }
    found = await visit.services.reports.all(**wanted, after=after, limit=ON_A_PAGE)
    return visit.page("reports/library.html", found=found, wanted=wanted)


@router.get("/{language}/reports/{report_id}")
async def read(visit: Anyone, report_id: Id, edition: int = 0, written_in: str = "") -> HTMLResponse:
    """Show a published report: its newest edition, or the one asked for."""
    report = await _published(visit, report_id)
    number = edition or report.edition or 0
    if not 1 <= number <= (report.edition or 0):
        raise Refused(404)
    language = _readable(report, written_in, visit.language)
    found = await visit.services.reports.edition(report_id, number, language)
    return visit.page("reports/report.html", report=report, edition=found, written_in=language)


@router.get("/{language}/reports/{report_id}/pdf")
async def pdf(visit: Anyone, report_id: Id, edition: int = 0, written_in: str = "") -> Response:
    """Return the report as PDF."""
    report = await _published(visit, report_id)
    number = edition or report.edition or 0
    language = _readable(report, written_in, visit.language)
    body = await visit.services.reports.pdf(report_id, number, language)
    name = f"report-{report_id[:8]}-{number}-{language}.pdf"
    return download(body, kind="application/pdf", name=name, keep=A_MINUTE)


@router.get("/{language}/feed.atom")
async def feed(visit: Anyone, theme: str = "") -> Response:
    """Return the newest reports in this language as an Atom feed."""
    wanted = {"theme": theme if theme in THEMES else "", "language": visit.language}
    body = await visit.anonymous.reports.feed(**wanted)
    return Response(body, media_type="application/atom+xml", headers={"Cache-Control": A_MINUTE})


async def _published(visit: Visit, report_id: str) -> Report:
    report = await visit.anonymous.reports.one(report_id)  # the face of its newest edition, also for editors
    if not report.edition:
        raise Refused(404)
    return report


def _readable(report: Report, wanted: str, otherwise: Language) -> Language:
    """Return the language asked for if the report is written in it, else the best one."""
    written: dict[str, str] = {each: each for each in report.languages}
    asked = next((each for each in report.languages if each == wanted), None)
    return asked or local_language(written, otherwise)
