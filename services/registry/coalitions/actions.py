"""What is done with coalitions."""

from services.registry.coalitions import domain, store
from services.registry.coalitions.domain import ChangeMembers, Coalition, FormCoalition, RenameCoalition
from services.registry.organisations.actions import require_organisations
from shared.ids import utc_now
from shared.storage import Tx
from shared.web import expect


async def form_coalition(tx: Tx, command: FormCoalition) -> Coalition:
    """Form a coalition.  Raises `Invalid` when a member has no record."""
    await require_organisations(tx, command.organisation_ids)
    coalition, event = domain.form(command, now=utc_now())
    await store.coalitions.add(tx, coalition)
    await tx.publish(event)
    return coalition


async def change_members(tx: Tx, coalition_id: str, command: ChangeMembers, *, revision: int | None) -> Coalition:
    """Replace the members of a coalition of which the caller saw ``revision``.

    Raises `NotFound`, `Stale`, `PreconditionRequired`, `Invalid`.
    """
    coalition = await store.coalitions.get(tx, coalition_id)
    expect(coalition, revision)
    await require_organisations(tx, command.organisation_ids)
    coalition, event = domain.change_members(coalition, command)
    if event is not None:
        await store.coalitions.put(tx, coalition)
        await tx.publish(event)
    return coalition


async def rename_coalition(tx: Tx, coalition_id: str, command: RenameCoalition, *, revision: int | None) -> Coalition:
    """Call a coalition something else, of which the caller saw ``revision``.

    Raises `NotFound`, `Stale`, `PreconditionRequired`.
    """
    before = await store.coalitions.get(tx, coalition_id)
    expect(before, revision)
    coalition = domain.rename(before, command)
    if coalition is not before:
        await store.coalitions.put(tx, coalition)
    return coalition
