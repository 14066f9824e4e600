"""A process that asks the silent one by one, each when it is told to: `python -m tests.meetings.reminding SETTINGS`.

It says so after each, and waits; whoever kills it then leaves no transaction open, which would hold locks
of the database for a minute.
"""

import asyncio
import json
import sys

from services.meetings.reminders import actions
from services.meetings.reminders.jobs import remind_the_silent
from services.meetings.settings import Settings
from shared.service import make_context
from shared.storage import Storage


async def main() -> None:
    """Run the job, one person in a transaction, one line in and out for each."""
    actions.ASKED_AT_ONCE = 1
    context = make_context(Settings(**json.loads(sys.argv[1])))
    transact = Storage.transact

    async def and_wait(storage: Storage, *args: object, **values: object) -> object:
        result: object = await transact(storage, *args, **values)  # type: ignore[arg-type]  # whatever it is given
        print("done", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        return result

    Storage.transact = and_wait  # type: ignore[method-assign,assignment]
    await remind_the_silent(context)


if __name__ == "__main__":
    asyncio.run(main())
