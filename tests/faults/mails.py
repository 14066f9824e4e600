"""The senders of letters alone, in a process to be killed, with a mutant if one is named; and what came of its mails.

``python -m tests.faults.mails SETTINGS.json [MUTANT]`` sends what is due until it is killed.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from deploy.local.places import ROOT
from deploy.local.processes import Process
from services.notifications.deliveries import jobs
from services.notifications.deliveries.bundles import BUNDLES
from services.notifications.deliveries.sending import send_letters
from services.notifications.settings import Settings
from shared.service import Context, make_context
from shared.testing.stack import until
from tests.faults.mutants import OF_MAILS
from tests.notifications.builders import Office

DELAY = 0.05  # seconds that the relay takes for a mail: so that a kill comes in the middle
LEASE = 1.0  # seconds after which a dead sender's letters are taken back


@dataclass
class Mailing:
    """Letters that ``office`` has written down, and a process that sends them."""

    office: Office
    process: Process
    settings: Path
    mutant: str

    async def starts(self) -> None:
        """Start the senders."""
        command = [sys.executable, "-P", "-m", "tests.faults.mails", str(self.settings)]
        command += [self.mutant] if self.mutant else []
        env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        await asyncio.to_thread(self.process.start, command, env=env, cwd=ROOT)

    async def sends(self) -> None:
        """Wait until the relay has some mails, and not all."""
        await until(lambda: self.office.sink.mails, "some mails are sent", within=90)

    async def dies(self) -> None:
        await asyncio.to_thread(self.process.kill)

    async def told(self, about_id: str, people: int) -> str:
        """Wait until no letter travels any more; return what is wrong in words."""
        await until(self._is_over, f"nothing is left to send ({self.mutant})", within=90)
        rows = await self.office.letters(about_id=about_id)
        copies = Counter(mail.recipient for mail in self.office.sink.mails)
        doubts = sum(row.get("doubts", 0) for row in rows)
        wrong = {
            "lost": people - len(copies),
            "doubled": max(0, sum(count - 1 for count in copies.values()) - doubts),
        }
        return ", ".join(what for what, count in wrong.items() if count)

    async def _is_over(self) -> bool:
        return not await self.office.running.storage.reader[BUNDLES].count({})


async def take_back(context: Context) -> None:
    """Take back what dead senders had, again and again."""
    while True:
        await jobs.take_back(context)
        await asyncio.sleep(LEASE / 3)


async def run(settings: Settings) -> None:
    """Send, and take back."""
    context = make_context(settings)
    async with asyncio.TaskGroup() as group:
        group.create_task(send_letters(context))
        group.create_task(take_back(context))


def main() -> None:
    """Read the settings, put the mutant in, run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("settings", type=Path)
    parser.add_argument("mutant", nargs="?")
    arguments = parser.parse_args()
    if arguments.mutant:
        OF_MAILS[arguments.mutant]()
    asyncio.run(run(Settings(**json.loads(arguments.settings.read_text()))))


if __name__ == "__main__":
    main()
