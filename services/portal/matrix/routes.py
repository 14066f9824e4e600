"""The pages of the matrix, and files of what they show."""

import re
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.matrix import Matrix
from services.portal.clients.registry import Organisation
from services.portal.matrix.pictures import bars_of, map_of
from services.portal.matrix.screens import screen_of, sheet_of, sheet_of_gaps, sheet_of_overlaps, value_name
from services.portal.matrix.sheets import CSV, XLSX, Sheet, as_csv, as_xlsx
from services.portal.matrix.terms import AXES, MARKS, OF_CODES, SHOWN, SIGNS
from services.portal.pages import Anyone, Visit
from services.portal.words import THEMES

router = APIRouter()

ROWS = 20  # organisations on a page, which is below 60 kB then
DONORS_DRAWN = 8
MAX_PAGES = 200  # of overlaps in one file
KINDS_OF_FILE = {"csv": (as_csv, CSV), "xlsx": (as_xlsx, XLSX)}
YEARS_OFFERED = 12
VALUE = re.compile(r"[A-Za-z0-9-]{1,40}")
CHOICES = ("theme", "country", "region", "kind", "year", "status")
"""Axes that are offered to choose a value of."""


def asked(visit: Visit) -> dict[str, str]:
    """Return what the address asks for, as far as it can be asked: what nobody could choose is passed over."""
    query = visit.request.query_params
    rows = query.get("rows", "") if query.get("rows") in AXES else "donor"
    columns = query.get("columns", "") if query.get("columns") in AXES else "theme"
    if rows == columns:
        columns = "theme" if rows != "theme" else "region"
    return {"rows": rows, "columns": columns, **chosen(visit, without=(rows, columns))}


