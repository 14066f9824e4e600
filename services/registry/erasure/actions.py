"""What is done to forget somebody."""

from services.registry.activities import actions as activities
from services.registry.erasure import domain, store
from services.registry.erasure.domain import ErasePerson, Erasure
from services.registry.imports.sheets import actions as sheets
from services.registry.organisations import actions as organisations
from services.registry.people import store as people
from services.registry.periods import actions as periods
from services.registry.places import actions as places
from shared.events.registry import PersonErased
from shared.ids import utc_now
from shared.storage import Tx

FORGETTING = (
    activities.forget_person,  # finds a person's name in files, and therefore comes while it is known
    organisations.forget_person,
    periods.forget_person,
    places.forget_person,
    sheets.forget_person,
)


async def erase_person(tx: Tx, person_id: str, command: ErasePerson) -> Erasure:
    """Forget somebody here at once, and tell every service to.  Raises `NotFound`, `Invalid`, `Conflict`."""
    person = await people.get(tx, person_id)
    coordinators = await store.coordinators(tx)
    return await _carry_out(tx, *domain.erase(person, command, coordinators=coordinators, now=utc_now()))


async def erase_again(tx: Tx, person_id: str) -> Erasure:
    """Forget somebody who was forgotten before a backup was restored; harmless when there is nothing to forget.

    For the operators' command line, with the list that `GET /erasures` gave before.
    """
    person = await people.find(tx, person_id)
    known = await tx["access"].find_one({"_id": person_id}) or {"revision": 0}
    revision = max(person.revision if person else 0, known["revision"]) + 1
    return await _carry_out(tx, *domain.told(person_id, revision=revision, now=utc_now()))


async def _carry_out(tx: Tx, erasure: Erasure, news: PersonErased) -> Erasure:
    for forget in FORGETTING:
        await forget(tx, erasure.id)
    await store.forget(tx, erasure)
    await tx.publish(news)
    return erasure
