"""What is done to sign somebody in and out."""

from datetime import datetime

from services.registry.people import store as people
from services.registry.people.domain import Person
from services.registry.sign_in import domain, store
from services.registry.sign_in.domain import RedeemSignIn, RequestSignIn, SignedIn
from shared.ids import utc_now
from shared.links import LinkClaims
from shared.problems import Unauthenticated
from shared.storage import Tx


async def request_sign_in(tx: Tx, command: RequestSignIn) -> None:
    """Keep the request; whether the address is anybody's is looked up later, so that the answer tells nothing."""
    fingerprint = people.address_index(tx.vault, command.address)
    await store.add_sign_in(tx, domain.ask(command, fingerprint=fingerprint, now=utc_now()))


async def send_link(tx: Tx, sign_in_id: str) -> None:
    """Have a link sent to the person whose address was given, or forget the request when it is nobody's."""
    sign_in = await store.find_sign_in(tx, sign_in_id)
    if sign_in is None or sign_in.state != "asked":
        return
    decided = domain.send(sign_in, await people.find_by_fingerprint(tx, sign_in.fingerprint))
    if decided is None:
        await store.drop_sign_in(tx, sign_in_id)
        return
    sign_in, event = decided
    await store.put_sign_in(tx, sign_in)
    await tx.publish(event)


async def redeem_sign_in(tx: Tx, command: RedeemSignIn, *, link: LinkClaims) -> SignedIn:
    """Begin a session with a link, once.  Raises `Unauthenticated`."""
    now = utc_now()
    used = domain.redeem(await store.find_sign_in(tx, link.subject), command, now=now)
    person = await people.find(tx, used.person_id or "")
    if person is None or not person.active:
        raise Unauthenticated("link-not-valid", "This link is not good any more: ask for a new one.")
    begun = domain.begin(person.id, now=now)
    await store.put_sign_in(tx, used)
    await store.add_session(tx, begun.session)
    return SignedIn(refresh_token=begun.token, person=domain.signed_in(person))


async def renew_session(tx: Tx, refresh_token: str, *, key: bytes, now: datetime) -> tuple[Person, str] | None:
    """Return the person and the next refresh token; `None` when the session is over, which it is from then on.

    Nothing is raised, because the end of a session must be written.
    """
    session = await store.find_session(tx, domain.session_id(refresh_token))
    if session is None:
        return None
    person = await people.find(tx, session.person_id)
    renewed = domain.renew(session, refresh_token, key=key, now=now)
    if renewed is None or person is None or not person.active:
        await store.drop_session(tx, session.id)
        return None
    if renewed.session != session:
        await store.put_session(tx, renewed.session)
    return person, renewed.token


async def sign_out(tx: Tx, refresh_token: str) -> None:
    """End the session that a refresh token belongs to, if there is one."""
    await store.drop_session(tx, domain.session_id(refresh_token))
