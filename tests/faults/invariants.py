"""What must hold after everything: nothing lost, nothing doubled, read from the databases, the broker and the sink."""

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import wiring
from services.notifications.deliveries.bundles import BUNDLES
from services.notifications.deliveries.moving import FOUND_AGAIN
from shared import dead_letters
from shared.bus import Names, connected
from shared.ids import utc_now
from shared.storage import Unreachable
from shared.testing.accepted import read_verdicts
from tests.faults.work import Work
from tests.system import System

SERVICES = ("registry", "meetings", "reports", "notifications")

OVER = ("sent", "failed", "suppressed")
"""The states that letters stay in; what a relay refuses for good suppresses its address."""


@dataclass
class Found:
    """What was counted; `faults` is empty when all is well."""

    events: int = 0
    mails: int = 0
    lost_events: int = 0
    doubled_effects: int = 0
    lost_mails: int = 0
    doubled_mails: int = 0
    doubts: int = 0
    dead: int = 0
    found_again: int = 0
    """Letters that were lost until the sweeper found them."""
    processes: list[str] = field(default_factory=list)
    """What the processes themselves did wrong."""
    wrong_states: int = 0
    """Letters of which we say other things than the sink does."""
    states: dict[str, int] = field(default_factory=dict)
    said: dict[int, int] = field(default_factory=dict)
    """How often the sink answered what; 0: it took the mail and broke off."""

    @property
    def faults(self) -> list[str]:
        """What does not hold."""
        count = self.states.get
        unrefused = count("failed", 0) - self.said.get(550, 0)
        unsent = 0 if self.said.get(550) else count("suppressed", 0)
        over = sum(count(state, 0) for state in OVER)
        wrong = {
            "events lost": self.lost_events,
            "effects doubled": self.doubled_effects,
            "mails lost": self.lost_mails,
            "dead letters": self.dead,
            "mails doubled beyond those marked": max(0, self.doubled_mails - self.doubts),
            "letters lost until they were found again": self.found_again,
            "letters in another state than the relay's": self.wrong_states,
            "letters not sent that the relay did not refuse": max(0, unrefused) + unsent,
            "letters still under way": sum(self.states.values()) - over,
        }
        return [f"{count} {what}" for what, count in wrong.items() if count] + self.processes


async def settled(system: System, work: Work, *, within: float) -> None:
    """Wait until nothing is under way any more, or for ``within`` seconds; what is put off has its turn at once.

    Bundles alone are hastened: sending a letter again would tie it anew, and a lost one would never be missed.
    """
    give_up_at = asyncio.get_running_loop().time() + within
    while asyncio.get_running_loop().time() < give_up_at and await _under_way(system, work):
        await _hasten(system)
        await work.decide()
        await asyncio.sleep(3)


async def _hasten(system: System) -> None:
    context = system.context("notifications")
    later = {"due_at": {"$gt": utc_now()}}
    with contextlib.suppress(*Unreachable):
        await context.storage.reader[BUNDLES].update_many(later, {"$set": {"due_at": utc_now()}})
    await context.storage.close()


async def _under_way(system: System, work: Work) -> int:
    waiting = 0
    for name in SERVICES:
        context = system.context(name)
        waiting += await context.storage.reader["outbox"].count({"status": {"$ne": "sent"}, "awaited": True})
        if name == "notifications":
            letters = context.storage.reader["letters"]
            waiting += await letters.count({"state": {"$nin": list(OVER)}})
            owed = {"kind": "people-invited", "about_id": {"$in": list(work.meetings)}}
            waiting += len(_expected(work.meetings)) - await letters.count(owed)
        await context.storage.close()
    return waiting or (await _counted_events(system)).lost_events


def _expected(meetings: dict[str, list[str]]) -> set[tuple[str, str]]:
    return {(meeting, person) for meeting, people in meetings.items() for person in people}


async def look(system: System, meetings: dict[str, list[str]], *, verdicts: Path) -> Found:
    """Count everything; ``verdicts`` is where the sink wrote down its answers."""
    found = await _counted_events(system)
    found.said = dict(Counter(verdict.code for verdict in read_verdicts(verdicts)))
    await _count_letters(system, meetings, found)
    found.doubled_effects = await _count_meetings(system) - len(meetings)
    found.dead = await _count_dead(system)
    return found


async def _counted_events(system: System) -> Found:
    found = Found()
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
    return found


async def _count_letters(system: System, meetings: dict[str, list[str]], found: Found) -> None:
    copies = Counter(mail.message_id.strip("<>").split("@")[0] for mail in system.mails())
    owed: set[tuple[str, str]] = set()
    context = system.context("notifications")
    about = {"kind": "people-invited", "about_id": {"$in": list(meetings)}}
    async for row in context.storage.reader["letters"].stream(about):
        owed.add((row["about_id"], row["recipient_id"]))
        state, doubts, told = row["state"], row.get("doubts", 0), copies[row["_id"]]
        found.states[state] = found.states.get(state, 0) + 1
        found.doubts += doubts
        found.found_again += any(each["code"] == FOUND_AGAIN for each in row.get("history", ()))
        found.mails += told
        found.doubled_mails += max(0, told - 1)
        found.wrong_states += (state == "sent") != (told > 0) and not doubts
        found.lost_mails += told == 0 and state == "sent"
    await context.storage.close()
    found.lost_mails += len(_expected(meetings) - owed)


async def _count_meetings(system: System) -> int:
    context = system.context("meetings")
    count = await context.storage.reader["meetings"].count({})
    await context.storage.close()
    return count


async def _count_dead(system: System) -> int:
    count = 0
    for name in SERVICES:
        context = system.context(name)
        names = Names(name, context.settings.broker_prefix)
        async with connected(context.settings.amqp_url.get_secret_value(), name="invariants") as broker:
            count += len(await dead_letters.listed(broker, names, limit=1000))
        await context.storage.close()
    return count
