"""Activities: found, shown with who may see what of them, and taken away as files."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from babel.numbers import format_decimal
from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from services.portal.activities import words
from services.portal.activities.places import region_choices, region_names
from services.portal.clients.activities import Activity, Line
from services.portal.pages import Anyone, Visit, download, local
from services.portal.registry.names import AT_ONCE as NAMED_AT_ONCE
from services.portal.registry.names import known_to, named
from services.portal.registry.tables import ON_A_PAGE as ON_A_PAGE_OF_A_FILE
from services.portal.registry.tables import Rows, table_of
from services.portal.words import ACTIVITY_STATES, THEMES
from shared.ids import Id
from shared.sectors import purpose_name

router = APIRouter()

ON_A_PAGE = 30
FIRST_YEAR, LAST_YEAR = 1900, 2199


def wanted(
    *,
    visit: Anyone,
    q: str = "",
    theme: str = "",
    sector: str = "",
    country: str = "",
    region: str = "",
    status: str = "",
    year: str = "",
    organisation_id: Id | None = None,
) -> dict[str, str]:
    """Return the filters of an address that mean something."""
    known: dict[str, Any] = {"theme": THEMES, "status": ACTIVITY_STATES, "country": dict(visit.speech.countries())}
    asked = {"theme": theme, "status": status, "country": country}
    found = {name: value for name, value in asked.items() if value in known[name]}
    if year.isdecimal() and len(year) == 4 and FIRST_YEAR <= int(year) <= LAST_YEAR:
        found["year"] = year
    region = region.upper()
    fits = len(region) <= 6 and region[:2].isalpha() and region[2:3] == "-" and region[3:].isalnum()
    found["region"] = region if fits and region.isascii() else ""
    found |= {"q": q, "sector": sector, "organisation_id": organisation_id or ""}
    return {name: value.strip()[:200] for name, value in found.items() if value.strip()}


Wanted = Annotated[dict[str, str], Depends(wanted)]


@router.get("/{language}/activities")
async def activities(visit: Anyone, wanted: Wanted, withdrawn: str = "", after: str = "") -> HTMLResponse:
    """Search the activities, and count them."""
    if withdrawn and visit.session is not None and visit.session.may_look:
        wanted["withdrawn"] = "true"
    asked = visit.services.activities
    found = await asked.find(**wanted, after=after, limit=ON_A_PAGE)
    counts = await asked.counts(**wanted)
    codes = sorted({code for each in found.items for code in each.region_codes} | set(counts.regions))
    ids = [each for line in found.items for each in line.funder_ids]
    return visit.page(
        "activities/list.html",
        found=found,
        counts=counts,
        wanted=wanted,
        value=lambda name: wanted.get(name, ""),
        regions=await region_choices(visit, list(counts.countries)[:10]),
        region_names=await region_names(visit, codes),
        names=await named(visit, [*(value for name, value in wanted.items() if name == "organisation_id"), *ids]),
        terms=words,
    )


@router.get("/{language}/activities.{kind}")
async def table(visit: Anyone, wanted: Wanted, kind: str) -> Response:
    """Save the list of every activity that was found, as it is for whoever asks."""
    ask = visit.services.activities

    async def rows_of(found: Sequence[Line]) -> Rows:
        regions = await region_names(visit, sorted({code for each in found for code in each.region_codes}))
        ids = list(dict.fromkeys(id for each in found for id in each.funder_ids))
        names: dict[str, str] = {}
        for start in range(0, len(ids), NAMED_AT_ONCE):
            names |= await known_to(visit, ids[start : start + NAMED_AT_ONCE])
        return [_row(visit, each, regions, names) for each in found]

    return await table_of(
        kind,
        "activities",
        [visit.say(each) for each in words.COLUMNS],
        lambda after: ask.find(**wanted, after=after, limit=ON_A_PAGE_OF_A_FILE),
        rows_of,
    )


def _row(visit: Visit, each: Line, regions: Mapping[str, str], names: Mapping[str, str]) -> list[str]:
    state = words.WITHDRAWN if each.state == "withdrawn" else ACTIVITY_STATES.get(each.status, "")
    return [
        local(each.title, visit.language),
        each.iati_identifier,
        visit.say(state) if state else "",
        each.starts_on.isoformat() if each.starts_on else "",
        each.ends_on.isoformat() if each.ends_on else "",
        "; ".join(visit.say(THEMES[theme]) for theme in each.themes),
        "; ".join(visit.speech.country(code) for code in each.country_codes),
        "; ".join(regions.get(code, code) for code in each.region_codes),
        "; ".join(names.get(id, id) for id in each.funder_ids),
        "; ".join(visit.say(words.BLOCKS[block]) for block in each.withheld if block in words.BLOCKS),
    ]


@router.get("/{language}/activities/file")
async def file(visit: Anyone, wanted: Wanted, view: str = "") -> Response:
    """Give what was found as an IATI file."""
    redacted = view == "redacted"
    found = await visit.services.activities.file("/exports/iati", **wanted, view="redacted" if redacted else "full")
    return download(found.parts, kind="application/xml", name=f"activities{'-redacted' if redacted else ''}.xml")


@router.get("/{language}/activities/{activity_id}")
async def activity(visit: Anyone, activity_id: Id, done: str = "") -> HTMLResponse:
    """Show one activity."""
    found = await visit.services.activities.one(activity_id)
    return await activity_page(visit, found, done=done)


@router.get("/{language}/activities/{activity_id}/file")
async def activity_file(visit: Anyone, activity_id: Id, view: str = "") -> Response:
    """Give one activity as an IATI file."""
    redacted = view == "redacted"
    path = f"/activities/{activity_id}/iati"
    found = await visit.services.activities.file(path, view="redacted" if redacted else "full")
    return download(found.parts, kind="application/xml", name=f"activity{'-redacted' if redacted else ''}.xml")


async def activity_page(
    visit: Visit, found: Activity, *, done: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    """Return the page of one activity."""

    def who(block: str) -> str:
        """Return who may see a block, in words."""
        level = max(
            (found.audience[each].level for each in (block, "activity") if each in found.audience),
            key=list(words.LEVELS).index,
            default="public",
        )
        return visit.say(words.LEVELS[level])

    def amount(value: Decimal, currency: str) -> str:
        pattern = "#,##0" if value == value.to_integral_value() else "#,##0.00"
        number = format_decimal(value, format=pattern, locale=visit.language)
        return f"{number} {currency or found.default_currency}".strip()

    return visit.page(
        "activities/activity.html",
        status,
        activity=found,
        who=who,
        purpose_name=purpose_name,
        amount=amount,
        region_names=await region_names(visit, found.region_codes),
        terms=words,
        errors=errors or {},
        done=done,
    )
