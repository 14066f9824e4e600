"""The meetings service in this process, on real servers."""

from collections.abc import AsyncIterator

import pytest_asyncio

from services.meetings.main import create_app
from services.meetings.settings import Settings
from shared.testing.stack import Running, Stack


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def meetings(stack: Stack) -> AsyncIterator[Running]:
    """The routes of the meetings service; nothing runs behind them."""
    async with stack.running(create_app, Settings(**stack.values("meetings")), background=False) as running:
        yield running
