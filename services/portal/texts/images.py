"""The pictures of a report: sent, described, taken away, had back, and shown to browsers."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData, UploadFile

from services.portal.clients.base import Refused
from services.portal.languages import N_
from services.portal.pages import Anyone, SignedIn, Visit
from services.portal.texts import words
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter()
IMAGES = "/{language}/reports/{report_id}/images"
MAX_BYTES = 8_000_000
MAX_WORDS = 500
AT_ONCE = 256 * 1024


@router.get(IMAGES)
async def listed(visit: SignedIn, report_id: Id, done: str = "", undo: str = "") -> HTMLResponse:
    """Show the pictures of a report, what is said of them, and a form for one more."""
    return await _page(visit, report_id, done=done, undo=undo)


@router.post(IMAGES)
async def add(visit: SignedIn, report_id: Id) -> Response:
    """Take a picture, with what it shows."""
    form = await visit.form(files=1)
    try:
        return await _add(visit, report_id, form)
    finally:
        await form.close()


async def _add(visit: Visit, report_id: str, form: FormData) -> Response:
    file, (command, errors) = form.get("file"), _said(visit, form)
    if not isinstance(file, UploadFile) or not file.filename:
        errors["file"] = visit.say("Choose a file first.")
    elif (file.size or 0) > MAX_BYTES:
        errors["file"] = visit.say(words.TOO_LARGE)
    if errors or not isinstance(file, UploadFile):
        return await _page(visit, report_id, values=_values(form), errors=errors, status=422)
    try:
        image = await visit.services.texts.add_image(report_id, _parts(file))
        if command["alt"] or command["caption"]:
            await visit.services.texts.describe_image(report_id, image.id, command, revision=image.revision)
    except Refused as refused:
        if refused.status not in (413, 422):
            raise
        known = words.REFUSALS.get(refused.code, N_("This cannot be accepted as it is."))
        return await _page(visit, report_id, values=_values(form), errors={"file": visit.say(known)}, status=422)
    return visit.go(f"/reports/{report_id}/images", done="described" if command["alt"] else "added")


@router.get(IMAGES + "/{image_id}")
async def show(visit: Anyone, report_id: Id, image_id: Id) -> Response:
    """Give a picture to the browser: to everybody when a published edition shows it."""
    found = await visit.services.texts.image(report_id, image_id)
    headers = {"Cache-Control": found.cache_control, "Content-Disposition": "inline"}
    return Response(found.body, media_type=found.content_type, headers=headers)


@router.post(IMAGES + "/{image_id}/describe")
async def describe(visit: SignedIn, report_id: Id, image_id: Id) -> Response:
    """Say what a picture shows and what stands below it."""
    form = await visit.form()
    command, errors = _said(visit, form, image_id)
    seen = str(form.get("revision", ""))
    status = 422
    if not errors and seen.isdecimal() and len(seen) < 10:
        try:
            await visit.services.texts.describe_image(report_id, image_id, command, revision=int(seen))
            return visit.go(f"/reports/{report_id}/images", done="described")
        except Refused as refused:
            errors, status = _refused(visit, refused), refused.status
    return await _page(visit, report_id, values=_values(form), errors=errors, status=status)


@router.post(IMAGES + "/{image_id}/remove")
async def remove(visit: SignedIn, report_id: Id, image_id: Id) -> Response:
    """Take a picture away, and offer to have it back."""
    try:
        await visit.services.texts.remove_image(report_id, image_id)
    except Refused as refused:
        return await _page(visit, report_id, errors=_refused(visit, refused), status=refused.status)
    return visit.go(f"/reports/{report_id}/images", undo=image_id)


@router.post(IMAGES + "/{image_id}/restore")
async def restore(visit: SignedIn, report_id: Id, image_id: Id) -> Response:
    """Have a picture back."""
    try:
        await visit.services.texts.restore_image(report_id, image_id)
    except Refused as refused:
        return await _page(visit, report_id, errors=_refused(visit, refused), status=refused.status)
    return visit.go(f"/reports/{report_id}/images", done="back")


def _refused(visit: Visit, refused: Refused) -> dict[str, str]:
    """Return why a picture stays as it is; what nobody can mend here is raised again."""
    if refused.status == 412:
        return {"form": visit.say("Somebody else changed the words of this picture. Compare, then save again.")}
    if refused.code not in words.REFUSALS:
        raise refused
    return {"form": visit.say(words.REFUSALS[refused.code])}


def _values(form: FormData) -> dict[str, str]:
    return {name: " ".join(value.split()) for name, value in form.items() if isinstance(value, str)}


def _said(visit: Visit, form: FormData, image_id: str = "new") -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Return what is said of a picture, and what is wrong with it; its fields are *alt-ID-en*, *caption-ID-en*."""
    values = _values(form)
    command: dict[str, dict[str, str]] = {"alt": {}, "caption": {}}
    errors = {}
    for part, texts in command.items():
        for language in LANGUAGES:
            text = values.get(name := f"{part}-{image_id}-{language}", "")
            if len(text) > MAX_WORDS:
                errors[name] = visit.say("Write at most %(number)s characters.", number=MAX_WORDS)
            if text:
                texts[language] = text
    return command, errors


async def _parts(file: UploadFile) -> AsyncIterator[bytes]:
    while part := await file.read(AT_ONCE):
        yield part


async def _page(
    visit: Visit,
    report_id: str,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    done: str = "",
    undo: str = "",
    status: int = 200,
) -> HTMLResponse:
    return visit.page(
        "texts/images.html",
        status,
        report=await visit.services.reports.one(report_id),
        images=await visit.services.texts.images(report_id),
        values=values or {},
        errors=errors or {},
        done=done,
        undo=undo,
        terms=words,
    )
