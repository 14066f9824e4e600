"""What is done again and again about letters: taking them back from the dead, and counting those that wait."""

from datetime import timedelta

from prometheus_client import Counter, Gauge

from services.notifications.deliveries import bundles, moving, sorting, stops
from services.notifications.operations import store as operations
from shared import logs
from shared.ids import utc_now
from shared.service import Context, Job
from shared.storage import Unreachable

log = logs.get(__name__)

waiting = Gauge("zgoda_letters_waiting", "Letters that wait to be sent, as of the last look", ["lane"])
holds = Gauge("zgoda_holds", "Kinds and relays that are held, as of the last look", ["by"])
found_again = Counter("zgoda_letters_found_again_total", "Waiting letters that no bundle had any more, tied again")


async def take_back(context: Context) -> None:
    """Take back the letters of processes that have died; those that may have been sent are marked."""
    back, ambiguous = await bundles.take_back(
        context.storage,
        lease=timedelta(seconds=context.settings.letters_lease_seconds),
        now=utc_now(),
        holder=context.settings.instance,
        held=context.settings.letters_held_when_ambiguous,
    )
    if back:
        log.warning("letters-taken-back", bundles=back, ambiguous=ambiguous)
        for bell in bundles.BELLS.values():
            context.storage.bell(bell).set()


async def find_lost(context: Context) -> None:
    """Tie again what waits in a bundle that is gone; that there is any is a mistake of ours, so it is told."""
    if count := await moving.sweep(context.storage, now=utc_now()):
        log.error("letters-found-again", letters=count)
        found_again.inc(count)


async def withhold_stopped(context: Context) -> None:
    """Withhold what was stopped and that no sender works on; one stop that cannot be is no reason for the others."""
    storage, now = context.storage, utc_now()
    for stop in await stops.standing(storage.reader):
        try:
            count = 0 if stop.done else await stops.withhold_all(storage, stop, now=now)
        except Unreachable:
            raise
        except Exception as error:
            log.error("letters-not-withheld", stop=stop.id, exc_info=error)
        else:
            if count:
                log.info("letters-withheld", stop=stop.id, letters=count)
    await stops.tidy(storage.reader, now=now)


async def count_waiting(context: Context) -> None:
    """Tell the metrics how many letters wait, and how much is held."""
    by_brake = [hold.because is not None for hold in await operations.holds(context.storage.reader)]
    holds.labels("operator").set(by_brake.count(False))
    holds.labels("brake").set(by_brake.count(True))
    for priority, count in (await bundles.count_waiting(context.storage.reader)).items():
        waiting.labels(bundles.BELLS[priority]).set(count)


JOBS = [
    Job("letters-taken-back", take_back, timedelta(seconds=3)),
    Job("letters-sorted", sorting.sort_waiting, timedelta(seconds=1)),
    Job("letters-withheld", withhold_stopped, timedelta(seconds=3)),
    Job("letters-found-again", find_lost, timedelta(minutes=5)),
    Job("letters-counted", count_waiting, timedelta(seconds=15)),
]
