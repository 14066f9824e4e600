"""The pages of reporting periods: for coordinators who opens and reminds, for members what their organisation says."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.clients.base import Refused
from services.portal.numbers import revision
from services.portal.pages import Coordinator, SignedIn, Viewer, Visit
from services.portal.periods import words
from services.portal.registry.choosing import chosen
from services.portal.registry.names import named
from services.portal.words import KINDS
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter()

MAX_CHOSEN = 2_000  # organisations asked in one period
OF_A_KIND = 200  # on one page of the registry


@router.get("/{language}/periods")
async def periods(visit: SignedIn, after: str = "") -> HTMLResponse:
    """List the periods, and what is awaited of one's own organisations."""
    found = await visit.services.periods.page(after)
    own = await visit.services.periods.own()
    names = await named(visit, [each.report.organisation_id for each in own])
    return visit.page("periods/list.html", found=found, own=own, names=names, periods=words)


@router.get("/{language}/periods/new")
async def new(visit: Coordinator) -> HTMLResponse:
    """Show the form that opens a period."""
    return _new(visit, {}, {})


def _new(visit: Visit, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> HTMLResponse:
    return visit.page("periods/new.html", status, values=values, errors=errors, zone=visit.zone)


@router.post("/{language}/periods/new")
async def open_period(visit: Coordinator) -> Response:
    """Open a period."""
    form = await visit.form()
    values = {name: str(form.get(name, "")).strip() for name in ("from_on", "to_on", "closes_on", "remind_days_before")}
    values |= {f"title-{code}": str(form.get(f"title-{code}", "")).strip() for code in LANGUAGES}
    kinds = [str(kind) for kind in form.getlist("kinds") if str(kind) in KINDS]
    values["organisations"] = str(form.get("organisations", "")).strip()
    body, errors = _body(visit, values)
    ids, wrong = await _asked(visit, kinds, values["organisations"]) if not errors else ([], "")
    if wrong:
        errors["organisations"] = wrong
    elif not errors and not ids:
        errors["kinds"] = refusal(visit, "organisation-not-found")
    if errors:
        return _new(visit, {**values, "kinds": kinds}, errors, 422)
    try:
        period = await visit.services.periods.open({**body, "organisation_ids": ids}, _key(form))
    except Refused as refused:
        if refused.status != 422:
            raise
        code = refused.code if refused.code in words.REFUSALS else "period-over"
        return _new(visit, {**values, "kinds": kinds}, {"closes_on": refusal(visit, code)}, 422)
    return visit.go(f"/periods/{period.id}")


def _body(visit: Visit, values: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the registry is asked, and what is wrong with each field."""
    errors: dict[str, str] = {}
    days: dict[str, date] = {}
    for name in ("from_on", "to_on", "closes_on"):
        try:
            days[name] = date.fromisoformat(values[name])
        except ValueError:
            errors[name] = visit.say("Choose a day.")
    titles = {code: text for code in LANGUAGES if (text := values[f"title-{code}"])}
    if not titles:
        errors[f"title-{visit.language}"] = visit.say("Give the period a name in at least one language.")
    if not errors and days["to_on"] < days["from_on"]:
        errors["to_on"] = visit.say("The last day must not be before the first.")
    if errors:
        return {}, errors
    zone, closes = ZoneInfo(visit.zone), end_of(days["closes_on"], visit)
    if closes <= datetime.now(zone):
        return {}, {"closes_on": refusal(visit, "period-over")}
    remind = values["remind_days_before"]
    return {
        "title": titles,
        "from_on": values["from_on"],
        "to_on": values["to_on"],
        "opens_at": min(datetime.now(zone), closes - timedelta(hours=1)).isoformat(),
        "closes_at": closes.isoformat(),
        "remind_days_before": min(int(remind), 60) if remind.isdecimal() and len(remind) < 4 else 7,
    }, {}


def end_of(day: date, visit: Visit) -> datetime:
    """Return when a day is over where ``visit`` is read: the day itself is still open."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(visit.zone))


async def _asked(visit: Visit, kinds: list[str], text: str) -> tuple[list[str], str]:
    """Return the organisations of these kinds and those that are named, and what is wrong with a name."""
    ids, wrong = await chosen(visit, text)
    return list(dict.fromkeys([*ids, *await _of_kinds(visit, kinds)]))[:MAX_CHOSEN], wrong


async def _of_kinds(visit: Visit, kinds: list[str]) -> list[str]:
    """Return the organisations of these kinds, at most `MAX_CHOSEN`."""
    found: dict[str, None] = {}
    for kind in kinds:
        after: str | None = ""
        while after is not None and len(found) < MAX_CHOSEN:
            page = await visit.services.registry.organisations(kind=kind, after=after, limit=OF_A_KIND)
            found |= dict.fromkeys(each.id for each in page.items)
            after = page.next
    return list(found)[:MAX_CHOSEN]


def refusal(visit: Visit, code: str) -> str:
    """Return what a refusal means, in the reader's language."""
    meant = words.REFUSALS[code]
    return visit.say(meant)


def _key(form: FormData) -> str:
    return str(form.get("key", ""))[:100]


@router.get("/{language}/periods/{period_id}")
async def show(visit: Viewer, period_id: Id, state: str = "", after: str = "", reminded: int = -1) -> HTMLResponse:
    """Show a period: who has answered, who is silent, what was corrected."""
    return await period_page(visit, period_id, state=state, after=after, reminded=reminded)


async def period_page(
    visit: Visit,
    period_id: str,
    *,
    state: str = "",
    after: str = "",
    reminded: int = -1,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Return the page of one period; ``values`` and ``errors`` are of the forms that change it."""
    state = state if state in words.REPORTS else ""
    periods = visit.services.periods
    period = await periods.get(period_id)
    reports = await periods.reports(period_id, state, after)
    names = await named(visit, [each.organisation_id for each in reports.items])
    corrections = await periods.corrections(period_id) if period.state == "locked" else None
    who = [each.by for each in corrections.items if each.by] if corrections else []
    last = (period.closes_at.astimezone(ZoneInfo(visit.zone)) - timedelta(microseconds=1)).date()
    return visit.page(
        "periods/show.html",
        status,
        values={"closes_on": last.isoformat(), "organisations": "", **(values or {})},
        errors=errors or {},
        period=period,
        reports=reports,
        names=names,
        corrections=corrections,
        people=await visit.services.registry.look_up(list(dict.fromkeys(who))) if who and _may_name(visit) else {},
        state=state,
        reminded=reminded,
        periods=words,
    )


def _may_name(visit: Visit) -> bool:
    """Say whether whoever looks may know who did what: coordinators may."""
    return visit.session is not None and visit.session.may_coordinate


@router.post("/{language}/periods/{period_id}/reminders")
async def remind(visit: Coordinator, period_id: Id) -> Response:
    """Remind the silent."""
    done = await visit.services.periods.remind(period_id, _key(await visit.form()))
    return visit.go(f"/periods/{period_id}", reminded=str(done.organisations))


@router.post("/{language}/periods/{period_id}/cancellation")
async def cancel(visit: Coordinator, period_id: Id) -> Response:
    """Call a period off."""
    form = await visit.form()
    await visit.services.periods.cancel(period_id, revision(form))
    return visit.go(f"/periods/{period_id}")


@router.get("/{language}/periods/{period_id}/report")
async def own_report(visit: SignedIn, period_id: Id, done: str = "") -> HTMLResponse:
    """Show what one's own organisations say for a period."""
    return await _own(visit, period_id, done=done)


async def _own(
    visit: Visit, period_id: str, *, done: str = "", status: int = 200, errors: dict[str, str] | None = None
) -> HTMLResponse:
    own = [each for each in await visit.services.periods.own() if each.period.id == period_id]
    period = own[0].period if own else await visit.services.periods.get(period_id)
    names = await named(visit, [each.report.organisation_id for each in own])
    return visit.page(
        "periods/report.html",
        status,
        period=period,
        own=own,
        names=names,
        done=done,
        errors=errors or {},
        periods=words,
    )


@router.post("/{language}/periods/{period_id}/report")
async def say(visit: SignedIn, period_id: Id) -> Response:
    """Say what one's own organisation reports."""
    form = await visit.form()
    answer, organisation_id = str(form.get("answer", "")), str(form.get("organisation_id", ""))
    note = str(form.get("note", "")).strip()[:2_000]
    mine = {each.report.organisation_id for each in await visit.services.periods.own() if each.period.id == period_id}
    if answer not in words.ANSWERS or organisation_id not in mine:
        return await _own(visit, period_id, status=422, errors={"answers": visit.say("Choose one of the answers.")})
    try:
        said = {"state": answer, "note": note}
        await visit.services.periods.say(period_id, organisation_id, said, revision(form))
    except Refused as refused:
        if refused.status not in (409, 412):
            raise
        changed = visit.say("Somebody of your organisation has just answered: look at it again.")
        text = refusal(visit, refused.code) if refused.code in words.REFUSALS else changed
        return await _own(visit, period_id, status=refused.status, errors={"answers": text})
    return visit.go(f"/periods/{period_id}/report", done="saved")
