"""One's own record: read, corrected, taken along, and erased; it is the person's."""

import json
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.people import Record
from services.portal.meetings.forms import choosable
from services.portal.numbers import revision
from services.portal.pages import SignedIn, Visit, download
from services.portal.people import forms, words
from services.portal.registry.names import organisation_names
from shared.ids import Id

router = APIRouter()

MAX_PAGES = 50  # of 200 invitations or decisions: more than anybody ever has
OWN = ("display_name", "language", "time_zone")


@router.get("/{language}/me")
async def show(visit: SignedIn, done: str = "") -> HTMLResponse:
    """Show the own record and what may be done with it."""
    return await _page(visit, await visit.services.people.me(), done=done)


@router.post("/{language}/me")
async def correct(visit: SignedIn) -> Response:
    """Correct how one is called and written to."""
    form = await visit.form()
    values = {name: str(form.get(name, "")).strip() for name in OWN}
    errors = forms.missing(visit, values, "display_name")
    if not errors:
        try:
            await visit.services.people.correct_me(values, revision=revision(form))
            return visit.go("/me", done="saved")
        except Refused as refused:
            errors = forms.refusals(visit, refused)
    return await _page(visit, await visit.services.people.me(), values=values, errors=errors)


@router.get("/{language}/me/data")
async def data(visit: SignedIn) -> Response:
    """Give what the parts keep about whoever asks as one file; what they wrote into reports is the reports'."""
    kept = {
        "registry": await visit.services.people.my_data(),
        "invitations": await _my_invitations(visit),
        "decisions": await _my_decisions(visit),
        "letters": await _my_letters(visit),
    }
    body = json.dumps(kept, ensure_ascii=False, indent=2).encode()
    return download(body, kind="application/json", name="zgoda-my-data.json")


@router.post("/{language}/me/consents/{consent_id}/withdrawal")
async def withdraw(visit: SignedIn, consent_id: Id) -> Response:
    """Take an own consent back."""
    assert visit.session is not None  # noqa: S101 - that is what SignedIn says
    await visit.services.people.withdraw_consent(visit.session.person.id, consent_id)
    return visit.go("/me", done="withdrawn")


@router.post("/{language}/me/erasure")
async def erase(visit: SignedIn) -> Response:
    """Forget whoever asks, when they wrote their name once more; they are signed out."""
    form = await visit.form()
    try:
        await visit.services.people.erase_me(str(form.get("erase", ""))[:200])
    except Refused as refused:
        errors = forms.refusals(visit, refused)
        return await _page(visit, await visit.services.people.me(), errors=errors)
    visit.end()
    return visit.page("people/forgotten.html")


async def _page(
    visit: Visit,
    found: Record,
    *,
    done: str = "",
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    shown = values or {name: getattr(found, name) for name in OWN}
    return visit.page(
        "people/me.html",
        422 if errors else 200,
        person=found,
        values=shown,
        consents=await visit.services.people.consents(found.id),
        names=await organisation_names(visit, [found]),
        said=words,
        done=words.DONE.get(done, ""),
        errors=errors or {},
        zones=choosable(shown["time_zone"]),
    )


async def _my_letters(visit: Visit) -> Any:
    """Return how whoever asks is written to, and every letter; `None` when nothing is sent to them."""
    try:
        link = await visit.services.preferences.link()
    except Refused as refused:
        if refused.status != 404:
            raise
        return None
    return json.loads(await visit.holding(link).preferences.export())


async def _my_decisions(visit: Visit) -> list[Any]:
    """Return every decision that whoever asks, or an organisation of theirs, carries out."""
    found, after = [], ""
    for _ in range(MAX_PAGES):
        page = await visit.services.decisions.mine(which="all", after=after, limit=200)
        found += [each.model_dump(mode="json") for each in page.items]
        if not (after := page.next or ""):
            break
    return found


async def _my_invitations(visit: Visit) -> list[Any]:
    """Return every invitation of whoever asks, with what they answered."""
    found, after = [], ""
    for _ in range(MAX_PAGES):
        page = await visit.services.meetings.mine(when="all", after=after, limit=200)
        found += [each.model_dump(mode="json") for each in page.items]
        if not (after := page.next or ""):
            break
    return found
