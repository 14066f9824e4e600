"""Makes a service: an HTTP application whose lifespan runs relay, consumer, jobs and components in one TaskGroup.

A task that dies takes the process down, loudly: the container is started anew and nothing is lost.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, FastAPI
from prometheus_client import Gauge

from shared import api_page, logs, operating, web
from shared.auth import Keys, RemoteKeys
from shared.consuming import Consumer, Consumption
from shared.limiting import RateLimits
from shared.links import Links
from shared.relay import Relay, count_waiting
from shared.settings import ServiceSettings, plain
from shared.storage import CollectionSpec, Storage, Unreachable
from shared.supervision import Health, backoff, rest

log = logs.get(__name__)

STOP_WITHIN = 28  # seconds; containers are killed after 30
PING_EVERY = timedelta(seconds=5)
DIED = 70  # the exit status of a process whose task died (EX_SOFTWARE of sysexits.h)

job_failures = Gauge("zgoda_job_failures", "How often a job has failed since it last succeeded", ["name"])


@dataclass
class Context:
    """What a running service has: handed to jobs and components, and found by routes as ``app.state.context``."""

    settings: Any
    storage: Storage
    links: Links
    keys: Keys
    limits: RateLimits
    health: Health = field(default_factory=Health)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    prepared: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when collections and indexes exist."""
    die: Callable[[int], Any] = os._exit
    wakes: dict[str, asyncio.Event] = field(default_factory=dict)

    def wake(self, job: str) -> None:
        """Run ``job`` of this process now rather than when it is due."""
        if job in self.wakes:
            self.wakes[job].set()


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is done again and again: ``run`` every ``every``, or at once when woken by its ``name``.

    It must be safe to run in several replicas at once, and again after a crash half-way.
    """

    name: str
    run: Callable[[Context], Awaitable[None]]
    every: timedelta


Component = Callable[[Context], Coroutine[Any, Any, None]]
"""Something that runs until ``context.stopping``, such as the sender of letters."""


def create_service(
    settings: ServiceSettings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    collections: Sequence[CollectionSpec] = (),
    consumer: Consumer | None = None,
    jobs: Sequence[Job] = (),
    components: Mapping[str, Component] | None = None,
    body_limits: Mapping[str, int] | None = None,
) -> FastAPI:
    """Return the application of one service.

    ``body_limits`` gives the bytes that single paths, such as ``/files/{file_id}``, may take where they differ from
    ``settings.max_body_bytes``.
    """
    logs.configure(settings.service, settings.log_level)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        context: Context = app.state.context
        running = asyncio.create_task(_run(context, consumer, app.state.collections, jobs, components or {}))
        running.add_done_callback(lambda task: _died(task, context))
        try:
            yield
        finally:
            context.stopping.set()
            await _stopped(running)
            await context.storage.close()

    app = FastAPI(title=title, version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.context = make_context(settings)
    app.state.collections = [*collections, CollectionSpec("access")]
    for router in (*routers, *([operating.router] if consumer else [])):
        app.include_router(router)
    api_page.install(app)
    web.install(app, body_limits=body_limits or {}, max_body_bytes=settings.max_body_bytes)
    return app


def make_context(settings: ServiceSettings) -> Context:
    """Return the context of a service that has not been started."""
    return Context(
        settings=settings,
        storage=Storage.connect(settings),
        links=Links(plain(settings.link_secrets)),
        keys=RemoteKeys(settings.registry_url),
        limits=RateLimits(settings),
    )


async def _stopped(running: "asyncio.Task[None]") -> None:
    """Wait for the tasks to finish what they have begun, and no longer than `STOP_WITHIN`."""
    done, _ = await asyncio.wait({running}, timeout=STOP_WITHIN)
    if not done:
        log.error("not-stopped-in-time")
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await running


def _died(task: "asyncio.Task[None]", context: Context) -> None:
    if task.cancelled() or (error := task.exception()) is None:
        return
    for each in error.exceptions if isinstance(error, BaseExceptionGroup) else (error,):
        log.critical("task-died", exc_info=each)
    context.die(DIED)


async def _run(
    context: Context,
    consumer: Consumer | None,
    collections: Sequence[CollectionSpec],
    jobs: Sequence[Job],
    components: Mapping[str, Component],
) -> None:
    settings, storage, health = context.settings, context.storage, context.health
    for part in ("database", "relay", *(["consumer"] if consumer else [])):
        health.bad(part, "starting")
    await _prepare(context, collections)
    async with asyncio.TaskGroup() as group:
        group.create_task(_ping(context), name="ping")
        group.create_task(Relay(storage, settings, health).run(context.stopping), name="relay")
        group.create_task(count_waiting(storage, context.stopping), name="outbox")
        if consumer is not None:
            consumption = Consumption(consumer, storage, settings, health)
            group.create_task(consumption.run(context.stopping), name="consumer")
        for job in jobs:
            context.wakes[job.name] = asyncio.Event()
            group.create_task(_repeat(context, job), name=job.name)
        for name, component in components.items():
            group.create_task(component(context), name=name)


async def _prepare(context: Context, collections: Sequence[CollectionSpec]) -> None:
    failures = 0
    while not context.stopping.is_set():
        try:
            await context.storage.prepare(collections)
        except Unreachable as error:
            failures += 1
            context.health.bad("database", type(error).__name__)
            await rest(context.stopping, backoff(failures))
        else:
            context.health.good("database")
            context.prepared.set()
            return


async def _ping(context: Context) -> None:
    """Ask the database every few seconds, so that readiness tells the truth when nobody calls."""
    while not context.stopping.is_set():
        try:
            await asyncio.wait_for(context.storage.ping(), PING_EVERY.total_seconds())
            context.health.good("database")
        except (*Unreachable, TimeoutError) as error:
            context.health.bad("database", type(error).__name__)
        await rest(context.stopping, PING_EVERY)


async def _repeat(context: Context, job: Job) -> None:
    """Run a job when it is due or woken; a fault is logged and the job comes again, later and later."""
    failures, woken = 0, context.wakes[job.name]
    while not context.stopping.is_set():
        woken.clear()
        try:
            await job.run(context)
            failures = 0
        except Exception as error:  # one bad row must not stop the service that shows it
            failures += 1
            log.error("job-failed", job=job.name, failures=failures, exc_info=error)
        job_failures.labels(job.name).set(failures)
        if failures:
            await rest(context.stopping, backoff(failures))
        else:
            await _first_of(context.stopping, woken, job.every)


async def _first_of(stopping: asyncio.Event, woken: asyncio.Event, length: timedelta) -> None:
    waits = [asyncio.create_task(event.wait()) for event in (stopping, woken)]
    await asyncio.wait(waits, timeout=length.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
