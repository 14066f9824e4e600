"""Merging over HTTP: coordinators say which records are one organisation, and take it back."""

from fastapi import APIRouter

from services.registry.organisations.merging import actions, store
from services.registry.organisations.merging.domain import Merge, Merging, UndoMerge
from services.registry.organisations.store import get
from shared.auth import Coordinator
from shared.ids import Id
from shared.model import Model, Time
from shared.paging import Page
from shared.web import IfMatch, StorageOf

router = APIRouter()

SHOWN = 20  # merges of one record


class ShownMerging(Model):
    """A merge: what was merged into what, how much was moved with it, and until when it can be taken back."""

    id: Id
    organisation_id: Id
    merged_ids: list[Id]
    people: int
    coalitions: int
    activities: int
    period_reports: int
    merged_at: Time
    merged_by: Id | None
    undo_until: Time
    undone_at: Time | None
    undone_by: Id | None


@router.post("/{organisation_id}/merging", status_code=201)
async def merge_organisations(
    organisation_id: Id, command: Merge, actor: Coordinator, storage: StorageOf, revision: IfMatch
) -> ShownMerging:
    """Merge other records into this one: it keeps all their ids, names, identifiers and history."""
    merging = await storage.transact(
        actions.merge_organisations, organisation_id, command, by=actor.person_id, revision=revision
    )
    return _shown(merging)


@router.post("/{organisation_id}/merging/undo")
async def undo_merging(organisation_id: Id, command: UndoMerge, actor: Coordinator, storage: StorageOf) -> ShownMerging:
    """Take back a merge into this record, by its id or the last one, within 30 days."""
    if command.merging_id is None:
        undo = storage.transact(actions.undo_last_merging, organisation_id, by=actor.person_id)
    else:
        undo = storage.transact(
            actions.undo_merging, command.merging_id, by=actor.person_id, organisation_id=organisation_id
        )
    return _shown(await undo)


@router.get("/{organisation_id}/mergings")
async def list_mergings(organisation_id: Id, actor: Coordinator, storage: StorageOf) -> Page[ShownMerging]:
    """List the last merges into this record, newest first."""
    organisation = await get(storage.reader, organisation_id)
    found = await store.recent(storage.reader, organisation.id, limit=SHOWN)
    return Page(items=[_shown(each) for each in found])


def _shown(merging: Merging) -> ShownMerging:
    return ShownMerging(**{name: getattr(merging, name) for name in ShownMerging.model_fields})
