"""From the broker to the handlers: each event is handled once, or kept where an operator can read it.

The inbox row and the effect are one transaction; the message is acknowledged after the commit.  A fault is retried on
the ladder of delays; what can never succeed goes to the dead letters at once, with the reason in its headers.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from prometheus_client import Counter, Histogram
from pydantic import ValidationError

from shared import backlog, logs, tracing
from shared.auth import end_access, remember_access
from shared.bus import (
    Broker,
    BrokerUnreachable,
    Delivery,
    Headers,
    Names,
    Publisher,
    connected,
    span,
)
from shared.events import CATALOGUE, Envelope, Event
from shared.events.registry import PersonErased, PersonUpdated
from shared.ids import utc_now
from shared.problems import Problem
from shared.scrubbing import explain, scrub
from shared.sealing import Unsealable
from shared.settings import ServiceSettings
from shared.storage import Cause, Contended, Duplicate, Storage, Tx, Unreachable
from shared.supervision import Health, backoff, is_cancelled, rest

log = logs.get(__name__)

HANDLE_WITHIN = timedelta(seconds=60)  # then the handler hangs: a fault like any other
FINISH_WITHIN = timedelta(seconds=25)  # what runs at SIGTERM; containers are killed after 30 s
WATCH_EVERY = timedelta(seconds=15)
OUTAGE = timedelta(minutes=15)  # for so long an event waits here for the database; the broker takes it back after 30

handled = Counter("zgoda_events_handled_total", "Events handled", ["name", "outcome"])
handling_seconds = Histogram("zgoda_event_handling_seconds", "Time to handle an event", ["name"])

E = TypeVar("E", bound=Event)
Handler = Callable[[Tx, Any], Awaitable[None]]


class Consumer:
    """The handlers of one service, by the event they handle."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.handlers: dict[type[Event], list[Handler]] = {}
        self.on(PersonUpdated)(remember_access)
        self.on(PersonErased)(end_access)

    def on(self, event: type[E]) -> Callable[[Callable[[Tx, E], Awaitable[None]]], Callable[[Tx, E], Awaitable[None]]]:
        """Register the decorated ``async def handler(tx, event)``; all handlers of an event share its transaction."""

        def register(handler: Callable[[Tx, E], Awaitable[None]]) -> Callable[[Tx, E], Awaitable[None]]:
            self.handlers.setdefault(event, []).append(handler)
            return handler

        return register

    @property
    def event_names(self) -> list[str]:
        """The names of the events this service consumes."""
        return sorted(event.name for event in self.handlers)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a message that could not be handled."""

    error_type: str
    text: str
    can_succeed: bool


class Unreadable(Exception):
    """A message that is no event we know."""


class Leaving(Exception):
    """The consumer ends before the event could be handled."""


class Consumption:
    """One service's consumer, running."""

    def __init__(self, consumer: Consumer, storage: Storage, settings: ServiceSettings, health: Health) -> None:
        self._consumer = consumer
        self._storage = storage
        self._settings = settings
        self._health = health
        self._names = Names(settings.service, settings.broker_prefix)
        self._running: set[asyncio.Task[None]] = set()
        self._leaving = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        """Consume until ``stopping``; connects again whenever the connection or the consumer is lost."""
        failures = 0
        while not stopping.is_set():
            began = asyncio.get_running_loop().time()
            try:
                await self._consume(stopping)
            except (BrokerUnreachable, asyncio.CancelledError) as error:
                if is_cancelled():
                    raise
                self._health.bad("consumer", str(error) or "connection lost")
                log.warning("consumer-interrupted", reason=str(error) or "connection lost")
                lasted = asyncio.get_running_loop().time() - began
                failures = 1 if lasted > MAX_QUIET else failures + 1
                await rest(stopping, backoff(failures))

    async def _consume(self, stopping: asyncio.Event) -> None:
        name = f"{self._settings.service} consumer {self._settings.instance}"
        async with connected(self._settings.amqp_url.get_secret_value(), name=name) as broker:
            try:
                await broker.declare_exchange(self._names)
                await broker.declare_queues(self._names, self._consumer.event_names, self._settings.retry_ladder)
                publisher = await broker.publisher()
                await self._consume_from(broker, publisher, stopping)
            except BrokerUnreachable:
                raise
            except Exception as error:
                raise BrokerUnreachable(f"{type(error).__name__}") from error

    async def _consume_from(self, broker: Broker, publisher: Publisher, stopping: asyncio.Event) -> None:
        async def arrived(delivery: Delivery) -> None:
            task = asyncio.create_task(self._deal_with(delivery, publisher))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

        self._leaving.clear()
        prefetch = self._settings.prefetch
        async with broker.consuming(self._names.work, arrived, prefetch=prefetch) as stop:
            self._health.good("consumer", "consumes")
            try:
                await self._watch(broker, stopping)
            finally:
                self._leaving.set()
                await stop()
                await self._finish()

    async def _watch(self, broker: Broker, stopping: asyncio.Event) -> None:
        """Return when ``stopping``.  Raises `BrokerUnreachable` when the connection or the queue's consumer is gone."""
        lost = asyncio.create_task(broker.lost())
        stopped = asyncio.create_task(stopping.wait())
        try:
            while True:
                await asyncio.wait(
                    (lost, stopped), timeout=WATCH_EVERY.total_seconds(), return_when=asyncio.FIRST_COMPLETED
                )
                if stopped.done():
                    return
                if lost.done():
                    raise BrokerUnreachable("connection lost")
                if not await backlog.count(broker, self._names):
                    raise BrokerUnreachable("the queue has no consumer")
        finally:
            lost.cancel()
            stopped.cancel()

    async def _finish(self) -> None:
        """Wait for the handlers that run: a write cancelled half-way may have happened."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=FINISH_WITHIN.total_seconds())

    async def _deal_with(self, delivery: Delivery, publisher: Publisher) -> None:
        traceparent = str(delivery.headers.get("traceparent", ""))
        tracing.follow(traceparent)
        fields = {"event_id": delivery.id, "event_name": delivery.type, "trace_id": tracing.trace_id(traceparent)}
        with structlog.contextvars.bound_contextvars(**fields):
            try:
                verdict = await self._handle(delivery)
                if verdict is not None:
                    await self._put_aside(delivery, verdict, publisher)
                await delivery.done()
            except Exception as error:  # what we neither handled nor put aside is the broker's again
                log.warning("event-given-back", reason=type(error).__name__)
                await rest(asyncio.Event(), timedelta(seconds=1))
                await delivery.give_back()

    async def _handle(self, delivery: Delivery) -> Verdict | None:
        """Handle one event; return `None` when it is done, now or before."""
        try:
            event, cause, handlers = self._read(delivery)
        except (Unreadable, Unsealable) as error:
            handled.labels(delivery.type[:64], "unreadable").inc()
            return Verdict(type(error).__name__, str(error), can_succeed=False)
        try:
            with handling_seconds.labels(event.name).time():
                await self._apply(event, cause, handlers)
        except Leaving:
            raise
        except Duplicate as error:
            if error.collection == "inbox":
                handled.labels(event.name, "repeated").inc()
                return None
            return self._fault(event, error)
        except Problem as error:
            handled.labels(event.name, "refused").inc()
            return Verdict(f"Problem: {error.code}", error.detail, can_succeed=False)
        except Exception as error:  # a fault is whatever is no decision
            return self._fault(event, error)
        handled.labels(event.name, "handled").inc()
        return None

    async def _apply(self, event: Event, cause: Cause, handlers: list[Handler]) -> None:
        """Handle an event in one transaction.

        That the database is away is no fault of the event: it waits here, at most `OUTAGE`, and goes on at once when
        the database is back.  Raises `Leaving` when the consumer ends before that.
        """
        loop = asyncio.get_running_loop()
        failures, give_up_at = 0, loop.time() + OUTAGE.total_seconds()
        while True:
            try:
                async with asyncio.timeout(HANDLE_WITHIN.total_seconds()):
                    return await self._storage.transact_for(cause, self._once, event, handlers)
            except Contended:
                raise
            except Unreachable as error:
                if loop.time() > give_up_at:
                    raise
                failures += 1
                log.warning("event-waits-for-database", failures=failures, reason=type(error).__name__)
                await rest(self._leaving, backoff(failures))
                if self._leaving.is_set():
                    raise Leaving from None

    def _fault(self, event: Event, error: Exception) -> Verdict:
        handled.labels(event.name, "fault").inc()
        log.warning("event-fault", exc_info=error)
        return Verdict(type(error).__name__, explain(error), can_succeed=True)

    def _read(self, delivery: Delivery) -> tuple[Event, Cause, list[Handler]]:
        try:
            envelope = Envelope.model_validate_json(delivery.body)
        except ValidationError as error:
            raise Unreadable(f"not a CloudEvent: {error.error_count()} errors") from None
        cls = CATALOGUE.get(envelope.type)
        if cls is None or cls not in self._consumer.handlers:
            raise Unreadable("no handler for events of this type")
        if delivery.exchange == self._names.events and delivery.routing_key != envelope.type:
            raise Unreadable("published under the name of another event")  # the broker's rights are to that name
        try:
            event = cls.model_validate(envelope.data, context={"sealer": self._storage.sealer})
        except ValidationError as error:
            fields = sorted({".".join(str(part) for part in each["loc"]) for each in error.errors()})
            raise Unreadable(f"does not fit its contract: {', '.join(fields)[:200]}") from None
        return event, _cause(envelope), self._consumer.handlers[cls]

    async def _once(self, tx: Tx, event: Event, handlers: list[Handler]) -> None:
        assert tx.cause is not None  # noqa: S101 - transact_for was given one
        inbox_id = f"{self._consumer.service}:{tx.cause.id}"
        await tx["inbox"].insert_one({"_id": inbox_id, "name": event.name, "handled_at": utc_now()})
        for handler in handlers:
            await handler(tx, event)

    async def _put_aside(self, delivery: Delivery, verdict: Verdict, publisher: Publisher) -> None:
        """Publish the message to the next retry queue, or to the dead letters."""
        attempts = delivery.attempts + 1
        ladder = self._settings.retry_ladder
        again = verdict.can_succeed and attempts <= len(ladder)
        key = span(ladder[attempts - 1]) if again else "dead"
        headers: Headers = {
            **delivery.headers,
            "zgoda-attempts": attempts,
            "zgoda-error-type": verdict.error_type[:100],
            "zgoda-error": scrub(verdict.text),
            "zgoda-first-failure": str(delivery.headers.get("zgoda-first-failure") or utc_now().isoformat()),
            "zgoda-last-failure": utc_now().isoformat(),
            "zgoda-service": self._settings.service,
        }
        log.warning("event-put-aside", to=key, attempts=attempts, reason=verdict.error_type)
        await publisher.send(
            delivery.body, exchange=self._names.delay, key=key, type=delivery.type, id=delivery.id, headers=headers
        )


def _cause(envelope: Envelope) -> Cause:
    return Cause(
        envelope.id,
        envelope.type,
        envelope.time,
        subject=envelope.subject,
        cause=envelope.causationid,
        actor=envelope.actorid,
    )


MAX_QUIET = 60  # seconds: a connection that lasted this long was a good one


async def drain(consumption: Consumption) -> None:
    """Wait until no handler runs.  For tests."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(consumption._finish(), FINISH_WITHIN.total_seconds())
