"""Consents over HTTP: coordinators record them, people see and withdraw their own."""

from fastapi import APIRouter

from services.registry.consents import actions, store
from services.registry.consents.domain import Consent, RecordConsent
from shared.auth import Actor, Member, Secretariat
from shared.ids import Id
from shared.paging import Page
from shared.problems import NotFound
from shared.web import StorageOf

router = APIRouter(tags=["people"])


@router.post("/people/{person_id}/consents", status_code=201)
async def record_consent(person_id: Id, command: RecordConsent, actor: Secretariat, storage: StorageOf) -> Consent:
    """Record that somebody agreed, to which words and when."""
    return await storage.transact(actions.record_consent, person_id, command, by=actor.person_id)


@router.get("/people/{person_id}/consents")
async def list_consents(person_id: Id, actor: Member, storage: StorageOf) -> Page[Consent]:
    """List what somebody agreed to; people see their own, coordinators everybody's."""
    _check_may_see(actor, person_id)
    return Page(items=await store.of_person(storage.reader, person_id))


@router.post("/people/{person_id}/consents/{consent_id}/withdrawal")
async def withdraw_consent(person_id: Id, consent_id: Id, actor: Member, storage: StorageOf) -> Consent:
    """Take a consent back: as easy as giving it (GDPR Art. 7.3)."""
    _check_may_see(actor, person_id)
    return await storage.transact(actions.withdraw_consent, person_id, consent_id)


def _check_may_see(actor: Actor, person_id: str) -> None:
    if not actor.may("coordinator") and actor.person_id != person_id:
        raise NotFound("person-not-found", "There is no such person.")
