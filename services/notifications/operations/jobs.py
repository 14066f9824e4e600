"""What the metrics are told of letters again and again: for how long they wait, and what waits for an operator."""

from datetime import datetime, timedelta

from prometheus_client import Gauge

from services.notifications.deliveries.bundles import BELLS
from services.notifications.deliveries.domain import BULK_PRIORITY, KINDS, priority_of
from services.notifications.fanouts import store as fanouts
from services.notifications.operations import store
from shared.ids import utc_now
from shared.service import Context, Job

oldest = Gauge("zgoda_letters_oldest_seconds", "For how long the oldest letter waits that could be sent", ["lane"])
undecided = Gauge("zgoda_letters_undecided", "Letters that wait until somebody decides or repairs something", ["state"])
held_seconds = Gauge("zgoda_hold_oldest_seconds", "For how long the oldest hold of letters stands; 0: nothing is held")
fanout_seconds = Gauge("zgoda_fanout_oldest_seconds", "For how long the oldest event waits to be told to all it is for")


async def look(context: Context) -> None:
    """Tell the metrics of letters; what an operator holds is known, and counts for no delay."""
    reader, now = context.storage.reader, utc_now()
    holds = await store.holds(reader)
    held = {hold.what for hold in holds}
    held_seconds.set(_age(min((hold.held_at for hold in holds), default=None), now))
    fanout_seconds.set(_age(await fanouts.oldest_unfinished(reader), now))
    free = [kind for kind in KINDS if kind not in held]
    for state, count in (await store.undecided(reader, free)).items():
        undecided.labels(state).set(count)
    for priority, lane in BELLS.items():
        stands = priority == BULK_PRIORITY and "relay" in held
        kinds = [] if stands else [kind for kind in free if priority_of(kind) == priority]
        relays = [what for what in held if what not in KINDS] if priority == BULK_PRIORITY else []
        oldest.labels(lane).set(_age(await store.oldest_queued(reader, kinds, but_by=relays), now))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


JOBS = [Job("letters-watched", look, timedelta(seconds=15))]
