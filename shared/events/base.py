"""What an event is: a fact in the past tense, with the state it announces, carried as a CloudEvent."""

from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from shared.ids import new_id, utc_now

MAX_BODY_BYTES = 128 * 1024  # what the broker and every consumer can hold many of at once


class Event(BaseModel):
    """A fact that happened to one aggregate.

    ``name`` is the routing key and the CloudEvents ``type``; ``subject`` names the field that holds the aggregate's id;
    ``revision`` is the aggregate's revision after the fact.  Consumers ignore fields they do not know.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    name: ClassVar[str]
    publisher: ClassVar[str]
    subject: ClassVar[str]
    contract_version: ClassVar[int] = 1
    private: ClassVar[bool] = False
    """Only notifications may read it: it carries an address (sealed)."""
    awaited: ClassVar[bool] = True
    """Some service consumes it, so that a broker without that service's queue must return it."""

    revision: int = Field(ge=1)
    """The revision of the aggregate after the fact: what is older than what one knows is ignored."""

    @property
    def aggregate_id(self) -> str:
        """The id of the aggregate this happened to."""
        return str(getattr(self, self.subject))


class Envelope(BaseModel):
    """A CloudEvent 1.0 in structured mode, with the distributed tracing and sequence extensions."""

    model_config = ConfigDict(extra="ignore")

    specversion: str = "1.0"
    id: str = Field(default_factory=new_id)
    source: str
    type: str
    subject: str
    time: datetime = Field(default_factory=utc_now)
    datacontenttype: str = "application/json"
    dataschema: str
    sequence: str
    traceparent: str | None = None
    causationid: str | None = None
    actorid: str | None = None
    """Who asked for it, by id: the person whose request, or the request at the root of a chain of events, caused it."""
    data: dict[str, Any]


def enclose(
    event: Event,
    *,
    sealer: Any = None,
    traceparent: str | None = None,
    cause: str | None = None,
    actor: str | None = None,
) -> Envelope:
    """Return ``event`` in an envelope with a new id.

    ``cause`` is the id of the event it follows from, ``actor`` that of the person who asked for it or for that.
    """
    return Envelope(
        source=f"/zgoda/{event.publisher}",
        type=event.name,
        subject=event.aggregate_id,
        dataschema=f"/docs/events/{event.name}.v{event.contract_version}.json",
        sequence=f"{event.revision:010d}",
        traceparent=traceparent,
        causationid=cause,
        actorid=actor,
        data=event.model_dump(mode="json", context={"sealer": sealer}),
    )