def chosen(visit: Visit, *, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the values that are chosen on axes."""
    query = visit.request.query_params
    return {
        axis: value
        for axis in AXES
        if axis not in without and (value := query.get(axis, "").strip()) and fits(axis, value)
    }


def fits(axis: str, value: str) -> bool:
    """Say whether the registry would take ``value``."""
    if axis == "year":
        return re.fullmatch(r"[0-9]{4}|unsaid|withheld", value) is not None
    return VALUE.fullmatch(value) is not None


def show_of(visit: Visit) -> str:
    """Return what is to be shown: the number of activities, or one of the kinds of money."""
    show = visit.request.query_params.get("show", "")
    return show if show in SHOWN else "count"


@router.get("/{language}/matrix")
async def matrix(visit: Anyone) -> HTMLResponse:
    """Show who does what where."""
    found, query, show = await _asked(visit)
    context: dict[str, Any] = {
        "screen": screen_of(visit, found, show),
        "query": query,
        "show": show,
        "offered": _offered(visit),
    }
    return visit.page("matrix/matrix.html", **context, **_words(visit), after=found.next)


@router.get("/{language}/matrix.{kind}")
async def matrix_file(visit: Anyone, kind: str) -> Response:
    """Save what the page of the same address shows."""
    found, _, show = await _asked(visit)
    return _file(sheet_of(visit, screen_of(visit, found, show), show), kind, "matrix")


async def _asked(visit: Visit) -> tuple[Matrix, dict[str, str], str]:
    query, after = asked(visit), visit.request.query_params.get("after", "")
    found = await visit.services.matrices.matrix(**query, after=after, limit=ROWS)
    return found, query, show_of(visit)


def _words(visit: Visit) -> dict[str, Any]:
    return {
        "axes": AXES,
        "marks": MARKS,
        "signs": SIGNS,
        "shown": SHOWN,
        "name": lambda axis, value: value_name(visit, axis, value),
    }


def _offered(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    """Return the values that the form offers."""
    this_year = datetime.now(UTC).year
    years = [(str(year), str(year)) for year in range(this_year + 1, this_year + 1 - YEARS_OFFERED, -1)]
    codes = {axis: [(code, visit.say(word)) for code, word in words.items()] for axis, words in OF_CODES.items()}
    return {**codes, "year": years, "country": visit.speech.countries()}


@router.get("/{language}/matrix/activities")
async def behind(visit: Anyone, after: str = "") -> HTMLResponse:
    """List the activities behind a cell."""
    values = chosen(visit)
    found = await visit.services.matrices.behind(values, after=after)
    names = {axis: await _named(visit, axis, value) for axis, value in values.items()}
    return visit.page("matrix/behind.html", found=found, chosen=values, names=names, axes=AXES)


async def _named(visit: Visit, axis: str, value: str) -> str:
    if axis not in ("donor", "implementer") or len(value) != 36:
        return value_name(visit, axis, value)
    organisation: Organisation = await visit.services.registry.organisation(value)
    return organisation.acronym or organisation.names.get(visit.language) or next(iter(organisation.names.values()))


@router.get("/{language}/matrix/overlaps")
async def overlaps(visit: Anyone, theme: str = "", year: str = "", after: str = "") -> HTMLResponse:
    """Show where two donors do something for the same theme in the same region at the same time."""
    theme, year, span = _span(theme, year)
    found = await visit.services.matrices.overlaps(theme=theme, **span, after=after)
    return visit.page("matrix/overlaps.html", found=found, theme=theme, year=year, offered=_offered(visit))


@router.get("/{language}/matrix/overlaps.{kind}")
async def overlaps_file(visit: Anyone, kind: str, theme: str = "", year: str = "") -> Response:
    """Save the overlaps of a year, all pages of them."""
    if kind not in KINDS_OF_FILE:
        return Response(status_code=404)
    theme, year, span = _span(theme, year)
    found = [await visit.services.matrices.overlaps(theme=theme, **span)]
    while (after := found[-1].next) and len(found) < MAX_PAGES:
        found.append(await visit.services.matrices.overlaps(theme=theme, **span, after=after))
    return _file(sheet_of_overlaps(visit, found), kind, "overlaps")


def _span(theme: str, year: str) -> tuple[str, str, dict[str, str]]:
    """Return the theme and the year that can be asked for, and the days of that year."""
    year = year if re.fullmatch(r"(19|20|21)[0-9]{2}", year) else str(datetime.now(UTC).year)
    return theme if theme in THEMES else "", year, {"from_on": f"{year}-01-01", "to_on": f"{year}-12-31"}


@router.get("/{language}/matrix/gaps")
async def gaps(visit: Anyone, country: str = "BY", year: str = "") -> HTMLResponse:
    """Show themes and regions of a country without activity."""
    query = _of_country(country, year)
    found = await visit.services.matrices.gaps(**query)
    return visit.page("matrix/gaps.html", found=found, query=query, offered=_offered(visit), **_words(visit))


@router.get("/{language}/matrix/gaps.{kind}")
async def gaps_file(visit: Anyone, kind: str, country: str = "BY", year: str = "") -> Response:
    """Save the gaps."""
    found = await visit.services.matrices.gaps(**_of_country(country, year))
    return _file(sheet_of_gaps(visit, found), kind, "gaps")


def _of_country(country: str, year: str) -> dict[str, str]:
    country = country if re.fullmatch("[A-Z]{2}", country) else "BY"
    return {"country": country, "year": year if fits("year", year) else ""}


@router.get("/{language}/matrix/pictures")
async def pictures(visit: Anyone, country: str = "BY", year: str = "") -> HTMLResponse:
    """Draw donors by year, and a map of a country's regions."""
    query = _of_country(country, year)
    by_year = await visit.services.matrices.matrix(
        rows="donor", columns="year", country=query["country"], limit=DONORS_DRAWN
    )
    everywhere = await visit.services.matrices.gaps(**query)
    wanted = {"rows": "region", "columns": "theme", "year": query["year"]}
    by_region = await visit.services.matrices.matrix(**wanted)
    context: dict[str, Any] = {
        "bars": bars_of(visit, by_year),
        "map": map_of(visit, query["country"], everywhere.regions, by_region),
        "query": query,
        "offered": _offered(visit),
    }
    return visit.page("matrix/pictures.html", **context, **_words(visit))


def _file(sheet: Sheet, kind: str, name: str) -> Response:
    made = KINDS_OF_FILE.get(kind)
    if made is None:
        return Response(status_code=404)
    write, media_type = made
    headers = {"Content-Disposition": f'attachment; filename="zgoda-{name}.{kind}"'}
    return Response(write(sheet), media_type=media_type, headers=headers)
