"""Messages, asked: what the organisers write to those invited."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page


class Message(Model):
    """A message as coordinators see it; ``people`` have been told of so far."""

    id: str
    whom: list[str] = Field(default_factory=list)
    subject: dict[str, str]
    text: dict[str, str]
    written_by: str | None = None
    written_at: datetime
    people: int = 0
    done: bool = False


class Reach(Model):
    """How many a message would go to, and how many who stand so get none."""

    people: int = 0
    by_language: dict[str, int] = Field(default_factory=dict)
    left_out: int = 0


class Addressee(Model):
    """Somebody whom a message would go to."""

    person_id: str
    organisation_ids: list[str] = Field(default_factory=list)
    language: str = "en"


class Received(Model):
    """A message as those see it to whom it went."""

    subject: dict[str, str]
    text: dict[str, str]
    written_at: datetime


class Messages:
    """The part of the meetings service's HTTP API that is about messages."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def reach(self, meeting_id: str, whom: list[str]) -> Reach:
        """Return how many a message would go to."""
        return await self._call.ask("POST", f"/meetings/{meeting_id}/messages/preview", Reach, {"whom": whom})

    async def people(self, meeting_id: str, whom: list[str], **wanted: Any) -> Page[Addressee]:
        """Return a page of exactly whom a message would go to: ``after``, ``limit``."""
        query = urlencode({name: value for name, value in wanted.items() if value})
        path = f"/meetings/{meeting_id}/messages/people?{query}"
        return await self._call.ask("POST", path, Page[Addressee], {"whom": whom})

    async def write(self, meeting_id: str, command: dict[str, Any], *, key: str | None) -> None:
        """Write to those who stand so; the same ``key`` again changes nothing."""
        await self._call.ask("POST", f"/meetings/{meeting_id}/messages", object, command, key=key)

    async def all(self, meeting_id: str, **wanted: Any) -> Page[Message]:
        """List what was written: ``after``, ``limit``."""
        return await self._call.get(f"/meetings/{meeting_id}/messages", Page[Message], wanted)

    async def by_link(self) -> list[Received]:
        """By the link: return what was written to me."""
        return (await self._call.get("/answer/messages", Page[Received])).items

    async def mine(self, invitation_id: str) -> list[Received]:
        """Return what was written to me about the meeting of an invitation of mine."""
        return (await self._call.get(f"/my/invitations/{invitation_id}/messages", Page[Received])).items
