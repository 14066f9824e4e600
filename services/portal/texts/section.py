"""Writing one section: save, preview, go on with what was not saved, and join two texts when somebody was faster."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.datastructures import FormData

from services.portal.clients.base import Refused
from services.portal.clients.texts import Comparison, Desk
from services.portal.languages import N_
from services.portal.pages import SignedIn, Visit
from services.portal.texts import words
from shared.ids import Id
from shared.model import Language

router = APIRouter()

SECTION = "/{language}/reports/{report_id}/sections/{key}/{written_in}"
Key = Annotated[str, Path(pattern="^[a-z0-9-]{1,60}$")]
MAX_TITLE = 200
MAX_MARKDOWN_BYTES = 100_000


@router.get(SECTION)
async def write(
    *, visit: SignedIn, report_id: Id, key: Key, written_in: Language, done: str = "", take: str = ""
) -> HTMLResponse:
    """Show the form for a section; with ``take`` what was typed and not saved stands in it."""
    desk = await visit.services.texts.desk(report_id, key, written_in)
    typed = desk.unsaved if take and desk.unsaved else None
    if not (desk.may_write and not desk.under_review):
        return await _only_read(visit, report_id, desk)
    values = {
        "title": typed.title if typed else desk.section.title,
        "text": typed.text if typed else desk.section.text,
        "revision": str(typed.seen if typed else desk.section.revision),
    }
    return _page(visit, report_id, desk, values, done=done, taken=typed is not None)


@router.post(SECTION)
async def save(visit: SignedIn, report_id: Id, key: Key, written_in: Language) -> Response:
    """Save a section or show a preview of it; when somebody else saved meanwhile, show three texts instead."""
    form = await visit.form()
    values = _values(form)
    texts, errors = visit.services.texts, _errors(visit, values)
    if not errors and form.get("step") == "preview":
        html = await texts.preview(report_id, key, written_in, values["text"])
        return _page(visit, report_id, await texts.desk(report_id, key, written_in), values, preview=html)
    if errors:
        desk = await texts.desk(report_id, key, written_in)
        return _page(visit, report_id, desk, values, errors=errors, status=422)
    try:
        await texts.save(report_id, key, written_in, _command(values), revision=_revision(values))
    except Refused as refused:
        return await _refused(visit, report_id, key, written_in, values=values, refused=refused)
    done = "joined" if form.get("joined") else "saved"
    return visit.go(_path(report_id, key, written_in), done=done)


@router.post(SECTION + "/unsaved")
async def keep(visit: SignedIn, report_id: Id, key: Key, written_in: Language) -> Response:
    """Keep what is being typed, and say so: the page's script sends the form here while somebody writes."""
    values = _values(await visit.form())
    if _errors(visit, values):
        return JSONResponse({"kept": "", "newer": visit.say("The text is too long to be kept. Divide it.")})
    try:
        command = {**_command(values), "seen": _revision(values)}
        kept = await visit.services.texts.keep(report_id, key, written_in, command)
    except Refused as refused:
        return JSONResponse({"kept": "", "newer": _why(visit, refused)}, 409)
    at = visit.speech.clock(kept.kept_at, visit.zone)
    newer = visit.say("Somebody else has saved meanwhile. Save, and you will see both texts.")
    said = visit.say("Kept for you at %(time)s, not saved yet.", time=at)
    return JSONResponse({"kept": said, "newer": newer if kept.revision != kept.seen else ""})


@router.post(SECTION + "/unsaved/drop")
async def drop(visit: SignedIn, report_id: Id, key: Key, written_in: Language) -> Response:
    """Forget what was typed and not saved."""
    await visit.services.texts.drop(report_id, key, written_in)
    return visit.go(_path(report_id, key, written_in), done="dropped")


async def _refused(
    visit: Visit, report_id: str, key: str, written_in: Language, *, values: dict[str, str], refused: Refused
) -> HTMLResponse:
    """Return the page for a save that was refused: nothing that was typed is lost."""
    texts = visit.services.texts
    if refused.status not in (403, 409, 412, 422):
        raise refused
    desk = await texts.desk(report_id, key, written_in)
    if refused.status == 412:
        found = await texts.compare(report_id, key, written_in, {**_command(values), "seen": _revision(values)})
        return _conflict_page(visit, report_id, desk, values, found)
    return _page(visit, report_id, desk, values, errors={"form": _why(visit, refused)}, status=422)


async def _only_read(visit: Visit, report_id: str, desk: Desk) -> HTMLResponse:
    section = desk.section
    html = await visit.services.texts.preview(report_id, section.key, section.language, section.text)
    return visit.page("texts/read.html", report_id=report_id, desk=desk, preview=html)


def _page(
    visit: Visit,
    report_id: str,
    desk: Desk,
    values: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    preview: str | None = None,
    done: str = "",
    taken: bool = False,
    status: int = 200,
) -> HTMLResponse:
    return visit.page(
        "texts/section.html",
        status,
        report_id=report_id,
        desk=desk,
        values=values,
        errors=errors or {},
        preview=preview,
        done=done,
        taken=taken,
        terms=words,
    )


def _conflict_page(visit: Visit, report_id: str, desk: Desk, values: dict[str, str], found: Comparison) -> HTMLResponse:
    text = values["text"] if found.joined is None else found.joined
    return visit.page(
        "texts/conflict.html",
        412,
        report_id=report_id,
        desk=desk,
        comparison=found,
        values={**values, "text": text, "revision": str(found.theirs.revision)},
        errors={
            "form": visit.say(
                "Somebody else saved in the meantime. Nothing of yours is lost: compare, then save again."
            )
        },
    )


def _values(form: FormData) -> dict[str, str]:
    return {
        "title": str(form.get("title", "")).strip(),
        "text": str(form.get("text", "")).replace("\r\n", "\n"),
        "revision": str(form.get("revision", "")),
    }


def _command(values: dict[str, str]) -> dict[str, Any]:
    return {"title": values["title"] or None, "text": values["text"]}


def _revision(values: dict[str, str]) -> int:
    text = values["revision"]
    if not text.isdecimal() or len(text) > 9:
        raise Refused(422)
    return int(text)


def _errors(visit: Visit, values: dict[str, str]) -> dict[str, str]:
    errors = {}
    if len(values["title"]) > MAX_TITLE:
        errors["title"] = visit.say("Write at most %(number)s characters.", number=MAX_TITLE)
    if len(values["text"].encode()) > MAX_MARKDOWN_BYTES:
        errors["text"] = visit.say("The text is too long. Keep it under %(number)s characters.", number="100 000")
    return errors


def _why(visit: Visit, refused: Refused) -> str:
    known = words.REFUSALS.get(refused.code)
    return visit.say(known) if known else visit.why(refused.code, N_("This cannot be accepted as it is."))


def _path(report_id: str, key: str, written_in: str) -> str:
    return f"/reports/{report_id}/sections/{key}/{written_in}"
