"""Reports as files and feeds: PDF, numbers, pictures of numbers, Atom and JSON feeds."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.portal.clients.base import Refused
from services.portal.pages import Anyone, download
from services.portal.reports.routes import in_its_language, published
from services.portal.reports.words import KINDS
from services.portal.words import THEMES
from shared.ids import Id

router = APIRouter()
Kind = Annotated[str, Query(alias="format")]

A_MINUTE = "public, max-age=60"
FOR_PICTURES = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
FEEDS = {"atom": "application/atom+xml", "json": "application/feed+json"}


@router.get("/{language}/reports/{report_id}/pdf")
async def pdf(visit: Anyone, report_id: Id, edition: int = 0, written_in: str = "") -> Response:
    """Return the report as PDF."""
    report = await published(visit, report_id)
    fetch = partial(visit.anonymous.library.pdf, report_id)
    body, number, language = await in_its_language(visit, report, edition, written_in, fetch)
    name = f"report-{report_id[:8]}-{number}-{language}.pdf"
    return download(body, kind="application/pdf", name=name, keep=A_MINUTE)


@router.get("/{language}/reports/{report_id}/numbers.{form}")
async def numbers(
    visit: Anyone, report_id: Id, form: Literal["csv", "json"], edition: int = 0, written_in: str = ""
) -> Response:
    """Return the numbers of the report as a table for spreadsheets or as data."""
    report = await published(visit, report_id)
    fetch = partial(visit.anonymous.library.numbers, report_id, form)
    body, number, language = await in_its_language(visit, report, edition, written_in, fetch)
    name = f"report-{report_id[:8]}-{number}-{language}.{form}"
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    return download(body, kind=kind, name=name, keep=A_MINUTE)


@router.get("/{language}/reports/{report_id}/editions/{number}/charts/{indicator_id}")
async def chart(visit: Anyone, report_id: Id, number: int, indicator_id: Id) -> Response:
    """Return the picture of an indicator, with its words in the language of the address."""
    if number < 1:
        raise Refused(404)
    body = await visit.anonymous.library.chart(report_id, number, indicator_id, visit.language)
    return Response(body, media_type="image/svg+xml", headers={"Cache-Control": A_MINUTE, **FOR_PICTURES})


@router.get("/{language}/feed.{form}")
async def feed(
    visit: Anyone, form: Literal["atom", "json"], theme: str = "", country: str = "", kind: Kind = ""
) -> Response:
    """Return the newest reports in this language as a feed."""
    wanted = {
        "theme": theme if theme in THEMES else "",
        "country": country if dict(visit.speech.countries()).get(country) else "",
        "format": kind if kind in KINDS else "",
        "language": visit.language,
    }
    body = await visit.anonymous.library.feed(form, **wanted)
    return Response(body, media_type=FEEDS[form], headers={"Cache-Control": A_MINUTE})
