"""Faults 1, 2, 5 and 9 in their quick form: everything is broken once in the middle of a fan-out to a thousand people.

What must hold is read from outside: from the sink's own record, and from the letters' states.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from deploy.local.servers import Servers
from deploy.local.services import is_ready
from shared.testing.stack import until
from tests.faults.work import Work
from tests.system import Session, System

PEOPLE = 1_000
END_WITHIN = 30  # seconds; then containers are killed
MORE_THAN_THERE_IS = "100000GB"  # that the broker wants to find free on the disk
BROKERS_OWN = "50MB"  # what it wants by default

pytestmark = pytest.mark.faults


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def audience(breakable: tuple[Servers, System]) -> tuple[Session, dict[str, Any]]:
    """A coordinator, and an audience of a thousand people whom every service knows."""
    _, system = breakable
    work = Work(system, await system.sign_in())
    await work.prepare(PEOPLE)
    return work.session, {"organisation_ids": [work.organisation_id]}


async def schedule(coordinator: Session, audience: dict[str, Any], title: str) -> str:
    """Schedule a meeting that everybody is to be told of; return its id."""
    starts_at = datetime.now(UTC) + timedelta(days=30)
    command = {
        "title": {"en": title},
        "time_zone": "Europe/Warsaw",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=2)).isoformat(),
        "languages": ["en"],
        "audience": audience,
    }
    async with coordinator.at("meetings") as meetings:
        answer = await meetings.post("/meetings", json=command)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@dataclass
class Delivered:
    """The recipients of the accepted mails with ``title`` in their subject, from the mail number ``read`` on."""

    system: System
    title: str
    read: int = field(init=False)
    to: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.read = len(self.system.mails())

    def __call__(self) -> list[str]:
        """Look once more, at each mail once."""
        mails = self.system.mails()
        self.to += [mail.recipient for mail in mails[self.read :] if self.title.encode() in mail.content[:4000]]
        self.read = len(mails)
        return self.to


async def settled(delivered: Delivered, coordinator: Session, meeting_id: str) -> dict[str, int]:
    """Wait until everybody has a mail and no letter is under way; return how many letters are in each state."""
    await until(lambda: len(set(delivered())) == PEOPLE, f"everybody is told of {delivered.title}", within=150)

    async def states() -> dict[str, int]:
        async with coordinator.at("notifications") as notifications:
            answer = await notifications.get("/letters/summary", params={"about": meeting_id})
        body = answer.json()
        found: dict[str, int] = body.get("states", body)
        moving = ("queued", "claimed", "deferred")
        return found if not any(found.get(state) for state in moving) else {}

    found: dict[str, int] = await until(states, "no letter is under way", within=90)
    return {state: count for state, count in found.items() if count}


def kill_service(name: str) -> Callable[[Servers, System], None]:
    def kill(_: Servers, system: System) -> None:
        system.services[name].kill()
        system.services[name].start(wait=False)

    return kill


def kill_broker(servers: Servers, _: System) -> None:
    servers.rabbitmq.kill()
    servers.rabbitmq.start()


def kill_database(servers: Servers, _: System) -> None:
    servers.mongo.kill()
    servers.mongo.start()


def ask_to_end(_: Servers, system: System) -> None:
    """Deploy a new version, as it were: SIGTERM, and another process."""
    began = time.monotonic()
    system.services["notifications"].stop()
    assert time.monotonic() - began < END_WITHIN
    system.services["notifications"].start(wait=False)


FAULTS: dict[str, Callable[[Servers, System], None]] = {
    "registry": kill_service("registry"),
    "meetings": kill_service("meetings"),
    "notifications": kill_service("notifications"),
    "reports": kill_service("reports"),
    "the broker": kill_broker,
    "the database": kill_database,
    "notifications, politely": ask_to_end,
}


@pytest.mark.parametrize("victim", FAULTS)
async def test_a_kill_in_the_middle_of_a_fan_out_loses_nothing(
    victim: str, breakable: tuple[Servers, System], audience: tuple[Session, dict[str, Any]]
) -> None:
    servers, system = breakable
    coordinator, everybody = audience
    delivered = Delivered(system, f"Kill of {victim}")
    meeting_id = await schedule(coordinator, everybody, delivered.title)
    at_the_kill = len(await until(lambda: delivered()[PEOPLE // 20 :] and delivered.to, "it has begun", within=60))
    began = time.monotonic()
    await asyncio.to_thread(FAULTS[victim], servers, system)
    for service in system.services.values():
        if service.name != "portal":
            await asyncio.to_thread(service.wait)
    states = await settled(delivered, coordinator, meeting_id)

    mails = delivered()
    doubled = len(mails) - PEOPLE
    async with coordinator.at("notifications") as notifications:
        doubts = await doubts_of(notifications, meeting_id)
    print(
        f"\nkilled {victim} after {at_the_kill} mails: {len(set(mails))} of {PEOPLE} people told,"
        f" {doubled} mails doubled, {doubts} marked ambiguous, {time.monotonic() - began:.1f} s, {states}"
    )
    assert len(set(mails)) == PEOPLE
    assert states == {"sent": PEOPLE}
    assert doubled <= doubts
    if victim not in {"notifications", "the database"}:
        assert doubled == 0


async def doubts_of(notifications: Any, meeting_id: str) -> int:
    """Count how often it was not known whether the relay had a letter: so many copies may have arrived too many."""
    count, after = 0, None
    while True:
        params = {"about": meeting_id, "limit": 200} | ({"after": after} if after else {})
        page = (await notifications.get("/letters", params=params)).json()
        count += sum(int(letter["doubts"]) for letter in page["items"])
        after = page.get("next")
        if after is None:
            return count


async def test_while_the_disk_of_the_broker_is_full_promises_wait_in_the_outbox(
    breakable: tuple[Servers, System], audience: tuple[Session, dict[str, Any]]
) -> None:
    servers, system = breakable
    coordinator, everybody = audience
    delivered = Delivered(system, "Full disk")
    await asyncio.to_thread(servers.rabbitmq.control, "set_disk_free_limit", MORE_THAN_THERE_IS)
    try:
        meeting_id = await schedule(coordinator, everybody, delivered.title)  # is promised all the same
        await until(lambda: waiting(system), "events wait in the outbox", within=60)
        await until(lambda: not is_ready(system.url("meetings")), "the service says that it cannot tell", within=60)
        assert delivered() == []
    finally:
        await asyncio.to_thread(servers.rabbitmq.control, "set_disk_free_limit", BROKERS_OWN)
    assert await settled(delivered, coordinator, meeting_id) == {"sent": PEOPLE}
    assert len(delivered()) == PEOPLE


async def waiting(system: System) -> int:
    """Count the events of meetings that the broker has not confirmed."""
    context = system.context("meetings")
    count = await context.storage.reader["outbox"].count({"status": "new"})
    await context.storage.close()
    return count
