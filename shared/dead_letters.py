"""The dead letters: events that could not be handled, kept until an operator sends them again or drops them."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.bus import Broker, Delivery, Names, Publisher
from shared.problems import NotFound

LOOK_AT_MOST = 1000  # messages: they are all held while one looks
SEARCH_AT_MOST = 20_000  # messages, for one of them


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event that a service could not handle, and why."""

    event_id: str
    event_name: str
    service: str
    error_type: str
    error: str
    attempts: int
    first_failure: str
    last_failure: str
    traceparent: str
    body: dict[str, object] | str


def _read(delivery: Delivery, service: str) -> DeadLetter:
    headers = delivery.headers
    text = delivery.body.decode(errors="replace")
    try:
        body: dict[str, object] | str = json.loads(text)
    except ValueError:
        body = text[:2000]
    return DeadLetter(
        event_id=delivery.id,
        event_name=delivery.type,
        service=service,
        error_type=str(headers.get("zgoda-error-type", "delivery limit")),
        error=str(headers.get("zgoda-error", "Delivered too often without an answer: the process died of it.")),
        attempts=delivery.attempts,
        first_failure=str(headers.get("zgoda-first-failure", "")),
        last_failure=str(headers.get("zgoda-last-failure", "")),
        traceparent=str(headers.get("traceparent", "")),
        body=body,
    )


async def listed(broker: Broker, names: Names, *, limit: int = 100) -> list[DeadLetter]:
    """Return the oldest ``limit`` dead letters of a service."""
    async with broker.looking(names.dead, limit) as deliveries:
        return [_read(delivery, names.service) for delivery in deliveries]


@asynccontextmanager
async def _picked(broker: Broker, names: Names, event_id: str) -> AsyncIterator[list[Delivery]]:
    def is_it(delivery: Delivery) -> bool:
        return delivery.id == event_id

    async with broker.looking(names.dead, SEARCH_AT_MOST, until=is_it) as deliveries:
        yield [each for each in deliveries if is_it(each)]


async def shown(broker: Broker, names: Names, event_id: str) -> DeadLetter:
    """Return one of the oldest `SEARCH_AT_MOST` dead letters.  Raises `NotFound`."""
    async with _picked(broker, names, event_id) as deliveries:
        if not deliveries:
            raise NotFound("dead-letter-not-found", "There is no such event among this service's dead letters.")
        return _read(deliveries[0], names.service)


async def retried(broker: Broker, names: Names, event_id: str) -> int:
    """Send one dead letter to the service again; return how many had this id."""
    async with _picked(broker, names, event_id) as deliveries:
        await _again(await broker.publisher(), names, deliveries)
        return len(deliveries)


async def all_retried(broker: Broker, names: Names) -> int:
    """Send all dead letters that there are now to the service again; return how many."""
    publisher, before, sent = await broker.publisher(), await broker.waiting_in(names.dead), 0
    while sent < before:  # and not until none is left: what fails at once is back while we send
        async with broker.looking(names.dead, min(LOOK_AT_MOST, before - sent)) as deliveries:
            if not deliveries:
                break
            await _again(publisher, names, deliveries)
            sent += len(deliveries)
    return sent


async def _again(publisher: Publisher, names: Names, deliveries: Sequence[Delivery]) -> None:
    """Put dead letters into the work queue.

    Each is confirmed there before it leaves the dead letters: it can arrive twice and is handled once.
    """
    for delivery in deliveries:
        kept = {name: value for name, value in delivery.headers.items() if not name.startswith("zgoda-")}
        await publisher.send(
            delivery.body, exchange=names.delay, key="work", type=delivery.type, id=delivery.id, headers=kept
        )
        await delivery.done()


async def dropped(broker: Broker, names: Names, event_id: str) -> int:
    """Forget one dead letter for good; return how many had this id."""
    async with _picked(broker, names, event_id) as deliveries:
        for delivery in deliveries:
            await delivery.done()
        return len(deliveries)
