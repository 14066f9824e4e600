"""RabbitMQ: the exchange, the queues, confirmed publishing, deliveries.  The only module that imports aio-pika.

Each service has a work queue of its own name, a direct exchange ``<service>.delay`` in front of its retry queues, and
``<service>.dead``.  A retry queue has a fixed time to live and dead-letters back to the work queue: delays without
plugins.  All are quorum queues with every argument explicit, since defaults differ between RabbitMQ 3.10 and 4.x.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aio_pika
from aio_pika import DeliveryMode, ExchangeType, Message
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import (
    CONNECTION_EXCEPTIONS,
    AMQPError,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    DeliveryError,
    PublishError,
)
from yarl import URL

CONTENT_TYPE = "application/cloudevents+json"
DELIVERY_LIMIT = 20  # one crash counts against every unacknowledged message: a low limit buries the innocent
DEAD_DELIVERY_LIMIT = 1_000_000  # looking at a dead letter is a delivery too
WORK_BYTES = 512 * 1024 * 1024  # then the broker refuses, and rows wait in the outbox
DEAD_BYTES = 256 * 1024 * 1024
CONNECT_WITHIN = 10  # seconds
CONFIRM_WITHIN = 10  # seconds; then the outcome is unknown and the message is sent again
HEARTBEAT = 3  # seconds; a connection that died in silence is noticed after 12: three of them and a second for each
PULSE_EVERY = 5  # seconds; how often a connection is asked whether it still answers …
ANSWER_WITHIN = 5  # … and for how long its answer is awaited
CLOSE_WITHIN = 2  # seconds for a goodbye: on a dead line nobody answers it, and until then nobody is told
RESERVED_HEADERS = ("x-death", "x-delivery-count", "x-first-death-exchange", "x-first-death-queue")

Headers = dict[str, str | int]


class BrokerUnreachable(Exception):
    """The broker cannot be reached, or the connection was lost: whether a message arrived is unknown."""


class Returned(Exception):
    """No queue is bound for this message."""


class Refused(Exception):
    """The broker said no: a queue is full."""


BROKER_ERRORS = (*CONNECTION_EXCEPTIONS, AMQPError, ChannelInvalidStateError, TimeoutError, OSError)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one service's exchange and queues."""

    service: str
    prefix: str = ""

    @property
    def events(self) -> str:
        """The topic exchange all services publish to."""
        return f"{self.prefix}events"

    @property
    def work(self) -> str:
        """The queue of events to handle."""
        return f"{self.prefix}{self.service}"

    @property
    def delay(self) -> str:
        """The direct exchange in front of the retry and dead-letter queues."""
        return f"{self.work}.delay"

    @property
    def dead(self) -> str:
        """The queue of dead letters."""
        return f"{self.work}.dead"

    def retry(self, seconds: float) -> str:
        """The queue in which a message waits ``seconds``."""
        return f"{self.work}.retry.{span(seconds)}"


