"""Likely duplicates over HTTP: coordinators look at pairs and tell them apart; to merge them, see `merging`."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.registry.organisations import store as organisations
from services.registry.organisations.domain import Organisation
from services.registry.organisations.duplicates import actions, store
from services.registry.organisations.duplicates.domain import Pair, State, TellApart
from shared.auth import Coordinator
from shared.model import Model
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter()

COUNTED = 1_000  # pairs, above which a count says "more than"

StateOf = Annotated[State, Query(description="Open questions, or pairs that were told apart.")]


class ShownPair(Pair):
    """A pair with both records."""

    organisations: list[Organisation]


class WaitingPairs(Model):
    """How many pairs wait for a decision, counted no further than 1,000."""

    open: int


@router.get("/duplicates")
async def list_duplicates(
    actor: Coordinator, storage: StorageOf, paging: PagingOf, state: StateOf = "open"
) -> Page[ShownPair]:
    """List the pairs of records that are likely the same organisation, the likest first."""
    page = await store.page(storage.reader, state=state, paging=paging)
    ids = {id for each in page.items for id in each.organisation_ids}
    records = {each.id: each for each in await organisations.with_ids(storage.reader, ids)} if ids else {}
    shown = [
        ShownPair(**dict(each), organisations=[records[id] for id in each.organisation_ids])
        for each in page.items
        if all(id in records and records[id].merged_into is None for id in each.organisation_ids)
    ]
    return Page(items=shown, next=page.next)


@router.get("/duplicates/count")
async def count_duplicates(actor: Coordinator, storage: StorageOf) -> WaitingPairs:
    """Count the pairs that wait for a decision."""
    return WaitingPairs(open=await store.count_open(storage.reader, limit=COUNTED))


@router.post("/duplicates/distinction", status_code=204)
async def tell_apart(command: TellApart, actor: Coordinator, storage: StorageOf) -> None:
    """Say that two records are two organisations: they are not asked about again."""
    await storage.transact(actions.tell_apart, command, "distinct", by=actor.person_id)


@router.post("/duplicates/reopening", status_code=204)
async def ask_again(command: TellApart, actor: Coordinator, storage: StorageOf) -> None:
    """Take it back that two records are two organisations."""
    await storage.transact(actions.tell_apart, command, "open", by=actor.person_id)
