"""Organisations over HTTP: who may know of a record reads it, coordinators write."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.registry.organisations import actions, finding, history, store
from services.registry.organisations.codes import Level, Region
from services.registry.organisations.domain import Organisation, RegisterOrganisation, UpdateOrganisation
from services.registry.organisations.duplicates.routes import router as duplicates
from services.registry.organisations.finding import Counts, Wanted
from services.registry.organisations.history import Entry
from services.registry.organisations.merging.routes import router as merging
from services.registry.organisations.proposals.routes import router as proposals
from services.registry.organisations.views import ShownOrganisation, shown
from shared.auth import Actor, Anyone, Coordinator
from shared.events.registry import OrganisationKind
from shared.ids import Id
from shared.model import Country
from shared.paging import Page, PagingOf
from shared.problems import NotFound
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/organisations", tags=["organisations"])
router.include_router(merging)
router.include_router(duplicates)
router.include_router(proposals)  # before the routes that take whatever follows for an id

Question = Annotated[
    str | None,
    Query(
        alias="q",
        max_length=200,
        description="A name, an identifier, or beginnings of words, in any script or spelling; slips are forgiven.",
    ),
]


def _wanted(
    *,
    actor: Anyone,
    question: Question = None,
    kind: OrganisationKind | None = None,
    country: Country | None = None,
    region: Region | None = None,
    level: Level | None = None,
) -> Wanted:
    return Wanted(actor, question, kind, country, region, level)


WantedOf = Annotated[Wanted, Depends(_wanted)]


@router.post("", status_code=201)
async def register_organisation(
    command: RegisterOrganisation, actor: Coordinator, storage: StorageOf, response: Response
) -> Organisation:
    """Begin the record of an organisation."""
    organisation = await storage.transact(actions.register_organisation, command, by=actor.person_id)
    versioned(response, organisation)
    return organisation


@router.get("")
async def list_organisations(
    actor: Anyone, storage: StorageOf, paging: PagingOf, wanted: WantedOf
) -> Page[Organisation]:
    """List organisations, or find them by name, acronym or identifier."""
    return await finding.page(storage.reader, wanted, paging)


@router.get("/counts")
async def count_organisations(actor: Anyone, storage: StorageOf, wanted: WantedOf) -> Counts:
    """Count the organisations that the list would show, by kind and country."""
    return await finding.count(storage.reader, wanted)


@router.get("/{organisation_id}")
async def show_organisation(
    organisation_id: Id, actor: Anyone, storage: StorageOf, response: Response
) -> ShownOrganisation:
    """Show one organisation; the id of a record that was merged into another one shows that one, and says so."""
    organisation = await _seen(storage, organisation_id, actor)
    versioned(response, organisation)
    if organisation.id != organisation_id:
        response.headers["Content-Location"] = f"/organisations/{organisation.id}"
    return shown(organisation, organisation_id)


@router.get("/{organisation_id}/history")
async def show_history(organisation_id: Id, actor: Coordinator, storage: StorageOf, paging: PagingOf) -> Page[Entry]:
    """Show who changed which fields of a record and when, newest first; what they said is not kept."""
    organisation = await store.get(storage.reader, organisation_id)
    return await history.page(storage.reader, [organisation.id, *organisation.merged_ids], paging)


@router.put("/{organisation_id}")
async def update_organisation(
    *,
    organisation_id: Id,
    command: UpdateOrganisation,
    actor: Coordinator,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> Organisation:
    """Correct the record of an organisation; ``If-Match`` names the revision that was read."""
    organisation = await storage.transact(
        actions.update_organisation, organisation_id, command, revision=revision, by=actor.person_id
    )
    versioned(response, organisation)
    return organisation


async def _seen(storage: StorageOf, organisation_id: str, actor: Actor | None) -> Organisation:
    organisation = await store.get(storage.reader, organisation_id)
    if not finding.may_see(actor, organisation):
        raise NotFound("organisation-not-found", "There is no such organisation.")
    return organisation
