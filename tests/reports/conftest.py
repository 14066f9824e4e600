"""The reports service in this process, on real servers."""

from collections.abc import AsyncIterator

import pytest_asyncio

from services.reports.main import create_app
from services.reports.settings import Settings
from shared.testing.stack import Running, Stack


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reports(stack: Stack) -> AsyncIterator[Running]:
    """The routes of the reports service; nothing runs behind them."""
    settings = Settings(**stack.values("reports", publisher_name="Stowarzyszenie & Co. <Warszawa>"))
    async with stack.running(create_app, settings, background=False) as running:
        yield running