def span(seconds: float) -> str:
    """Return a short name for a length of time: 5s, 2m, 1h, 200ms."""
    if seconds < 1:
        return f"{round(seconds * 1000)}ms"
    whole = round(seconds)
    for unit, length in (("h", 3600), ("m", 60)):
        if whole % length == 0:
            return f"{whole // length}{unit}"
    return f"{whole}s"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it came: ``headers`` holds only what we put there."""

    body: bytes
    type: str
    id: str
    headers: Headers
    exchange: str
    routing_key: str
    _message: AbstractIncomingMessage

    @property
    def attempts(self) -> int:
        """How often it was tried in vain; whatever is no number there counts as never."""
        found = str(self.headers.get("zgoda-attempts", ""))
        return int(found) if found.isdecimal() and len(found) < 6 else 0

    async def done(self) -> None:
        """Tell the broker that the message is dealt with.  A lost channel is no matter: it will come again."""
        with contextlib.suppress(*BROKER_ERRORS):
            await self._message.ack()

    async def give_back(self) -> None:
        """Give the message back to its queue."""
        with contextlib.suppress(*BROKER_ERRORS):
            await self._message.nack(requeue=True)


def _delivery(message: AbstractIncomingMessage) -> Delivery:
    ours = {name: value for name, value in message.headers.items() if isinstance(value, str | int)}
    headers = {name: value for name, value in ours.items() if name not in RESERVED_HEADERS}
    exchange, key = message.exchange or "", message.routing_key or ""
    return Delivery(message.body, message.type or "", message.message_id or "", headers, exchange, key, message)


class Publisher:
    """Publishes on a channel of its own; every call returns when the broker has the message on disk."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel
        self._exchanges: dict[str, AbstractExchange] = {}

    async def send(
        self,
        body: bytes,
        *,
        exchange: str,
        key: str,
        type: str,  # noqa: A002 - the AMQP property's name
        id: str,
        headers: Headers | None = None,
        mandatory: bool = True,
    ) -> None:
        """Publish one message.  Raises `Returned`, `Refused`, `BrokerUnreachable`."""
        message = Message(
            body,
            content_type=CONTENT_TYPE,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=id,
            type=type,
            headers=dict(headers or {}),
        )
        try:
            target = await self._exchange(exchange)
            await target.publish(message, key, mandatory=mandatory, timeout=CONFIRM_WITHIN)
        except PublishError:
            raise Returned from None
        except DeliveryError:
            raise Refused from None
        except BROKER_ERRORS as error:
            raise BrokerUnreachable(type_name(error)) from None

    async def _exchange(self, name: str) -> AbstractExchange:
        if name not in self._exchanges:
            self._exchanges[name] = await self._channel.get_exchange(name, ensure=False)
        return self._exchanges[name]


def type_name(error: BaseException) -> str:
    """Return what kind of error this is: its text could hold an address."""
    return type(error).__name__


class Broker:
    """A connection to RabbitMQ.  Make it with `connected`."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self._asked_over: AbstractChannel | None = None
        self._opening = asyncio.Lock()

    async def lost(self) -> None:
        """Return when the connection is closed, or answers no more.

        The library stops reading from a line that died in silence, and does not always tell that it did.
        """
        closed = asyncio.ensure_future(self._connection.closed())
        try:
            while not closed.done() and await self._answers():
                await asyncio.wait({closed}, timeout=PULSE_EVERY)
        finally:
            closed.cancel()

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await (await self._questions()).set_qos()
        except BROKER_ERRORS:
            return False
        return True

    async def _questions(self) -> AbstractChannel:
        """Return the channel for questions that are asked again and again.

        It is kept: the library remembers every channel that was ever opened for as long as the connection lasts.
        """
        async with self._opening:
            if self._asked_over is None or self._asked_over.is_closed:
                self._asked_over = await self._connection.channel(publisher_confirms=False)
            return self._asked_over

    async def publisher(self) -> Publisher:
        """Return a publisher with confirms, on a channel of its own."""
        return Publisher(await self._connection.channel(publisher_confirms=True, on_return_raises=True))

    async def declare_exchange(self, names: Names) -> None:
        """Make the exchange of all events if it is missing."""
        try:
            async with self._connection.channel() as channel:
                await channel.get_exchange(names.events, ensure=True)
        except ChannelNotFoundEntity:
            async with self._connection.channel() as channel:
                await channel.declare_exchange(names.events, ExchangeType.TOPIC, durable=True)

    async def declare_queues(self, names: Names, event_names: Sequence[str], ladder: Sequence[float]) -> None:
        """Make a service's exchange and queues, and bind the work queue to exactly ``event_names``."""
        async with self._connection.channel() as channel:
            delay = await channel.declare_exchange(names.delay, ExchangeType.DIRECT, durable=True)
            work = await channel.declare_queue(names.work, durable=True, arguments=_work_arguments(names))
            dead = await channel.declare_queue(names.dead, durable=True, arguments=_dead_arguments())
            await work.bind(delay, "work")
            await dead.bind(delay, "dead")
            for seconds in ladder:
                waiting = _retry_arguments(names, seconds)
                queue = await channel.declare_queue(names.retry(seconds), durable=True, arguments=waiting)
                await queue.bind(delay, span(seconds))
            for name in event_names:
                await work.bind(names.events, name)

    async def waiting_in(self, queue: str) -> int:
        """Return how many messages ``queue`` holds that nobody is looking at; none when it is not there yet."""
        try:
            messages, _ = await self.look_at(queue)
        except ChannelNotFoundEntity:
            return 0
        return messages

    async def look_at(self, queue: str) -> tuple[int, int]:
        """Return how many messages wait in ``queue``, and how many consumers it has."""
        async with asyncio.timeout(ANSWER_WITHIN):
            channel = await (await self._questions()).get_underlay_channel()
            found = await channel.queue_declare(queue, passive=True)
        return found.message_count or 0, found.consumer_count or 0

    @contextlib.asynccontextmanager
    async def consuming(
        self, queue: str, handle: Callable[[Delivery], Awaitable[None]], *, prefetch: int
    ) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Call ``handle`` for every message of ``queue``; yields what stops new messages from coming.

        At the end the channel is closed, which gives back what was not acknowledged.
        """
        channel = await self._connection.channel(publisher_confirms=False)
        await channel.set_qos(prefetch_count=prefetch)
        found = await channel.get_queue(queue, ensure=False)

        async def arrived(message: AbstractIncomingMessage) -> None:
            await handle(_delivery(message))

        tag = await found.consume(arrived, timeout=CONNECT_WITHIN)

        async def stop() -> None:
            with contextlib.suppress(*BROKER_ERRORS):
                await found.cancel(tag, timeout=CONNECT_WITHIN)

        try:
            yield stop
        finally:
            with contextlib.suppress(*BROKER_ERRORS):
                await channel.close()

    @contextlib.asynccontextmanager
    async def looking(
        self, queue: str, limit: int, *, until: Callable[[Delivery], bool] = lambda _: False
    ) -> AsyncIterator[list[Delivery]]:
        """Yield up to ``limit`` messages of ``queue``; those not `done` are back in it afterwards, in order.

        The one for which ``until`` holds is the last.

        A queue that is not there yet, because its service has never run, holds none.
        """
        async with self._connection.channel(publisher_confirms=False) as channel:
            try:
                found = await channel.get_queue(queue, ensure=True)
            except ChannelNotFoundEntity:
                yield []
                return
            seen: list[Delivery] = []
            while len(seen) < limit:
                message = await found.get(fail=False, timeout=CONNECT_WITHIN)
                if message is None:
                    break
                seen.append(_delivery(message))
                if until(seen[-1]):
                    break
            yield seen
            for delivery in reversed(seen):
                if not delivery._message.processed:
                    await delivery.give_back()

    async def delete(self, names: Names, ladder: Sequence[float]) -> None:
        """Remove a service's queues and its exchange.  For tests."""
        async with self._connection.channel() as channel:
            for queue in (names.work, names.dead, *(names.retry(seconds) for seconds in ladder)):
                await channel.queue_delete(queue)
            await channel.exchange_delete(names.delay)


