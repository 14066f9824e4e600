"""Sorting: what another relay takes does not wait until the usual one gets round to it.

New letters belong to the usual relay, whose senders give to others what is theirs once they have written it.  While
that relay hangs, is held or has much to do, nobody writes: bundles that have waited for a moment are looked through
here, by nothing but their readers' addresses, and what is for another relay is taken out.
"""

from datetime import datetime, timedelta

from services.notifications.contacts import store as contacts
from services.notifications.contacts.store import Reachable
from services.notifications.deliveries import bundles, traffic
from services.notifications.deliveries.bundles import Claim
from services.notifications.deliveries.traffic import Rules
from services.notifications.settings import Settings
from shared.ids import utc_now
from shared.service import Context
from shared.storage import Document, Reader, Storage

SORTED_AFTER = timedelta(seconds=2)  # a usual relay that is well is faster, and its bundles are read once only


async def sort_waiting(context: Context) -> None:
    """Look through every bundle that waits; where no other relay is set, do nothing at all."""
    settings: Settings = context.settings
    rules = settings.traffic
    while rules.routes and not context.stopping.is_set():
        if not await sort_next(context.storage, rules, now=utc_now(), holder=settings.instance):
            return


async def sort_next(storage: Storage, rules: Rules, *, now: datetime, holder: str) -> bool:
    """Look through the bundle that has waited for longest, if there is one; return whether there was."""
    claim = await bundles.claim_unsorted(
        storage.reader, rules.mark, due_before=now - SORTED_AFTER, holder=holder, others=rules.routes
    )
    if claim is None:
        return False
    stay = {row["_id"]: row.get("due_at", now) for row in claim.rows}
    try:
        for route, rows in (await _elsewhere(storage.reader, rules, claim)).items():
            priority = rows[0]["priority"]
            await storage.transact(bundles.change_over, claim, rows, priority=priority, route=route, now=now)
            for row in rows:
                del stay[row["_id"]]
    finally:
        if stay:
            await bundles.leave(storage.reader, claim, due_at=min(now, *stay.values()))
        else:
            await bundles.finish(storage.reader, claim)
    return True


async def _elsewhere(reader: Reader, rules: Rules, claim: Claim) -> dict[str, list[Document]]:
    """Return what of a claim another relay takes, by relay; what goes to nobody stays where it is."""
    moved: dict[str, list[Document]] = {}
    reachable = await contacts.reach(reader, [row["recipient_id"] for row in claim.rows])
    for row in claim.rows:
        to = reachable.get(row["recipient_id"])
        route = rules.route_of(traffic.domain_of(to.address)) if isinstance(to, Reachable) else traffic.DEFAULT
        if route != traffic.DEFAULT:
            moved.setdefault(route, []).append(row)
    return moved
