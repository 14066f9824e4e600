"""What is done about preferences in a transaction: keeping them, and letting go what waited because of them."""

from services.notifications.contacts import store as contacts
from services.notifications.deliveries import moving
from services.notifications.preferences import domain, store
from services.notifications.preferences.domain import (
    ChangeWishes,
    Frequency,
    Preferences,
    StopTopic,
    Topic,
    Wishes,
)
from shared.ids import utc_now
from shared.links import LinkClaims
from shared.problems import Unauthenticated
from shared.storage import Reader, Tx
from shared.web import expect


async def owner(reader: Reader, link: LinkClaims) -> str:
    """Return whose link it is.  Raises `Unauthenticated` when it was withdrawn, or its owner is forgotten."""
    generation = await contacts.link_generation(reader, link.subject)
    if generation is None or generation != link.generation:
        raise Unauthenticated("link-withdrawn", "This link was withdrawn: use the one in the newest letter.")
    return link.subject


async def leaver(reader: Reader, link: LinkClaims) -> str:
    """Return who may leave by this link, however old the letter it came in.  Raises `Unauthenticated`."""
    if await contacts.link_generation(reader, link.subject) is None:
        raise Unauthenticated("link-withdrawn", "This link was withdrawn: use the one in the newest letter.")
    return link.subject


async def change_wishes(tx: Tx, person_id: str, command: ChangeWishes, *, revision: int | None = None) -> Preferences:
    """Write to somebody like this from now on, letters that wait included.  Raises `Stale` and `Conflict`."""
    known = await store.PREFERENCES.find(tx, person_id)
    if known is not None:
        expect(known, revision, required=False)
    return await _keep(tx, known, person_id, Wishes.model_validate(command.model_dump()))


async def stop_topic(tx: Tx, person_id: str, command: StopTopic) -> Preferences:
    """Write to somebody of this no more."""
    known = await store.PREFERENCES.find(tx, person_id)
    wishes = known.wishes if known else Wishes()
    return await _keep(tx, known, person_id, domain.stop(wishes, command.topic))


async def choose_frequency(tx: Tx, person_id: str, topic: Topic, frequency: Frequency) -> None:
    """Write to somebody of one topic as often as they said elsewhere."""
    known = await store.PREFERENCES.find(tx, person_id)
    wishes = known.wishes if known else Wishes()
    if wishes.topics.get(topic, "now") != frequency:
        await _keep(tx, known, person_id, domain.choose(wishes, topic, frequency))


async def _keep(tx: Tx, known: Preferences | None, person_id: str, wishes: Wishes) -> Preferences:
    now = utc_now()
    preferences = domain.change(known, person_id, wishes, now=now)
    await store.write(tx, preferences)
    await moving.reconsider(tx, person_id, now=now)
    return preferences


async def forget_person(tx: Tx, person_id: str) -> None:
    """Delete what somebody wished."""
    await store.forget(tx, person_id)
