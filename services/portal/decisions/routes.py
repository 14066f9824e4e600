"""The board of decisions, and one decision: what was decided, who does it, until when, what became of it."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.activities.places import region_choices
from services.portal.clients.base import Down, Refused
from services.portal.clients.decisions import Decision
from services.portal.decisions import forms, words
from services.portal.decisions.forms import Entry
from services.portal.pages import Coordinator, SignedIn, Visit
from services.portal.registry.names import named
from shared.ids import Id

router = APIRouter()

ON_A_PAGE = 50
ON_THE_DESK = 8
NOBODY: dict[str, str] = {}


@router.get("/{language}/decisions")
async def board(
    *, visit: SignedIn, which: str = "open", whose: str = "", organisation: str = "", after: str = "", done: str = ""
) -> HTMLResponse:
    """Show what is to be done, by whom and until when: everybody's for coordinators, one's own for others."""
    which = which if which in words.WHICH else "open"
    everybody = visit.session is not None and visit.session.may_look and whose != "mine"
    decisions = visit.services.decisions
    if everybody:
        found = await decisions.board(which=which, organisation_id=organisation, after=after, limit=ON_A_PAGE)
    else:
        found = await decisions.mine(which=which, after=after, limit=ON_A_PAGE)
    ids = [each.owner_id for each in found.items if each.owner_id]
    return visit.page(
        "decisions/board.html",
        found=found,
        which=which,
        everybody=everybody,
        organisation=organisation,
        names=await named(visit, [*ids, *([organisation] if organisation else [])]),
        terms=words,
        done=done,
    )


@router.get("/{language}/decisions/{decision_id}")
async def show(visit: SignedIn, decision_id: Id, done: str = "") -> HTMLResponse:
    """Show one decision."""
    return await _page(visit, await visit.services.decisions.one(decision_id), Entry(), done=done)


@router.post("/{language}/decisions/{decision_id}/state")
async def move(visit: SignedIn, decision_id: Id) -> Response:
    """Say how far a decision is."""
    entry = forms.read(await visit.form())
    if entry.values.get("state") not in words.STATES:
        raise Refused(422)
    await visit.services.decisions.move(decision_id, entry.values["state"])
    return visit.go(f"/decisions/{decision_id}", done="saved")


@router.post("/{language}/decisions/{decision_id}/tasks/{task_id}/state")
async def move_task(visit: SignedIn, decision_id: Id, task_id: Id) -> Response:
    """Say that a task is done, or open after all."""
    entry = forms.read(await visit.form())
    if entry.values.get("state") not in ("open", "done", "dropped"):
        raise Refused(422)
    await visit.services.decisions.move_task(decision_id, task_id, entry.values["state"])
    return visit.go(f"/decisions/{decision_id}", done="saved")


@router.post("/{language}/decisions/{decision_id}/tasks")
async def assign(visit: Coordinator, decision_id: Id) -> Response:
    """Give a task to an organisation."""
    entry = forms.read(await visit.form())
    text = entry.values.get("task", "")
    if not text or len(text) > forms.MAX_TEXT:
        entry.errors["task"] = visit.say(
            "Say in at most %(number)s characters what is to be done.", number=forms.MAX_TEXT
        )
    command = {
        "text": {visit.language: text},
        "organisation_id": await forms.organisation(visit, entry, "doer", needed=True),
        "due_on": forms.day(visit, entry, "task_due_on"),
    }
    return await _carry_out(visit, decision_id, entry, "assign", command)


@router.post("/{language}/decisions/{decision_id}/commission")
async def commission(visit: Coordinator, decision_id: Id) -> Response:
    """Have the decision commission a report."""
    entry = forms.read(await visit.form())
    return await _carry_out(visit, decision_id, entry, "commission", await forms.commission(visit, entry))


@router.post("/{language}/decisions/{decision_id}/change")
async def change(visit: Coordinator, decision_id: Id) -> Response:
    """Replace what a decision says, whose it is and until when."""
    entry = forms.read(await visit.form())
    command = {
        "text": forms.texts(visit, entry),
        "owner_id": await forms.organisation(visit, entry, "owner"),
        "due_on": forms.day(visit, entry, "due_on"),
        "note": entry.values.get("note", "")[:1000],
    }
    return await _carry_out(visit, decision_id, entry, "change", command)


async def my_tasks(visit: Visit) -> list[Decision]:
    """Return what waits for me, what is late first; nothing when it cannot be asked: the desk opens anyway."""
    try:
        return (await visit.services.decisions.mine(which="open", limit=ON_THE_DESK)).items
    except (Down, Refused):
        return []


async def _carry_out(visit: Visit, decision_id: str, entry: Entry, what: str, command: dict[str, Any]) -> Response:
    decisions = visit.services.decisions
    if not entry.errors:
        try:
            if what == "change":
                before = await decisions.one(decision_id)
                command["person_id"] = before.person_id if command["owner_id"] == before.owner_id else None
                await decisions.change(decision_id, command, revision=forms.revision(entry) or 1)
            elif what == "assign":
                await decisions.assign(decision_id, command, key=forms.key(entry))
            else:
                await decisions.commission(decision_id, command, key=forms.key(entry))
            return visit.go(f"/decisions/{decision_id}", done="saved")
        except Refused as refused:
            forms.take(visit, entry, refused)
    return await _page(visit, await decisions.one(decision_id), entry, form=what, status=422)


async def _page(
    visit: Visit, decision: Decision, entry: Entry, *, form: str = "", done: str = "", status: int = 200
) -> HTMLResponse:
    coordinates = visit.session is not None and visit.session.may_coordinate
    names = await named(visit, decision.organisation_ids)
    country = entry.values.get("country", "BY")
    may_commission = coordinates and not decision.commission and country in dict(visit.speech.countries())
    people = [each for each in (decision.person_id, *(task.person_id for task in decision.tasks)) if each]
    return visit.page(
        "decisions/decision.html",
        status,
        decision=decision,
        names=names,
        people=await visit.services.registry.look_up(people) if coordinates and people else NOBODY,
        entry=entry,
        regions=await region_choices(visit, [country]) if may_commission else [],
        form=form,
        errors=entry.errors,
        terms=words,
        may_move=decision.mine or coordinates,
        coordinates=coordinates,
        done=done,
    )
