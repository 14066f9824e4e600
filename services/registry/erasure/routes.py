"""Being forgotten over HTTP: by the person, or by a coordinator whom they asked."""

from fastapi import APIRouter, Response

from services.registry.consents import store as consents
from services.registry.consents.domain import Consent
from services.registry.erasure import actions, store
from services.registry.erasure.domain import ErasePerson, Erasure
from services.registry.people import domain as people_domain
from services.registry.people import store as people
from services.registry.people.domain import OwnRecord
from shared.auth import Member, Operator, Secretariat
from shared.ids import Id
from shared.model import Model
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter(tags=["people"])


class OwnData(Model):
    """Everything the registry keeps about a person, for the person (GDPR Art. 15 and 20)."""

    record: OwnRecord
    consents: list[Consent]


@router.get("/me/data")
async def show_my_data(actor: Member, storage: StorageOf, response: Response) -> OwnData:
    """Give the caller everything that is kept here about them."""
    response.headers["Cache-Control"] = "no-store"
    person = await people.get(storage.reader, actor.person_id)
    agreed = await consents.of_person(storage.reader, actor.person_id)
    return OwnData(record=people_domain.own_record_of(person), consents=agreed)


@router.post("/me/erasure")
async def erase_me(command: ErasePerson, actor: Member, storage: StorageOf) -> Erasure:
    """Forget the caller, everywhere and for good."""
    return await storage.transact(actions.erase_person, actor.person_id, command)


@router.post("/people/{person_id}/erasure")
async def erase_person(person_id: Id, command: ErasePerson, actor: Secretariat, storage: StorageOf) -> Erasure:
    """Forget somebody, everywhere and for good."""
    return await storage.transact(actions.erase_person, person_id, command)


@router.get("/erasures")
async def list_erasures(actor: Operator, storage: StorageOf, paging: PagingOf) -> Page[Erasure]:
    """List who was forgotten, by id alone: to be done again after a backup is restored."""
    return await store.page(storage.reader, paging)
