"""How much waits for a service at the broker, told to the metrics by whoever consumes there."""

from prometheus_client import Gauge

from shared.bus import Broker, Names

waiting = Gauge("zgoda_events_waiting", "Events in the service's queue that no consumer has taken yet")
dead = Gauge("zgoda_dead_letters", "Events that the service could not handle: they wait for an operator")


async def count(broker: Broker, names: Names) -> int:
    """Tell the metrics what waits in a service's queues; return how many consume its work queue."""
    messages, consumers = await broker.look_at(names.work)
    waiting.set(messages)
    dead.set(await broker.waiting_in(names.dead))
    return consumers
