"""Making a Book: its practices by chapter, one practice in every language, what was taken out and can be had back."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.activities.places import region_choices, region_names
from services.portal.clients.base import Refused
from services.portal.clients.library import WrittenPractice
from services.portal.clients.reports import Report
from services.portal.pages import SignedIn, Visit
from services.portal.reports import words
from shared.ids import Id

router = APIRouter()

PARTS = ("title", "place", "carried_out_by", "text")
MAX_LINE = 200
DONE = ("saved", "added", "taken-out", "had-back")


@router.get("/{language}/reports/{report_id}/practices")
async def practices(visit: SignedIn, report_id: Id, done: str = "", about: str = "") -> HTMLResponse:
    """Show the practices of a Book that is being made, and those that were taken out of it."""
    report = await visit.services.reports.one(report_id)
    found = await visit.services.library.practices(report_id)
    removed = await visit.services.library.practices(report_id, removed=True)
    names = await region_names(visit, sorted({each.region for each in found if each.region}))
    return visit.page(
        "book/practices.html",
        report=report,
        found=found,
        removed=removed,
        names=names,
        done=done if done in DONE else "",
        about=about[:36],
        said=words,
    )


@router.get("/{language}/reports/{report_id}/practices/new")
async def blank(visit: SignedIn, report_id: Id) -> HTMLResponse:
    """Show the form for another practice."""
    return await _form(visit, report_id, {"kind": "project"}, {})


@router.post("/{language}/reports/{report_id}/practices/new")
async def add(visit: SignedIn, report_id: Id) -> Response:
    """Add a practice."""
    form = await visit.form()
    command, errors = _command(visit, form)
    status = 422
    if not errors:
        try:
            key = str(form.get("key", ""))[:100] or None
            await visit.services.library.add_practice(report_id, command, key=key)
            return visit.go(f"/reports/{report_id}/practices", done="added")
        except Refused as refused:
            errors, status = _refused(visit, refused), refused.status
    return await _form(visit, report_id, _values(form), errors, status=status)


@router.get("/{language}/reports/{report_id}/practices/{practice_id}")
async def edit(visit: SignedIn, report_id: Id, practice_id: Id) -> HTMLResponse:
    """Show the form of one practice."""
    practice = await visit.services.library.practice(report_id, practice_id)
    return await _form(visit, report_id, _as_values(practice), {}, practice=practice)


@router.post("/{language}/reports/{report_id}/practices/{practice_id}")
async def save(visit: SignedIn, report_id: Id, practice_id: Id) -> Response:
    """Save one practice; when somebody else saved it meanwhile, say so and lose nothing."""
    form = await visit.form()
    command, errors = _command(visit, form)
    status = 422
    if not errors:
        try:
            revision = _revision(form)
            await visit.services.library.change_practice(report_id, practice_id, command, revision=revision)
            return visit.go(f"/reports/{report_id}/practices", done="saved")
        except Refused as refused:
            errors, status = _refused(visit, refused), refused.status
    practice = await visit.services.library.practice(report_id, practice_id)
    theirs = practice if status == 412 else None
    return await _form(visit, report_id, _values(form), errors, practice=practice, theirs=theirs, status=status)


@router.post("/{language}/reports/{report_id}/practices/{practice_id}/removal")
async def take_out(visit: SignedIn, report_id: Id, practice_id: Id) -> Response:
    """Take a practice out of the Book; it can be had back."""
    await visit.services.library.keep_practice(report_id, practice_id, removed=True)
    return visit.go(f"/reports/{report_id}/practices", done="taken-out", about=practice_id)


@router.post("/{language}/reports/{report_id}/practices/{practice_id}/restoration")
async def have_back(visit: SignedIn, report_id: Id, practice_id: Id) -> Response:
    """Have a practice back in the Book."""
    await visit.services.library.keep_practice(report_id, practice_id, removed=False)
    return visit.go(f"/reports/{report_id}/practices", done="had-back")


async def _form(
    visit: Visit,
    report_id: str,
    values: dict[str, str],
    errors: dict[str, str],
    *,
    practice: WrittenPractice | None = None,
    theirs: WrittenPractice | None = None,
    status: int = 200,
) -> HTMLResponse:
    report: Report = await visit.services.reports.one(report_id)
    return visit.page(
        "book/practice.html",
        status,
        report=report,
        practice=practice,
        theirs=theirs,
        values=values,
        errors=errors,
        regions=await region_choices(visit, [report.country]),
        said=words,
    )


def _command(visit: Visit, form: FormData) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the form asks for, and what is wrong with it by field."""
    values = _values(form)
    command: dict[str, Any] = {part: {} for part in PARTS}
    errors = {}
    for name, text in values.items():
        part, _, code = name.partition("-")
        if part in PARTS and text:
            command[part][code] = text
            if part != "text" and len(text) > MAX_LINE:
                errors[name] = visit.say("This is too long.")
    command["kind"] = values.get("kind", "")
    command["region"] = values.get("region") or None
    if command["kind"] not in words.PRACTICE_KINDS:
        errors["kind"] = visit.say("Choose what it is.")
    if not command["title"]:
        errors[f"title-{visit.language}"] = visit.say("Give the practice a name in one language at least.")
    return command, errors


def _refused(visit: Visit, refused: Refused) -> dict[str, str]:
    """Return what was refused, by field; what is not about the form is raised again."""
    if refused.status == 412:
        return {
            "form": visit.say(
                "Somebody else saved in the meantime. Nothing of yours is lost: compare, then save again."
            )
        }
    if refused.status not in (409, 422):
        raise refused
    wrong = [(error.field or "form").removeprefix("body.").replace(".", "-") for error in refused.errors] or ["form"]
    return dict.fromkeys(wrong, visit.why(refused.code, "This cannot be accepted as it is."))


def _values(form: FormData) -> dict[str, str]:
    return {name: value.strip().replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}


def _as_values(practice: WrittenPractice) -> dict[str, str]:
    texts = {f"{part}-{code}": text for part in PARTS for code, text in getattr(practice, part).items()}
    return {**texts, "kind": practice.kind, "region": practice.region or ""}


def _revision(form: FormData) -> int:
    text = str(form.get("revision", ""))
    if not text.isdecimal() or len(text) > 9:
        raise Refused(422)
    return int(text)
