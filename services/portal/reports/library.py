"""The library page: published reports by words, theme, country, language, kind and year, with counts; and practices."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from services.portal.activities.places import region_names, region_offer
from services.portal.clients.library import Counts
from services.portal.languages import NAMES
from services.portal.pages import Anyone, Editor, Visit
from services.portal.reports import words
from services.portal.words import THEMES
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter()
Kind = Annotated[str, Query(alias="format")]

ON_A_PAGE = 20
REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
PRACTICES_ON_A_PAGE = 60


@router.get("/{language}/reports")
async def library(
    visit: Anyone,
    *,
    q: str = "",
    theme: str = "",
    written_in: str = "",
    country: str = "",
    region: str = "",
    kind: Kind = "",
    source: str = "",
    year: str = "",
    after: str = "",
) -> HTMLResponse:
    """List the published reports that fit, newest first, and say what each other wish would find."""
    wanted = {
        "q": q.strip()[:200],
        "theme": theme if theme in THEMES else "",
        "language": written_in if written_in in LANGUAGES else "",
        "country": country if dict(visit.speech.countries()).get(country) else "",
        "region": region if REGION.fullmatch(region) else "",
        "format": kind if kind in words.KINDS else "",
        "source": source.strip()[:200],
        "year": year if year.isdecimal() and len(year) == 4 and 1900 <= int(year) < 2200 else "",
    }
    found = await visit.anonymous.library.find(
        **wanted, shown_in=wanted["language"] or visit.language, after=after, limit=ON_A_PAGE
    )
    counts = await visit.anonymous.library.count(**wanted)
    return visit.page(
        "reports/library.html",
        found=found,
        wanted=wanted,
        total=counts.total,
        choices=_choices(visit, counts, wanted, await _regions(visit, counts, wanted)),
        said=words,
    )


@router.get("/{language}/reports/drafts")
async def drafts(visit: Editor, after: str = "") -> HTMLResponse:
    """List the reports that are being written or were withdrawn, for those who edit them."""
    found = await visit.services.reports.all(state="unpublished", after=after, limit=ON_A_PAGE)
    return visit.page("reports/drafts.html", found=found)


@router.get("/{language}/practices")
async def practices(
    visit: Anyone,
    *,
    q: str = "",
    kind: str = "",
    country: str = "",
    region: str = "",
    book: str = "",
    after: str = "",
) -> HTMLResponse:
    """List the practices of the newest Books that fit."""
    country = country if dict(visit.speech.countries()).get(country) else ""
    offered = await region_offer(visit, country, [])
    wanted = {
        "q": q.strip()[:200],
        "region": region if region in dict(offered) else "",
        "kind": kind if kind in words.PRACTICE_KINDS else "",
        "country": country,
        "book": book[:36],
    }
    found = await visit.anonymous.library.published_practices(**wanted, after=after, limit=PRACTICES_ON_A_PAGE)
    return visit.page("reports/practices.html", found=found, wanted=wanted, regions=offered, said=words)


@router.get("/{language}/practices/{practice_id}")
async def practice(visit: Anyone, practice_id: Id) -> HTMLResponse:
    """Show one practice at its address, which stays while the Book has further editions."""
    found = await visit.anonymous.library.published_practice(practice_id)
    names = await region_names(visit, [found.region]) if found.region else {}
    return visit.page("reports/practice.html", practice=found, region=names.get(found.region or "", ""), said=words)


async def _regions(visit: Visit, counts: Counts, wanted: dict[str, str]) -> dict[str, str]:
    """Return what the regions are called that reports are about."""
    codes = [*counts.facets.get("region", {}), *([wanted["region"]] if wanted["region"] else [])]
    return await region_names(visit, codes) if codes else {}


def _choices(
    visit: Visit, counts: Counts, wanted: dict[str, str], regions: dict[str, str]
) -> dict[str, list[tuple[str, str]]]:
    """Return for each facet its values with their counts, most found first; what is chosen stays in any case."""
    names: dict[str, Any] = {
        "theme": lambda code: visit.say(THEMES[code]),
        "country": visit.speech.country,
        "region": lambda code: regions.get(code, code),
        "language": NAMES.__getitem__,
        "format": lambda code: visit.say(words.KINDS[code]),
        "year": str,
        "source": str,
    }
    found = {}
    for facet, name in names.items():
        counted = dict(counts.facets.get(facet, {}))
        if wanted[facet]:
            counted.setdefault(wanted[facet], 0)
        order = sorted(counted, reverse=True) if facet == "year" else list(counted)
        found[facet] = [(code, f"{name(code)} ({visit.speech.number(counted[code])})") for code in order]
    return found
