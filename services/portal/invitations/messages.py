"""Writing to those invited: choose by where they stand, look at exactly who that is, and only then send."""

from collections.abc import Awaitable

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.clients.base import Down, Refused
from services.portal.clients.messages import Received
from services.portal.invitations import terms
from services.portal.invitations.routes import names_of
from services.portal.languages import N_
from services.portal.meetings.forms import Entry, take_errors
from services.portal.pages import Coordinator, Visit
from services.portal.registry.names import organisation_names
from shared.ids import Id, utc_now
from shared.model import LANGUAGES

router = APIRouter()

MAX_SUBJECT, MAX_TEXT = 200, 4_000  # characters, as the meetings service keeps
NAMED = 100  # people on one page of the preview
SHOWN = 50  # messages: more of one meeting are not taken


@router.get("/{language}/meetings/{meeting_id}/messages")
async def show(visit: Coordinator, meeting_id: Id, done: str = "") -> HTMLResponse:
    """Show what was written, and the form on which something is."""
    return await _form(visit, meeting_id, Entry(), [], done=done)


@router.post("/{language}/meetings/{meeting_id}/messages")
async def write(visit: Coordinator, meeting_id: Id) -> Response:
    """Look at who gets it, change something, or send it: whichever button was pressed."""
    form = await visit.form()
    entry, whom, pressed = _read(visit, form), _whom(form), str(form.get("step", ""))
    if pressed == "edit":
        return await _form(visit, meeting_id, entry, whom)
    if not whom:
        entry.errors["whom"] = visit.say("Choose to whom you write.")
    if entry.errors:
        return await _form(visit, meeting_id, entry, whom, status=422)
    try:
        if pressed == "send":
            key = str(form.get("key", ""))[:100] or None
            await visit.services.messages.write(meeting_id, {"whom": whom, **entry.command}, key=key)
            return visit.go(f"/meetings/{meeting_id}/messages", done="written")
        return await _preview(visit, meeting_id, entry, whom, after=str(form.get("after", "")))
    except Refused as refused:
        if refused.status not in (400, 409, 422):
            raise
        take_errors(visit, entry, refused.errors)
        entry.errors = entry.errors or {"form": visit.why(refused.code, N_("This cannot be accepted as it is."))}
        return await _form(visit, meeting_id, entry, whom, status=422)


async def received(asked: Awaitable[list[Received]]) -> list[Received]:
    """Return what the organisers wrote to the reader of a page; it is shown without when that cannot be had now."""
    try:
        return await asked
    except (Down, Refused):
        return []


def _whom(form: FormData) -> list[str]:
    return [each for each in terms.WHOM if each in form.getlist("whom")]


def _read(visit: Visit, form: FormData) -> Entry:
    """Return the message that a form holds, with everything that is wrong with it by field."""
    entry = Entry({name: text.strip() for name, text in form.items() if isinstance(text, str)})
    for language in LANGUAGES:
        subject, text = entry.value(f"subject-{language}"), entry.value(f"text-{language}")
        if text and not subject:
            entry.errors[f"subject-{language}"] = visit.why("subject-missing", "")
        if subject and not text:
            entry.errors[f"text-{language}"] = visit.why("text-missing", "")
        for name, longest in (("subject", MAX_SUBJECT), ("text", MAX_TEXT)):
            if len(entry.value(f"{name}-{language}").replace("\r\n", "\n")) > longest:
                wrong = visit.say("Write at most %(number)s characters.", number=longest)
                entry.errors[f"{name}-{language}"] = wrong
    entry.command = {
        name: {each: text for each in LANGUAGES if (text := entry.value(f"{name}-{each}"))}
        for name in ("subject", "text")
    }
    if not any(entry.command.values()):
        entry.errors[f"subject-{visit.language}"] = visit.say("Write a subject and a text in at least one language.")
    return entry


async def _form(
    visit: Visit, meeting_id: str, entry: Entry, whom: list[str], *, done: str = "", status: int = 200
) -> HTMLResponse:
    meeting = await visit.services.meetings.one(meeting_id)
    found = (await visit.services.messages.all(meeting_id, limit=SHOWN)).items
    return visit.page(
        "invitations/messages.html",
        status,
        meeting=meeting,
        can_write=meeting.state == "scheduled" and meeting.starts_at > utc_now(),
        entry=entry,
        errors=entry.errors,
        whom=whom,
        found=found,
        names=await names_of(visit, [each.written_by for each in found if each.written_by]),
        done=done,
        terms=terms,
    )


async def _preview(visit: Visit, meeting_id: str, entry: Entry, whom: list[str], *, after: str) -> HTMLResponse:
    """Show how many, in which languages, and exactly who, a page at a time."""
    messages = visit.services.messages
    found = await messages.people(meeting_id, whom, limit=NAMED, after=after)
    names = await names_of(visit, [each.person_id for each in found.items])
    return visit.page(
        "invitations/message.html",
        meeting=await visit.services.meetings.one(meeting_id),
        entry=entry,
        subject=entry.command["subject"],
        text=entry.command["text"],
        whom=whom,
        reach=await messages.reach(meeting_id, whom),
        found=found,
        names=names,
        organisations=await organisation_names(visit, names.values()),
        terms=terms,
    )
