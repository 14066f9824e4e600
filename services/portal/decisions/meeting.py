"""What came of one meeting: its minutes, written, proposed and approved, and its decisions."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.decisions import Minutes, Version
from services.portal.clients.meetings import Meeting
from services.portal.decisions import forms, words
from services.portal.decisions.forms import Entry
from services.portal.pages import Coordinator, SignedIn, Visit
from services.portal.registry.names import named
from shared.ids import Id

router = APIRouter()

MAX_MARKDOWN_BYTES = 50_000
GENERAL = "general"


@router.get("/{language}/meetings/{meeting_id}/decisions")
async def decisions(visit: SignedIn, meeting_id: Id, done: str = "") -> HTMLResponse:
    """Show what a meeting decided, and what is late in its series."""
    return await _decisions(visit, meeting_id, Entry(), done=done)


@router.post("/{language}/meetings/{meeting_id}/decisions")
async def take(visit: Coordinator, meeting_id: Id) -> Response:
    """Write down what the meeting decided."""
    entry = forms.read(await visit.form())
    command = {
        "text": forms.texts(visit, entry),
        "item": entry.values.get("item", GENERAL),
        "owner_id": await forms.organisation(visit, entry, "owner"),
        "due_on": forms.day(visit, entry, "due_on"),
    }
    if not entry.errors:
        try:
            taken = await visit.services.decisions.take(meeting_id, command, key=forms.key(entry))
            return visit.go(f"/decisions/{taken.id}", done="saved")
        except Refused as refused:
            forms.take(visit, entry, refused)
    return await _decisions(visit, meeting_id, entry, status=422)


@router.get("/{language}/meetings/{meeting_id}/minutes")
async def minutes(visit: SignedIn, meeting_id: Id, done: str = "") -> HTMLResponse:
    """Show a meeting's minutes, item by item."""
    meeting = await visit.services.meetings.one(meeting_id)
    found = {each.item: each for each in await visit.services.decisions.minutes(meeting_id)}
    items = await _items(visit, meeting_id)
    gone = {item: visit.say("An item that left the agenda") for item in found if item not in items}
    return visit.page(
        "decisions/minutes.html", meeting=meeting, found=found, items={**items, **gone}, terms=words, done=done
    )


@router.get("/{language}/meetings/{meeting_id}/minutes/{item}")
async def edit(visit: Coordinator, meeting_id: Id, item: str) -> HTMLResponse:
    """Show the form for the minutes of one item, with every earlier version."""
    meeting = await visit.services.meetings.one(meeting_id)
    known = await _known(visit, meeting_id, item)
    values = {f"text-{each}": text for each, text in known.text.items()} if known else {}
    return await _editor(visit, meeting, item, known, Entry(values=values))


@router.post("/{language}/meetings/{meeting_id}/minutes/{item}")
async def save(visit: Coordinator, meeting_id: Id, item: str) -> Response:
    """Save the minutes of one item as a new version; whoever saves second sees both texts."""
    entry = forms.read(await visit.form())
    meeting, known = await visit.services.meetings.one(meeting_id), await _known(visit, meeting_id, item)
    written: dict[str, str] = {each: entry.values.get(f"text-{each}", "") for each in meeting.languages}
    command = {
        "text": written,
        "speaker_ids": known.speaker_ids if known else [],
        "reason": entry.values.get("reason", "")[:1000],
    }
    for each, text in written.items():
        if len(text.encode()) > MAX_MARKDOWN_BYTES:
            entry.errors[f"text-{each}"] = visit.say("This is too long.")
    if not entry.errors:
        try:
            await visit.services.decisions.write(meeting_id, item, command, revision=forms.revision(entry))
            return visit.go(f"/meetings/{meeting_id}/minutes", done="saved")
        except Refused as refused:
            if refused.code == "reason-missing":
                entry.errors["reason"] = visit.why(refused.code, "")
            else:
                # A text that appeared while the first one was written is somebody else's, too.
                forms.take(visit, entry, Refused(412) if refused.status == 428 else refused)
    return await _editor(visit, meeting, item, await _known(visit, meeting_id, item), entry, status=422)


@router.post("/{language}/meetings/{meeting_id}/minutes/{item}/state")
async def move(visit: Coordinator, meeting_id: Id, item: str) -> Response:
    """Propose minutes, take them back, or approve them."""
    state = forms.read(await visit.form()).values.get("state", "")
    if state not in words.MINUTES:
        raise Refused(422)
    await visit.services.decisions.move_minutes(meeting_id, item, state)
    return visit.go(f"/meetings/{meeting_id}/minutes", done="saved")


async def _known(visit: Visit, meeting_id: str, item: str) -> Minutes | None:
    found = await visit.services.decisions.minutes(meeting_id)
    return next((each for each in found if each.item == item), None)


async def _items(visit: Visit, meeting_id: str) -> dict[str, Any]:
    """Return what minutes and decisions can belong to: the sessions of the agenda, and the whole meeting."""
    sessions = (await visit.services.decisions.agenda(meeting_id)).sessions
    return {**{each.id: each.title for each in sessions}, GENERAL: visit.say("The meeting as a whole")}


async def _editor(
    visit: Visit, meeting: Meeting, item: str, known: Minutes | None, entry: Entry, *, status: int = 200
) -> HTMLResponse:
    items = await _items(visit, meeting.id)
    versions: list[Version] = await visit.services.decisions.versions(meeting.id, item) if known else []
    people = await visit.services.registry.look_up([*{each.by for each in versions}]) if versions else {}
    return visit.page(
        "decisions/edit_minutes.html",
        status,
        meeting=meeting,
        item=item,
        title=items.get(item, visit.say("An item that left the agenda")),
        known=known,
        versions=versions,
        people=people,
        entry=entry,
        errors=entry.errors,
        terms=words,
    )


async def _decisions(visit: Visit, meeting_id: str, entry: Entry, *, done: str = "", status: int = 200) -> HTMLResponse:
    meeting = await visit.services.meetings.one(meeting_id)
    found = await visit.services.decisions.of_meeting(meeting_id)
    late = [each for each in await visit.services.decisions.overdue(meeting_id) if each.meeting_id != meeting_id]
    coordinates = visit.session is not None and visit.session.may_coordinate
    return visit.page(
        "decisions/of_meeting.html",
        status,
        meeting=meeting,
        decisions=found,
        late=late,
        names=await named(visit, [each.owner_id for each in [*found, *late] if each.owner_id]),
        items=await _items(visit, meeting_id),
        entry=entry,
        errors=entry.errors,
        terms=words,
        coordinates=coordinates,
        done=done,
    )
