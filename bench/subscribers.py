"""Ten thousand subscribers in five languages, on six themes: who gets which mail, how often, and how fast.

`python -m bench.subscribers` starts servers, services and an SMTP sink of its own, makes subscribers with every
combination of themes known, a third of whom wish one letter a week, and publishes two reports, of which one is on two
themes.  Then a week passes.  What the sink accepted is compared with what was computed apart from the services: whoever
was to get a mail and got none, or two, is counted.  It fails unless both are nobody.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import get_args

import uvloop
from pydantic_core import to_json
from rich.console import Console
from rich.table import Table

from bench.system import CHUNK, System
from shared.events.reports import ReportNotice, ReportPublished, Theme
from shared.ids import new_id, utc_now
from shared.model import LANGUAGES, Language
from shared.storage import Document, Storage, Tx
from shared.testing.stack import in_one_transaction

THEMES: tuple[Theme, ...] = get_args(Theme)
WEEKLY_EVERY = 3  # every third subscriber
SETTINGS = {"LOG_LEVEL": "warning"}
WAIT = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who subscribed, and to what."""

    id: str
    address: str
    themes: tuple[Theme, ...]
    language: Language
    weekly: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What one round of mails was: how many were due, came, came twice, were missing, and how long it took."""

    what: str
    due: int
    came: int
    doubled: int
    missing: int
    seconds: float


def subscribers(count: int) -> list[Subscriber]:
    """Return subscribers of every combination of themes, in five languages."""
    return [
        Subscriber(
            new_id(),
            f"reader{number}@example.org",
            tuple(theme for place, theme in enumerate(THEMES) if (number % 63 + 1) >> place & 1),
            LANGUAGES[number % 5],
            weekly=number % WEEKLY_EVERY == 0,
        )
        for number in range(count)
    ]


async def _add(tx: Tx, chunk: Sequence[Subscriber]) -> None:
    """Make subscribers known as the events of reports would."""
    keys = {each.id: tx.vault.new_key() for each in chunk}
    await tx["keys"].insert_many([{"_id": id, "key": key} for id, key in keys.items()])
    contacts: list[Document] = []
    for each in chunk:
        wishes = {"wishes": {"topics": {"reports": "weekly"}}} if each.weekly else {}
        cipher = tx.vault.encrypt(keys[each.id], to_json([each.address, ""]).decode())
        row: Document = {"_id": each.id, "revision": 1, "language": each.language, "time_zone": "Europe/Warsaw"}
        contacts.append({**row, "no_contact": False, "cipher": cipher, **wishes})
    await tx["contacts"].insert_many(contacts)
    wanted = [{"_id": each.id, "revision": 2, "ended": False, **_wish(each)} for each in chunk]
    await tx["subscribers"].insert_many(wanted)


def _wish(each: Subscriber) -> Document:
    wish: Document = {"themes": list(each.themes), "language": each.language, "languages": [each.language]}
    return {**wish, "countries": [], "kinds": []}


def report(title: str, themes: Sequence[Theme], languages: Sequence[Language]) -> ReportPublished:
    """Return the news of a report."""
    return ReportPublished(
        report_id=new_id(),
        edition=1,
        themes=list(themes),
        languages=list(languages),
        country="BY",
        published_at=utc_now(),
        notice=ReportNotice(title={"en": title}, summary={"en": "What was found in half a year."}),
        revision=2,
    )


def wanting(everybody: Sequence[Subscriber], event: ReportPublished) -> list[Subscriber]:
    """Return who is to hear of a report: reckoned here, apart from the services."""
    return [each for each in everybody if {*each.themes} & {*event.themes} and each.language in event.languages]


async def measure(arguments: argparse.Namespace, folder: Path, say: Callable[[str], None]) -> list[Told]:
    """Tell everybody of everything and return what came."""
    system = System(folder, settings=SETTINGS)
    say("starting MongoDB, RabbitMQ, the services and the sink")
    try:
        await asyncio.to_thread(system.start)
        everybody, notifications = subscribers(arguments.subscribers), system.storage("notifications")
        for start in range(0, len(everybody), CHUNK):
            await notifications.transact(_add, everybody[start : start + CHUNK])
        say(f"{len(everybody):,} subscribers are known")
        found = await _tell(system, notifications, everybody, say)
        await notifications.close()
        return found
    finally:
        await asyncio.to_thread(system.stop)


async def _tell(
    system: System, notifications: Storage, everybody: Sequence[Subscriber], say: Callable[[str], None]
) -> list[Told]:
    events = [
        report("Media and assembly", ["media-freedom", "freedom-of-assembly"], ["en", "pl", "be", "uk", "ru"]),
        report("Economy", ["economic-liberalisation"], ["pl", "ru"]),
    ]
    reports = system.storage("reports")
    rounds = []
    for event in events:
        due = [each.address for each in wanting(everybody, event) if not each.weekly]
        what = f"at once, by {len(event.themes)} of 6 themes"
        rounds.append(await _round(system, what, due, in_one_transaction(reports, event)))
        say(f"{rounds[-1].what}: {rounds[-1].came:,} mails")
    await reports.close()
    waiting = [each for each in everybody if each.weekly and any(wanting([each], one) for one in events)]
    letters = notifications.reader["letters"]
    owed = sum(each.weekly for event in events for each in wanting(everybody, event))
    while await letters.count({"state": "collected"}) < owed:  # noqa: ASYNC110 - a process of its own
        await asyncio.sleep(0.2)
    due = [each.address for each in waiting]
    rounds.append(await _round(system, "once a week", due, _let_a_week_pass(notifications)))
    say(f"{rounds[-1].what}: {rounds[-1].came:,} mails")
    return rounds


async def _let_a_week_pass(notifications: Storage) -> None:
    past = {"$set": {"digest_at": utc_now() - timedelta(seconds=1)}}
    await notifications.reader["letters"].update_many({"state": "collected"}, past)


async def _round(system: System, what: str, due: Sequence[str], begin: Awaitable[None]) -> Told:
    """Begin to tell, wait until as many mails have come as are due, and a little longer for those that are not."""
    system.sink.take()
    began = time.perf_counter()
    await begin
    ended = began
    async with asyncio.timeout(WAIT):
        while system.sink.count() < len(due):  # noqa: ASYNC110 - a file of another process
            await asyncio.sleep(0.05)
        ended = time.perf_counter()
        await asyncio.sleep(3)
    came = Counter(mail.recipient for mail in system.sink.take())
    wanted = set(due)
    strangers = sum(count for address, count in came.items() if address not in wanted)
    doubled = sum(count - 1 for address, count in came.items() if address in wanted) + strangers
    return Told(what, len(due), came.total(), doubled, len(wanted - came.keys()), ended - began)


def show(found: Sequence[Told]) -> None:
    """Print a table."""
    table = Table(title="Subscribers: each of it once")
    for column in ("", "due", "came", "twice or unasked", "missing", "seconds", "mails/s"):
        table.add_column(column, justify="right" if column else "left")
    for each in found:
        speed = each.due / each.seconds if each.seconds else 0
        counts = (each.due, each.came, each.doubled, each.missing)
        table.add_row(each.what, *(f"{count:,}" for count in counts), f"{each.seconds:.1f}", f"{speed:,.0f}")
    Console().print(table)


def main() -> None:
    """Measure, print a table, and fail unless everybody got what they asked for exactly once."""
    parser = argparse.ArgumentParser(prog="bench.subscribers", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--subscribers", type=int, default=10_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zgoda-bench-") as folder:
        found = uvloop.run(measure(arguments, Path(folder), lambda words: print(f"· {words}", flush=True)))
    show(found)
    sys.exit(any(each.doubled or each.missing for each in found))


if __name__ == "__main__":
    main()
