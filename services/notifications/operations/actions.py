"""What an operator does about letters."""

from services.notifications.deliveries import bundles, moving, stops
from services.notifications.deliveries.brake import BELIEVED
from services.notifications.deliveries.bundles import WAITING
from services.notifications.deliveries.domain import HELD, KINDS
from services.notifications.operations import store as operations
from services.notifications.operations.domain import (
    TO_SEND_AGAIN,
    CancelLetters,
    Hold,
    Holdable,
    SendAgain,
    which,
)
from shared.ids import utc_now
from shared.storage import Document, Storage, Tx


async def hold(tx: Tx, what: Holdable, *, by: str) -> Hold:
    """Send nothing of a kind, or nothing at all, from now on."""
    held = Hold(what=what, held_at=utc_now(), held_by=by)
    await operations.keep(tx, held)
    return held


async def release(storage: Storage, what: Holdable) -> int:
    """Send again what was held; return how many letters waited for that.  Harmless when nothing is held.

    Broken off, it has sent some of them, and is asked for again to send the rest.
    """
    await storage.transact(_hold_no_longer, what)
    if what not in KINDS:
        tried = {"kind": {"$in": list(KINDS)}, "state": {"$in": list(WAITING)}, "attempts": {"$gt": 0}}
        await moving.be_patient(storage, tried, now=utc_now())
        return 0
    held: Document = {"kind": what, "state": "held", "error.code": HELD}
    return await moving.tie_all_again(storage, held, due_at=utc_now())


async def _hold_no_longer(tx: Tx, what: Holdable) -> None:
    await operations.release(tx, what)
    if what not in KINDS:
        await operations.believe(tx, what, until=utc_now() + BELIEVED)
    for bell in bundles.BELLS.values():
        tx.ring(bell)


async def cancel_letters(storage: Storage, command: CancelLetters) -> int:
    """Withhold what is not yet sent, from this moment on; return how many letters were withheld already.

    What senders work on is not sent either, and not counted.  Raises `Invalid` when nothing is named.
    """
    named, now = {name: [value] for name, value in which(command).items()}, utc_now()
    stop = await storage.transact(stops.put, named, code="cancelled-by-operator", now=now)
    return await stops.withhold_all(storage, stop, now=now)


async def send_again(storage: Storage, command: SendAgain) -> int:
    """Queue letters once more, as if they were new; return how many.  Raises `Invalid` when nothing is named.

    Those that a sender works on are left to it: they are on their way.
    """
    named: Document = {"state": {"$in": list(TO_SEND_AGAIN)}, **which(command)}
    return await moving.begin_anew(storage, named, now=utc_now())
