"""Where consents are kept."""

from services.registry.consents.domain import MAX_CONSENTS, Consent
from shared.problems import NotFound
from shared.storage import Aggregates, CollectionSpec, Index, Reader, Tx, from_document

CONSENTS = "consents"
COLLECTIONS = [CollectionSpec(CONSENTS, [Index([("person_id", 1), ("_id", 1)])])]

_consents = Aggregates(CONSENTS, Consent, "consent")


async def add(tx: Tx, consent: Consent) -> None:
    """Keep a new consent."""
    await _consents.add(tx, consent)


async def put(tx: Tx, consent: Consent) -> None:
    """Write a consent's next revision."""
    await _consents.put(tx, consent)


async def get(reader: Reader, consent_id: str, *, person_id: str) -> Consent:
    """Return a consent of this person.  Raises `NotFound`."""
    consent = await _consents.find(reader, consent_id)
    if consent is None or consent.person_id != person_id:
        raise NotFound("consent-not-found", "There is no such consent.")
    return consent


async def of_person(reader: Reader, person_id: str) -> list[Consent]:
    """Return what somebody agreed to, oldest first."""
    found = await reader[CONSENTS].find({"person_id": person_id}, sort=[("_id", 1)], limit=MAX_CONSENTS)
    return [from_document(Consent, each) for each in found]


async def count(reader: Reader, person_id: str) -> int:
    """Return how many consents of a person there are."""
    return await reader[CONSENTS].count({"person_id": person_id}, limit=MAX_CONSENTS)


async def forget(tx: Tx, person_id: str) -> None:
    """Delete what somebody agreed to."""
    await tx[CONSENTS].delete_many({"person_id": person_id})