@contextlib.asynccontextmanager
async def connected(url: str, *, name: str) -> AsyncIterator[Broker]:
    """Yield a connection called ``name`` in the broker's lists.  Raises `BrokerUnreachable`."""
    address = URL(url)
    if "heartbeat" not in address.query:
        address = address.update_query(heartbeat=str(HEARTBEAT))
    properties: Any = {"connection_name": name}
    try:
        connection = await aio_pika.connect(address, timeout=CONNECT_WITHIN, client_properties=properties)
    except BROKER_ERRORS as error:
        raise BrokerUnreachable(type_name(error)) from None
    try:
        yield Broker(connection)
    finally:
        with contextlib.suppress(*BROKER_ERRORS):
            await asyncio.wait_for(connection.close(), CLOSE_WITHIN)


def _work_arguments(names: Names) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-overflow": "reject-publish",
        "x-max-length-bytes": WORK_BYTES,
        "x-dead-letter-exchange": names.delay,
        "x-dead-letter-routing-key": "dead",
        "x-dead-letter-strategy": "at-least-once",
    }


def _retry_arguments(names: Names, seconds: float) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-overflow": "reject-publish",
        "x-max-length-bytes": WORK_BYTES,
        "x-message-ttl": round(seconds * 1000),
        "x-dead-letter-exchange": names.delay,
        "x-dead-letter-routing-key": "work",
        "x-dead-letter-strategy": "at-least-once",
    }


def _dead_arguments() -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DEAD_DELIVERY_LIMIT,
        "x-overflow": "reject-publish",
        "x-max-length-bytes": DEAD_BYTES,
    }
