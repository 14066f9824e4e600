"""Comments on a section, in threads."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.pages import SignedIn, Visit
from services.portal.texts import words
from services.portal.texts.section import SECTION, Key
from shared.ids import Id
from shared.model import Language

router = APIRouter()
COMMENTS = SECTION + "/comments"
MAX_TEXT = 5_000
MAX_QUOTE = 500


@router.get(COMMENTS)
async def listed(
    *,
    visit: SignedIn,
    report_id: Id,
    key: Key,
    written_in: Language,
    state: str = "open",
    after: str = "",
    done: str = "",
) -> HTMLResponse:
    """Show the threads on a section: those that are open, or all."""
    return await _page(visit, report_id, key, written_in, state=state, after=after, done=done)


@router.post(COMMENTS)
async def begin(visit: SignedIn, report_id: Id, key: Key, written_in: Language) -> Response:
    """Begin a thread."""
    form = await visit.form()
    values = {name: str(form.get(name, "")).strip().replace("\r\n", "\n") for name in ("quote", "text")}
    errors = _errors(visit, values["text"], "text")
    if len(values["quote"]) > MAX_QUOTE:
        errors["quote"] = visit.say("Write at most %(number)s characters.", number=MAX_QUOTE)
    if errors:
        return await _page(visit, report_id, key, written_in, values=values, errors=errors, status=422)
    await visit.services.texts.comment(report_id, key, written_in, values, once=_once(form.get("key")))
    return visit.go(f"/reports/{report_id}/sections/{key}/{written_in}/comments", done="commented")


@router.post(COMMENTS + "/{thread_id}")
async def go_on(visit: SignedIn, report_id: Id, key: Key, written_in: Language, thread_id: Id) -> Response:
    """Reply in a thread, settle it, or open it again."""
    form = await visit.form()
    texts, step = visit.services.texts, form.get("step")
    back = f"/reports/{report_id}/sections/{key}/{written_in}/comments"
    try:
        if step in ("resolved", "open"):
            await texts.settle(report_id, thread_id, str(step))
            return visit.go(back, done="settled" if step == "resolved" else "opened")
        text = str(form.get("text", "")).strip().replace("\r\n", "\n")
        errors = _errors(visit, text, f"reply-{thread_id}")
        if not errors:
            await texts.reply(report_id, thread_id, text, once=_once(form.get("key")))
            return visit.go(back, done="commented")
    except Refused as refused:
        if refused.code not in words.REFUSALS:
            raise
        errors, text = {"form": visit.say(words.REFUSALS[refused.code])}, ""
    values = {f"reply-{thread_id}": text}
    return await _page(visit, report_id, key, written_in, values=values, errors=errors, state="all", status=422)


def _errors(visit: Visit, text: str, name: str) -> dict[str, str]:
    if not text:
        return {name: visit.say("Write your comment first.")}
    if len(text) > MAX_TEXT:
        return {name: visit.say("Write at most %(number)s characters.", number=MAX_TEXT)}
    return {}


def _once(key: object) -> str | None:
    return str(key or "")[:100] or None


async def _page(
    visit: Visit,
    report_id: str,
    key: str,
    written_in: Language,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    state: str = "open",
    after: str = "",
    done: str = "",
    status: int = 200,
) -> HTMLResponse:
    texts = visit.services.texts
    wanted = "open" if state == "open" else ""
    return visit.page(
        "texts/comments.html",
        status,
        report_id=report_id,
        desk=await texts.desk(report_id, key, written_in),
        found=await texts.threads(report_id, key, written_in, state=wanted, after=after),
        wanted=wanted,
        values=values or {},
        errors=errors or {},
        done=done,
        terms=words,
    )
