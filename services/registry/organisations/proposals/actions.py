"""What coordinators do with proposals: say whose a name is, or that it is nobody's, and open the question again."""

from services.registry.organisations import store as organisation_store
from services.registry.organisations.merging import actions as merging
from services.registry.organisations.merging.domain import Merge
from services.registry.organisations.proposals import domain, store
from services.registry.organisations.proposals.domain import Confirm, Proposal
from shared.ids import utc_now
from shared.storage import Tx
from shared.web import expect


async def confirm_proposal(
    tx: Tx, proposal_id: str, command: Confirm, *, revision: int | None, by: str | None
) -> Proposal:
    """Say whose name it is; a provisional record is merged into that organisation's.

    Raises `NotFound`, `Conflict`, `Stale`.
    """
    proposal = await store.proposals.get(tx, proposal_id)
    expect(proposal, revision, required=False)
    organisation = await organisation_store.get(tx, command.organisation_id)
    merging_id = None
    if proposal.state == "open" and proposal.provisional_id is not None:
        provisional = await organisation_store.get(tx, proposal.provisional_id)
        if provisional.id != organisation.id:  # else merged by somebody, or the provisional record is confirmed
            merge = Merge(organisation_ids=[provisional.id])
            merging_id = (await merging.merge_organisations(tx, organisation.id, merge, by=by)).id
    now = utc_now()
    decided = domain.confirm(proposal, organisation.id, merging_id=merging_id, by=by, now=now)
    await store.proposals.put(tx, decided)
    await store.decide(tx, proposal.key, organisation_id=organisation.id, by=by, at=now)
    return decided


async def reject_proposal(tx: Tx, proposal_id: str, *, revision: int | None, by: str | None) -> Proposal:
    """Say that it is the name of none of the candidates.  Raises `NotFound`, `Conflict`, `Stale`."""
    proposal = await store.proposals.get(tx, proposal_id)
    expect(proposal, revision, required=False)
    now = utc_now()
    decided = domain.reject(proposal, by=by, now=now)
    await store.proposals.put(tx, decided)
    apart = [each.organisation_id for each in proposal.candidates]
    await store.decide(tx, proposal.key, organisation_id=proposal.provisional_id, apart=apart, by=by, at=now)
    return decided


async def reopen_proposal(tx: Tx, proposal_id: str, *, revision: int | None, by: str | None) -> Proposal:
    """Take a decision back, and the merge that it made.  Raises `NotFound`, `Conflict`, `Stale`."""
    proposal = await store.proposals.get(tx, proposal_id)
    expect(proposal, revision, required=False)
    reopened = domain.reopen(proposal)
    if proposal.merging_id is not None:
        await merging.undo_merging(tx, proposal.merging_id, by=by)
    await store.proposals.put(tx, reopened)
    await store.undecide(tx, proposal.key)
    return reopened
