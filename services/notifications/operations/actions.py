"""What an operator does about letters."""

from services.notifications.deliveries import bundles, domain, moving, store
from services.notifications.deliveries.domain import KINDS
from services.notifications.operations import store as operations
from services.notifications.operations.domain import (
    HELD,
    TO_SEND_AGAIN,
    CancelLetters,
    Hold,
    Holdable,
    SendAgain,
    which,
)
from shared.ids import utc_now
from shared.storage import Document, Tx


async def hold(tx: Tx, what: Holdable, *, by: str) -> Hold:
    """Send nothing of a kind, or nothing at all, from now on."""
    held = Hold(what=what, held_at=utc_now(), held_by=by)
    await operations.keep(tx, held)
    return held


async def release(tx: Tx, what: Holdable) -> int:
    """Send again what was held; return how many letters waited for that.  Harmless when nothing is held."""
    await operations.release(tx, what)
    for bell in bundles.BELLS.values():
        tx.ring(bell)
    if what not in KINDS:
        return 0
    return await moving.tie_again(tx, {"kind": what, "state": "held", "error.code": HELD}, due_at=utc_now())


async def cancel_letters(tx: Tx, command: CancelLetters) -> int:
    """Withhold what is not yet sent; return how many letters that is.  Raises `Invalid` when nothing is named."""
    return await store.withhold(tx, which(command), domain.suppress("cancelled-by-operator"), now=utc_now())


async def send_again(tx: Tx, command: SendAgain) -> int:
    """Queue letters once more, as if they were new; return how many.  Raises `Invalid` when nothing is named."""
    named: Document = {"state": {"$in": list(TO_SEND_AGAIN)}, **which(command)}
    return await moving.begin_anew(tx, named, now=utc_now())
