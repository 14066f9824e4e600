"""Organisations searched and shown to everybody who may know of them; registered and corrected by coordinators."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import pycountry
from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.organisations import Counts, Entry, Merging, Organisation
from services.portal.clients.registry import Person
from services.portal.numbers import number
from services.portal.organisations import forms, terms
from services.portal.pages import Anyone, Coordinator, Visit, local
from services.portal.registry.tables import ON_A_PAGE as ON_A_PAGE_OF_A_FILE
from services.portal.registry.tables import Rows, table_of
from services.portal.words import KIND, KINDS
from shared.ids import Id

router = APIRouter()

ON_A_PAGE = 50
FACETS = 8  # countries offered with their counts


def wanted_of(
    *, visit: Anyone, q: str = "", kind: str = "", country: str = "", region: str = "", level: str = ""
) -> dict[str, str]:
    """Return the filters of an address; those that mean nothing are empty."""
    wanted = {
        "q": q.strip()[:200],
        "kind": kind if kind in KINDS else "",
        "country": country if dict(visit.speech.countries()).get(country) else "",
        "level": level if level in terms.LEVELS else "",
    }
    return {**wanted, "region": region if region in dict(regions_of(wanted["country"])) else ""}


Wanted = Annotated[dict[str, str], Depends(wanted_of)]


@router.get("/{language}/organisations")
async def organisations(visit: Anyone, wanted: Wanted, after: str = "") -> HTMLResponse:
    """Search the organisations."""
    found, counts, waiting = await asyncio.gather(
        visit.services.organisations.page(**wanted, after=after, limit=ON_A_PAGE),
        _counts(visit, wanted, after),
        _waiting(visit),
    )
    return visit.page(
        "organisations/list.html",
        found=found,
        counts=counts,
        waiting=waiting,
        wanted=wanted,
        regions=regions_of(wanted["country"]),
        facets=FACETS,
        terms=terms,
    )


@router.get("/{language}/organisations.{kind_of_file}")
async def organisations_file(visit: Anyone, wanted: Wanted, kind_of_file: str) -> Response:
    """Save every organisation that was found, as it is for whoever asks."""
    ask = visit.services.organisations

    async def rows_of(found: Sequence[Organisation]) -> Rows:
        return [_row(visit, each) for each in found]

    return await table_of(
        kind_of_file,
        "organisations",
        [visit.say(each) for each in terms.COLUMNS],
        lambda after: ask.page(**wanted, after=after, limit=ON_A_PAGE_OF_A_FILE),
        rows_of,
    )


def _row(visit: Visit, each: Organisation) -> list[str]:
    return [
        local(each.names, visit.language),
        "; ".join([*([each.acronym] if each.acronym else []), *each.acronyms]),
        "; ".join(
            [*(name for name in each.names.values() if name != local(each.names, visit.language)), *each.aliases]
        ),
        "; ".join(visit.say(KIND[kind]) for kind in each.kinds),
        visit.say(terms.LEVELS[each.level]) if each.level in terms.LEVELS else "",
        visit.speech.country(each.country) if each.country else "",
        region_name(each.region),
        "; ".join(f"{number.scheme} {number.value}" for number in each.identifiers),
        visit.say(terms.AUDIENCES[each.audience]),
    ]


async def _counts(visit: Visit, wanted: dict[str, str], after: str) -> Counts | None:
    return None if after else await visit.services.organisations.counts(**wanted)


async def _waiting(visit: Visit) -> tuple[int, int]:
    """Return how many names and pairs wait for whoever looks, if that is a coordinator."""
    if visit.session is None or not visit.session.may_look:
        return 0, 0
    return await visit.services.organisations.waiting()


def regions_of(country: str) -> list[tuple[str, str]]:
    """Return code and name of a country's regions (ISO 3166-2), by name."""
    found = pycountry.subdivisions.get(country_code=country) if country else []  # type: ignore[no-untyped-call]
    return sorted(((each.code, each.name) for each in found or []), key=lambda pair: pair[1])


