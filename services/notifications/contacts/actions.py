"""What is done about contacts in a transaction: keeping the newest, forgetting, and the letters that waited for one."""

from services.notifications.channels import actions as channels
from services.notifications.contacts import store
from services.notifications.contacts.store import Reachable
from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import domain, moving
from services.notifications.deliveries import facts as told
from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import Recipient
from services.notifications.intake import actions as intake
from services.notifications.openpgp import actions as openpgp
from services.notifications.preferences import actions as preferences
from services.notifications.suppressions import actions as suppressions
from shared.events.registry import ContactChanged, PersonErased, SignInRequested
from shared.ids import utc_now
from shared.storage import Tx


async def change_contact(tx: Tx, event: ContactChanged) -> None:
    """Keep how to reach a person, and send what waited for that."""
    values = event.model_dump(include={"language", "time_zone", "no_contact", "address_generation"})
    before = (await store.reach(tx, [event.person_id])).get(event.person_id)
    if await store.remember(tx, event.person_id, event.contact, revision=event.revision, values=values):
        await moving.wake(tx, event.person_id, now=utc_now())
        address = event.contact.address if event.contact else ""
        if isinstance(before, Reachable) and before.suppressed and before.address != address:
            await suppressions.lift_for_new_address(tx, event.person_id)


async def forget_person(tx: Tx, event: PersonErased) -> None:
    """Delete how to reach a person and withhold what was not yet sent; only the id is kept, so that it stays so."""
    await store.forget(tx, event.person_id)
    gone = {"language": "en", "time_zone": "UTC", "no_contact": True}
    await store.remember(tx, event.person_id, None, revision=event.revision, values=gone)
    await letters.withhold(tx, {"recipient_id": event.person_id}, domain.suppress("person-erased"), now=utc_now())
    await forget_what_came_of_it(tx, event.person_id)


async def forget_what_came_of_it(tx: Tx, recipient_id: str) -> None:
    """Delete what was kept beside somebody's contact: what came back, what they wished, their keys and paths."""
    await suppressions.forget_person(tx, recipient_id)
    await intake.forget_person(tx, recipient_id)
    await openpgp.forget_person(tx, recipient_id)
    await preferences.forget_person(tx, recipient_id)
    await channels.forget_person(tx, recipient_id)


async def send_sign_in_link(tx: Tx, event: SignInRequested, *, event_id: str) -> None:
    """Owe a person the link that signs them in."""
    await letters.keep_facts(tx, event_id, told.facts_of_link(event))
    recipient = Recipient(event.person_id, event.sign_in_id, language=event.language)
    await deliveries.owe_letters(tx, "sign-in-requested", [recipient], event_id=event_id, about_id=event.sign_in_id)
