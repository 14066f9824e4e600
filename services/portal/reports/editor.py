"""Preparing a report: begin it, say what it is about; it is written and published on pages of their own."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.activities.places import region_choices, region_names
from services.portal.clients.base import Refused
from services.portal.clients.reports import Report
from services.portal.pages import Editor, Visit
from services.portal.reports.words import KINDS
from services.portal.words import THEMES
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter()

MAX_TITLE = 200
MAX_REGIONS = 100


@router.get("/{language}/reports/new")
async def blank(visit: Editor) -> HTMLResponse:
    """Show the form that begins a report."""
    values = {"country": "BY", "kind": "monitoring-report"}
    return await _new_page(visit, values, chosen=[visit.language], themes=[], regions=[], errors={})


@router.post("/{language}/reports/new")
async def begin(visit: Editor) -> Response:
    """Begin a report."""
    form = await visit.form()
    command, errors = _about(visit, form)
    command["kind"] = str(form.get("kind", "")) if form.get("kind", "") in KINDS else "monitoring-report"
    command["themes"] = [each for each in THEMES if each in form.getlist("themes")]
    if not errors:
        try:
            report = await visit.services.reports.create(command, key=_key(form))
            return visit.go(f"/reports/{report.id}/edit", done="created")
        except Refused as refused:
            errors = _errors(visit, refused)
    return await _new_page(
        visit,
        _values(form),
        chosen=command["languages"] or [visit.language],
        themes=command["themes"],
        regions=command["regions"],
        errors=errors,
        status=422,
    )


@router.get("/{language}/reports/{report_id}/edit")
async def edit(visit: Editor, report_id: Id, done: str = "") -> HTMLResponse:
    """Show what is written, and lead to where it is written, reviewed and published."""
    return visit.page("reports/edit.html", report=await visit.services.reports.one(report_id), done=done)


@router.get("/{language}/reports/{report_id}/about")
async def about(visit: Editor, report_id: Id) -> HTMLResponse:
    """Show the form for title, summary, country, period and languages."""
    report = await visit.services.reports.one(report_id)
    return await _about_page(
        visit, report, values=_as_values(report), chosen=list(report.languages), regions=report.regions, errors={}
    )


@router.post("/{language}/reports/{report_id}/about")
async def save_about(visit: Editor, report_id: Id) -> Response:
    """Save title, summary, country, period and languages."""
    form = await visit.form()
    command, errors = _about(visit, form)
    status = 422
    if not errors:
        try:
            await visit.services.reports.change(report_id, command, revision=_revision(form))
            return visit.go(f"/reports/{report_id}/edit", done="saved")
        except Refused as refused:
            errors, status = _errors(visit, refused), refused.status
    report = await visit.services.reports.one(report_id)
    return await _about_page(
        visit,
        report,
        values=_values(form),
        chosen=command["languages"],
        regions=command["regions"],
        errors=errors,
        status=status,
    )


def _about(visit: Visit, form: FormData) -> tuple[dict[str, Any], dict[str, str]]:
    values, errors = _values(form), {}
    languages = [each for each in LANGUAGES if each in form.getlist("languages")]
    days = {name: _day(values.get(name, "")) for name in ("period_from_on", "period_to_on")}
    for name, day in days.items():
        if day is None:
            errors[name] = visit.say("Give a day, as in 2026-10-14.")
    begins, ends = days["period_from_on"], days["period_to_on"]
    if begins and ends and ends < begins:
        errors["period_to_on"] = visit.say("The end must not be before the beginning.")
    if not languages:
        errors["languages"] = visit.say("Choose at least one language.")
    titles = {each: values[f"title-{each}"] for each in languages if values.get(f"title-{each}")}
    if languages and not titles:
        errors[f"title-{languages[0]}"] = visit.say("Give the report a title in one of its languages.")
    errors |= {
        f"title-{each}": visit.say("Write at most %(number)s characters.", number=MAX_TITLE)
        for each, title in titles.items()
        if len(title) > MAX_TITLE
    }
    summaries = {each: values[f"summary-{each}"] for each in languages if values.get(f"summary-{each}")}
    if values.get("country") not in dict(visit.speech.countries()):
        errors["country"] = visit.say("Choose a country from the list.")
    regions = [str(each)[:6] for each in form.getlist("regions")][:MAX_REGIONS]
    if any(not each.startswith(f"{values.get('country', '')}-") for each in regions):
        errors["regions"] = visit.say("Choose regions of the country above.")
    command = {
        "title": titles,
        "summary": summaries,
        "country": values.get("country", ""),
        "regions": regions,
        "period_from_on": begins.isoformat() if begins else "",
        "period_to_on": ends.isoformat() if ends else "",
        "languages": languages,
    }
    return command, errors


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _values(form: FormData) -> dict[str, str]:
    return {name: value.strip().replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}


def _as_values(report: Report) -> dict[str, str]:
    return {
        **{f"title-{each}": text for each, text in report.title.items()},
        **{f"summary-{each}": text for each, text in report.summary.items()},
        "country": report.country,
        "period_from_on": report.period_from_on.isoformat(),
        "period_to_on": report.period_to_on.isoformat(),
        "revision": str(report.revision or 1),
    }


def _key(form: FormData) -> str | None:
    return str(form.get("key", ""))[:100] or None


def _revision(form: FormData) -> int:
    text = str(form.get("revision", ""))
    if not text.isdecimal() or len(text) > 9:
        raise Refused(422)
    return int(text)


def _errors(visit: Visit, refused: Refused) -> dict[str, str]:
    """Return what was refused, by field; what is not about the form is raised again."""
    if refused.status == 412:
        return {
            "form": visit.say(
                "Somebody else saved in the meantime. Nothing of yours is lost: compare, then save again."
            )
        }
    if refused.status not in (400, 409, 422):
        raise refused
    found = {}
    for error in refused.errors:
        name = (error.field or "").removeprefix("body.").replace(".", "-")
        found[name or "form"] = visit.say("This cannot be accepted as it is.")
    return found or {"form": visit.say("This cannot be accepted as it is.")}


async def _new_page(
    visit: Visit,
    values: dict[str, str],
    *,
    chosen: list[str],
    themes: list[str],
    regions: list[str],
    errors: dict[str, str],
    status: int = 200,
) -> HTMLResponse:
    return visit.page(
        "reports/new.html",
        status,
        values=values,
        chosen=chosen,
        themes=themes,
        kinds=KINDS,
        regions=regions,
        offered=await _regions_offered(visit, values, regions),
        errors=errors,
    )


async def _about_page(
    visit: Visit,
    report: Report,
    *,
    values: dict[str, str],
    chosen: list[str],
    regions: list[str],
    errors: dict[str, str],
    status: int = 200,
) -> HTMLResponse:
    return visit.page(
        "reports/about.html",
        status,
        report=report,
        values=values,
        chosen=chosen,
        regions=regions,
        offered=await _regions_offered(visit, values, regions),
        errors=errors,
    )


async def _regions_offered(visit: Visit, values: dict[str, str], chosen: list[str]) -> list[tuple[str, str]]:
    """Return the regions of the countries that most reports are about, of the one on the form, and those chosen."""
    country = values.get("country", "")
    offered = dict(await region_choices(visit, [country] if country in dict(visit.speech.countries()) else []))
    missing = [each for each in chosen if each not in offered]
    return [*offered.items(), *(await region_names(visit, missing)).items()]
