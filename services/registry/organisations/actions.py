"""What is done with organisations."""

from collections.abc import Iterable

from services.registry.folding import fold
from services.registry.organisations import domain, store
from services.registry.organisations.domain import Identifier, Organisation, RegisterOrganisation, UpdateOrganisation
from shared.ids import utc_now
from shared.problems import Conflict, FieldError, Invalid
from shared.storage import Reader, Tx
from shared.web import expect


async def register_organisation(tx: Tx, command: RegisterOrganisation) -> Organisation:
    """Begin a record.  Raises `Conflict` when an identifier belongs to another one."""
    await _refuse_taken(tx, command.identifiers)
    organisation, event = domain.register(command, now=utc_now())
    await store.organisations.add(tx, organisation)
    await tx.publish(event)
    return organisation


async def update_organisation(
    tx: Tx, organisation_id: str, command: UpdateOrganisation, *, revision: int | None
) -> Organisation:
    """Correct a record of which the caller saw ``revision``.

    Raises `NotFound`, `Stale`, `PreconditionRequired`, `Conflict`.
    """
    organisation = await store.organisations.get(tx, organisation_id)
    expect(organisation, revision)
    await _refuse_taken(tx, command.identifiers, own=organisation_id)
    organisation, event = domain.update(organisation, command)
    if event is not None:
        await store.organisations.put(tx, organisation)
        await tx.publish(event)
    return organisation


async def ensure_organisation(tx: Tx, command: RegisterOrganisation) -> Organisation:
    """Return the organisation that a file speaks of: known by an identifier, else by a name, else registered now.

    Who is known by name alone is known by the file's identifier from now on.
    """
    known = await store.with_identifiers(tx, command.identifiers) if command.identifiers else []
    if known:
        return min(known, key=lambda each: each.id)
    scheme = command.identifiers[0].scheme if command.identifiers else None
    for name in command.names.values():
        namesake = domain.recognise(await store.with_name(tx, fold(name)), scheme=scheme)
        if namesake is not None:
            return await _identify(tx, namesake, command.identifiers)
    return await register_organisation(tx, command)


async def organisations_named(reader: Reader, name: str) -> list[Organisation]:
    """Return the organisations that are called ``name`` in some language, spelling or by acronym."""
    folded = fold(name)
    return await store.with_name(reader, folded) if folded else []


async def _identify(tx: Tx, organisation: Organisation, identifiers: list[Identifier]) -> Organisation:
    for identifier in identifiers:
        organisation, event = domain.identify(organisation, identifier)
        if event is not None:
            await store.organisations.put(tx, organisation)
            await tx.publish(event)
    return organisation


async def require_organisations(reader: Reader, organisation_ids: Iterable[str]) -> None:
    """Return when each id is an organisation's.  Raises `Invalid` naming the places of those that are not."""
    ids = list(organisation_ids)
    unknown = set(await store.missing(reader, ids)) if ids else set()
    if unknown:
        errors = tuple(
            FieldError("organisation-not-found", "There is no such organisation.", field=f"organisation_ids.{place}")
            for place, each in enumerate(ids)
            if each in unknown
        )
        raise Invalid("organisation-not-found", "Name organisations that have a record.", errors=errors)


async def _refuse_taken(tx: Tx, identifiers: list[Identifier], *, own: str | None = None) -> None:
    if not identifiers:
        return
    holders = [each for each in await store.with_identifiers(tx, identifiers) if each.id != own]
    if holders:
        raise Conflict(
            "identifier-taken",
            "Another organisation has one of these identifiers: correct that record instead.",
            organisation_id=holders[0].id,
        )
