"""The review list over HTTP: coordinators say whose the names are that files left uncertain."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from services.registry.organisations import matching, store
from services.registry.organisations.domain import Organisation, RegisterOrganisation
from services.registry.organisations.proposals import actions
from services.registry.organisations.proposals import store as proposals
from services.registry.organisations.proposals.domain import Candidate, Confirm, Proposal
from shared.auth import Coordinator
from shared.ids import Id
from shared.model import Model
from shared.paging import Page, PagingOf
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter()

State = Annotated[Literal["open", "confirmed", "rejected"], Query(description="What became of it.")]
COUNTED = 1_000  # proposals, above which a count says "more than"


class ShownCandidate(Candidate):
    """A candidate with the record it means now."""

    organisation: Organisation


class ShownProposal(Proposal):
    """A proposal with its candidates' records: those that still stand, each once."""

    shown: list[ShownCandidate]


class Waiting(Model):
    """How many proposals wait for a decision, counted no further than 1,000."""

    open: int


@router.post("/matching")
async def propose_matches(
    command: RegisterOrganisation, actor: Coordinator, storage: StorageOf
) -> list[ShownCandidate]:
    """Say which organisations may be meant, with scores and reasons, the likest first.  Changes nothing."""
    return await _shown(storage, await matching.propose(storage.reader, command))


@router.get("/proposals")
async def list_proposals(
    actor: Coordinator, storage: StorageOf, paging: PagingOf, state: State = "open"
) -> Page[ShownProposal]:
    """List the names of which it is not certain whose they are, oldest first."""
    page = await proposals.page(storage.reader, state=state, paging=paging)
    return Page(items=[await _with_candidates(storage, each) for each in page.items], next=page.next)


@router.get("/proposals/count")
async def count_proposals(actor: Coordinator, storage: StorageOf) -> Waiting:
    """Count the proposals that wait for a decision."""
    return Waiting(open=await proposals.count_open(storage.reader, limit=COUNTED))


@router.get("/proposals/{proposal_id}")
async def show_proposal(proposal_id: Id, actor: Coordinator, storage: StorageOf, response: Response) -> ShownProposal:
    """Show one proposal."""
    proposal = await proposals.proposals.get(storage.reader, proposal_id)
    versioned(response, proposal)
    return await _with_candidates(storage, proposal)


@router.post("/proposals/{proposal_id}/confirmation")
async def confirm_proposal(
    proposal_id: Id, command: Confirm, actor: Coordinator, storage: StorageOf, revision: IfMatch
) -> Proposal:
    """Say whose name it is; its provisional record is merged into that organisation's."""
    return await storage.transact(actions.confirm_proposal, proposal_id, command, revision=revision, by=actor.person_id)


@router.post("/proposals/{proposal_id}/rejection")
async def reject_proposal(proposal_id: Id, actor: Coordinator, storage: StorageOf, revision: IfMatch) -> Proposal:
    """Say that it is the name of none of the candidates."""
    return await storage.transact(actions.reject_proposal, proposal_id, revision=revision, by=actor.person_id)


@router.post("/proposals/{proposal_id}/reopening")
async def reopen_proposal(proposal_id: Id, actor: Coordinator, storage: StorageOf, revision: IfMatch) -> Proposal:
    """Take the decision back, and the merge that it made."""
    return await storage.transact(actions.reopen_proposal, proposal_id, revision=revision, by=actor.person_id)


async def _with_candidates(storage: StorageOf, proposal: Proposal) -> ShownProposal:
    fields = {name: getattr(proposal, name) for name in Proposal.model_fields}
    standing = await _shown(storage, proposal.candidates)
    others = [each for each in standing if each.organisation.id != proposal.provisional_id]
    return ShownProposal(**fields, shown=others)


async def _shown(storage: StorageOf, candidates: list[Candidate]) -> list[ShownCandidate]:
    standing = await store.survivors(storage.reader, [each.organisation_id for each in candidates])
    records = {each.id: each for each in await store.with_ids(storage.reader, set(standing.values()))}
    shown: dict[str, ShownCandidate] = {}
    for each in candidates:
        record = records.get(standing.get(each.organisation_id, ""))
        if record is not None and record.id not in shown:
            shown[record.id] = ShownCandidate(
                organisation_id=record.id, score=each.score, reasons=each.reasons, organisation=record
            )
    return list(shown.values())
