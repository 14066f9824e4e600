"""What operators ask of every service: its dead letters, shown, sent again, dropped; where an event comes from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic_core import from_json

from shared import dead_letters
from shared.auth import Coordinator, Operator
from shared.bus import Broker, BrokerUnreachable, Names, connected
from shared.dead_letters import LOOK_AT_MOST, DeadLetter
from shared.ids import Id
from shared.model import Model
from shared.paging import Page
from shared.problems import NotFound, Unavailable
from shared.settings import ServiceSettings
from shared.web import StorageOf

router = APIRouter(tags=["operating"])


class DeadLetterView(Model):
    """An event that could not be handled, and why; what is sealed in it stays so."""

    event_id: str
    event_name: str
    service: str
    error_type: str
    error: str
    attempts: int
    first_failure: str
    last_failure: str
    body: dict[str, Any] | str = ""
    """The event itself; left out of lists."""


class Told(Model):
    """An event that this service told: what it happened to, what it follows from, who asked for it; by ids alone."""

    id: Id
    name: str
    subject_id: str
    told_at: datetime
    cause_id: str | None = None
    """The event that it follows from: another service may have told that."""
    actor_id: str | None = None


class Sent(Model):
    """How many were sent again, or dropped."""

    count: int


def _view(letter: DeadLetter, *, whole: bool) -> DeadLetterView:
    names = set(DeadLetterView.model_fields) - ({"body"} if not whole else set())
    return DeadLetterView(**{name: getattr(letter, name) for name in names})


@asynccontextmanager
async def _broker(request: Request) -> AsyncIterator[tuple[Broker, Names]]:
    settings: ServiceSettings = request.app.state.context.settings
    try:
        async with connected(settings.amqp_url.get_secret_value(), name=f"{settings.service} operator") as broker:
            yield broker, Names(settings.service, settings.broker_prefix)
    except BrokerUnreachable:
        raise Unavailable("broker-not-available", "The message broker does not answer: try again.") from None


@router.get("/dead-letters")
async def list_dead_letters(
    actor: Operator, request: Request, limit: Annotated[int, Query(ge=1, le=LOOK_AT_MOST)] = 100
) -> Page[DeadLetterView]:
    """List the oldest events that this service could not handle."""
    async with _broker(request) as (broker, names):
        found = await dead_letters.listed(broker, names, limit=limit)
    return Page(items=[_view(each, whole=False) for each in found])


@router.get("/dead-letters/{event_id}")
async def show_dead_letter(event_id: Id, actor: Operator, request: Request) -> DeadLetterView:
    """Show one of them, with its reason and its content."""
    async with _broker(request) as (broker, names):
        return _view(await dead_letters.shown(broker, names, event_id), whole=True)


@router.post("/dead-letters/{event_id}/retry")
async def retry_dead_letter(event_id: Id, actor: Operator, request: Request) -> Sent:
    """Send it to this service again: it takes effect once, however often it is sent."""
    async with _broker(request) as (broker, names):
        return _some(await dead_letters.retried(broker, names, event_id))


@router.delete("/dead-letters/{event_id}")
async def drop_dead_letter(event_id: Id, actor: Operator, request: Request) -> Sent:
    """Forget it for good."""
    async with _broker(request) as (broker, names):
        return _some(await dead_letters.dropped(broker, names, event_id))


def _some(count: int) -> Sent:
    if not count:
        raise NotFound("dead-letter-not-found", "There is no such event among this service's dead letters.")
    return Sent(count=count)


@router.get("/told/{event_id}", response_model_exclude_none=True)
async def show_told(event_id: Id, actor: Coordinator, storage: StorageOf) -> Told:
    """Show where an event of this service comes from, without what it says: its cause is another event, or a person."""
    row = await storage.reader["outbox"].find_one({"_id": event_id}, {"body": 1})
    if row is None:
        raise NotFound("event-not-found", "This service has told no such event.")
    told = from_json(row["body"])
    return Told(
        id=told["id"],
        name=told["type"],
        subject_id=told["subject"],
        told_at=told["time"],
        cause_id=told.get("causationid"),
        actor_id=told.get("actorid"),
    )
