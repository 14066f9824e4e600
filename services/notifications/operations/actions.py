"""What an operator does about letters."""

from services.notifications.deliveries import bundles, domain, moving, store
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
        return 0
    held: Document = {"kind": what, "state": "held", "error.code": HELD}
    return await moving.tie_all_again(storage, held, due_at=utc_now())


async def _hold_no_longer(tx: Tx, what: Holdable) -> None:
    await operations.release(tx, what)
    for bell in bundles.BELLS.values():
        tx.ring(bell)


async def cancel_letters(tx: Tx, command: CancelLetters) -> int:
    """Withhold what is not yet sent; return how many letters that is.  Raises `Invalid` when nothing is named."""
    return await store.withhold(tx, which(command), domain.suppress("cancelled-by-operator"), now=utc_now())


async def send_again(storage: Storage, command: SendAgain) -> int:
    """Queue letters once more, as if they were new; return how many.  Raises `Invalid` when nothing is named.

    Those that a sender works on are left to it: they are on their way.
    """
    named: Document = {"state": {"$in": list(TO_SEND_AGAIN)}, **which(command)}
    return await moving.begin_anew(storage, named, now=utc_now())
