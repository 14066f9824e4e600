"""Organisations over HTTP: everybody may read, coordinators write."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.registry.organisations import actions, store
from services.registry.organisations.domain import Organisation, RegisterOrganisation, UpdateOrganisation
from shared.auth import Anyone, Coordinator
from shared.events.registry import OrganisationKind
from shared.ids import Id
from shared.model import Country
from shared.paging import Page, Paging
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/organisations", tags=["organisations"])

Question = Annotated[
    str | None, Query(alias="q", max_length=200, description="Beginnings of words, in any script or spelling.")
]


@router.post("", status_code=201)
async def register_organisation(
    command: RegisterOrganisation, actor: Coordinator, storage: StorageOf, response: Response
) -> Organisation:
    """Begin the record of an organisation."""
    organisation = await storage.transact(actions.register_organisation, command)
    versioned(response, organisation)
    return organisation


@router.get("")
async def list_organisations(
    *,
    actor: Anyone,
    storage: StorageOf,
    paging: Annotated[Paging, Depends()],
    question: Question = None,
    kind: OrganisationKind | None = None,
    country: Country | None = None,
) -> Page[Organisation]:
    """List organisations, or find them by name, acronym or identifier."""
    return await store.page(storage.reader, question=question, kind=kind, country=country, paging=paging)


@router.get("/{organisation_id}")
async def show_organisation(organisation_id: Id, actor: Anyone, storage: StorageOf, response: Response) -> Organisation:
    """Show one organisation."""
    organisation = await store.organisations.get(storage.reader, organisation_id)
    versioned(response, organisation)
    return organisation


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
    organisation = await storage.transact(actions.update_organisation, organisation_id, command, revision=revision)
    versioned(response, organisation)
    return organisation
