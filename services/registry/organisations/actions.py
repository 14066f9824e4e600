"""What is done with organisations."""

from collections.abc import Iterable

from services.registry.organisations import domain, history, matching, store
from services.registry.organisations.domain import Identifier, Organisation, RegisterOrganisation, UpdateOrganisation
from services.registry.organisations.duplicates import store as duplicate_store
from services.registry.organisations.merging import store as merging_store
from services.registry.organisations.proposals import store as proposal_store
from shared.ids import utc_now
from shared.problems import Conflict, FieldError, Invalid
from shared.storage import Reader, Tx
from shared.web import expect


async def register_organisation(tx: Tx, command: RegisterOrganisation, *, by: str | None = None) -> Organisation:
    """Begin a record.  Raises `Conflict` when an identifier belongs to another one."""
    await _refuse_taken(tx, command.identifiers)
    now = utc_now()
    organisation, event = domain.register(command, now=now)
    await store.organisations.add(tx, organisation)
    await history.note(tx, organisation, "registered", now=now, by=by)
    await tx.publish(event)
    return organisation


async def update_organisation(
    tx: Tx, organisation_id: str, command: UpdateOrganisation, *, revision: int | None, by: str | None = None
) -> Organisation:
    """Correct a record of which the caller saw ``revision``.

    Raises `NotFound`, `Stale`, `PreconditionRequired`, `Conflict`, also when another record stands for it.
    """
    before = await store.organisations.get(tx, organisation_id)
    if before.merged_into is not None:
        raise Conflict(
            "organisation-merged",
            "This record was merged into another one: correct that record.",
            organisation_id=(await store.get(tx, organisation_id)).id,
        )
    expect(before, revision)
    await _refuse_taken(tx, command.identifiers, own=organisation_id)
    organisation, event = domain.update(before, command)
    if event is not None:
        await store.organisations.put(tx, organisation)
        await history.note(tx, organisation, "updated", now=utc_now(), before=before, by=by)
        if (organisation.audience, organisation.kinds) != (before.audience, before.kinds):
            await store.outdate_activities(tx, [organisation_id])
        await tx.publish(event)
    return organisation


async def ensure_organisation(tx: Tx, command: RegisterOrganisation, *, source: str | None = None) -> Organisation:
    """Return the organisation that a file speaks of; a record is begun, provisional where that is not certain.

    Who is known by name alone is known by the file's identifier from now on.
    """
    match = await matching.resolve(tx, command, source=source)
    return await store.organisations.get(tx, str(match.organisation_id))


async def organisations_named(reader: Reader, name: str) -> list[Organisation]:
    """Return the organisations that are called ``name`` in some language, spelling or by acronym."""
    return await store.with_name(reader, name)


async def require_organisations(reader: Reader, organisation_ids: Iterable[str]) -> None:
    """Return when each id is a standing organisation's.  Raises `Invalid` naming the places of those that are not."""
    ids = list(organisation_ids)
    standing = await store.survivors(reader, ids) if ids else {}
    errors = tuple(
        FieldError(*_wrong(each in standing), field=f"organisation_ids.{place}")
        for place, each in enumerate(ids)
        if standing.get(each) != each
    )
    if errors:
        raise Invalid(errors[0].code, "Name organisations that have a record.", errors=errors)


def _wrong(merged: bool) -> tuple[str, str]:
    if merged:
        return "organisation-merged", "This record was merged into another one: name that one."
    return "organisation-not-found", "There is no such organisation."


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget that somebody ever changed or decided anything here; what they did stays."""
    await history.forget_person(tx, person_id)
    await proposal_store.forget_person(tx, person_id)
    await merging_store.forget_person(tx, person_id)
    await duplicate_store.forget_person(tx, person_id)


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
