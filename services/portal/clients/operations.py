"""What operators ask: letters and what holds them, addresses given up, dead letters, where events come from."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Down, Model, Page, Refused
from services.portal.clients.notifications import Letter

CHAIN = 12  # events; what is told in a circle, by mistake, must end somewhere


class Waiting(Model):
    """Letters that wait, or have failed, for the same reason."""

    kind: str
    state: str
    code: str = ""
    letters: int
    oldest_at: datetime
    next_at: datetime | None = None


class Hold(Model):
    """That nothing of a kind, or by a relay, is sent; ``because`` of what the relay said, where nobody held it."""

    what: str
    held_at: datetime
    held_by: str = ""
    because: str = ""


class Relay(Model):
    """A relay: what it takes, how much at most, and how much waits for it."""

    name: str
    domains: list[str] = Field(default_factory=list)
    connections: int
    per_minute: int | None = None
    waiting: int = 0

    @property
    def held_as(self) -> str:
        """What it is called where it is held."""
        return f"relay-{self.name or 'default'}"


class Moment(Model):
    """What a letter became, and when."""

    at: datetime
    state: str
    code: str = ""


class WholeLetter(Letter):
    """A letter with its history."""

    event_id: str
    created_at: datetime
    doubts: int = 0
    history: list[Moment] = Field(default_factory=list)


class Link(Model):
    """An event in the chain that led to a letter; ``service`` told it."""

    id: str
    name: str
    subject_id: str
    told_at: datetime
    cause_id: str | None = None
    actor_id: str | None = None
    service: str = ""


class Preview(Model):
    """A letter as its reader gets it, its links struck out."""

    subject: str
    language: str = ""
    text: str
    html: str


class Suppression(Model):
    """An address that is given up, by the id of its person."""

    person_id: str
    reason: str
    code: str = ""
    since: datetime


class SuppressionSummary(Model):
    """How many addresses are given up, and to how many of them letters go again when these are lifted together."""

    suppressions: int
    liftable: int = 0


class Received(Model):
    """A mail that came back, without what it says."""

    id: str
    recipient_id: str
    letter_id: str | None = None
    sort: str
    fault: str
    permanent: bool = False
    status: str = ""
    outcome: str
    received_at: datetime


class DeadLetter(Model):
    """An event that a service could not handle."""

    event_id: str
    event_name: str
    error_type: str
    error: str
    attempts: int = 0
    first_failure: str = ""
    last_failure: str = ""
    body: Any = ""


class Erasure(Model):
    """That somebody was forgotten, by an id that leads to nobody."""

    id: str
    erased_at: datetime


class Count(Model):
    """How many letters, events or addresses something was done with."""

    count: int = 0


class Origin(Model):
    """The event that a letter tells of."""

    event_id: str


class Operations:
    """The parts of every service's HTTP API that are for operators."""

    def __init__(self, callers: Mapping[str, Caller]) -> None:
        self._callers = callers
        self._call = callers["notifications"]

    @property
    def services(self) -> list[str]:
        """The services that can be asked."""
        return list(self._callers)

    async def waiting(self) -> list[Waiting]:
        """Return what waits and has failed, and why."""
        return (await self._call.get("/waiting", Page[Waiting])).items

    async def holds(self) -> list[Hold]:
        """Return what is held."""
        return (await self._call.get("/holds", Page[Hold])).items

    async def relays(self) -> list[Relay]:
        """Return the relays that mails are handed to."""
        return (await self._call.get("/relays", Page[Relay])).items

    async def hold(self, what: str) -> None:
        """Hold a kind, or the relay."""
        await self._call.ask("PUT", f"/holds/{what}", object)

    async def release(self, what: str) -> int:
        """Hold it no longer; return how many letters waited for that."""
        return (await self._call.ask("DELETE", f"/holds/{what}", Count)).count

    async def cancel(self, which: Mapping[str, str], key: str) -> int:
        """Withhold what is not yet sent of ``which``; return how many."""
        return (await self._call.ask("POST", "/letters/cancellation", Count, dict(which), key=key)).count

    async def send_again(self, which: Mapping[str, str], key: str) -> int:
        """Send ``which`` again; return how many."""
        return (await self._call.ask("POST", "/letters/sending-again", Count, dict(which), key=key)).count

    async def letters(self, **wanted: Any) -> Page[Letter]:
        """List letters: ``about``, ``state``, ``kind``, ``recipient_id``, ``after``, ``limit``."""
        return await self._call.get("/letters", Page[Letter], wanted)

    async def letter(self, letter_id: str) -> WholeLetter:
        """Return one letter."""
        return await self._call.get(f"/letters/{letter_id}", WholeLetter)

    async def preview(self, letter_id: str, recipient_id: str | None = None) -> Preview:
        """Return a letter as its reader, or somebody else, gets it."""
        return await self._call.get(f"/letters/{letter_id}/preview", Preview, {"recipient_id": recipient_id})

    async def sample(self, kind: str, language: str) -> Preview:
        """Return a kind of letters with invented content."""
        return await self._call.get(f"/samples/{kind}/{language}", Preview)

    async def chain(self, letter: WholeLetter) -> list[Link]:
        """Return the events that led to a letter, the nearest first, as far back as they are known."""
        found: list[Link] = []
        event_id: str | None = letter.event_id
        while event_id and len(found) < CHAIN:
            link = await self._told(event_id)
            if link is None:
                break
            found.append(link)
            event_id = link.cause_id
        return found

    async def _told(self, event_id: str) -> Link | None:
        """Return an event from whichever service told it; `None` when none answers that it did."""

        async def ask(name: str, caller: Caller) -> Link | None:
            try:
                link = await caller.get(f"/told/{event_id}", Link)
            except (Refused, Down):
                return None
            return link.model_copy(update={"service": name})

        answers = await asyncio.gather(*(ask(name, caller) for name, caller in self._callers.items()))
        return next((each for each in answers if each is not None), None)

    async def suppressions(self, which: Mapping[str, str], after: str = "") -> Page[Suppression]:
        """Return a page of the addresses given up: ``reason``, ``code``, ``since``, ``until``."""
        return await self._call.get("/suppressions", Page[Suppression], {**which, "after": after})

    async def count_suppressions(self, which: Mapping[str, str]) -> SuppressionSummary:
        """Return how many of them there are, and how many `lift_all` lifts."""
        return await self._call.get("/suppressions/summary", SuppressionSummary, which)

    async def lift_all(self, which: Mapping[str, str], key: str) -> int:
        """Send to ``which`` again; return how many addresses that were."""
        return (await self._call.ask("POST", "/suppressions/lifting", Count, dict(which), key=key, within=60)).count

    async def suppress(self, person_id: str, key: str) -> None:
        """Send nothing to a person any more."""
        await self._call.ask("POST", "/suppressions", object, {"person_id": person_id}, key=key)

    async def lift(self, person_id: str) -> None:
        """Send to a person again."""
        await self._call.ask("POST", f"/suppressions/{person_id}/lifting", object)

    async def received(self, outcome: str = "", after: str = "") -> Page[Received]:
        """Return a page of the mails that came back."""
        return await self._call.get("/received", Page[Received], {"outcome": outcome, "after": after})

    async def erasures(self, after: str = "") -> Page[Erasure]:
        """Return a page of those who were forgotten."""
        return await self._callers["registry"].get("/erasures", Page[Erasure], {"after": after})

    async def dead_letters(self, service: str) -> list[DeadLetter]:
        """Return the oldest events that a service could not handle."""
        return (await self._callers[service].get("/dead-letters", Page[DeadLetter])).items

    async def dead_letter(self, service: str, event_id: str) -> DeadLetter:
        """Return one of them, with what it says."""
        return await self._callers[service].get(f"/dead-letters/{event_id}", DeadLetter)

    async def retry(self, service: str, event_id: str) -> None:
        """Hand an event to a service again."""
        await self._callers[service].ask("POST", f"/dead-letters/{event_id}/retry", object)

    async def drop(self, service: str, event_id: str) -> None:
        """Forget an event for good."""
        await self._callers[service].ask("DELETE", f"/dead-letters/{event_id}", object)
