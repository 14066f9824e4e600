"""What is done with people."""

from collections.abc import Collection, Sequence

from pydantic import ValidationError

from services.registry.organisations.actions import require_organisations
from services.registry.people import domain, store
from services.registry.people.domain import (
    ColleagueName,
    CorrectOwnRecord,
    Person,
    PersonName,
    RegisterPerson,
    UpdatePerson,
)
from services.registry.sign_in import store as sign_in
from shared.auth import remember_access
from shared.events.registry import PersonRegistered, PersonUpdated, Role
from shared.ids import utc_now
from shared.model import Language, ZoneName
from shared.problems import Conflict, Invalid
from shared.storage import Reader, Tx
from shared.web import expect

OPERATORS_MACHINE: tuple[Role, ...] = ("coordinator", "operator")
"""The rights of whoever runs commands where the containers run."""


async def register_person(tx: Tx, command: RegisterPerson, *, by: Collection[Role]) -> Person:
    """Begin a record.  Raises `Conflict` when an active person has the address, `Invalid`, `Forbidden`."""
    await require_organisations(tx, command.organisation_ids)
    await _refuse_taken(tx, command.address)
    person, news = domain.register(command, by=by, now=utc_now())
    await store.add(tx, person)
    for event in news:
        await tx.publish(event)
        if isinstance(event, PersonRegistered):  # since when the rights are what they are
            await remember_access(tx, PersonUpdated(**event.model_dump()))
    return person


async def update_person(
    tx: Tx,
    person_id: str,
    command: UpdatePerson,
    *,
    revision: int | None,
    by: Collection[Role],
    by_id: str | None = None,
) -> Person:
    """Correct a record of which the caller saw ``revision``.

    Raises `NotFound`, `Stale`, `PreconditionRequired`, `Conflict`, `Invalid`, `Forbidden`.
    """
    person = await store.get(tx, person_id)
    expect(person, revision)
    await require_organisations(tx, command.organisation_ids)
    return await change_person(tx, person, command, by=by, by_id=by_id)


async def correct_own_record(tx: Tx, person_id: str, command: CorrectOwnRecord, *, revision: int | None) -> Person:
    """Correct what people may change of their own record.  Raises `NotFound`, `Stale`, `PreconditionRequired`."""
    person = await store.get(tx, person_id)
    expect(person, revision)
    changes = {name: getattr(command, name) for name in CorrectOwnRecord.model_fields}
    return await change_person(tx, person, domain.update_command(person, **changes), by=person.roles)


async def change_person(
    tx: Tx, person: Person, command: UpdatePerson, *, by: Collection[Role], by_id: str | None = None
) -> Person:
    """Make of ``person``, just read, what ``command`` says.  Raises `Conflict`, `Forbidden`."""
    changed, news = domain.update(person, command, by=by, by_id=by_id)
    if changed.revision == person.revision:
        return person
    if changed.active:
        await _refuse_taken(tx, changed.address, own=person.id)
    await store.put(tx, changed)
    if changed.address != person.address or not changed.active:  # whoever reads the old mailbox is out
        await sign_in.end_all(tx, person.id)
    for event in news:
        await tx.publish(event)
        if isinstance(event, PersonUpdated):
            await remember_access(tx, event)  # here at once; the other services hear of it
    return changed


async def look_up_people(reader: Reader, ids: Sequence[str]) -> list[PersonName]:
    """Return what those of ``ids`` who have a record are called, in the order of ``ids``."""
    people = {each.id: each for each in await store.named(reader, ids)}
    return [domain.name_of(people[each]) for each in dict.fromkeys(ids) if each in people]


async def look_up_colleagues(reader: Reader, person_id: str, ids: Sequence[str]) -> list[ColleagueName]:
    """Return what those of ``ids`` are called who work for an organisation of ``person_id``; of the others, nothing."""
    me = await store.get(reader, person_id)
    return [
        ColleagueName(id=each.id, display_name=each.display_name)
        for each in await store.named(reader, ids)
        if each.active and not each.no_contact and set(each.organisation_ids) & set(me.organisation_ids)
    ]


async def ensure_coordinator(
    tx: Tx,
    address: str,
    display_name: str,
    *,
    language: Language = "en",
    time_zone: ZoneName = "Europe/Warsaw",
    roles: Sequence[Role] = ("coordinator",),
) -> Person:
    """Return the person with ``address`` who has ``roles`` now; a record is begun where there was none.

    For the operators' command line.  Whoever is known keeps name, language and zone.  Raises `Invalid`.
    """
    fields = {"display_name": display_name, "address": address, "language": language, "time_zone": time_zone}
    try:
        wanted = RegisterPerson.model_validate({**fields, "roles": list(roles)})
    except ValidationError as error:
        wrong = "; ".join(f"{each['loc'][0]} {each['msg'].removeprefix('Value error, ')}" for each in error.errors())
        raise Invalid("input-not-valid", f"That is not possible: {wrong}.") from None
    person = await store.find_by_address(tx, wanted.address)
    if person is None:
        return await register_person(tx, wanted, by=OPERATORS_MACHINE)
    command = domain.update_command(person, roles=[*person.roles, *roles])
    return await change_person(tx, person, command, by=OPERATORS_MACHINE)


async def _refuse_taken(reader: Reader, address: str, *, own: str | None = None) -> None:
    holder = await store.find_by_address(reader, address)
    if holder is not None and holder.id != own:
        raise Conflict(
            "address-taken", "Somebody with a record has this address: correct that record.", person_id=holder.id
        )