@router.get("/{language}/organisations/new")
async def new(visit: Coordinator, name: str = "") -> HTMLResponse:
    """Show the form that begins a record."""
    return _form(visit, forms.blank(name[:200], visit.language), None)


@router.post("/{language}/organisations/new")
async def register(visit: Coordinator) -> Response:
    """Begin a record; when it is likely known already, say so first."""
    form = await visit.form()
    entry = forms.read(form)
    try:
        if entry.command["names"] and "sure" not in form:
            alike = [each for each in await visit.services.organisations.matches(entry.command) if each.score >= 0.7]
            if alike:
                return _form(visit, entry, None, status=409, alike=alike)
        organisation = await visit.services.organisations.register(entry.command, key=str(form.get("key", "")))
    except Refused as refused:
        return _refused(visit, entry, refused, None)
    return visit.go(f"/organisations/{organisation.id}", done="registered")


@router.get("/{language}/organisations/{organisation_id}")
async def organisation(
    visit: Anyone, organisation_id: Id, after: str = "", done: str = "", merging: str = ""
) -> HTMLResponse:
    """Show one organisation and what it does."""
    found = await visit.services.organisations.one(organisation_id)
    activities = await visit.services.registry.activities(organisation_id=found.id, after=after, limit=ON_A_PAGE)
    history, mergings = await _past(visit, found)
    people = await _people(visit, history)
    return visit.page(
        "organisations/one.html",
        organisation=found,
        activities=activities,
        history=history,
        mergings=mergings,
        people=people,
        region=region_name(found.region),
        done=done if done in terms.DONE else "",
        undo=next((each for each in mergings if each.id == merging and each.undone_at is None), None),
        terms=terms,
    )


async def _past(visit: Visit, organisation: Organisation) -> tuple[list[Entry], list[Merging]]:
    """Return what became of the record, for those who may know."""
    if visit.session is None or not visit.session.may_look:
        return [], []
    ask = visit.services.organisations
    history, mergings = await asyncio.gather(ask.history(organisation.id), ask.mergings(organisation.id))
    return history.items, mergings.items


async def _people(visit: Visit, history: list[Entry]) -> dict[str, Person]:
    """Return who changed the record, for coordinators."""
    ids = list(dict.fromkeys(each.by for each in history if each.by))
    if not ids or visit.session is None or not visit.session.may_coordinate:
        return {}
    return await visit.services.registry.look_up(ids)


def region_name(code: str | None) -> str:
    """Return what a region is called, by its ISO 3166-2 code."""
    found = pycountry.subdivisions.get(code=code) if code else None  # type: ignore[no-untyped-call]
    return str(found.name) if found else code or ""


@router.get("/{language}/organisations/{organisation_id}/edit")
async def edit(visit: Coordinator, organisation_id: Id) -> HTMLResponse:
    """Show the form that corrects a record."""
    found = await visit.services.organisations.one(organisation_id)
    return _form(visit, forms.as_it_is(found), found)


@router.post("/{language}/organisations/{organisation_id}/edit")
async def correct(visit: Coordinator, organisation_id: Id) -> Response:
    """Correct a record of which the form says the revision that was seen."""
    form = await visit.form()
    known = await visit.services.organisations.one(organisation_id)
    entry = forms.read(form, known)
    try:
        revision = number(form, "revision", known.revision)
        await visit.services.organisations.update(known.id, entry.command, revision=revision)
    except Refused as refused:
        return _refused(visit, entry, refused, known)
    return visit.go(f"/organisations/{known.id}", done="corrected")


def _refused(visit: Visit, entry: forms.Entry, refused: Refused, known: Organisation | None) -> HTMLResponse:
    if refused.status not in (400, 409, 412, 422):
        raise refused
    forms.explain(visit, entry, refused.errors, refused.code)
    return _form(visit, entry, known, status=refused.status)


def _form(
    visit: Visit, entry: forms.Entry, known: Organisation | None, *, status: int = 200, alike: object = ()
) -> HTMLResponse:
    return visit.page("organisations/form.html", status, entry=entry, organisation=known, alike=alike, terms=terms)
