"""Recording an activity, correcting it, taking it off the record and putting it back."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.activities import forms, words
from services.portal.activities.entry import Entry
from services.portal.activities.money import OFFERED
from services.portal.activities.places import region_choices
from services.portal.activities.routes import activity_page
from services.portal.clients.base import Down, Refused
from services.portal.clients.registry import Organisation
from services.portal.numbers import whole
from services.portal.pages import SignedIn, Visit
from shared.ids import Id

router = APIRouter()

REPAIRABLE = (400, 403, 409, 412, 422)
LOCKED = "period-locked"


@router.get("/{language}/activities/new")
async def new(visit: SignedIn) -> HTMLResponse:
    """Show the empty form."""
    return await _form(visit, forms.blank(visit, await _own(visit)), "/activities/new")


@router.post("/{language}/activities/new")
async def record(visit: SignedIn) -> Response:
    """Record what was written."""
    form = await visit.form()
    entry, body = await forms.read(visit, form, {})
    if entry.errors:
        return await _form(visit, entry, "/activities/new", status=422)
    try:
        key = str(form.get("key", ""))[:100] or None
        made = await visit.services.activities.write(body, key=key)
    except Refused as refused:
        return await _refused(visit, entry, refused, "/activities/new")
    return visit.go(f"/activities/{made.id}", done="recorded")


@router.get("/{language}/activities/{activity_id}/edit")
async def edit(visit: SignedIn, activity_id: Id) -> HTMLResponse:
    """Show the form with what is on record."""
    whole = await _writable(visit, activity_id)
    return await _form(visit, forms.as_it_is(visit, whole), f"/activities/{activity_id}/edit")


@router.post("/{language}/activities/{activity_id}/edit")
async def correct(visit: SignedIn, activity_id: Id) -> Response:
    """Save what was written."""
    path = f"/activities/{activity_id}/edit"
    entry, body = await forms.read(visit, await visit.form(), await _writable(visit, activity_id))
    if entry.errors:
        return await _form(visit, entry, path, status=422)
    try:
        await visit.services.activities.correct(activity_id, body, revision=whole(entry.value("revision")))
    except Refused as refused:
        return await _refused(visit, entry, refused, path)
    return visit.go(f"/activities/{activity_id}", done="corrected")


@router.post("/{language}/activities/{activity_id}/withdrawal")
async def withdraw(visit: SignedIn, activity_id: Id) -> Response:
    """Take an activity off the record, or put it back: whichever button was pressed."""
    form = await visit.form()
    asked, revision = visit.services.activities, whole(form.get("revision", ""))
    back = form.get("step") == "restore"
    try:
        if back:
            await asked.restore(activity_id, revision=revision)
        else:
            await asked.withdraw(activity_id, _reason(form), revision=revision)
    except Refused as refused:
        if refused.status not in (409, 412):
            raise
        wrong = {"form": visit.say("Somebody else changed this in the meantime. Look at it as it is now.")}
        if refused.code == LOCKED:
            wrong = {"reason": visit.say(words.WRONG[LOCKED])}
        return await activity_page(visit, await asked.one(activity_id), errors=wrong, status=refused.status)
    return visit.go(f"/activities/{activity_id}", done="restored" if back else "withdrawn")


def _reason(form: FormData) -> str:
    return str(form.get("reason", "")).strip()[:2_000]


async def _writable(visit: Visit, activity_id: str) -> dict[str, Any]:
    whole = await visit.services.activities.whole(activity_id)
    if not whole.get("may_write"):
        raise Refused(403)
    return whole


async def _own(visit: Visit) -> list[Organisation]:
    """Return the organisations of whoever asks, as far as they can be asked."""
    ids = visit.session.person.organisation_ids[:5] if visit.session else []
    found = []
    for each in ids:
        try:
            found.append(await visit.services.registry.organisation(each))
        except (Refused, Down):
            continue
    return found


async def _refused(visit: Visit, entry: Entry, refused: Refused, path: str) -> HTMLResponse:
    if refused.status not in REPAIRABLE:
        raise refused
    forms.take_errors(visit, entry, refused.errors)
    if refused.code == LOCKED:
        entry.errors["correction"] = visit.say(words.WRONG[LOCKED])
    elif refused.status == 412:
        entry.errors["form"] = visit.say("Somebody else saved in the meantime. Compare, then save again.")
    elif not entry.errors:
        entry.errors["form"] = visit.say(words.WRONG.get(refused.code, "This cannot be accepted as it is."))
    return await _form(visit, entry, path, status=refused.status if refused.status != 400 else 422)


async def _form(visit: Visit, entry: Entry, path: str, *, status: int = 200) -> HTMLResponse:
    countries = [each.get("country") for each in entry.whole.get("locations", ()) if each.get("country")]
    return visit.page(
        "activities/form.html",
        status,
        entry=entry,
        errors=entry.errors,
        path=path,
        offered=OFFERED,
        own=await _own(visit),
        regions=await region_choices(visit, list(dict.fromkeys(countries))[:6]),
        terms=words,
    )
