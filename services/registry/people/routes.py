"""People over HTTP: coordinators keep the records, members see their own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.registry.people import actions, domain, store
from services.registry.people.domain import (
    ColleagueName,
    CorrectOwnRecord,
    LookUpPeople,
    OwnRecord,
    PersonName,
    PersonRecord,
    PersonSummary,
    RegisterPerson,
    UpdatePerson,
)
from services.registry.people.reachability import unreachable_among
from shared.auth import Member, Secretariat
from shared.ids import Id
from shared.paging import Page, Paging
from shared.problems import NotFound
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(tags=["people"])

Question = Annotated[
    str | None,
    Query(alias="q", max_length=300, description="Beginnings of names (two letters or more), or an address."),
]


@router.get("/me")
async def show_me(actor: Member, storage: StorageOf, response: Response) -> OwnRecord:
    """Show the caller's own record."""
    person = await store.get(storage.reader, actor.person_id)
    versioned(response, person)
    return domain.own_record_of(person)


@router.put("/me")
async def correct_me(
    command: CorrectOwnRecord, actor: Member, storage: StorageOf, revision: IfMatch, response: Response
) -> OwnRecord:
    """Correct how the caller is called, and in which language and zone they are written to."""
    person = await storage.transact(actions.correct_own_record, actor.person_id, command, revision=revision)
    versioned(response, person)
    return domain.own_record_of(person)


@router.post("/me/colleagues")
async def name_my_colleagues(command: LookUpPeople, actor: Member, storage: StorageOf) -> Page[ColleagueName]:
    """Show what people of the caller's own organisations are called; whoever else is asked for is left out."""
    return Page(items=await actions.look_up_colleagues(storage.reader, actor.person_id, command.ids))


@router.post("/people", status_code=201)
async def register_person(
    command: RegisterPerson, actor: Secretariat, storage: StorageOf, response: Response
) -> PersonRecord:
    """Begin the record of a person."""
    person = await storage.transact(actions.register_person, command, by=actor.roles)
    versioned(response, person)
    return domain.record_of(person)


@router.get("/people")
async def list_people(
    actor: Secretariat,
    storage: StorageOf,
    paging: Annotated[Paging, Depends()],
    question: Question = None,
    organisation_id: Id | None = None,
) -> Page[PersonSummary]:
    """List people, or find them by name or address; a list never shows an address."""
    page = await store.page(storage.reader, question=question, organisation_id=organisation_id, paging=paging)
    why = await unreachable_among(storage.reader, [each.id for each in page.items])
    found = (domain.summary_of(each).model_copy(update={"unreachable": why.get(each.id)}) for each in page.items)
    return Page(items=list(found), next=page.next)


@router.post("/people/lookup")
async def look_up_people(command: LookUpPeople, actor: Secretariat, storage: StorageOf) -> Page[PersonName]:
    """Show what up to 500 people are called, in the order asked; who has no record is left out."""
    return Page(items=await actions.look_up_people(storage.reader, command.ids))


@router.get("/people/{person_id}")
async def show_person(person_id: Id, actor: Member, storage: StorageOf, response: Response) -> PersonRecord | OwnRecord:
    """Show one record: all of it to coordinators, their own to others."""
    sees_all = actor.may("coordinator")
    if not sees_all and person_id != actor.person_id:
        raise NotFound("person-not-found", "There is no such person.")
    person = await store.get(storage.reader, person_id)
    versioned(response, person)
    view = domain.record_of(person) if sees_all else domain.own_record_of(person)
    why = await unreachable_among(storage.reader, [person_id])
    return view.model_copy(update={"unreachable": why.get(person_id)})


@router.put("/people/{person_id}")
async def update_person(
    *,
    person_id: Id,
    command: UpdatePerson,
    actor: Secretariat,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> PersonRecord:
    """Correct the record of a person; ``If-Match`` names the revision that was read."""
    person = await storage.transact(
        actions.update_person, person_id, command, revision=revision, by=actor.roles, by_id=actor.person_id
    )
    versioned(response, person)
    return domain.record_of(person)
