"""People for coordinators: found, read, corrected, agreed, forgotten.  Their addresses are on single records only."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.clients.base import Refused
from services.portal.clients.people import Record
from services.portal.clients.registry import Organisation
from services.portal.invitations.terms import UNREACHABLE
from services.portal.meetings.forms import choosable
from services.portal.numbers import revision
from services.portal.pages import Coordinator, Visit
from services.portal.people import forms, words
from services.portal.registry.names import named, organisation_names
from shared.ids import Id

router = APIRouter()

ON_A_PAGE = 50
FOUND = 20  # organisations offered for a name


@router.get("/{language}/people")
async def people(
    visit: Coordinator, q: str = "", organisation_id: Id | None = None, after: str = "", done: str = ""
) -> HTMLResponse:
    """Search the people; their addresses are never shown here."""
    found = await visit.services.registry.people(
        q=q.strip()[:300], organisation_id=organisation_id, after=after, limit=ON_A_PAGE
    )
    of_them = [each for person in found.items for each in person.organisation_ids]
    return visit.page(
        "people/list.html",
        found=found,
        q=q[:300],
        organisation_id=organisation_id or "",
        names=await named(visit, [*([organisation_id] if organisation_id else []), *of_them]),
        done=words.DONE.get(done, ""),
        unreachable=UNREACHABLE,
    )


@router.get("/{language}/people/new")
async def blank(visit: Coordinator) -> HTMLResponse:
    """Show the form for somebody new."""
    return await _form(visit, None, forms.blank(visit), {})


@router.post("/{language}/people/new")
async def register(visit: Coordinator) -> Response:
    """Begin a record, or look for an organisation by name."""
    form = await visit.form()
    values = forms.read(form)
    if form.get("step") == "find":
        return await _form(visit, None, values, {}, query=_query(form))
    errors = forms.missing(visit, values, "display_name", "address")
    if not errors:
        try:
            command = forms.command_of(values, known=False)
            person = await visit.services.people.register(command, key=str(form.get("key", ""))[:100])
            return visit.go(f"/people/{person.id}", done="saved")
        except Refused as refused:
            errors = forms.refusals(visit, refused)
    return await _form(visit, None, values, errors, status=422)


@router.get("/{language}/people/{person_id}")
async def person(visit: Coordinator, person_id: Id, done: str = "") -> HTMLResponse:
    """Show one record."""
    return await _record(visit, await visit.services.people.one(person_id), done=done)


@router.get("/{language}/people/{person_id}/correct")
async def correct(visit: Coordinator, person_id: Id) -> HTMLResponse:
    """Show the form that corrects a record."""
    found = await visit.services.people.one(person_id)
    return await _form(visit, found, forms.values_of(found), {})


@router.post("/{language}/people/{person_id}/correct")
async def save(visit: Coordinator, person_id: Id) -> Response:
    """Correct a record, or look for an organisation by name."""
    form, found = await visit.form(), await visit.services.people.one(person_id)
    values = forms.read(form)
    if form.get("step") == "find":
        return await _form(visit, found, values, {}, query=_query(form))
    errors = forms.missing(visit, values, "display_name", "address")
    if not errors:
        try:
            command = forms.command_of(values, known=True)
            await visit.services.people.correct(person_id, command, revision=revision(form))
            return visit.go(f"/people/{person_id}", done="saved")
        except Refused as refused:
            errors = forms.refusals(visit, refused)
    return await _form(visit, found, values, errors, status=422)


@router.post("/{language}/people/{person_id}/consents")
async def agree(visit: Coordinator, person_id: Id) -> Response:
    """Record that somebody agreed."""
    form = await visit.form()
    command, errors = forms.read_consent(visit, form)
    if not errors:
        try:
            key = str(form.get("key", ""))[:100]
            await visit.services.people.record_consent(person_id, command, key=key)
            return visit.go(f"/people/{person_id}", done="agreed")
        except Refused as refused:
            errors = forms.refusals(visit, refused)
    return await _record(visit, await visit.services.people.one(person_id), errors=errors, consent=command)


@router.post("/{language}/people/{person_id}/consents/{consent_id}/withdrawal")
async def withdraw(visit: Coordinator, person_id: Id, consent_id: Id) -> Response:
    """Take a consent back."""
    await visit.services.people.withdraw_consent(person_id, consent_id)
    return visit.go(f"/people/{person_id}", done="withdrawn")


@router.post("/{language}/people/{person_id}/erasure")
async def erase(visit: Coordinator, person_id: Id) -> Response:
    """Forget somebody, when their name was written once more."""
    form = await visit.form()
    try:
        await visit.services.people.erase(person_id, str(form.get("erase", ""))[:200])
    except Refused as refused:
        errors = forms.refusals(visit, refused)
        return await _record(visit, await visit.services.people.one(person_id), errors=errors)
    return visit.go("/people", done="erased")


async def _record(
    visit: Visit,
    found: Record,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
    consent: dict[str, Any] | None = None,
) -> HTMLResponse:
    return visit.page(
        "people/person.html",
        422 if errors else 200,
        person=found,
        consents=await visit.services.people.consents(found.id),
        names=await organisation_names(visit, [found]),
        said=words,
        unreachable=UNREACHABLE,
        done=words.DONE.get(done, ""),
        errors=errors or {},
        entry=consent or {"purpose": "record", "way": "on-paper", "text": "", "language": found.language},
    )


async def _form(
    visit: Visit,
    found: Record | None,
    values: dict[str, Any],
    errors: dict[str, str],
    *,
    query: str = "",
    status: int = 200,
) -> HTMLResponse:
    offered: list[Organisation] = []
    if query:
        offered = (await visit.services.registry.organisations(q=query, limit=FOUND)).items
    return visit.page(
        "people/form.html",
        status,
        person=found,
        values=values,
        errors=errors,
        query=query,
        offered=[each for each in offered if each.id not in values["organisations"]],
        names=await named(visit, values["organisations"]),
        said=words,
        zones=choosable(values["time_zone"]),
    )


def _query(form: FormData) -> str:
    return str(form.get("query", "")).strip()[:100]
