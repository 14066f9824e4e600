"""The operator verifies evidence by one command: what was altered is named, and the status says so."""

import asyncio
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from deploy import operate
from services.reports.evidence.custody import actions
from services.reports.evidence.store import COLLECTIONS
from shared.ids import new_id
from shared.testing.stack import SECRET, Stack

REPORT = new_id()


async def _altered(stack: Stack) -> None:
    """Write two rows into a report's log, and alter the second."""
    async with stack.storage("reports", COLLECTIONS) as storage:
        for _ in range(2):
            await storage.transact(actions.log, REPORT, "recorded", "party", new_id(), by=new_id())
        await storage.reader["custody"].update_one({"report_id": REPORT, "seq": 2}, {"$set": {"what": "opened"}})


@pytest.fixture
def environment(servers: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A log with an altered row, and the environment of the reports service."""
    stack = Stack(*servers)
    asyncio.run(_altered(stack))
    values = stack.values("reports")
    told = {name.upper(): values[name] for name in ("mongo_url", "amqp_url", "database", "broker_prefix")}
    secrets = {"EVENT_SECRETS": SECRET, "LINK_SECRETS": SECRET, "VAULT_SECRETS": f"{SECRET}-reports"}
    for name, value in (told | secrets).items():
        monkeypatch.setenv(name, value)
    yield
    asyncio.run(stack.clear())


@pytest.mark.usefixtures("environment")
def test_the_command_names_the_row_that_was_altered() -> None:
    result = CliRunner().invoke(operate.commands, ["evidence", "verify"])
    assert f"✗ report {REPORT}: 2 rows (0 of people erased since), 0 files" in result.output
    assert "row-altered: Row 2 is not as it was written." in result.output
    assert result.exit_code == 1
