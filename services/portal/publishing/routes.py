"""Publishing a report: the checklist with places, now or at a time, corrections, withdrawal, cleared lines."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.clients.base import Refused
from services.portal.numbers import number, revision
from services.portal.pages import Coordinator, Editor, Visit
from services.portal.publishing import words
from services.portal.publishing.places import shown
from shared.ids import Id
from shared.model import LANGUAGES, Language

router = APIRouter()

MAX_WORDS = 2_000  # characters of an erratum or a reason, in each language
MAX_BECAUSE = 200
NOTICES = ("reason", "erratum.text")  # what readers are told, as the services name it


@router.get("/{language}/reports/{report_id}/publishing")
async def show(visit: Editor, report_id: Id, done: str = "") -> HTMLResponse:
    """Show what hinders publication, and the ways to publish."""
    return await _show(visit, report_id, done=done)


@router.post("/{language}/reports/{report_id}/publishing")
async def publish(visit: Editor, report_id: Id) -> Response:
    """Publish the chosen languages now, or plan when they come out."""
    form = await visit.form()
    chosen = [each for each in LANGUAGES if each in form.getlist("languages")]
    command: dict[str, Any] = {"languages": chosen, "translation_of": _translations(form, chosen)}
    now = form.get("step") != "plan"
    errors = {} if chosen else {"languages": visit.say("Choose at least one language that is complete.")}
    times, wrong = ({}, {}) if now else _times(visit, form)
    errors |= wrong
    if not errors:
        try:
            if now:
                await visit.services.publishing.publish(report_id, command, revision=revision(form), key=_key(form))
                return visit.go(f"/reports/{report_id}/publishing", done="published")
            await visit.services.publishing.plan(report_id, {**command, **times}, revision=number(form, "release"))
            return visit.go(f"/reports/{report_id}/publishing", done="saved")
        except Refused as refused:
            errors = _why(visit, refused)
    values = {name: str(form.get(name, "")) for name in ("publish_at", "embargo_until")}
    return await _show(visit, report_id, errors=errors, chosen=chosen, values=values, status=422)


@router.get("/{language}/reports/{report_id}/correction")
async def blank_correction(visit: Editor, report_id: Id) -> HTMLResponse:
    """Show the form of a correction."""
    return await _notice_page(visit, report_id, "publishing/correct.html", {}, {})


@router.post("/{language}/reports/{report_id}/correction")
async def correct(visit: Editor, report_id: Id) -> Response:
    """Publish an edition that begins with what was wrong in the one before."""
    tell = visit.services.publishing.correct
    return await _give_notice(visit, report_id, "publishing/correct.html", tell, done="corrected")


@router.get("/{language}/reports/{report_id}/withdrawal")
async def blank_withdrawal(visit: Editor, report_id: Id) -> HTMLResponse:
    """Show the form of a withdrawal."""
    return await _notice_page(visit, report_id, "publishing/withdraw.html", {}, {})


@router.post("/{language}/reports/{report_id}/withdrawal")
async def withdraw(visit: Editor, report_id: Id) -> Response:
    """Take every edition back."""
    tell = visit.services.publishing.withdraw
    return await _give_notice(visit, report_id, "publishing/withdraw.html", tell, done="taken-back-report")


@router.post("/{language}/reports/{report_id}/publishing/cleared")
async def clear(visit: Coordinator, report_id: Id) -> Response:
    """Let a line be in print that means somebody else of the same name, or no longer."""
    form = await visit.form()
    because, mark = str(form.get("because", "")).strip()[:MAX_BECAUSE], str(form.get("mark", ""))[:64]
    publishing = visit.services.publishing
    try:
        if mark:
            await publishing.unclear(report_id, mark)
        elif because:
            await publishing.clear(report_id, str(form.get("place", ""))[:300], number(form, "line"), because)
        else:
            return await _show(visit, report_id, errors={"checklist": visit.say("Say how that is known.")}, status=422)
    except Refused as refused:
        return await _show(visit, report_id, errors=_why(visit, refused), status=422)
    return visit.go(f"/reports/{report_id}/publishing", done="saved")


async def _show(
    visit: Visit,
    report_id: str,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
    chosen: list[Language] | None = None,
    values: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    publishing = visit.services.publishing
    report, checklist = await publishing.report(report_id), await publishing.checklist(report_id)
    release = await publishing.release(report_id)
    ready: list[Language] = [each.language for each in checklist.languages if each.ready]
    return visit.page(
        "publishing/show.html",
        status,
        report=report,
        checklist=checklist,
        whole=shown(visit, report, checklist.whole),
        missing={each.language: shown(visit, report, each.missing) for each in checklist.languages},
        release=release,
        editions=await publishing.editions(report_id) if report.edition else [],
        chosen=ready if chosen is None else chosen,
        values=values or {name: _local(visit, getattr(release, name)) for name in ("publish_at", "embargo_until")},
        done=done,
        errors=errors or {},
        publishing=words,
    )


async def _notice_page(
    visit: Visit, report_id: str, template: str, said: dict[Language, str], errors: dict[str, str], *, status: int = 200
) -> HTMLResponse:
    publishing = visit.services.publishing
    report = await publishing.report(report_id)
    editions = await publishing.editions(report_id) if report.edition else []
    if not editions:
        raise Refused(409, "not-published")
    return visit.page(template, status, report=report, edition=editions[0], said=said, errors=errors)


async def _give_notice(
    visit: Visit, report_id: str, template: str, tell: Callable[..., Awaitable[object]], *, done: str
) -> Response:
    """Tell readers what is written on a form, or show it again with what is wrong."""
    form = await visit.form()
    said, errors = _notice(visit, form)
    if not errors:
        try:
            await tell(report_id, said, revision=revision(form), key=_key(form))
            return visit.go(f"/reports/{report_id}/publishing", done=done)
        except Refused as refused:
            errors = _named(visit, refused) or _why(visit, refused)
    return await _notice_page(visit, report_id, template, said, errors, status=422)


def _named(visit: Visit, refused: Refused) -> dict[str, str]:
    """Return where on the form of a notice a protected name stands, so that it can be said otherwise at once."""
    return {
        f"text-{language}": visit.say(words.NAMED, line=each.line or 1, word=each.word or 1)
        for each in refused.errors
        if each.code == "protected-name"
        for part, _, language in [(each.field or "").rpartition(".")]
        if part in NOTICES and language in LANGUAGES
    }


def _notice(visit: Visit, form: FormData) -> tuple[dict[Language, str], dict[str, str]]:
    """Return what was written in each language, and what is wrong with it."""
    texts = {each: str(form.get(f"text-{each}", "")).replace("\r\n", "\n").strip() for each in LANGUAGES}
    said = {each: text for each, text in texts.items() if text}
    errors = {
        f"text-{each}": visit.say("Write at most %(number)s characters.", number=MAX_WORDS)
        for each, text in said.items()
        if len(text) > MAX_WORDS
    }
    if not said:
        errors["form"] = visit.say("Write it in at least one language.")
    return said, errors


def _translations(form: FormData, chosen: list[Language]) -> dict[str, str]:
    asked = {each: str(form.get(f"translation-{each}", "")) for each in chosen}
    return {each: source for each, source in asked.items() if source in LANGUAGES and source != each}


def _times(visit: Visit, form: FormData) -> tuple[dict[str, str], dict[str, str]]:
    """Return the times that were written, on the clocks of whoever wrote them, and what is wrong with them."""
    times, errors = {}, {}
    for name in ("publish_at", "embargo_until"):
        written = str(form.get(name, "")).strip()
        if not written:
            continue
        try:
            local = datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(visit.zone))
            times[name] = local.astimezone(UTC).isoformat()
        except (ValueError, OverflowError):
            errors[name] = visit.say("Give a day and a time, as in 2026-10-14T09:00.")
    return times, errors


def _local(visit: Visit, moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(ZoneInfo(visit.zone)).strftime("%Y-%m-%dT%H:%M")


def _why(visit: Visit, refused: Refused) -> dict[str, str]:
    """Return what was refused, at its field; what is not about the form is raised again."""
    if refused.status == 412:
        return {"form": visit.say("Somebody else has changed the report in the meantime: look at it again.")}
    if refused.status not in (404, 409, 422) or (refused.status == 404 and refused.code != "name-not-found"):
        raise refused
    at = {"time-is-over": "publish_at", "before-the-embargo-ends": "publish_at", "erratum-missing": "form"}
    place = {"report-not-complete": "checklist", "protected-name": "checklist"} | at
    name = place.get(refused.code, "form")
    return {name: visit.say(words.REFUSALS.get(refused.code, words.OTHER_REFUSAL))}


def _key(form: FormData) -> str | None:
    return str(form.get("key", ""))[:100] or None
