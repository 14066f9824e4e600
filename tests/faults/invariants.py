"""What must hold after everything: nothing lost, nothing doubled, read from the databases, the broker and the sink."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from deploy.local import wiring
from shared import dead_letters
from shared.bus import Names, connected
from shared.testing.stack import until
from tests.system import System

SERVICES = ("registry", "meetings", "reports", "notifications")


@dataclass
class Found:
    """What was counted; `faults` is empty when all is well."""

    events: int = 0
    mails: int = 0
    lost_events: int = 0
    lost_mails: int = 0
    doubled_mails: int = 0
    doubts: int = 0
    dead: int = 0
    states: dict[str, int] = field(default_factory=dict)

    @property
    def faults(self) -> list[str]:
        """What does not hold."""
        wrong = {
            "events lost": self.lost_events,
            "mails lost": self.lost_mails,
            "dead letters": self.dead,
            "mails doubled beyond those marked": max(0, self.doubled_mails - self.doubts),
            "letters not sent": sum(count for state, count in self.states.items() if state != "sent"),
        }
        return [f"{count} {what}" for what, count in wrong.items() if count]


async def settled(system: System, meetings: dict[str, list[str]], *, within: float) -> None:
    """Wait until nothing is under way any more."""

    async def quiet() -> bool:
        for name in SERVICES:
            context = system.context(name)
            waiting = await context.storage.reader["outbox"].count({"status": {"$ne": "sent"}, "awaited": True})
            if name == "notifications":
                waiting += await context.storage.reader["letters"].count({"state": {"$nin": ["sent", "failed"]}})
                waiting += len(await _expected(meetings)) > await context.storage.reader["letters"].count(
                    {"kind": "people-invited", "about_id": {"$in": list(meetings)}}
                )
            await context.storage.close()
            if waiting:
                await asyncio.sleep(0.5)
                return False
        return True

    await until(quiet, "everything is settled", within=within)


async def _expected(meetings: dict[str, list[str]]) -> Counter[tuple[str, str]]:
    return Counter({(meeting, person): 1 for meeting, people in meetings.items() for person in people})


async def look(system: System, meetings: dict[str, list[str]]) -> Found:
    """Count everything."""
    found = Found()
    await _count_events(system, found)
    await _count_letters(system, meetings, found)
    found.dead = await _count_dead(system)
    return found


async def _count_events(system: System, found: Found) -> None:
    consumers = wiring.consumers_of_events()
    handled: dict[str, set[str]] = {}
    for name in SERVICES:
        context = system.context(name)
        rows = context.storage.reader["inbox"].stream({}, projection={"_id": 1})
        handled[name] = {row["_id"].split(":", 1)[1] async for row in rows}
        await context.storage.close()
    for name in SERVICES:
        context = system.context(name)
        async for row in context.storage.reader["outbox"].stream({}, projection={"name": 1}):
            found.events += 1
            found.lost_events += sum(row["_id"] not in handled[each] for each in consumers[row["name"]])
        await context.storage.close()


async def _count_letters(system: System, meetings: dict[str, list[str]], found: Found) -> None:
    expected = await _expected(meetings)
    context = system.context("notifications")
    owed: dict[str, tuple[str, str]] = {}
    about = {"kind": "people-invited", "about_id": {"$in": list(meetings)}}
    async for row in context.storage.reader["letters"].stream(about):
        owed[row["_id"]] = (row["about_id"], row["recipient_id"])
        found.states[row["state"]] = found.states.get(row["state"], 0) + 1
        found.doubts += row.get("doubts", 0)
    await context.storage.close()
    copies = Counter(mail.message_id.strip("<>").split("@")[0] for mail in system.mails())
    told = Counter({owed[letter]: count for letter, count in copies.items() if letter in owed})
    found.mails = told.total()
    found.lost_mails = sum(told[each] == 0 for each in expected)
    found.doubled_mails = sum(count - 1 for count in told.values() if count > 1)


async def _count_dead(system: System) -> int:
    count = 0
    settings = system.context("notifications").settings
    async with connected(settings.amqp_url.get_secret_value(), name="invariants") as broker:
        for name in ("meetings", "reports", "notifications"):
            count += len(await dead_letters.listed(broker, Names(name, settings.broker_prefix), limit=1000))
    return count
