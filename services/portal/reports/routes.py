"""Reading reports: one with its contents and hash, and its earlier editions."""

import gzip
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from html import unescape
from typing import TypeVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.portal.activities.places import region_names
from services.portal.clients.base import Refused
from services.portal.clients.library import Edition
from services.portal.clients.reports import Report
from services.portal.pages import Anyone, Visit, local_language
from services.portal.reports import words
from services.portal.reports.chapters import chapters_of
from shared.ids import Id
from shared.model import Language

router = APIRouter()
IMAGE = re.compile(r'<img src="(?P<path>/[^"]+)" alt="(?P<alt>[^"]*)"')  # as the reports service writes them
Found = TypeVar("Found")


@router.get("/{language}/reports/{report_id}")
async def read(visit: Anyone, report_id: Id, edition: int = 0, written_in: str = "") -> HTMLResponse:
    """Show a published report: its newest edition, or the one asked for."""
    report = await published(visit, report_id)
    fetch = partial(visit.anonymous.library.edition, report_id)
    found, _, language = await in_its_language(visit, report, edition, written_in, fetch)
    editions = await visit.anonymous.library.editions(report_id)
    page = visit.page(
        "reports/report.html",
        report=report,
        edition=found,
        editions=editions,
        written_in=language,
        said=words,
        chapters=await chapters_of(visit, found.practices),
        regions=await region_names(visit, found.regions),
        picture=first_picture(found, language),
    )
    return compressed(visit, page)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that other sites may show beside a link: its path here, and what it shows."""

    path: str
    alt: str


def first_picture(edition: Edition, language: Language) -> Picture | None:
    """Return the first picture that the sections of an edition show, if there is one."""
    for section in edition.sections:
        if found := IMAGE.search(section.html.get(language, "")):
            return Picture(path=unescape(found["path"]), alt=unescape(found["alt"]))
    return None


def compressed(visit: Visit, page: HTMLResponse) -> HTMLResponse:
    """Return a page as gzip where the browser takes it: sixty pages of Cyrillic are 300 kB of plain HTML.

    Only for pages that hold no secret, since how well something compresses tells what is in it: a report is for
    everybody, and of who reads it the page says no more than which menus they have, which its length tells anyway.
    """
    page.headers["Vary"] = "Accept-Encoding"
    if "gzip" not in visit.request.headers.get("accept-encoding", ""):
        return page
    body = gzip.compress(bytes(page.body), 6, mtime=0)
    headers = {"Vary": "Accept-Encoding", "Content-Encoding": "gzip"}
    return HTMLResponse(body, status_code=page.status_code, headers=headers)


async def published(visit: Visit, report_id: str) -> Report:
    """Return the face of a report's newest edition, also for editors.  Raises `Refused`."""
    report = await visit.anonymous.reports.one(report_id)
    if not report.edition:
        raise Refused(404)
    return report


async def in_its_language(
    visit: Visit, report: Report, number: int, written_in: str, fetch: Callable[[int, Language], Awaitable[Found]]
) -> tuple[Found, int, Language]:
    """Return what ``fetch`` gives of the edition asked for, else of the newest, with its number and language.

    An earlier edition may be written in other languages than the newest.  Raises `Refused`.
    """
    newest = report.edition or 0
    if not 0 <= number <= newest:
        raise Refused(404)
    language = readable(report.languages, written_in, visit.language)
    try:
        return await fetch(number or newest, language), number or newest, language
    except Refused as refused:
        if refused.code != "language-not-published":
            raise
        language = readable(list(refused.facts.get("languages") or ()), written_in, visit.language)
        return await fetch(number or newest, language), number or newest, language


def readable(languages: list[Language], wanted: str, otherwise: Language) -> Language:
    """Return the language asked for if the report is written in it, else the best one."""
    written: dict[str, str] = {each: each for each in languages}
    asked = next((each for each in languages if each == wanted), None)
    return asked or local_language(written, otherwise)
