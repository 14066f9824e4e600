"""What is done about consents."""

from services.registry.consents import domain, store
from services.registry.consents.domain import MAX_CONSENTS, Consent, RecordConsent
from services.registry.people import store as people
from shared.ids import utc_now
from shared.problems import Conflict
from shared.storage import Tx


async def record_consent(tx: Tx, person_id: str, command: RecordConsent, *, by: str) -> Consent:
    """Record that somebody agreed.  Raises `NotFound`, `Invalid`, `Conflict`."""
    await people.get(tx, person_id)
    if await store.count(tx, person_id) >= MAX_CONSENTS:
        raise Conflict("too-many-consents", f"A person has at most {MAX_CONSENTS} consents on record.")
    consent = domain.record(command, person_id=person_id, by=by, now=utc_now())
    await store.add(tx, consent)
    return consent


async def withdraw_consent(tx: Tx, person_id: str, consent_id: str) -> Consent:
    """Take back what somebody agreed to.  Raises `NotFound`, `Conflict`."""
    consent = domain.withdraw(await store.get(tx, consent_id, person_id=person_id), now=utc_now())
    await store.put(tx, consent)
    return consent
